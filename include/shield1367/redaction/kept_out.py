"""Rows that stay out of the releases to a recipient because an earlier one left them out.

Where a row is left out for somebody whom it names and nobody knows, there is no person to remember: the row itself
is. By its key where its table has one, so that it is known again in another delivery; else by its place.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from shield1367.disclosure.plan import DatasetPlan, PartPlan
from shield1367.keys import Keys
from shield1367.redaction.staged import StagedPart

Marks = npt.NDArray[np.bool_]


def kept_out_purpose(recipient: str) -> str:
    """What the key of a recipient's names is derived for."""
    return f"kept-out/{recipient}"


class RowNames:
    """Names of the rows of one recipient; nobody without the key can tell what they are made of."""

    def __init__(self, keys: Keys, recipient: str) -> None:
        self._fingerprint = keys.fingerprint(kept_out_purpose(recipient))

    def of(self, dataset: DatasetPlan, part: PartPlan, staged: StagedPart, marked: Marks) -> list[str]:
        """The name of each row that *marked* marks, in order."""
        positions = np.flatnonzero(marked)
        if not dataset.key:
            place = self._fingerprint.after(dataset.name, part.staged)
            return [place(str(part.first + int(position))) for position in positions]
        columns = [staged.column(name) for name in dataset.key]
        return [
            self._fingerprint.of(dataset.name, *(str(column[position]) for column in columns))
            for position in positions
        ]

    def kept_out(self, dataset: DatasetPlan, part: PartPlan, staged: StagedPart, marked: Marks) -> Marks:
        """Which of the rows that *marked* marks stay out."""
        found = np.zeros(len(staged), np.bool_)
        if dataset.kept_out:
            out = frozenset(dataset.kept_out)
            found[marked] = [name in out for name in self.of(dataset, part, staged, marked)]
        return found
