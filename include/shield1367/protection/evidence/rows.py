"""Evidence: dated facts about a person, read from the rows of an export; append-only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from shield1367.config.benefits import ApplicationState, Meaning, Switch
from shield1367.config.contract import Dataset
from shield1367.config.indicators import Consequence
from shield1367.config.project import Project
from shield1367.config.safeguards import Recorded
from shield1367.identifiers import canonical, is_placeholder
from shield1367.intake.values import parse_date
from shield1367.protection.evidence.indicators import reader_of
from shield1367.protection.rules import Rule

# Columns that settle what an ambiguous form is about.
_BASES = frozenset({"filing_basis", "ead_category"})
# An unreadable cell of one of these kinds may hide protection.
_DECISIVE = frozenset({"filing_date", "status_date", "date_of_birth"})
# What people wrote about the person; a JSON column with one of these inside is read whole.
_WRITTEN = frozenset({"narrative", "vulnerability"})
_YES = frozenset({"Y", "YES", "1", "TRUE", "T"})
CERTIFICATION = "certification_1229e"


class Finding(NamedTuple):
    """One fact that a row states about the person it is about.

    Attributes:
        kind: field kind of the cell it was read from.
        code: the cell's text, of a narrative the group of indicators; protected, and stored encrypted.
        application: canonical receipt of the application it concerns.
        on: date of the fact in the world (filing, status), not of the export.
        ends: a status that ends protection: final denial on the merits, appeals exhausted.
        state: of a status, what it says about the application.
        column: the column of a narrative that gave it, with the sentence from *start* to *stop*.
    """

    rule: Rule
    kind: str
    code: str | None = None
    application: str | None = None
    on: date | None = None
    ends: bool = False
    state: ApplicationState = ApplicationState.UNKNOWN
    column: str | None = None
    start: int | None = None
    stop: int | None = None


class RowReader:
    """Reads the findings of a dataset's rows; what can be known from the contract is known once.

    Args:
        missing: columns of the contract that the export lacks.
        learned: the day the rows were learned: no fact in them can be later.
    """

    def __init__(
        self,
        dataset: Dataset,
        project: Project,
        missing: frozenset[str],
        *,
        learned: date,
    ) -> None:
        fields, indicators = project.fields, project.indicators
        self._benefits = project.benefits
        self._safeguards = project.safeguards
        self._learned = learned
        self._certifications = dataset.columns_of_kind(CERTIFICATION)
        self._written = {
            name: kind
            for name, column in dataset.columns.items()
            for kind in column.kinds()
            if kind in _WRITTEN and indicators.reason_to_believe is Consequence.INDETERMINATE
        }
        self._indicators = reader_of(indicators) if self._written else None
        self._triggers = [
            (name, column.kind, table)
            for name, column in dataset.columns.items()
            if column.kind and (table := fields.kinds[column.kind].trigger)
        ]
        self._missing = [kind for name, kind, _ in self._triggers if name in missing]
        self._missing += [CERTIFICATION for name in self._certifications if name in missing]
        self._decisive = {
            name: column.kind
            for name, column in dataset.columns.items()
            if column.kind in _DECISIVE or (column.kind and fields.kinds[column.kind].trigger)
        }
        self._birth = dataset.people.get(dataset.about, {}).get("date_of_birth")
        self._receipt = dataset.people.get(dataset.about, {}).get("receipt_number")
        self._identifiers = {
            kind: column
            for kind, column in dataset.people.get(dataset.about, {}).items()
            if kind in fields.strong_kinds()
        }
        self._filed = next(iter(dataset.columns_of_kind("filing_date")), None)
        self._status = next(iter(dataset.columns_of_kind("application_status")), None)
        self._status_date = next(iter(dataset.columns_of_kind("status_date")), None)
        self._exhausted = next(iter(dataset.columns_of_kind("appeal_exhausted")), None)

    def findings(self, row: Mapping[str, str | None], invalid: str | None) -> Iterator[Finding]:
        """Everything one row says about the person it is about."""
        application = self._application(row)
        birth = self._date(row, self._birth)
        filed, impossible = self._possible(self._date(row, self._filed), birth)
        if impossible:
            yield Finding(Rule.IMPOSSIBLE_DATE, "filing_date", application=application)
        if birth and birth > self._learned:
            yield Finding(Rule.IMPOSSIBLE_DATE, "date_of_birth", application=application)
        yield from self._codes(row, application, filed)
        if self._status and (status := row.get(self._status)):
            yield from self._status_findings(row, status, application, birth)
        yield from self._reasons(row)
        yield from self._certified(row)
        for kind in self._missing:
            yield Finding(Rule.MISSING_COLUMN, kind)
        for name in (invalid or "").split(","):
            if name in self._decisive:
                yield Finding(Rule.INVALID_CELL, self._decisive[name] or name)
        yield from self._placeholders(row)

    def _placeholders(self, row: Mapping[str, str | None]) -> Iterator[Finding]:
        """Numbers that stand for nobody, where no identifier of the row says who it is about.

        Whoever is then found by name and date of birth may be somebody else; beside an identifier
        such a number says no more than an empty cell.
        """
        cells = {kind: row.get(column) or "" for kind, column in self._identifiers.items()}
        if not any(canonical(kind, text) for kind, text in cells.items()):
            yield from (
                Finding(Rule.INVALID_CELL, kind) for kind in cells if is_placeholder(kind, cells[kind])
            )

    def _codes(
        self, row: Mapping[str, str | None], application: str | None, filed: date | None
    ) -> Iterator[Finding]:
        read = [
            (kind, code, self._benefits.table(table).meaning(code, filed))
            for name, kind, table in self._triggers
            if (code := row.get(name))
        ]
        bases = {meaning for kind, _, meaning in read if kind in _BASES}
        for kind, code, found in read:
            meaning = found
            if kind == "form_type" and found is Meaning.AMBIGUOUS:
                # An I-360, I-485 or I-765 is what its basis says; without one it stays open.
                if Meaning.REVEALS in bases:
                    meaning = Meaning.REVEALS
                elif bases & {Meaning.NO} and not bases & {Meaning.AMBIGUOUS, Meaning.UNKNOWN}:
                    meaning = Meaning.NO
            rule = _RULES.get(meaning)
            if rule is Rule.REVEALING_CODE and application and kind in ("form_type", "filing_basis"):
                rule = Rule.COVERED_APPLICATION
            if rule is not None:
                yield Finding(rule, kind, code, application, filed)

    def _certified(self, row: Mapping[str, str | None]) -> Iterator[Finding]:
        """Whatever stands under a certification, other than that there is none, says who is protected."""
        for name in self._certifications:
            if (text := row.get(name)) and self._safeguards.certification.meaning(text) is not Recorded.NONE:
                yield Finding(Rule.CERTIFICATION, CERTIFICATION, text)

    def _reasons(self, row: Mapping[str, str | None]) -> Iterator[Finding]:
        for name, kind in self._written.items():
            if self._indicators and (text := row.get(name)):
                for start, stop, group in self._indicators.read(text):
                    yield Finding(Rule.REASON_TO_BELIEVE, kind, group, column=name, start=start, stop=stop)

    def _status_findings(
        self, row: Mapping[str, str | None], status: str, application: str | None, birth: date | None
    ) -> Iterator[Finding]:
        kind, state = "application_status", self._benefits.state_of(status)
        on, impossible = self._possible(self._date(row, self._status_date), birth)
        if impossible:
            yield Finding(Rule.IMPOSSIBLE_DATE, "status_date", application=application)
        if state is ApplicationState.UNKNOWN:
            yield Finding(Rule.UNKNOWN_STATUS, kind, status, application, on)
            return
        exhausted = (row.get(self._exhausted) or "") if self._exhausted else ""
        final = state is ApplicationState.DENIED_FINAL and exhausted.strip().upper() in _YES
        yield Finding(
            Rule.APPLICATION_STATUS, kind, status, application, on, ends=final and on is not None, state=state
        )
        if (
            state is ApplicationState.NATURALIZED and on
            and self._benefits.switches[Switch.NATURALIZATION_ENDS]
        ):  # fmt: skip
            yield Finding(Rule.NATURALIZED, kind, status, None, on, ends=True)

    def _possible(self, on: date | None, birth: date | None) -> tuple[date | None, bool]:
        """A date as far as it can be believed, and whether it cannot: later than today, or before the birth."""
        if on is None or (on <= self._learned and (birth is None or birth <= on)):
            return on, False
        return None, True

    def _application(self, row: Mapping[str, str | None]) -> str | None:
        receipt = row.get(self._receipt) if self._receipt else None
        return canonical("receipt_number", receipt) if receipt else None

    @staticmethod
    def _date(row: Mapping[str, str | None], column: str | None) -> date | None:
        text = row.get(column) if column else None
        return parse_date(text) if text else None


_RULES = {
    Meaning.REVEALS: Rule.REVEALING_CODE,
    Meaning.AMBIGUOUS: Rule.AMBIGUOUS_CODE,
    Meaning.UNKNOWN: Rule.UNKNOWN_CODE,
    Meaning.NO: Rule.UNRELATED_CODE,
}
