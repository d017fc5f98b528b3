"""An index of the people we know: words and pairs of words of their names, identifiers as skeletons."""

from __future__ import annotations

import re
from collections import ChainMap, Counter
from collections.abc import Iterable, MutableMapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import combinations
from sys import intern
from typing import TypeVar

from ahocorasick_rs import AhoCorasick

from shield1367.identities import Identity
from shield1367.redaction.text.fold import fold_value
from shield1367.redaction.text.lexicon import Lexicon
from shield1367.redaction.text.postings import SEVERAL, Entries, Postings
from shield1367.redaction.text.romanised import romanised
from shield1367.redaction.text.skeletons import SHORTEST, SkeletonEntries, Skeletons

__all__ = ["SEVERAL", "Addresses", "People", "pair_of"]

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
# Kinds whose forms have rules of their own.
_APART = frozenset({"phone", "a_number", "email"})
_CUT = re.compile(r"[\W_]+")
_CONFUSED = str.maketrans("oilsbz", "011582")
Key = TypeVar("Key")
_SHORTEST_GLUED = 6
# Names remembered with their words while the index is built.
_MOST_NAMES = 100_000
# A surname that more people share is not rare.
_RARE_BEARERS = 5
_RARE_LENGTH = 6


class People:
    """An index of identities; built once, used for every batch.

    What there is a million times, with a million people, is kept as fingerprints or shared.

    Args:
        over: an index of others, which stays as it is: this one says what one of all of them would say. Little
            of it is copied, so that a few people can be added to a million for a partition.

    Attributes:
        ids: person ids, by index.
        births: known dates of birth.
        words: every word of every name → index of its person, ``-2`` when several share it.
        own: per person, the words of their names.
        everywhere: words of protected people, searched in every text.
        called: of those, what somebody goes by: given names and aliases, as far as the word can be anybody.
        surnames: how many protected people have a surname; *rare* are those that hardly anybody has.
        addresses: of each opening of a street address in ``streets``, the words that may go on it.
        towns: where somebody lives, folded.
        led: of each word that stands behind particles in a name, those particles: "fuente" → "de la".
        lettered: names of letters alone, "K.C.", by their letters: "k c".
    """

    def __init__(
        self, identities: Iterable[Identity], lexicon: Lexicon, *, over: People | None = None
    ) -> None:
        self._lexicon = lexicon
        self.ids: list[str] = list(over.ids) if over else []
        self.births: dict[date, int] = dict(over.births) if over else {}
        self.words: dict[str, int] = dict(over.words) if over else {}
        self.own: list[tuple[str, ...]] = list(over.own) if over else []
        self.everywhere: set[str] = set(over.everywhere) if over else set()
        self.called: set[str] = set(over.called) if over else set()
        streets: dict[str, int] = {}
        self.streets: MutableMapping[str, int] = ChainMap(streets, over.streets) if over else streets
        self.addresses: Addresses = Addresses(over.addresses if over else None)
        self.cities: list[frozenset[str]] = list(over.cities) if over else []
        self.towns: set[str] = set(over.towns) if over else set()
        self.led: dict[str, frozenset[str]] = dict(over.led) if over else {}
        self.lettered: dict[str, int] = dict(over.lettered) if over else {}
        entries = _Entries()
        if over is not None:
            entries.surnames.update(over.surnames)
            entries.unspaced.update(over.unspaced)
            # Whose name is the word "KC" is called as is "K.C.", whichever of the indexes that one is in.
            entries.letters.update("".join(letters.split()) for letters in over.lettered)
        for identity in identities:
            person = len(self.ids)
            self.ids.append(identity.person_id)
            self._add_names(identity, person, entries)
            self._add_identifiers(identity, person, entries)
            self._add_places(identity, person, entries)
        self.surnames: Counter[str] = entries.surnames
        self.rare: frozenset[str] = over.rare if over and self.surnames == over.surnames else self._rare()
        first = len(over.ids) if over else 0
        index = {person_id: number for number, person_id in enumerate(self.ids[first:], first)}
        self.index: MutableMapping[str, int] = ChainMap(index, over.index) if over else index
        self.pairs: dict[str, int] | Postings = entries.pairs.settled(over.pairs if over else None)
        self.initials: dict[str, int] | Postings = entries.initials.settled(over.initials if over else None)
        self.glued: dict[str, int] | Postings = entries.glued.settled(over.glued if over else None)
        self.skeletons: Skeletons = entries.skeletons.settled(over.skeletons if over else None)
        self.automaton: Skeletons | None = self.skeletons if len(self.skeletons) else None
        self.unspaced: list[tuple[str, int]] = list(entries.unspaced.items())
        self.unspaced_automaton: AhoCorasick | None
        if over is not None and len(self.unspaced) == len(over.unspaced):
            self.unspaced_automaton = over.unspaced_automaton
        else:
            self.unspaced_automaton = automaton_of(self.unspaced)
        self.house_numbers = frozenset(key.split(" ", 1)[0] for key in streets)
        if over is not None:
            self.house_numbers |= over.house_numbers

    def _rare(self) -> frozenset[str]:
        return frozenset(
            word
            for word, bearers in self.surnames.items()
            if bearers <= _RARE_BEARERS and len(word) >= _RARE_LENGTH and not self._lexicon.is_ordinary(word)
        )

    # Building

    def _add_names(self, identity: Identity, person: int, entries: _Entries) -> None:
        given: list[str] = []
        family: list[str] = []
        everything: list[str] = []
        for kind in _NAME_KINDS:
            for value in _spellings(identity.values.get(kind, ())):
                folded, words = self._name(value, entries)
                if not words:
                    continue
                everything.append("".join(words))
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
        names = tuple(map(intern, dict.fromkeys((*given, *family))))[:16]
        if not names:
            self.own.append(())
            return
        for word in names:
            if word in entries.letters:
                self.lettered[" ".join(word)] = _shared(self.lettered, " ".join(word), person)
            if not word.isascii() and len(word) >= 2:
                entries.unspaced[word] = _shared(entries.unspaced, word, person)
            self.words[word] = _shared(self.words, word, person)
        for word in nicknames:
            self.words[word] = _shared(self.words, word, person)
        self.own.append(tuple(dict.fromkeys((*names, *nicknames))) if nicknames else names)
        if identity.protected:
            self.everywhere.update(names)
            self.called.update(
                word for word in names if self._lexicon.can_be_called(word, given=word in given)
            )
            entries.surnames.update({word for word in family if word.isascii()})
        for one, other in combinations(names, 2):
            entries.pairs.add(pair_of(one, other), person)
        # Will Will: of two different words one may be found alone, of the same one twice neither.
        for word in set(given).intersection(family):
            entries.pairs.add(pair_of(word, word), person)
        for form in nicknames:
            for other in family:
                if other != form:
                    entries.pairs.add(pair_of(form, other), person)
        for letter in dict.fromkeys(word[0] for word in given):
            for other in family:
                entries.initials.add(f"{other} {letter}", person)
        full = ["".join(given + family), "".join(family + given), *everything]
        full += [a + b for a in given for b in family] + [b + a for a in given for b in family]
        full += [a[0] + b for a in given for b in family if len(b) >= _SHORTEST_GLUED - 1]
        for form in dict.fromkeys(full):
            if (
                len(form) >= _SHORTEST_GLUED
                and form not in self.words
                and not self._lexicon.is_ordinary(form)
            ):
                entries.glued.add(form, person)

    def _name(self, value: str, entries: _Entries) -> tuple[str, list[str]]:
        """A name folded, and its significant words; names come again."""
        known = entries.names.get(value)
        if known is None:
            if len(entries.names) >= _MOST_NAMES:
                entries.names.clear()
            folded = fold_value(value)
            significant = self._significant(folded)
            if not significant and (letters := self._letters(folded)):
                entries.letters.add(letters)
                significant = [letters]
            self._add_led(folded, frozenset(significant))
            known = entries.names[value] = (folded, significant)
        return known

    def _letters(self, folded: str) -> str:
        """A name of two or more letters and nothing else, "K.C.", as one word; empty for any other."""
        words = [word for word in _CUT.split(folded) if word]
        single = len(words) > 1 and all(
            len(word) == 1 and word.isascii() and word.isalpha() for word in words
        )
        return "".join(words) if single else ""

    def _add_led(self, folded: str, significant: frozenset[str]) -> None:
        run: list[str] = []
        for word in filter(None, _CUT.split(folded)):
            if word in significant:
                if run:
                    self.led[word] = self.led.get(word, frozenset()) | {" ".join(run)}
                run = []
            elif word in self._lexicon.particles:
                run.append(word)
            else:
                run = []

    def _significant(self, folded: str) -> list[str]:
        words = [word for word in _CUT.split(folded) if word]
        long = [w for w in words if w not in self._lexicon.suffixes and not (len(w) == 1 and w.isascii())]
        kept = [word for word in long if word not in self._lexicon.particles]
        return kept or long

    def _add_identifiers(self, identity: Identity, person: int, entries: _Entries) -> None:
        for kind, entity in _ENTITIES.items():
            for value in identity.values.get(kind, ()):
                for key in _skeleton_forms(kind, value):
                    entries.skeletons.add(key, entity, person)
        for value in identity.values.get("email", ()):
            local = "".join(_CUT.split(fold_value(value).split("@")[0]))
            if len(local) >= _SHORTEST_GLUED and not self._lexicon.is_ordinary(local):
                entries.glued.offer(local, person)
        for value in identity.values.get("date_of_birth", ()):
            try:
                born, forms = _birth(value[:10])
            except ValueError:
                continue
            self.births[born] = _shared(self.births, born, person)
            for form in forms:
                entries.skeletons.offer(form, "DATE", person)

    def _add_places(self, identity: Identity, person: int, entries: _Entries) -> None:
        for value in identity.values.get("street_address", ()):
            words = [word for word in _CUT.split(fold_value(value)) if word]
            for position, word in enumerate(words):
                if not word[0].isdigit():
                    continue
                following = next(
                    (w for w in words[position + 1 : position + 5] if w not in self._lexicon.street_words),
                    None,
                )
                if following is not None:
                    key = f"{word} {following}"
                    self.streets[key] = _shared(self.streets, key, person)
                    self.addresses.add(key, words)
        values = identity.values.get("city", ())
        cities = entries.cities.get(values)
        if cities is None:
            folded = (fold_value(value) for value in values)
            cities = frozenset(city for city in folded if city and city not in self._lexicon.countries)
            entries.cities[values] = cities
            self.towns |= cities
        self.cities.append(cities)


class _Entries:
    """What an index gathers while it is built, and what of it is needed no longer than that."""

    def __init__(self) -> None:
        self.pairs = Entries()
        self.initials = Entries()
        self.glued = Entries()
        self.skeletons = SkeletonEntries()
        self.unspaced: dict[str, int] = {}
        self.surnames: Counter[str] = Counter()
        self.names: dict[str, tuple[str, list[str]]] = {}
        self.letters: set[str] = set()
        self.cities: dict[tuple[str, ...], frozenset[str]] = {}


class Addresses:
    """Of each opening of a street address, the words that may go on it; as a text, since few are ever asked for.

    Args:
        over: others, which stay as they are and count here as well.
    """

    def __init__(self, over: Addresses | None = None) -> None:
        self._lines: MutableMapping[str, str] = ChainMap({}, over._lines) if over else {}

    def add(self, opening: str, words: list[str]) -> None:
        """*words* are of an address that opens so."""
        known = self._lines.get(opening)
        more = words if known is None else dict.fromkeys(words).keys() - frozenset(known.split(" "))
        if more:
            self._lines[opening] = " ".join(more) if known is None else " ".join((known, *more))

    @classmethod
    def of(cls, lines: Iterable[tuple[str, str]]) -> Addresses:
        """Those that :meth:`items` gave."""
        addresses = cls()
        addresses._lines.update(lines)
        return addresses

    def items(self) -> Iterable[tuple[str, str]]:
        """Each opening and its words."""
        return self._lines.items()

    def __getitem__(self, opening: str) -> frozenset[str]:
        return frozenset(self._lines[opening].split(" "))


def automaton_of(unspaced: Sequence[tuple[str, int]]) -> AhoCorasick | None:
    """What finds names that stand in a text without spaces; ``None`` where there are none."""
    return AhoCorasick([name for name, _ in unspaced]) if unspaced else None


def _spellings(values: tuple[str, ...]) -> Iterable[str]:
    """Names, and how else they are written in Latin letters."""
    for value in values:
        yield value
        yield from romanised(value)


def pair_of(one: str, other: str) -> str:
    """How two words of one name are kept, in whatever order they stand."""
    return f"{one} {other}" if one < other else f"{other} {one}"


def _shared(index: MutableMapping[Key, int], key: Key, person: int) -> int:
    known = index.get(key)
    return person if known is None or known == person else SEVERAL


@lru_cache(maxsize=2**16)
def _birth(value: str) -> tuple[date, tuple[str, ...]]:
    """A date of birth, and what it is as one number."""
    born = date.fromisoformat(value)
    return born, tuple(born.strftime(form).translate(_CONFUSED) for form in ("%Y%m%d", "%m%d%Y", "%d%m%Y"))


def _skeleton_forms(kind: str, value: str) -> Iterable[str]:
    plain = value.isascii() and value.isalnum()
    skeleton = value.lower() if plain else "".join(_CUT.split(fold_value(value)))
    if plain and kind not in _APART:
        # Most identifiers: nothing but letters and digits.
        return (
            (skeleton.translate(_CONFUSED),) if len(skeleton) >= SHORTEST and not skeleton.isalpha() else ()
        )
    if kind == "phone":
        digits = _digits(skeleton)
        forms = {digits, digits[1:] if len(digits) == 11 and digits[0] == "1" else digits}
    elif kind == "a_number":
        digits = _digits(skeleton).lstrip("0")
        forms = {digits.zfill(width) for width in range(max(7, len(digits)), 10)} if digits else set()
    else:
        forms = {skeleton}
    if kind == "email":
        return {form.translate(_CONFUSED) for form in forms if len(form) >= 8}
    return {
        form.translate(_CONFUSED)
        for form in forms
        if len(form) >= SHORTEST and (form.isdigit() or any(map(str.isdigit, form)))
    }


def _digits(skeleton: str) -> str:
    return skeleton if skeleton.isdigit() else "".join(filter(str.isdigit, skeleton))
