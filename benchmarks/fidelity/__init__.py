"""How well `collate` finds the errors of transcripts, on scans whose text is known."""
