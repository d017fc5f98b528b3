"""The monthly account for compliance: what went out, what was refused, what runs out, what waits for somebody.

Counts in it are protected themselves (R-30): it is written for the owner of the home only, and leaves it never.
"""
