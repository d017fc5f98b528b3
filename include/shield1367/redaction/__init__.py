"""Treating columns and narratives so that nothing protected is left."""
