"""People we know, found under every form of their names, identifiers, dates and addresses.

Names are matched word by word: a pair of words that belong to one person (whatever the order, with a comma,
particles, an initial or one other name between) is that person in any text; a single word is when the person
is linked to the row or protected. Identifiers are matched as runs of letters and digits, whatever stands
between, with the characters that are taken for each other (O/0, I/L/1, S/5, B/8, Z/2) made equal.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from itertools import accumulate, combinations
from typing import TypeVar

from ahocorasick_rs import AhoCorasick

from shield1367.identities import Identity
from shield1367.redaction.text.batch import BARRIER, Batch, Case, Hit
from shield1367.redaction.text.fold import fold_value
from shield1367.redaction.text.lexicon import Lexicon

NAME_KINDS = ("given_name", "middle_name", "family_name", "full_name", "alias", "officer_name", "representative")
_ENTITIES = {
    "a_number": "A_NUMBER", "receipt_number": "RECEIPT", "ssn": "SSN", "passport_number": "PASSPORT", "phone": "PHONE",
    "email": "EMAIL", "fin": "ID", "sevis_id": "ID", "i94_number": "ID", "eoir_case_id": "ID", "eid_id": "ID",
    "person_pseudonym": "ID",
}  # fmt: skip
_CUT = re.compile(r"[\W_]+")
_CONFUSED = str.maketrans("oilsbz", "011582")
Key = TypeVar("Key")
_SHORTEST_ID = 5
_SHORTEST_GLUED = 6
_SEVERAL = -2
_STREET_WORDS = frozenset(
    "st street ave avenue rd road dr drive ln lane blvd boulevard ct court cir circle pl place ter terrace pkwy hwy way n s e w north "
    "south east west ne nw se sw apt unit suite ste calle avenida av de la el the po box p o".split()
)
# Between two words of one name: no more than punctuation and white space, and not the end of a sentence.
_CLOSE = re.compile(r"[\s,.\-_'’/()\"]{1,4}\Z|[\s,]{1,8}\Z")


class People:
    """An index of identities; built once, used for every batch.

    Attributes:
        ids: person ids, by index.
        births: known dates of birth.
        words: every word of every name → index of its person, ``-2`` when several share it.
        own: per person, the words of their names.
        everywhere: words of protected people, searched in every text.
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
        self.index = {person_id: index for index, person_id in enumerate(self.ids)}
        self._skeletons = list(skeletons.items())
        self._automaton = AhoCorasick([key for key, _ in self._skeletons]) if skeletons else None
        self._unspaced = list(unspaced.items())
        self._unspaced_automaton = AhoCorasick([key for key, _ in self._unspaced]) if unspaced else None
        # One set for the scan; which rule a word falls under is looked at only where it hits.
        self.candidates = frozenset(self.words) | frozenset(self.glued)

    # Building

    def _add_names(self, identity: Identity, person: int, unspaced: dict[str, int]) -> None:
        given: list[str] = []
        family: list[str] = []
        everything: list[list[str]] = []
        for kind in NAME_KINDS:
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
            if len(form) >= _SHORTEST_GLUED and form not in self.words and not self._lexicon.is_ordinary(form):
                self.glued[form] = _shared(self.glued, form, person)

    def _add_pair(self, one: str, other: str, person: int) -> None:
        key = f"{one} {other}" if one < other else f"{other} {one}"
        self.pairs[key] = _shared(self.pairs, key, person)

    def _significant(self, folded: str) -> list[str]:
        words = [word for word in _CUT.split(folded) if word]
        long = [w for w in words if w not in self._lexicon.suffixes and not (len(w) == 1 and w.isascii())]
        kept = [word for word in long if word not in self._lexicon.particles]
        return kept or long

    def _add_identifiers(self, identity: Identity, person: int, skeletons: dict[str, tuple[str, int]]) -> None:
        for kind, entity in _ENTITIES.items():
            for value in identity.values.get(kind, ()):
                for key in _skeleton_forms(kind, value):
                    known = skeletons.get(key)
                    skeletons[key] = (entity, person if known is None or known[1] == person else _SEVERAL)
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
                following = [w for w in words[position + 1 : position + 5] if w not in _STREET_WORDS]
                if word[0].isdigit() and following:
                    key = f"{word} {following[0]}"
                    self.streets[key] = _shared(self.streets, key, person)
        cities = (fold_value(value) for value in identity.values.get("city", ()))
        self.cities.append(frozenset(city for city in cities if city and city not in self._lexicon.countries))

    # Searching

    def find(self, batch: Batch) -> None:
        """Add identifiers, names, addresses and, for linked people, cities."""
        if not self.ids:
            return
        self._find_identifiers(batch)
        self._find_unspaced(batch)
        candidates = self.candidates
        places = [i for i, word in enumerate(batch.words) if word in candidates]
        loose: list[int] = []
        for i in places:
            if not self._full_name(batch, i):
                loose.append(i)
        for i in loose:
            self._single(batch, i)
        if self.streets:
            self._find_streets(batch)
        self._find_cities(batch)

    def _full_name(self, batch: Batch, i: int) -> bool:
        words = batch.words
        word = words[i]
        if word in self.glued:
            batch.add(Hit(batch.starts[i], batch.end(i), "PERSON", "known.glued", 1.0, self.glued[word]))
            return True
        found = False
        for j, between in self._following(batch, i):
            other = words[j]
            key = f"{word} {other}" if word < other else f"{other} {word}"
            person = self.pairs.get(key)
            if person is not None and self._likely(batch, i, j, between):
                batch.add(Hit(batch.starts[i], batch.end(j), "PERSON", "known.full_name", 1.0, person))
                found = True
        return self._with_initial(batch, i) or found

    def _following(self, batch: Batch, i: int) -> Iterable[tuple[int, int]]:
        """Words that may belong to the same name as word *i*, nearest first, with how many real words lie between."""
        between = 0
        for j in range(i + 1, min(i + 6, len(batch.words))):
            gap = batch.gaps[j]
            if not _CLOSE.match(gap) or (gap.startswith(".") and len(batch.words[j - 1]) > 2 and len(gap) > 1):
                return
            if gap == "'" and batch.words[j] in ("s", "t", "ll", "d", "re", "ve"):
                return
            word = batch.words[j]
            yield j, between
            if len(word) > 1 and word not in self._lexicon.particles and word not in self._lexicon.suffixes:
                between += 1
                if word in self._lexicon.plain and word not in self.words:
                    return
            if between > 1:
                return

    def _likely(self, batch: Batch, i: int, j: int, between: int) -> bool:
        """Two frequent words in a row are a name only with capitals; over a third word, only when not all are ordinary."""
        one, other = batch.words[i], batch.words[j]
        frequent = self._lexicon.function_words
        if one in frequent and other in frequent:
            return batch.is_capital(i) and batch.is_capital(j) and between == 0
        if between and (self._lexicon.is_ordinary(one) or self._lexicon.is_ordinary(other)):
            return batch.is_capital(i) and batch.is_capital(j)
        return True

    def _with_initial(self, batch: Batch, i: int) -> bool:
        word, words = batch.words[i], batch.words
        for j in (i - 1, i + 1):
            if not 0 <= j < len(words) or len(words[j]) != 1 or not words[j].isalpha():
                continue
            person = self.initials.get(f"{word} {words[j]}")
            gap = batch.gaps[max(i, j)]
            if person is None or not _CLOSE.match(gap):
                continue
            dotted = gap.startswith(".") if j < i else (batch.gaps[j + 1].startswith(".") or "," in gap)
            if not (dotted or (batch.is_capital(j) and batch.is_capital(i) and words[j] not in ("a", "i"))):
                continue
            first, last = min(i, j), max(i, j)
            batch.add(Hit(batch.starts[first], batch.end(last), "PERSON", "known.initial", 1.0, person))
            return True
        return False

    def _single(self, batch: Batch, i: int) -> None:
        word = batch.words[i]
        linked = batch.people[batch.text_of(batch.starts[i])]
        person = next((p for p in linked if word in self.own[p]), None)
        if person is None and word not in self.everywhere:
            return
        ordinary = self._lexicon.is_ordinary(word) or len(word) <= 2
        if ordinary and not self._as_name(batch, i, linked=person is not None):
            return
        if batch.covered[batch.starts[i]] and person is None:
            return
        owner = person if person is not None else self.words.get(word, _SEVERAL)
        batch.add(Hit(batch.starts[i], batch.end(i), "PERSON", "known.word", 0.9, owner))

    def _as_name(self, batch: Batch, i: int, *, linked: bool) -> bool:
        """Whether an ordinary word is meant as a name here: a title before it, a name beside it, or a capital
        that its place does not explain."""
        word = batch.words[i]
        if i and batch.words[i - 1] in self._lexicon.honorifics and _CLOSE.match(batch.gaps[i]):
            return True
        for j in (i - 1, i + 1):
            if 0 <= j < len(batch.words) and batch.words[j] and _CLOSE.match(batch.gaps[max(i, j)]):
                known = batch.covered[batch.starts[j]] or batch.words[j] in self.words
                if known and not self._lexicon.is_ordinary(batch.words[j]):
                    return True
        frequent = word in self._lexicon.function_words
        if word in self._lexicon.institutional and (not linked or frequent):
            return False
        if not batch.is_capital(i) or batch.opens_sentence(i):
            if batch.is_capital(i):
                return linked and not frequent
            return linked and word in self._lexicon.both and batch.case_of(i) is Case.LOWER
        shouting = batch.is_upper(i) and any(batch.is_upper(j) for j in (i - 1, i + 1) if 0 <= j < len(batch.words))
        return not shouting

    def _find_identifiers(self, batch: Batch) -> None:
        if self._automaton is None:
            return
        stream = "".join(batch.words)
        for one, other in (("o", "0"), ("i", "1"), ("l", "1"), ("s", "5"), ("b", "8"), ("z", "2")):
            stream = stream.replace(one, other)
        offsets = [0, *accumulate(map(len, batch.words))]
        for index, start, end in self._automaton.find_matches_as_indexes(stream, overlapping=True):
            first = bisect_right(offsets, start) - 1
            last = bisect_right(offsets, end - 1) - 1
            at, to = start - offsets[first], end - offsets[last]
            before, after = batch.words[first][:at], batch.words[last][to:]
            # Inside a longer number it is another number; "A" or "ID" glued before it changes nothing.
            if (before and before[-1].isdigit()) or (after and after[0].isdigit()):
                continue
            if any(BARRIER.search(batch.gaps[k]) or len(batch.gaps[k]) > 4 for k in range(first + 1, last + 1)):
                continue
            _, (entity, person) = self._skeletons[index]
            begin, finish = batch.starts[first] + at, batch.starts[last] + to
            if not any(map(str.isdigit, batch.lower[begin:finish])) and entity != "EMAIL":
                continue
            batch.add(Hit(begin, finish, entity, "known.identifier", 1.0, person))

    def _find_unspaced(self, batch: Batch) -> None:
        """Names in scripts without spaces may stand inside a longer run of letters."""
        if self._unspaced_automaton is None:
            return
        for index, start, end in self._unspaced_automaton.find_matches_as_indexes(batch.lower, overlapping=True):
            name, person = self._unspaced[index]
            linked = batch.people[batch.text_of(start)]
            if name in self.everywhere or any(name in self.own[p] for p in linked):
                batch.add(Hit(start, end, "PERSON", "known.word", 0.9, person))

    def _find_streets(self, batch: Batch) -> None:
        words = batch.words
        for i, word in enumerate(words):
            if not word or not word[0].isdigit():
                continue
            for j in range(i + 1, min(i + 5, len(words))):
                if BARRIER.search(batch.gaps[j]):
                    break
                if words[j] in _STREET_WORDS:
                    continue
                person = self.streets.get(f"{word} {words[j]}")
                if person is not None:
                    last = j + 1 if j + 1 < len(words) and words[j + 1] in _STREET_WORDS else j
                    batch.add(Hit(batch.starts[i], batch.end(last), "ADDRESS", "known.address", 1.0, person))
                break

    def _find_cities(self, batch: Batch) -> None:
        for index, linked in enumerate(batch.people):
            start = batch.text_starts[index]
            end = start + len(batch.folded[index].text)
            for person in linked:
                for city in self.cities[person]:
                    at = batch.lower.find(city, start, end)
                    while at >= 0:
                        to = at + len(city)
                        bounded = not batch.lower[max(0, at - 1) : at].isalnum() and not batch.lower[to : to + 1].isalnum()
                        if bounded:
                            batch.add(Hit(at, to, "PLACE", "known.city", 0.9))
                        at = batch.lower.find(city, to, end)


def _shared(index: dict[Key, int], key: Key, person: int) -> int:
    known = index.get(key)
    return person if known is None or known == person else _SEVERAL


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
    return {form.translate(_CONFUSED) for form in forms if len(form) >= _SHORTEST_ID and any(map(str.isdigit, form))}
