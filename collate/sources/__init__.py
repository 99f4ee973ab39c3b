"""Files → page images and transcripts; every token knows where it came from."""
