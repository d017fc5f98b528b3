"""An index of the people we know: words and pairs of words of their names, identifiers as skeletons."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from itertools import combinations
from typing import TypeVar

from ahocorasick_rs import AhoCorasick

from shield1367.identities import Identity
from shield1367.redaction.text.fold import fold_value
from shield1367.redaction.text.lexicon import Lexicon

_NAME_KINDS = (
    "given_name",
    "middle_name",
    "family_name",
    "full_name",
    "alias",
    "officer_name",
    "representative",
)
_ENTITIES = {
    "a_number": "A_NUMBER", "receipt_number": "RECEIPT", "ssn": "SSN", "passport_number": "PASSPORT",
    "phone": "PHONE", "email": "EMAIL", "fin": "ID", "sevis_id": "ID", "i94_number": "ID",
    "eoir_case_id": "ID", "eid_id": "ID", "person_pseudonym": "ID",
}  # fmt: skip
_CUT = re.compile(r"[\W_]+")
_CONFUSED = str.maketrans("oilsbz", "011582")
Key = TypeVar("Key")
_SHORTEST_ID = 5
_SHORTEST_GLUED = 6
SEVERAL = -2
# A surname that more people share is not rare.
_RARE_BEARERS = 5
_RARE_LENGTH = 6


class People:
    """An index of identities; built once, used for every batch.

    Attributes:
        ids: person ids, by index.
        births: known dates of birth.
        words: every word of every name → index of its person, ``-2`` when several share it.
        own: per person, the words of their names.
        everywhere: words of protected people, searched in every text.
        rare: those of them that are surnames hardly anybody has.
        addresses: of each opening of a street address in ``streets``, the words that may go on it.
    """

    def __init__(self, identities: Iterable[Identity], lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self.ids: list[str] = []
        self.protected: list[bool] = []
        self.births: dict[date, int] = {}
        self.words: dict[str, int] = {}
        self.own: list[frozenset[str]] = []
        self.everywhere: set[str] = set()
        self.pairs: dict[str, int] = {}
        self.initials: dict[str, int] = {}
        self.glued: dict[str, int] = {}
        self.streets: dict[str, int] = {}
        self.addresses: dict[str, frozenset[str]] = {}
        self._surnames: Counter[str] = Counter()
        self.cities: list[frozenset[str]] = []
        skeletons: dict[str, tuple[str, int]] = {}
        unspaced: dict[str, int] = {}
        for identity in identities:
            person = len(self.ids)
            self.ids.append(identity.person_id)
            self.protected.append(identity.protected)
            self._add_names(identity, person, unspaced)
            self._add_identifiers(identity, person, skeletons)
            self._add_places(identity, person)
        self.rare = frozenset(
            word
            for word, bearers in self._surnames.items()
            if bearers <= _RARE_BEARERS and len(word) >= _RARE_LENGTH and not lexicon.is_ordinary(word)
        )
        del self._surnames
        self.index = {person_id: index for index, person_id in enumerate(self.ids)}
        self.skeletons = list(skeletons.items())
        self.automaton = AhoCorasick([key for key, _ in self.skeletons]) if skeletons else None
        self.unspaced = list(unspaced.items())
        self.unspaced_automaton = AhoCorasick([key for key, _ in self.unspaced]) if unspaced else None
        self.house_numbers = frozenset(key.split(" ", 1)[0] for key in self.streets)
        # One set for the scan; which rule a word falls under is looked at only where it hits.
        self.candidates = frozenset(self.words) | frozenset(self.glued)

    # Building

    def _add_names(self, identity: Identity, person: int, unspaced: dict[str, int]) -> None:
        given: list[str] = []
        family: list[str] = []
        everything: list[list[str]] = []
        for kind in _NAME_KINDS:
            for value in identity.values.get(kind, ()):
                folded = fold_value(value)
                words = self._significant(folded)
                if not words:
                    continue
                everything.append(words)
                if kind in ("given_name", "middle_name"):
                    given += words
                elif kind == "family_name":
                    family += words
                elif "," in folded:
                    last, first = folded.split(",", 1)
                    family += self._significant(last)
                    given += self._significant(first)
                else:
                    given += words[: max(1, len(words) // 2)]
                    family += words[1:]
        nicknames = [form for word in given for form in self._lexicon.nicknames.get(word, ())]
        words = list(dict.fromkeys((*given, *family)))[:16]
        if not words:
            self.own.append(frozenset())
            return
        for word in words:
            if not word.isascii() and len(word) >= 2:
                unspaced[word] = _shared(unspaced, word, person)
            self.words[word] = _shared(self.words, word, person)
        for word in nicknames:
            self.words[word] = _shared(self.words, word, person)
        self.own.append(frozenset((*words, *nicknames)))
        if identity.protected:
            self.everywhere.update(words)
            self._surnames.update({word for word in family if word.isascii()})
        for one, other in combinations(words, 2):
            self._add_pair(one, other, person)
        for form in nicknames:
            for other in family:
                if other != form:
                    self._add_pair(form, other, person)
        for other in family:
            for word in given:
                self.initials[f"{other} {word[0]}"] = _shared(self.initials, f"{other} {word[0]}", person)
        full = ["".join(given + family), "".join(family + given), *("".join(w) for w in everything)]
        full += [a + b for a in given for b in family] + [b + a for a in given for b in family]
        full += [a[0] + b for a in given for b in family if len(b) >= _SHORTEST_GLUED - 1]
        for form in full:
            if (
                len(form) >= _SHORTEST_GLUED
                and form not in self.words
                and not self._lexicon.is_ordinary(form)
            ):
                self.glued[form] = _shared(self.glued, form, person)

    def _add_pair(self, one: str, other: str, person: int) -> None:
        key = f"{one} {other}" if one < other else f"{other} {one}"
        self.pairs[key] = _shared(self.pairs, key, person)

    def _significant(self, folded: str) -> list[str]:
        words = [word for word in _CUT.split(folded) if word]
        long = [w for w in words if w not in self._lexicon.suffixes and not (len(w) == 1 and w.isascii())]
        kept = [word for word in long if word not in self._lexicon.particles]
        return kept or long

    def _add_identifiers(
        self, identity: Identity, person: int, skeletons: dict[str, tuple[str, int]]
    ) -> None:
        for kind, entity in _ENTITIES.items():
            for value in identity.values.get(kind, ()):
                for key in _skeleton_forms(kind, value):
                    known = skeletons.get(key)
                    skeletons[key] = (entity, person if known is None or known[1] == person else SEVERAL)
        for value in identity.values.get("email", ()):
            local = "".join(_CUT.split(fold_value(value).split("@")[0]))
            if len(local) >= _SHORTEST_GLUED and not self._lexicon.is_ordinary(local):
                self.glued.setdefault(local, person)
        for value in identity.values.get("date_of_birth", ()):
            try:
                born = date.fromisoformat(value[:10])
            except ValueError:
                continue
            self.births[born] = _shared(self.births, born, person)
            for form in ("%Y%m%d", "%m%d%Y", "%d%m%Y"):
                key = born.strftime(form).translate(_CONFUSED)
                skeletons.setdefault(key, ("DATE", person))

    def _add_places(self, identity: Identity, person: int) -> None:
        for value in identity.values.get("street_address", ()):
            words = [word for word in _CUT.split(fold_value(value)) if word]
            for position, word in enumerate(words):
                following = [
                    w for w in words[position + 1 : position + 5] if w not in self._lexicon.street_words
                ]
                if word[0].isdigit() and following:
                    key = f"{word} {following[0]}"
                    self.streets[key] = _shared(self.streets, key, person)
                    self.addresses[key] = self.addresses.get(key, frozenset()).union(words)
        cities = (fold_value(value) for value in identity.values.get("city", ()))
        self.cities.append(frozenset(city for city in cities if city and city not in self._lexicon.countries))


def _shared(index: dict[Key, int], key: Key, person: int) -> int:
    known = index.get(key)
    return person if known is None or known == person else SEVERAL


def _skeleton_forms(kind: str, value: str) -> set[str]:
    skeleton = "".join(_CUT.split(fold_value(value)))
    if kind == "phone":
        digits = "".join(filter(str.isdigit, skeleton))
        forms = {digits, digits[1:] if len(digits) == 11 and digits[0] == "1" else digits}
    elif kind == "a_number":
        digits = "".join(filter(str.isdigit, skeleton)).lstrip("0")
        forms = {digits.zfill(width) for width in range(max(7, len(digits)), 10)} if digits else set()
    else:
        forms = {skeleton}
    if kind == "email":
        return {form.translate(_CONFUSED) for form in forms if len(form) >= 8}
    return {
        form.translate(_CONFUSED)
        for form in forms
        if len(form) >= _SHORTEST_ID and any(map(str.isdigit, form))
    }
