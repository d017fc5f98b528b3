"""Typed, validated settings read from ``include/config``."""
