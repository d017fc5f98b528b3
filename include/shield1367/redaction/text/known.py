"""People we know, found under every form of their names, identifiers, dates and addresses.

Names are matched word by word: a pair of words that belong to one person (whatever the order, with a comma,
particles, an initial or one other name between) is that person in any text; a single word is when the person
is linked to the row or protected. Identifiers are matched as runs of letters and digits, whatever stands
between, with the characters that are taken for each other (O/0, I/L/1, S/5, B/8, Z/2) made equal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from shield1367.redaction.text.batch import Batch, Case, Hit, has_barrier
from shield1367.redaction.text.kinds import HOUSE, KNOWN, LED, LETTER
from shield1367.redaction.text.lexicon import Lexicon
from shield1367.redaction.text.people import SEVERAL, People, pair_of

# Between two words of one name: no more than punctuation and white space, never the end of a text.
_CLOSE = re.compile(r"[ \t\n\r,.\-_'/()\"]{1,4}\Z|[ \t\n\r,]{1,8}\Z")
# Words of one name are nearer than this.
_WITHIN = 6
# Words to either side that say which language a sentence is in.
_AROUND = 4
# Words after the name of a street that may be of the address.
_LONGEST_ADDRESS = 10
# What only a person does, or is asked of.
_ACTS = frozenset({"did", "had", "has", "was", "is", "who", "dijo", "fue", "quien"})
# Letters of a name that has nothing else, and particles before one, at most.
_MOST_LETTERS = 4
_MOST_PARTICLES = 3
# Letters that are taken for digits, as they stand in the index.
_TAKEN_FOR = str.maketrans("oilsbz", "011582")
# After an apostrophe: the end of a word, no name.
_CONTRACTED = frozenset({"s", "t", "ll", "d", "re", "ve"})


def is_close(gap: str) -> bool:
    """Whether what stands between two words may stand between two of one name."""
    return gap == " " or _CLOSE.match(gap) is not None


@dataclass(slots=True)
class _Run:
    """The full name that was found last: whose, and the last of its words."""

    owner: int = -1
    last: int = -1


class Known:
    """Searches batches for the people of an index."""

    def __init__(self, people: People, lexicon: Lexicon) -> None:
        self._people = people
        self._lexicon = lexicon
        self._halves = frozenset(half for pair in lexicon.country_parts for half in pair.split())
        self._halves -= lexicon.particles | {"islands", "puerto", "north", "south"}

    def find(self, batch: Batch) -> None:
        """Add identifiers, names, addresses and, for linked people, cities."""
        if not self._people.ids:
            return
        self._find_identifiers(batch)
        self._find_unspaced(batch)
        places = batch.having(KNOWN)
        opening = self._opening(batch, places)
        loose: list[int] = []
        # Words of a full name that is found already say nothing new of the same person.
        run = _Run()
        owners: dict[int, int] = {}
        for i in places:
            if i not in opening or not self._full_name(batch, i, run):
                loose.append(i)
            if i <= run.last and run.owner >= 0:
                owners[i] = run.owner
        for i in loose:
            self._single(batch, i, named=owners.get(i, -1))
        if self._people.lettered:
            self._find_lettered(batch)
        self._lead(batch)
        if self._people.streets:
            self._find_streets(batch)
        self._find_cities(batch)

    def _opening(self, batch: Batch, places: list[int]) -> set[int]:
        """Those of *places* that could open a name of several words, or be one that is written as one word."""
        words, pairs, glued = batch.words, self._people.pairs, self._people.glued
        opening = {i for letter in batch.having(LETTER) for i in (letter - 1, letter + 1)}
        following = 0
        for number, i in enumerate(places):
            word = words[i]
            if word in glued:
                opening.add(i)
            following = number + 1
            while following < len(places) and (j := places[following]) < i + _WITHIN:
                other = words[j]
                if (f"{word} {other}" if word < other else f"{other} {word}") in pairs:
                    opening.add(i)
                    break
                following += 1
        return opening

    def _full_name(self, batch: Batch, i: int, run: _Run) -> bool:
        words = batch.words
        word = words[i]
        if word in self._people.glued:
            batch.add(
                Hit(batch.starts[i], batch.end(i), "PERSON", "known.glued", 1.0, self._people.glued[word])
            )
            return True
        last, owner = -1, -1
        for j, between in self._following(batch, i):
            other = words[j]
            key = f"{word} {other}" if word < other else f"{other} {word}"
            person = self._people.pairs.get(key)
            if person is not None and self._likely(batch, i, j, between):
                last, owner = j, person
        if last >= 0 and (owner != run.owner or last > run.last):
            batch.add(Hit(batch.starts[i], batch.end(last), "PERSON", "known.full_name", 1.0, owner))
            run.owner, run.last = owner, last
        return self._with_initial(batch, i) or last >= 0

    def _following(self, batch: Batch, i: int) -> list[tuple[int, int]]:
        """Words that may be of the name word *i* is in, nearest first, and the real words between."""
        found: list[tuple[int, int]] = []
        between = 0
        for j in range(i + 1, min(i + _WITHIN, len(batch.words))):
            gap = batch.gaps[j]
            if not is_close(gap) or (gap.startswith(".") and len(batch.words[j - 1]) > 2 and len(gap) > 1):
                break
            if gap == "'" and batch.words[j] in _CONTRACTED:
                break
            word = batch.words[j]
            found.append((j, between))
            if len(word) > 1 and word not in self._lexicon.particles and word not in self._lexicon.suffixes:
                between += 1
                if word in self._lexicon.plain and word not in self._people.words:
                    break
            if between > 1:
                break
        return found

    def _likely(self, batch: Batch, i: int, j: int, between: int) -> bool:
        """Two frequent words are a name only with capitals; so are ordinary ones around a third word."""
        if j == i + 1 and batch.gaps[j] == "-":
            return True  # "in-su"
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
            person = self._people.initials.get(f"{word} {words[j]}")
            gap = batch.gaps[max(i, j)]
            if person is None or not is_close(gap):
                continue
            dotted = gap.startswith(".") if j < i else (batch.gaps[j + 1].startswith(".") or "," in gap)
            if not (dotted or (batch.is_capital(j) and batch.is_capital(i) and words[j] not in ("a", "i"))):
                continue
            first, last = min(i, j), max(i, j)
            end = batch.end(last) + (j > i and batch.gaps[j + 1].startswith("."))
            batch.add(Hit(batch.starts[first], end, "PERSON", "known.initial", 1.0, person))
            return True
        return False

    def _single(self, batch: Batch, i: int, *, named: int) -> None:
        word = batch.words[i]
        person = None
        for linked in batch.people[batch.texts[i]]:
            if word in self._people.own[linked]:
                person = linked
                break
        if person is not None and person == named:
            return
        if person is None and (word not in self._people.everywhere or batch.covered[batch.starts[i]]):
            return
        common = self._is_everyday(batch, i) or len(word) <= 2
        if common and not self._as_name(batch, i, linked=person is not None):
            return
        owner = person if person is not None else self._people.words.get(word, SEVERAL)
        batch.add(Hit(batch.starts[i], batch.end(i), "PERSON", "known.word", 0.9, owner))

    def _is_everyday(self, batch: Batch, i: int) -> bool:
        """Whether a known name is met so often for another reason that it needs a sign.

        Spanish words do in Spanish only: a "castillo" of whom an English sentence speaks is a person.
        """
        word = batch.words[i]
        if word in self._lexicon.everyday:
            return True
        return word in self._lexicon.spanish and self._is_spanish(batch, i)

    def _is_spanish(self, batch: Batch, i: int) -> bool:
        """Whether the words around are Spanish rather than English; they may have been, where a token stands."""
        around = batch.around(i, _AROUND)
        if batch.has_token(around):
            return True
        spanish = english = 0
        for j in around:
            word = batch.words[j]
            if j == i:
                continue
            if word in self._lexicon.spanish_markers:
                spanish += 1
            elif word in self._lexicon.function_words and word not in self._lexicon.particles:
                english += 1
        return spanish > english

    def _as_name(self, batch: Batch, i: int, *, linked: bool) -> bool:
        """Whether an ordinary word is meant as a name here: a title before it, a name beside it, or a capital
        that its place does not explain.
        """
        word = batch.words[i]
        if i and batch.words[i - 1] in self._lexicon.honorifics and is_close(batch.gaps[i]):
            return True
        if word in self._lexicon.open and (linked or self._acts(batch, i)):
            return True  # a word that narratives hardly use for anything else
        for j in (i - 1, i + 1):
            if 0 <= j < len(batch.words) and batch.words[j] and is_close(batch.gaps[max(i, j)]):
                known = batch.covered[batch.starts[j]] or batch.words[j] in self._people.words
                if known and not self._lexicon.is_ordinary(batch.words[j]):
                    return True
        if word in self._lexicon.calendar:
            written = batch.is_capital(i) or (batch.case_of(i) is Case.LOWER and ":" in batch.gaps[i])
            written |= word in self._lexicon.calendar_spanish and not self._is_spanish(batch, i)
            return written and not self._in_date(batch, i)
        if word in self._lexicon.also_names:
            return batch.is_capital(i) or batch.case_of(i) is not Case.MIXED
        if word in self._halves and not self._in_country(batch, i):
            return True
        frequent = word in self._lexicon.function_words
        if batch.is_capital(i) and not frequent:
            if ":" in batch.gaps[i] and word not in self._lexicon.countries:
                return True  # the value of a label: "Submitted: Christian"
            if i and batch.words[i - 1] in self._lexicon.name_cues and is_close(batch.gaps[i]):
                return True  # "her brother Jordan"
        # A country stays readable although somebody protected is called so; the word for a faith or an office
        # does not, since it is rarely written with a capital by accident.
        fixed = self._lexicon.countries if word in self._people.everywhere else self._lexicon.institutional
        if word in fixed and (not linked or frequent):
            return False
        if "," in batch.gaps[i] and "," in batch.gaps[i + 1] and word in self._lexicon.both:
            return True  # "the eldest, Holly, attends school"
        if not batch.is_capital(i) or batch.opens_sentence(i):
            if batch.is_capital(i):
                return linked and not frequent
            return linked and word in self._lexicon.both and batch.case_of(i) is Case.LOWER
        if batch.beside_token(i):
            return False
        shouting = batch.is_upper(i) and any(
            batch.is_upper(j)
            for j in (i - 1, i + 1)
            if 0 <= j < len(batch.words) and batch.text_of(batch.starts[j]) == batch.text_of(batch.starts[i])
        )
        return not shouting

    def _acts(self, batch: Batch, i: int) -> bool:
        """Whether a given name in a text without case does what only a person does: "ROSE DID NOT COME"."""
        word = batch.words[i]
        if word not in self._lexicon.given or batch.case_of(i) in (Case.MIXED, Case.TITLE):
            return False
        if "." in batch.gaps[i + 1]:
            return False
        if (before := batch.before(i)) in self._lexicon.determiners and before != "that":
            return False
        after = batch.after(i)
        return after in _ACTS or self._lexicon.is_done(after)

    def _find_lettered(self, batch: Batch) -> None:
        """Names of letters alone, "Ms. K.C.": of linked people, behind a title, or beside another name."""
        words, gaps = batch.words, batch.gaps
        for i in batch.having(LETTER):
            j = i
            while j + 1 < len(words) and j - i < _MOST_LETTERS and len(words[j + 1]) == 1:
                if gaps[j + 1] not in (".", ". ", " "):
                    break
                j += 1
                person = self._people.lettered.get(" ".join(words[i : j + 1]))
                if person is None or not (gaps[j].startswith(".") or batch.is_capital(i)):
                    continue
                before, letters = batch.before(i), "".join(words[i : j + 1])
                named = (
                    before in self._lexicon.honorifics
                    or before in self._lexicon.name_cues
                    or (i and batch.texts[i - 1] == batch.texts[i] and batch.covered[batch.starts[i - 1]])
                )
                # "Ram K.C.": both of somebody, though neither is a name to any other rule.
                full = pair_of(before, letters) in self._people.pairs and is_close(gaps[i])
                linked = batch.people[batch.texts[i]]
                if full or named or any(letters in self._people.own[p] for p in linked):
                    end = batch.end(j) + gaps[j + 1].startswith(".")
                    first = i - 1 if full else i
                    batch.add(Hit(batch.starts[first], end, "PERSON", "known.lettered", 0.9, person))

    def _lead(self, batch: Batch) -> None:
        """Take the particles that open a known name with it: "de la Fuente Ocasio", "De Xing"."""
        words, particles = batch.words, self._lexicon.particles
        for i in batch.having(LED):
            if not batch.covered[batch.starts[i]]:
                continue
            first, run = i, ""
            for j in range(i - 1, max(-1, i - _MOST_PARTICLES - 1), -1):
                if words[j] not in particles or not is_close(batch.gaps[j + 1]):
                    break
                run = f"{words[j]} {run}".rstrip()
                if run in self._people.led[words[i]]:
                    first = j
            if first < i and not batch.covered[batch.starts[first]]:
                owner = self._people.words.get(words[i], SEVERAL)
                batch.add(Hit(batch.starts[first], batch.end(i), "PERSON", "known.particle", 0.9, owner))

    @staticmethod
    def _in_date(batch: Batch, i: int) -> bool:
        """Whether a month or weekday stands in a date: a number beside it, or behind "of" or Spanish "de"; a token."""
        words = batch.words
        if batch.beside_token(i):
            return True
        for step in (-1, 1):
            j = i + step
            if 0 <= j + step < len(words) and words[j] in ("de", "del", "of"):
                j += step
            if 0 <= j < len(words) and words[j].isdigit() and batch.texts[j] == batch.texts[i]:
                return True
        return False

    def _in_country(self, batch: Batch, i: int) -> bool:
        """Whether half the name of a country stands beside its other half, or beside a token."""
        if batch.beside_token(i):
            return True
        word, parts = batch.words[i], self._lexicon.country_parts
        return f"{batch.before(i)} {word}" in parts or f"{word} {batch.after(i)}" in parts

    def _find_identifiers(self, batch: Batch) -> None:
        if self._people.automaton is None:
            return
        stream = "".join(batch.words).translate(_TAKEN_FOR)
        matches = self._people.automaton.find_matches_as_indexes(stream, overlapping=True)
        for (index, _, _), (first, at, last, to) in zip(matches, batch.in_words(matches), strict=True):
            before, after = batch.words[first][:at], batch.words[last][to:]
            # Inside a longer number it is another number; "A" or "ID" glued before it changes nothing.
            if (before and before[-1].isdigit()) or (after and after[0].isdigit()):
                continue
            if any(len(batch.gaps[k]) > 4 or has_barrier(batch.gaps[k]) for k in range(first + 1, last + 1)):
                continue
            _, (entity, person) = self._people.skeletons[index]
            begin, finish = batch.starts[first] + at, batch.starts[last] + to
            if not any(map(str.isdigit, batch.lower[begin:finish])) and entity != "EMAIL":
                continue
            batch.add(Hit(begin, finish, entity, "known.identifier", 1.0, person))

    def _find_unspaced(self, batch: Batch) -> None:
        """Names in scripts without spaces may stand inside a longer run of letters."""
        if self._people.unspaced_automaton is None:
            return
        for index, start, end in self._people.unspaced_automaton.find_matches_as_indexes(
            batch.lower, overlapping=True
        ):
            name, person = self._people.unspaced[index]
            linked = batch.people[batch.text_of(start)]
            if name in self._people.everywhere or any(name in self._people.own[p] for p in linked):
                batch.add(Hit(start, end, "PERSON", "known.word", 0.9, person))

    def _find_streets(self, batch: Batch) -> None:
        words = batch.words
        for i in batch.having(HOUSE):
            word = words[i]
            for j in range(i + 1, min(i + 5, len(words))):
                if has_barrier(batch.gaps[j]):
                    break
                if words[j] in self._lexicon.street_words:
                    continue
                key = f"{word} {words[j]}"
                person = self._people.streets.get(key)
                if person is not None:
                    last = self._address_end(batch, j, self._people.addresses[key])
                    batch.add(Hit(batch.starts[i], batch.end(last), "ADDRESS", "known.address", 1.0, person))
                break

    def _address_end(self, batch: Batch, last: int, known: frozenset[str]) -> int:
        """The last word of an address that goes on with its own words, usual ones, and a number after "Apt"."""
        street_words = self._lexicon.street_words
        for j in range(last + 1, min(last + _LONGEST_ADDRESS, len(batch.words))):
            word, gap = batch.words[j], batch.gaps[j]
            unit = "#" in gap or batch.words[j - 1] in street_words
            if not is_close(gap) and "#" not in gap:
                break
            if word in known or word in street_words or (unit and word[:1].isdigit()):
                last = j
            else:
                break
        return last

    def _find_cities(self, batch: Batch) -> None:
        for index, linked in enumerate(batch.people):
            start = batch.text_starts[index]
            end = start + len(batch.folded[index].text)
            for person in linked:
                for city in self._people.cities[person]:
                    at = batch.lower.find(city, start, end)
                    while at >= 0:
                        to = at + len(city)
                        bounded = (
                            not batch.lower[max(0, at - 1) : at].isalnum()
                            and not batch.lower[to : to + 1].isalnum()
                        )
                        if bounded:
                            batch.add(Hit(at, to, "PLACE", "known.city", 0.9))
                        at = batch.lower.find(city, to, end)
