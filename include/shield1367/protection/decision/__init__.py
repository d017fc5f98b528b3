"""The decision: from evidence and family to protections as intervals in time. Pure."""
