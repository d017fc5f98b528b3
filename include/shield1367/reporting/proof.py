"""Results of validation and audit, arranged for readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shield1367.reporting.facts import ReleaseFacts
from shield1367.validation.outcomes import Outcome, Severity


@dataclass(frozen=True, slots=True)
class Line:
    """One expectation as a row of a table.

    Attributes:
        state: ``holds``, ``failed``, ``warning`` or ``not evaluated``; also a class of the style sheet.
    """

    state: str
    meaning: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Section:
    """The expectations on one table."""

    title: str
    lines: tuple[Line, ...]

    @property
    def held(self) -> int:
        """How many of them held."""
        return sum(line.state == "holds" for line in self.lines)


def sections(outcomes: Sequence[Outcome]) -> tuple[Section, ...]:
    """The outcomes by table, what did not hold first."""
    names = dict.fromkeys(outcome.dataset for outcome in outcomes)
    return tuple(
        Section(
            "All tables together" if name == "release" else name,
            tuple(_line(outcome) for outcome in _sorted(outcomes) if outcome.dataset == name),
        )
        for name in names
    )


def _sorted(outcomes: Sequence[Outcome]) -> list[Outcome]:
    return sorted(outcomes, key=lambda outcome: (not outcome.blocks, outcome.success))


def _line(outcome: Outcome) -> Line:
    return Line(_state(outcome), outcome.meaning, _evidence(outcome))


def _state(outcome: Outcome) -> str:
    if outcome.raised:
        return "not evaluated"
    if outcome.success:
        return "holds"
    return "failed" if outcome.severity is Severity.CRITICAL else "warning"


def _evidence(outcome: Outcome) -> str:
    if outcome.raised:
        return "could not be evaluated, which counts as failed"
    if outcome.unexpected:
        return f"{outcome.unexpected:,} of {outcome.elements:,} did not"
    return f"{outcome.elements:,} looked at" if outcome.elements else ""


def audit_words(facts: ReleaseFacts) -> str:
    """What the leak audit did, for the reader of a document that may lie with an outside recipient.

    How many people are protected is not said: that figure is protected, too (R-30).
    """
    audit = facts.audit
    searched = f"{audit.cells:,} cells ({audit.characters:,} characters) in {audit.files:,} files"
    if not facts.plan.outside:
        return (
            f"Each data row was held against the § 1367 banner and the columns against the plan: {searched}."
        )
    return (
        f"Code that shares nothing with the redactor reopened the finished files and searched {searched} for every"
        " identifier, name form, address and date of birth of every protected person, for anything shaped like an"
        " identifier, and for words that reveal a protected benefit."
    )
