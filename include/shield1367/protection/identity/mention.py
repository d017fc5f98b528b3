"""One person as one row names them, reduced to keyed fingerprints for matching."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from shield1367.config.fields import FieldVocabulary
from shield1367.identifiers import canonical
from shield1367.intake.values import parse_date
from shield1367.keys import Fingerprint
from shield1367.protection.identity.names import NAME_KINDS, Name, name_forms, name_tokens

_SHORTEST_TELLING_TOKEN = 3


class Mention(NamedTuple):
    """How one role of one row names a person.

    Attributes:
        strong: fingerprint → (kind, canonical value) of identifiers that alone mean one person.
        tokens: fingerprints of the name's tokens.
        birth: fingerprint of the date of birth.
        exact: fingerprint of all name tokens with the date of birth; two tokens at least.
        full_name: fingerprint of all name tokens; two tokens at least.
        whole_names: fingerprints of the name's whole forms, *full_name* among them.
        short_names: fingerprints of a given name with one of several surnames.
        loose: fingerprints of (date of birth, one name token), also with day and month swapped.
        values: field kind → text, for the registry; encrypted there.
    """

    strong: Mapping[str, tuple[str, str]]
    tokens: frozenset[str]
    birth: str | None
    exact: str | None
    full_name: str | None
    whole_names: frozenset[str]
    short_names: frozenset[str]
    loose: frozenset[str]
    values: Mapping[str, str]


class MentionReader:
    """Reads the mentions of one role of a dataset."""

    def __init__(self, columns: Mapping[str, str], fields: FieldVocabulary, fingerprint: Fingerprint) -> None:
        self._columns = columns
        self._strong = {kind: fingerprint.after(kind) for kind in columns if kind in fields.strong_kinds()}
        self._token, self._birth, self._exact, self._name, self._loose = (
            fingerprint.after(sort) for sort in ("token", "birth", "exact", "name", "loose")
        )

    def read(self, row: Mapping[str, str | None]) -> Mention | None:
        """The mention in one row, or ``None`` when all its cells are empty."""
        values = {kind: text for kind, column in self._columns.items() if (text := row.get(column))}
        if not values:
            return None
        strong = {}
        for kind, fingerprint in self._strong.items():
            if value := canonical(kind, values.get(kind, "")):
                strong[fingerprint(value)] = (kind, value)
        tokens = name_tokens(values[kind] for kind in NAME_KINDS if kind in values)
        birth = parse_date(values.get("date_of_birth", ""))
        if birth:
            values["date_of_birth"] = birth.isoformat()
        name = _joined(tokens) if len(tokens) > 1 else None
        forms = name_forms(values)
        # The whole name is one of its forms.
        full_name = self._name(name) if name else None
        named = {tokens: full_name} if full_name else {}
        return Mention(
            strong=strong,
            tokens=frozenset(map(self._token, tokens)),
            birth=self._birth(birth.isoformat()) if birth else None,
            exact=self._exact(name, birth.isoformat()) if name and birth else None,
            full_name=full_name,
            whole_names=frozenset(named.get(form) or self._name(_joined(form)) for form in forms.whole),
            short_names=frozenset(self._name(_joined(form)) for form in forms.short),
            loose=frozenset(
                self._loose(token, day.isoformat())
                for token in tokens
                if len(token) >= _SHORTEST_TELLING_TOKEN
                for day in _readings(birth)
            ),
            values=values,
        )


def _joined(tokens: Name) -> str:
    return " ".join(sorted(tokens))


def _readings(day: date | None) -> set[date]:
    """A date and, where it is one, the date with day and month swapped."""
    if day is None:
        return set()
    swapped = {day.replace(month=day.day, day=day.month)} if day.day <= 12 else set()
    return {day, *swapped}
