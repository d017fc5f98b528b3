"""The dossier's section on quasi-identifiers: how many people share each combination of columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from shield1367.config.recipient.risk import Uncounted
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
    """The whole section.

    Attributes:
        uncounted: of what goes and may find somebody though nobody counts who shares it; empty when nothing does.
        accepted: whether a paper speaks of all of that.
    """

    words: str
    tables: tuple[Crowd, ...]
    uncounted: str = ""
    accepted: bool = True


def crowds(
    plan: ClassesPlan | None, open_kinds: Sequence[str] = (), paper: Uncounted | None = None
) -> Crowds | None:
    """The section; ``None`` where nothing that goes may find anybody.

    Args:
        open_kinds: field kinds that go uncounted; *paper* says of some of them who accepted it.
    """
    if plan is None and not open_kinds:
        return None
    silent = [kind for kind in open_kinds if paper is None or kind not in paper.kinds]
    told = _uncounted(open_kinds, silent, paper)
    if plan is None:
        return Crowds("", (), told, not silent)
    levels = "; ".join(
        f"{kind.replace('_', ' ')}: {SHORT_TREATMENTS[level]}" for kind, level in sorted(plan.levels.items())
    )
    return Crowds(
        words=f"At least {plan.k} people share each combination of these columns, by the same rule for every row:"
        f" {levels}. Of all choices that hold, this one loses least ({plan.loss:.0%} of what could be lost).",
        tables=tuple(Crowd(table.dataset, _words(table, plan), _chart(table)) for table in plan.tables),
        uncounted=told,
        accepted=not silent,
    )


def _uncounted(open_kinds: Sequence[str], silent: Sequence[str], paper: Uncounted | None) -> str:
    """What is not known of those kinds, and who accepted that."""
    accepted = [kind for kind in open_kinds if kind not in silent]
    words = []
    if silent:
        words.append(
            f"Nobody counts how many people share {_listed(silent)}: whoever knows these of somebody may find their"
            " row. The profile neither counts them nor says who accepted that."
        )
    if accepted and paper:
        words.append(
            f"How many people share {_listed(accepted)} is not counted. {paper.by} accepted that on {paper.signed}"
            f" ({paper.reference}): {paper.why.rstrip('.')}."
        )
    return " ".join(words)


def _listed(kinds: Sequence[str]) -> str:
    return ", ".join(kind.replace("_", " ") for kind in kinds)


def _words(table: ClassFigures, plan: ClassesPlan) -> str:
    if not table.rows:
        return "No row of it goes."
    columns, smallest = ", ".join(table.columns), f"{table.smallest:,}"
    combined = "1 combination" if table.classes == 1 else f"{table.classes:,} combinations"
    words = f"{columns}: {combined}, the rarest shared by {smallest} people."
    if table.suppressed_rows:
        words += f" In {table.suppressed_rows:,} of {table.rows:,} rows they are empty, being too rare."
    if table.variety is not None:
        words += f" {', '.join(table.telling)}: {table.variety:,} values or more in each, where {plan.l} are asked for."
    return words


def _chart(table: ClassFigures) -> Markup:
    if not table.rows:
        return Markup("")
    # A plan that was read back has them in the order of their letters.
    sizes = dict(sorted(table.sizes.items(), key=lambda size: int(size[0].split()[0].replace(",", ""))))
    return bar_chart(sizes, title=f"Combinations of {table.dataset} by how many people share them")
