"""The narratives of the rows of one partition, scrubbed in bulk and counted, wherever in a row they stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from shield1367.redaction.encoding import Encoded

if TYPE_CHECKING:
    from shield1367.redaction.text.replacement import Rewriter


class Narratives:
    """Scrubs what stands in some rows: known identities, patterns, names.

    Attributes:
        spans: entity type → stretches replaced so far.
        texts: narratives scrubbed so far; *withheld* of them as a whole.
    """

    def __init__(self, rewriter: Rewriter, people: Sequence[Sequence[str]]) -> None:
        self._rewriter = rewriter
        self._people = people
        self.spans: Counter[str] = Counter()
        self.texts = 0
        self.withheld = 0

    def scrub(self, rows: Sequence[int], texts: Sequence[str]) -> list[str]:
        """Each of *texts* scrubbed.

        Args:
            rows: for each text the position of its row: whose row it is decides who is searched for more closely.
        """
        from shield1367.redaction.text.tokens import WITHHELD

        results = self._rewriter.scrub(texts, [self._people[row] for row in rows])
        for scrubbed in results:
            self.spans.update(span.entity for span in scrubbed.spans)
            self.withheld += scrubbed.text == WITHHELD
        self.texts += len(texts)
        return [scrubbed.text for scrubbed in results]

    def of_column(self, cells: Encoded) -> pa.Array:
        """A column of narratives, one cell for each row; an empty cell stays empty."""
        released: list[str | None] = [None] * len(cells)
        filled = [(row, text) for row, text in enumerate(cells.to_list()) if text]
        rows, texts = [row for row, _ in filled], [text for _, text in filled]
        for row, text in zip(rows, self.scrub(rows, texts), strict=True):
            released[row] = text
        return pa.array(released, pa.string())
