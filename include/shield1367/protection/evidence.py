"""Evidence: dated facts about a person, read from the rows of an export; append-only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from shield1367.config.benefits import Benefits, Meaning
from shield1367.config.contract import Dataset
from shield1367.config.fields import FieldVocabulary
from shield1367.identifiers import canonical, is_placeholder
from shield1367.intake.values import parse_date
from shield1367.protection.rules import Rule

# Columns that settle what an ambiguous form is about.
_BASES = frozenset({"filing_basis", "ead_category"})
# An unreadable cell of one of these kinds may hide protection.
_DECISIVE = frozenset({"filing_date", "status_date", "date_of_birth"})
_YES = frozenset({"Y", "YES", "1", "TRUE", "T"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact that a row states about the person it is about.

    Attributes:
        kind: field kind of the cell it was read from.
        code: the cell's text; protected, and stored encrypted.
        application: canonical receipt of the application it concerns.
        on: date of the fact in the world (filing, status), not of the export.
        ends: a status that ends protection: final denial on the merits, appeals exhausted.
        column: the column of a narrative that gave it, with the sentence from *start* to *stop*.
    """

    rule: Rule
    kind: str
    code: str | None = None
    application: str | None = None
    on: date | None = None
    ends: bool = False
    column: str | None = None
    start: int | None = None
    stop: int | None = None


class RowReader:
    """Reads the findings of a dataset's rows; what can be known from the contract is known once."""

    def __init__(
        self, dataset: Dataset, fields: FieldVocabulary, benefits: Benefits, missing: frozenset[str]
    ) -> None:
        self._benefits = benefits
        self._triggers = [
            (name, column.kind, table)
            for name, column in dataset.columns.items()
            if column.kind and (table := fields.kinds[column.kind].trigger)
        ]
        self._missing = [kind for name, kind, _ in self._triggers if name in missing]
        self._decisive = {
            name: column.kind
            for name, column in dataset.columns.items()
            if column.kind in _DECISIVE or (column.kind and fields.kinds[column.kind].trigger)
        }
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
        filed = self._date(row, self._filed)
        yield from self._codes(row, application, filed)
        if self._status and (status := row.get(self._status)):
            yield self._status_finding(row, status, application)
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
            (kind, code, self._benefits.tables[table].meaning(code))
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

    def _status_finding(self, row: Mapping[str, str | None], status: str, application: str | None) -> Finding:
        statuses = self._benefits.statuses
        on = self._date(row, self._status_date)
        if not statuses.is_known(status):
            return Finding(Rule.UNKNOWN_STATUS, "application_status", status, application, on)
        exhausted = (row.get(self._exhausted) or "") if self._exhausted else ""
        ends = statuses.is_final_denial(status) and exhausted.strip().upper() in _YES and on is not None
        return Finding(Rule.APPLICATION_STATUS, "application_status", status, application, on, ends)

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
