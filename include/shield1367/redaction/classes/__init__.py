"""Quasi-identifiers: counting who shares them, choosing how coarse they get, emptying what stays rare."""
