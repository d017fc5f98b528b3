"""The dossier's section on quasi-identifiers: how many people share each combination of columns."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from shield1367.disclosure.classes import ClassesPlan, ClassFigures
from shield1367.reporting.charts import bar_chart
from shield1367.reporting.words import SHORT_TREATMENTS


@dataclass(frozen=True, slots=True)
class Crowd:
    """One table of the release."""

    name: str
    words: str
    chart: Markup


@dataclass(frozen=True, slots=True)
class Crowds:
    """The whole section."""

    words: str
    tables: tuple[Crowd, ...]


def crowds(plan: ClassesPlan | None) -> Crowds | None:
    """The section; ``None`` where the profile declares no quasi-identifiers."""
    if plan is None:
        return None
    levels = "; ".join(
        f"{kind.replace('_', ' ')}: {SHORT_TREATMENTS[level]}" for kind, level in sorted(plan.levels.items())
    )
    return Crowds(
        words=f"At least {plan.k} people share each combination of these columns, by the same rule for every row:"
        f" {levels}. Of all choices that hold, this one loses least ({plan.loss:.0%} of what could be lost).",
        tables=tuple(Crowd(table.dataset, _words(table, plan), _chart(table)) for table in plan.tables),
    )


def _words(table: ClassFigures, plan: ClassesPlan) -> str:
    columns, smallest = ", ".join(table.columns), f"{table.smallest:,}"
    combined = "1 combination" if table.classes == 1 else f"{table.classes:,} combinations"
    words = f"{columns}: {combined}, the rarest shared by {smallest} people."
    if table.suppressed_rows:
        words += f" In {table.suppressed_rows:,} of {table.rows:,} rows they are empty, being too rare."
    if table.variety is not None:
        words += f" {', '.join(table.telling)}: {table.variety:,} values or more in each, where {plan.l} are asked for."
    return words


def _chart(table: ClassFigures) -> Markup:
    # A plan that was read back has them in the order of their letters.
    sizes = dict(sorted(table.sizes.items(), key=lambda size: int(size[0].split()[0].replace(",", ""))))
    return bar_chart(sizes, title=f"Combinations of {table.dataset} by how many people share them")
