"""Expectation suites made from the plan of a release: what must hold of every cell and every count.

Two suites a dataset. The *cell* suite runs on each partition; the *figures* suite runs once on a
small table with one row per partition (rows found, rows reported, column types), so that
release-level claims are asserted on counts and memory stays bounded by one partition. A third suite
concerns all tables together. Suites are plain data here; ``expectations`` turns them into Great
Expectations objects.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from shield1367.config.fields import FieldVocabulary, Treatment
from shield1367.config.recipient import Membership
from shield1367.disclosure.notices import NOTICES
from shield1367.disclosure.plan import ColumnPlan, DatasetPlan, ReleasePlan
from shield1367.disclosure.planning import NOTICE_COLUMN
from shield1367.validation.forbidden import ANY_IDENTIFIER, MARKER_CELLS, TRIGGER_PHRASES
from shield1367.validation.formats import CellFormat, ColumnType, cell_format
from shield1367.validation.outcomes import Severity

MATCH = "expect_column_values_to_match_regex"
NOT_MATCH = "expect_column_values_to_not_match_regex"
IN_SET = "expect_column_values_to_be_in_set"
EMPTY = "expect_column_values_to_be_null"
FILLED = "expect_column_values_to_not_be_null"
UNIQUE = "expect_column_values_to_be_unique"
COLUMNS = "expect_table_columns_to_match_ordered_list"
EQUAL = "expect_column_pair_values_to_be_equal"
PLANNED_JSON = "expect_column_values_to_hold_planned_json"

# Share of the rows of a table with people that should have somebody to join on.
PERSON_SHARE = 0.8

TYPE_OF = "type_of."
UNFIT, DRIFT = "unfit.", "drift."


@dataclass(frozen=True, slots=True)
class Check:
    """One expectation before Great Expectations knows of it.

    Attributes:
        expectation: its type.
        arguments: its further arguments; configuration only, they are echoed into its results.
    """

    expectation: str
    meaning: str
    column: str | None = None
    severity: Severity = Severity.CRITICAL
    arguments: Mapping[str, object] = field(default_factory=dict)

    def line(self, suite: str) -> str:
        """The whole of it in one line, with the name of its *suite*."""
        parts = (suite, self.expectation, self.column, self.severity, self.meaning, dict(self.arguments))
        return json.dumps(parts, sort_keys=True)


def version_of(lines: Iterable[str]) -> str:
    """The version of suites: hex SHA-256 of all their expectations with every argument, however often each was run."""
    return hashlib.sha256("\n".join(sorted(set(lines))).encode()).hexdigest()


def cell_suite(dataset: DatasetPlan, plan: ReleasePlan, fields: FieldVocabulary) -> tuple[Check, ...]:
    """What holds of the cells of every partition of *dataset*."""
    names = [column.name for column in dataset.released_columns]
    checks = [
        Check(
            COLUMNS,
            "The table has exactly the planned columns, in the planned order.",
            arguments={"column_list": names},
        )
    ]
    for column in dataset.released_columns:
        checks += _column_checks(column, plan, fields)
    checks += _key_checks(dataset)
    return tuple(checks)


def _column_checks(column: ColumnPlan, plan: ReleasePlan, fields: FieldVocabulary) -> Iterator[Check]:
    if column.json_keys is not None:
        yield _json_check(column, column.json_keys, fields)
        if plan.outside and not column.excepted:
            yield from _outside_text(column)
        return
    if column.name == NOTICE_COLUMN and column.kind is None:
        yield Check(
            IN_SET,
            f"Every filled cell of {column.name} is one of the notices on prohibited sources.",
            column.name,
            arguments={"value_set": sorted(NOTICES.values())},
        )
    shape = format_of(column, fields)
    if shape.empty:
        yield Check(EMPTY, f"Withheld: every cell of {column.name} is empty.", column.name)
    elif shape.values is not None:
        yield Check(
            IN_SET,
            f"Treated: every filled cell of {column.name} is {shape.words}.",
            column.name,
            arguments={"value_set": sorted(shape.values)},
        )
    elif shape.regex is not None:
        yield Check(
            MATCH,
            f"Treated: every filled cell of {column.name} is {shape.words}.",
            column.name,
            arguments={"regex": shape.regex},
        )
    if plan.outside and not shape.is_closed and not column.excepted:
        yield from _outside_text(column)
    if is_person(column):
        yield Check(
            FILLED,
            f"At least {PERSON_SHARE:.0%} of the rows name a person to join on.",
            column.name,
            Severity.WARNING,
            {"mostly": PERSON_SHARE},
        )


def _outside_text(column: ColumnPlan) -> Iterator[Check]:
    yield Check(
        NOT_MATCH,
        f"No cell of {column.name} holds an A-Number, receipt, SSN, telephone number or e-mail address.",
        column.name,
        arguments={"regex": f"(?i){ANY_IDENTIFIER}"},
    )
    yield Check(
        NOT_MATCH,
        f"No cell of {column.name} holds words that reveal a protected benefit (VAWA, T or U visa …).",
        column.name,
        arguments={"regex": f"(?i){TRIGGER_PHRASES}"},
    )
    if not column.scrubs:
        yield Check(
            NOT_MATCH,
            f"Nothing in {column.name} tells rows of protected people from others.",
            column.name,
            arguments={"regex": f"(?i){MARKER_CELLS}"},
        )


def _json_check(
    column: ColumnPlan, keys: Mapping[str, tuple[str, Treatment]], fields: FieldVocabulary
) -> Check:
    planned = {}
    for key, (kind, treatment) in keys.items():
        if treatment is not Treatment.DROP:
            planned[key] = json_regex(cell_format(treatment, name=kind, kind=fields.kinds.get(kind)))
    return Check(
        PLANNED_JSON,
        f"The JSON in {column.name} has the planned keys only, each treated as planned.",
        column.name,
        arguments={"planned": planned},
    )


def json_regex(shape: CellFormat) -> str:
    """What the text of a value inside JSON matches; numbers are compared by their digits."""
    if shape.empty:
        return r"^$"
    if shape.values is not None:
        return "^(?:" + "|".join(_escaped(value) for value in sorted(shape.values)) + ")$"
    return shape.regex or ""


def _escaped(value: str) -> str:
    return "".join(c if c.isalnum() or c == " " else f"\\{c}" for c in value)


def _key_checks(dataset: DatasetPlan) -> Iterator[Check]:
    if len(dataset.key) != 1:
        return
    for column in dataset.released_columns:
        if column.name == dataset.key[0] and column.treatment is Treatment.PSEUDONYM:
            yield Check(
                UNIQUE,
                f"No record occurs twice: {column.name} is different in every row of a partition.",
                column.name,
            )


def figures_suite(dataset: DatasetPlan, plan: ReleasePlan, fields: FieldVocabulary) -> tuple[Check, ...]:
    """What holds of the counts and column types of *dataset*, one row per partition."""
    checks = [
        # A file that is missing or unreadable has no count that could equal one.
        _equal(
            "rows",
            "released",
            "Every planned file is there and readable, with the rows that redaction reported as released.",
        ),
        _equal("rows_in", "accounted", "Every row that went in is accounted for: released or withheld."),
        _equal("rows_in", "planned", "Redaction read as many rows as the plan lists."),
    ]
    if plan.scope is not None:
        checks.append(_equal("withheld", "not_covered", "No row is in it that the exception does not cover."))
    elif plan.membership is Membership.WITHHELD:
        checks.append(
            _equal("withheld", "protected_rows", "Just the rows that had to be left out are left out.")
        )
    else:
        checks.append(_equal("withheld", "none", "No row is left out: a gap would tell who is protected."))
    for column in dataset.released_columns:
        expected = ColumnType.TEXT if column.json_keys is not None else format_of(column, fields).type
        allowed = list(ColumnType) if expected is ColumnType.EMPTY else [expected]
        checks.append(
            Check(
                IN_SET,
                f"{column.name} is stored as {expected} in every partition.",
                TYPE_OF + column.name,
                arguments={"value_set": [str(kind) for kind in allowed]},
            )
        )
    for column in dataset.released_columns:
        if may_be_unfit(column, fields):
            meaning = f"Every cell of {column.name} is what its kind says; what is not is withheld."
            checks.append(
                Check(
                    EQUAL,
                    meaning,
                    None,
                    Severity.WARNING,
                    {"column_A": UNFIT + column.name, "column_B": "none"},
                )
            )
        if column.json_keys is not None:
            checks.append(
                Check(
                    EQUAL,
                    f"Every key inside {column.name} is one that the contract names; others are removed.",
                    severity=Severity.WARNING,
                    arguments={"column_A": DRIFT + column.name, "column_B": "none"},
                )
            )
    return tuple(checks)


def may_be_unfit(column: ColumnPlan, fields: FieldVocabulary) -> bool:
    """Whether cells of a released column can be held against a shape, and are not all replaced alike."""
    if column.json_keys is not None:
        return True
    known = fields.kinds.get(column.kind or "")
    return known is not None and known.check is not None and column.treatment not in (
        Treatment.WITHHOLD, Treatment.TOKEN
    )  # fmt: skip


def release_suite() -> tuple[Check, ...]:
    """What holds of all tables together."""
    return (
        _equal("unexpected_files", "none", "The package holds nothing but the planned files."),
        _equal("surplus_results", "none", "Redaction reported each planned partition once, and no other."),
        _equal(
            "surplus_person_forms",
            "none",
            "A person's pseudonym has one form in all tables.",
        ),
        _equal(
            "broken_joins",
            "none",
            "Each table has as many people, and each two as many in common, by their pseudonyms as by their links.",
        ),
    )


def _equal(left: str, right: str, meaning: str) -> Check:
    return Check(EQUAL, meaning, arguments={"column_A": left, "column_B": right})


def format_of(column: ColumnPlan, fields: FieldVocabulary) -> CellFormat:
    """The format of a plain column's cells under the plan."""
    known = fields.kinds.get(column.kind) if column.kind else None
    return cell_format(column.treatment, name=column.kind, kind=known)


def is_person(column: ColumnPlan) -> bool:
    """Whether *column* holds the pseudonym of the person a row is about."""
    return column.kind == "person_id" and column.treatment is Treatment.PSEUDONYM
