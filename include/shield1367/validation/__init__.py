"""Proof before publication: expectation suites and the independent leak audit."""
