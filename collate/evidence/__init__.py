"""Differences → differences with a verdict, from the ink."""
