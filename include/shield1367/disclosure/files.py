"""How the rows of a released table lie in files.

By their number alone: files as even as can be, and as many as these rows need. How many rows were left out, from which
deliveries, cannot be told from a file's length, nor from how many files there are.
"""

from __future__ import annotations

ROWS_PER_FILE = 25_000


def file_rows(released: int, *, at_most: int = ROWS_PER_FILE) -> tuple[int, ...]:
    """Rows of each file of a table of *released* rows, the longer ones first; one file at least."""
    files = max(-(-released // at_most), 1)
    each, over = divmod(released, files)
    return tuple(each + (number < over) for number in range(files))
