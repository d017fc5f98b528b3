"""``dossier.html``: what was sent to whom, why that is allowed, and what proves that nothing leaked.

The page lies in the released folder. For an outside recipient it therefore says neither how many rows
were left out nor how many people are protected: both are protected themselves (R-12, R-30).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from shield1367.config.fields import Treatment
from shield1367.disclosure.plan import ColumnPlan, DatasetPlan
from shield1367.reporting.charts import bar_chart, interval_chart
from shield1367.reporting.crowds import crowds
from shield1367.reporting.facts import ReleaseFacts
from shield1367.reporting.pages import render
from shield1367.reporting.parity import parity
from shield1367.reporting.proof import audit_words, questions, sections
from shield1367.reporting.words import (
    MEMBERSHIPS,
    SHORT_TREATMENTS,
    approval_words,
    treatment_words,
    why_allowed,
)
from shield1367.storage import write_text

DOSSIER = "dossier.html"
# Most to least open, so that the reader sees first what is readable in the release.
_ORDER = (
    Treatment.KEEP,
    Treatment.SCRUB,
    Treatment.SHIFT,
    Treatment.MONTH,
    Treatment.QUARTER,
    Treatment.YEAR,
    Treatment.ROUND,
    Treatment.BROAD,
    Treatment.AGE_BAND,
    Treatment.STATE,
    Treatment.REGION,
    Treatment.PSEUDONYM,
    Treatment.TOKEN,
    Treatment.WITHHOLD,
    Treatment.DROP,
)


@dataclass(frozen=True, slots=True)
class _Column:
    """A column as a row of the dossier."""

    name: str
    meaning: str
    words: str


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of the release as a section of the dossier."""

    name: str
    title: str
    rows: int
    columns: tuple[_Column, ...]
    emptied: tuple[str, ...]
    left_out: tuple[str, ...]
    chart: Markup


def dossier(facts: ReleaseFacts) -> str:
    """The page, readable in five minutes by someone who never saw the system."""
    spans = facts.spans()
    return render(
        "dossier.html",
        title=f"Dossier of release {facts.plan.release_id}",
        facts=facts,
        membership=MEMBERSHIPS[facts.plan.membership],
        why=why_allowed(facts.profile, facts.plan.scope),
        exception=facts.plan.scope.words if facts.plan.scope else None,
        approval=approval_words(facts.plan.approval),
        tables=[_table(facts, dataset) for dataset in ([] if facts.plan.tables else facts.plan.datasets)],
        spans=bar_chart(
            {kind.replace("_", " ").lower(): count for kind, count in spans.items()},
            title="Passages replaced in narratives, by kind",
        ),
        replaced=sum(spans.values()),
        recall=_recall_chart(facts),
        not_all_masked={kind: of for kind, of in facts.recall.by_kind.items() if of[1] < of[0]},
        all_masked={kind: tried for kind, (tried, found) in facts.recall.by_kind.items() if found == tried},
        crowds=crowds(facts.plan.classes, facts.plan.uncounted, facts.profile.uncounted),
        parity=parity(facts),
        reconciliation=_reconciliation(facts),
        sections=sections(facts.validation.outcomes),
        questions=questions(facts.validation.outcomes),
        held=sum(outcome.success for outcome in facts.validation.outcomes),
        audit=audit_words(facts),
        policy=_policy(facts),
    )


def write_dossier(package: Path, facts: ReleaseFacts) -> Path:
    """Write the page into the package."""
    return write_text(package / DOSSIER, dossier(facts))


def _recall_chart(facts: ReleaseFacts) -> Markup:
    recall = facts.recall
    if not recall.trials:
        return Markup("")
    return interval_chart(
        share=recall.share, lower=recall.lower, demanded=recall.at_least, title="Recall of the scrubber"
    )


def _table(facts: ReleaseFacts, dataset: DatasetPlan) -> _Table:
    columns = sorted(dataset.columns, key=lambda column: _ORDER.index(column.treatment))
    counts = Counter(column.treatment for column in dataset.columns)
    return _Table(
        name=dataset.name,
        title=dataset.title,
        rows=facts.rows_of(dataset),
        columns=tuple(
            _column(column) for column in columns if column.is_released and not _is_emptied(column)
        ),
        emptied=tuple(column.name for column in columns if _is_emptied(column)),
        left_out=tuple(column.name for column in columns if not column.is_released),
        chart=bar_chart(
            {SHORT_TREATMENTS[treatment]: counts[treatment] for treatment in _ORDER if counts[treatment]},
            title=f"Columns of {dataset.name} by treatment",
        ),
    )


def _is_emptied(column: ColumnPlan) -> bool:
    return column.treatment is Treatment.WITHHOLD and column.json_keys is None


def _column(column: ColumnPlan) -> _Column:
    return _Column(column.name, column.title, treatment_words(column))


def _reconciliation(facts: ReleaseFacts) -> str:
    rows_in = sum(result.rows_in for result in facts.results)
    withheld = sum(result.withheld for result in facts.results)
    if rows_in != facts.rows + withheld:
        return "The rows do not reconcile: some that went in are neither released nor withheld."
    if facts.plan.outside:
        return (
            "Every row that went in is accounted for, as released or as withheld. The figures are in the disclosure"
            " ledger and not here, because they would tell how many rows at most concern protected people."
        )
    return f"Every row that went in is accounted for: {rows_in:,} in, {facts.rows:,} released, {withheld:,} withheld."


def _policy(facts: ReleaseFacts) -> dict[str, str]:
    hashes = facts.plan.hashes
    named = {
        "recipient profile": hashes.profile,
        "field kinds and floor": hashes.fields,
        "benefit codes": hashes.benefits,
        "text rules": hashes.text,
        "protection registry": hashes.registry,
    }
    if hashes.authority:
        named["authority"] = hashes.authority
    if hashes.safeguards:
        named["prohibited sources and verifications"] = hashes.safeguards
    return named | {f"contract {source}": digest for source, digest in sorted(hashes.contracts.items())}
