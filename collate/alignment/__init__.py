"""Two lists of words → which stands for which; knows nothing of images."""
