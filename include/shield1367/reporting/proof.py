"""Results of validation and audit, arranged for readers."""

from __future__ import annotations

import re
from collections import defaultdict
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


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked of a release, of however many columns and tables; *held* of *asked* times it held."""

    meaning: str
    asked: int
    held: int
    blocks: bool


def questions(outcomes: Sequence[Outcome]) -> tuple[Question, ...]:
    """Every expectation once, without the column and the form that it is about; what did not hold comes first."""
    grouped = defaultdict[str, list[Outcome]](list)
    for outcome in outcomes:
        grouped[_in_general(outcome)].append(outcome)
    found = [
        Question(
            meaning,
            len(asked),
            sum(outcome.success for outcome in asked),
            any(outcome.severity is Severity.CRITICAL for outcome in asked),
        )
        for meaning, asked in grouped.items()
    ]
    return tuple(sorted(found, key=lambda question: (question.held == question.asked, not question.blocks)))


def _in_general(outcome: Outcome) -> str:
    meaning, named = outcome.meaning, re.escape(outcome.column or "")
    if outcome.column is not None:
        meaning = re.sub(rf"(?<!\w){named}(?!\w)", "a column", meaning, count=1)
    if meaning.startswith("Treated: every filled cell of "):
        return "Every filled cell of a column has the form that its treatment gives."
    for pattern, general in _FORMS:
        if pattern.fullmatch(meaning):
            return general
    return meaning


# What names its column in words of its own, being asked of a table of counts.
_FORMS = (
    (re.compile(r".* is stored as .* in every partition\."), "A column is stored as planned."),
    (
        re.compile(r"Every cell of .* is what its kind says; what is not is withheld\."),
        "Every cell of a column is what its kind says; what is not is withheld.",
    ),
    (
        re.compile(r"Every key inside .* is one that the contract names; others are removed\."),
        "Every key inside a column of JSON is one that the contract names; others are removed.",
    ),
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
