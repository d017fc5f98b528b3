"""Processes that end, or whose disk is full, at a chosen write."""
