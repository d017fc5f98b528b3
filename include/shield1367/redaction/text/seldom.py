"""Shapes that are seldom met: looked for together first, and one by one only in texts that have any of them."""

from __future__ import annotations

from collections.abc import Iterable

import re2

from shield1367.redaction.text.batch import Batch


class Seldom:
    """Which texts of a batch hold any of some shapes: one pass over all of it instead of one a shape.

    Args:
        patterns: regular expressions of google-re2.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        options = re2.Options()
        options.never_capture = True
        self._any = re2.compile("|".join(f"(?:{pattern})" for pattern in patterns).encode(), options)

    def stretches(self, batch: Batch) -> list[tuple[int, int]]:
        """Where the texts lie that hold any, in order: first character of each, and one past its last.

        Matches of one expression do not overlap, but where any shape has a match, so has the alternative of all.
        """
        texts: set[int] = set()
        for match in self._any.finditer(batch.ascii):
            start, end = match.span()
            texts.update(range(batch.text_of(start), batch.text_of(end) + 1))
        return [(batch.text_starts[text], batch.text_ends[text]) for text in sorted(texts)]
