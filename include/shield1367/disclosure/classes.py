"""What was chosen so that quasi-identifiers find nobody: levels, columns and figures; part of the plan.

Counts and names only. Which combinations are too rare stands, as keyed fingerprints, in a file beside the plan.
"""

from __future__ import annotations

from shield1367.config.fields import Treatment
from shield1367.config.loading import ConfigModel

RARE = "rare.json"


class ClassFigures(ConfigModel):
    """One table after the search.

    Attributes:
        columns: released columns that make the classes; *telling* those that must differ within each.
        smallest: people in the smallest class; *variety* the least number of different telling values.
        sizes: how large, in words → number of classes.
        suppressed_rows: rows whose quasi-identifiers are emptied, of *rows*.
    """

    dataset: str
    columns: tuple[str, ...]
    telling: tuple[str, ...]
    classes: int
    smallest: int
    variety: int | None
    sizes: dict[str, int]
    rows: int
    suppressed_rows: int


class ClassesPlan(ConfigModel):
    """The outcome of the search, the same for every row of the release.

    Attributes:
        levels: kind → the treatment chosen for it.
        loss: mean over the kinds of the share of their hierarchy that was climbed, from 0 to 1.
    """

    k: int
    l: int  # noqa: E741  # its name wherever it is written about
    levels: dict[str, Treatment]
    loss: float
    tables: tuple[ClassFigures, ...]

    def of(self, dataset: str) -> ClassFigures | None:
        """The figures of one table; ``None`` when it has no quasi-identifier."""
        return next((table for table in self.tables if table.dataset == dataset), None)
