"""An alignment → places that differ, each in its class; knows nothing of images."""
