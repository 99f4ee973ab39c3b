"""A page image → words with boxes, and the ink that is none."""
