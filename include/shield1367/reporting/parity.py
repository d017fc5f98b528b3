"""The dossier's section on parity: whether rows of protected people can be told from others by how they look.

From the figures of validation alone. What protected rows and the others look like side by side is nowhere in it: a
difference of as little as one cell would say how many they are (R-30).
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from shield1367.config.recipient import Membership
from shield1367.disclosure.plan import ColumnPlan, DatasetPlan
from shield1367.reporting.charts import share_chart
from shield1367.reporting.facts import ReleaseFacts
from shield1367.reporting.words import SHORT_TREATMENTS
from shield1367.validation.outcomes import Outcome, Severity


@dataclass(frozen=True, slots=True)
class TableParity:
    """One table of the release."""

    name: str
    words: str
    chart: Markup


@dataclass(frozen=True, slots=True)
class Parity:
    """The whole section."""

    words: str
    tables: tuple[TableParity, ...]


def parity(facts: ReleaseFacts) -> Parity | None:
    """The section; ``None`` of tabulations, which have no rows, and where protected rows are to be told by a banner."""
    if not facts.plan.outside or facts.plan.tables is not None:
        return None
    tables = tuple(
        _table(dataset, outcomes)
        for dataset in facts.plan.datasets
        if (outcomes := _about_columns(dataset, facts.validation.outcomes))
    )
    return Parity(_RULES[facts.plan.membership], tables) if tables else None


_BARS = (
    "Each bar is a treatment: the share of the cells under it that have the one form planned for all rows and hold"
    " nothing that marks protection, an identifier or a protected benefit."
)
_RULES = {
    Membership.HIDDEN: "The plan treats every row by the same rule and leaves none out."
    f" {_BARS} A bar that is not full could tell one row from another.",
    Membership.WITHHELD: f"The plan treats the rows that are left by the same rule. {_BARS}",
    Membership.MARKED: "Protected rows carry the banner, by an exception. Each bar is a treatment: the share of the"
    " cells under it that have the form planned for them.",
}


def _table(dataset: DatasetPlan, outcomes: dict[str, list[Outcome]]) -> TableParity:
    treated = {column.name: _treatment(column) for column in dataset.released_columns}
    cells = {column: _alike(found) for column, found in outcomes.items()}
    uneven = [column for column, (alike, looked) in cells.items() if alike < looked]
    seen = sum(looked for _, looked in cells.values())
    words = f"{seen:,} cells in {len(cells)} columns were looked at; "
    words += f"uneven: {', '.join(uneven)}." if uneven else "nothing in any of them tells rows apart."
    bars: dict[str, tuple[int, int]] = {}
    for column, (alike, looked) in cells.items():
        before = bars.get(treated[column], (0, 0))
        bars[treated[column]] = (before[0] + alike, before[1] + looked)
    title = f"Cells of {dataset.name} that look as planned for every row, by treatment"
    return TableParity(dataset.name, words, share_chart(bars, title=title))


def _treatment(column: ColumnPlan) -> str:
    return "structured text" if column.json_keys is not None else SHORT_TREATMENTS[column.treatment]


def _about_columns(dataset: DatasetPlan, outcomes: tuple[Outcome, ...]) -> dict[str, list[Outcome]]:
    """Column → what the release stands or falls by, of what was said of its cells."""
    found: dict[str, list[Outcome]] = {column.name: [] for column in dataset.released_columns}
    for outcome in outcomes:
        if (
            outcome.dataset == dataset.name
            and outcome.severity is Severity.CRITICAL
            and outcome.column in found
        ):
            found[outcome.column].append(outcome)
    return {column: about for column, about in found.items() if about}


def _alike(outcomes: list[Outcome]) -> tuple[int, int]:
    """How many cells hold by all that was said of them, at least, and how many were looked at."""
    looked = max(outcome.elements for outcome in outcomes)
    if any(outcome.raised for outcome in outcomes):
        return 0, looked
    return max(looked - sum(outcome.unexpected for outcome in outcomes), 0), looked
