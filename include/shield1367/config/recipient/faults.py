"""What of a profile's ``risk``, ``uncounted`` and ``tables`` does not fit vocabulary, contracts or floor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shield1367.config.contract import SourceContract, unknown_kind
from shield1367.config.fields import Category, FieldKind, FieldVocabulary, Treatment
from shield1367.config.recipient.generalisation import GENERALISED, misfits
from shield1367.config.recipient.membership import Membership
from shield1367.config.recipient.profile import RecipientProfile
from shield1367.config.recipient.tables import Table

# What is removed or replaced as a whole is no part of anybody's class.
_CLOSED = frozenset({Category.DIRECT_IDENTIFIER, Category.CONTACT, Category.NARRATIVE})
_COUNTABLE = frozenset({Category.QUASI_IDENTIFIER, Category.LOCATION, Category.OPERATIONAL})
_SUMMED = frozenset({Category.QUASI_IDENTIFIER, Category.OPERATIONAL})


def risk_faults(profile: RecipientProfile, fields: FieldVocabulary) -> Iterator[tuple[str, str]]:
    """Key and message for what of a profile's ``risk`` does not fit the vocabulary."""
    risk = profile.risk
    if risk is None:
        return
    for key, names in (("quasi_identifiers", risk.quasi_identifiers), ("telling", risk.telling)):
        for name in names:
            if name not in fields.kinds:
                yield f"risk.{key}", unknown_kind(name, fields)
            elif fields.kinds[name].category in _CLOSED:
                yield (
                    f"risk.{key}",
                    f"{name} ({fields.kinds[name].category}) finds people by itself; remove it",
                )
    for name in risk.quasi_identifiers:
        kind = fields.kinds.get(name)
        if kind is None:
            continue
        treatment = profile.treatment_of(name, fields)
        if treatment not in GENERALISED | {Treatment.DROP, Treatment.WITHHOLD}:
            yield f"treatments.{name}", f"{treatment} cannot be generalised, as risk.quasi_identifiers asks"
        levels = risk.hierarchies.get(name)
        if levels is None:
            continue
        for fault in misfits(levels, name, kind, outside=profile.is_outside):
            yield f"risk.hierarchies.{name}", fault
        if treatment in GENERALISED and treatment not in levels:
            yield (
                f"risk.hierarchies.{name}",
                f"has a hole: {treatment}, which the profile gives of {name}, is no level",
            )


def uncounted_faults(profile: RecipientProfile, fields: FieldVocabulary) -> Iterator[tuple[str, str]]:
    """Key and message for what of a profile's ``uncounted`` says nothing, or contradicts its ``risk``."""
    if profile.uncounted is None:
        return
    if not profile.is_outside or profile.tables is not None:
        yield "uncounted", "is for rows that go outside; remove it"
    counted = profile.risk.quasi_identifiers if profile.risk else ()
    for name in profile.uncounted.kinds:
        if name not in fields.kinds:
            yield "uncounted.kinds", unknown_kind(name, fields)
        elif name in counted:
            yield (
                "uncounted.kinds",
                f"{name} is counted by risk.quasi_identifiers; remove it from one of the two",
            )


def table_faults(
    profile: RecipientProfile, fields: FieldVocabulary, contracts: Mapping[str, SourceContract]
) -> Iterator[tuple[str, str]]:
    """Key and message for what of a profile's ``tables`` does not fit it, the contracts or the floor."""
    if profile.tables is None:
        return
    if profile.authority is None:
        yield "authority", "is missing: tables need an exception under § 1367(b)(1) and its disclosure review"
    if profile.membership is not Membership.HIDDEN:
        yield "membership", "tables count everybody; allowed: hidden"
    if profile.risk is not None:
        yield "risk", "is for rows; a profile with tables has none, remove it"
    if profile.treatments:
        yield "treatments", "are for rows; the dimensions of tables have their own, remove them"
    for name, table in profile.tables.tables.items():
        key = f"tables.tables.{name}"
        if table.dataset not in profile.datasets:
            yield f"{key}.dataset", f"{table.dataset} is not among the datasets of the profile"
            continue
        yield from ((f"{key}.{at}", fault) for at, fault in _column_faults(table, fields, contracts))


def _column_faults(
    table: Table, fields: FieldVocabulary, contracts: Mapping[str, SourceContract]
) -> Iterator[tuple[str, str]]:
    source, _, dataset = table.dataset.partition(".")
    columns = contracts[source].datasets[dataset].columns if source in contracts else {}

    def kind_of(name: str) -> FieldKind | None:
        return fields.kinds.get(columns[name].kind or "") if name in columns else None

    for dimension in table.dimensions:
        kind = kind_of(dimension.column)
        if kind is None:
            yield "dimensions", f"{dimension.column} is no plain column of {table.dataset}"
        elif kind.category not in _COUNTABLE or dimension.treatment not in GENERALISED:
            yield "dimensions", f"nothing is counted by {dimension.column} ({dimension.treatment})"
        elif not kind.permits_outside(dimension.treatment):
            yield "dimensions", f"{dimension.treatment} of {dimension.column} is looser than the floor"
    for measure in table.measures:
        kind = kind_of(measure.column) if measure.column else None
        if measure.column and (kind is None or kind.parser != "number" or kind.category not in _SUMMED):
            yield "measures", f"{measure.column} is no number that may be added up"
    for name in table.telling:
        if kind_of(name) is None:
            yield "telling", f"{name} is no plain column of {table.dataset}"
