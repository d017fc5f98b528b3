"""All needles as sorted hashes, with small tables in front that say at once what is none of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from shield1367.garbage import uncollected
from shield1367.identities import Identity
from shield1367.validation.audit.folding import LETTER
from shield1367.validation.audit.gathering import LONG, SHORT, Gathered, Sieves, kinds_of, owner_of, scopes_of
from shield1367.validation.audit.needles import Needle, Scope, is_of_ordinary_words, needles_of
from shield1367.validation.audit.sieve import Sieve
from shield1367.validation.audit.windows import (
    KEY,
    LONGEST,
    Tokens,
    Windows,
    edges,
    hashes_at,
    hashes_of_two,
    shortened,
)

# People whose needles are made at a time, so that the strings of all never exist together.
_GROUP = 2000
# With a letter passed over in a window, between two tokens or three.
_PASSED_OVER = range(3, 5)


@dataclass(frozen=True, slots=True)
class Hits:
    """Windows that are needles.

    Attributes:
        firsts: number of the first token of each, and *lengths* in tokens.
        needles: number of the needle.
        kinds: its place in ``KINDS``.
        left_out: place in them of the single letter that was passed over.
    """

    firsts: NDArray[np.int64]
    lengths: NDArray[np.int64]
    needles: NDArray[np.int64]
    kinds: NDArray[np.uint64]
    left_out: int | None


@dataclass(frozen=True, slots=True)
class NeedleIndex:
    """Everything that is searched for.

    Attributes:
        people: person ids, by number.
        count: needles in the index, of *shortest* to *longest* characters.
    """

    people: tuple[str, ...]
    count: int
    shortest: int
    longest: int
    _hashes: NDArray[np.uint64]
    _told: NDArray[np.uint64]
    _whole: Sieve
    _sieves: Sieves
    _ordinary_names: frozenset[str]

    @classmethod
    def build(cls, identities: Iterable[Identity]) -> NeedleIndex:
        """Index everybody who is protected, or may be."""
        people: list[str] = []
        ordinary: set[str] = set()
        gathered = Gathered()
        with uncollected():
            for group in _groups(identities):
                needles: list[Needle] = []
                owners: list[int] = []
                for identity in group:
                    of_one = set(needles_of(identity))
                    needles += of_one
                    owners += [len(people)] * len(of_one)
                    people.append(identity.person_id)
                ordinary.update(needle.text for needle in needles if is_of_ordinary_words(needle))
                gathered.add(needles, owners)
        # The sieves first: what they are made of is gone before the hashes are sorted.
        sieves = gathered.take_sieves()
        hashes, told = gathered.take_sorted()
        return cls(
            people=tuple(people),
            count=len(hashes),
            shortest=gathered.shortest,
            longest=gathered.longest,
            _hashes=hashes,
            _told=told,
            _whole=Sieve.of(hashes),
            _sieves=sieves,
            _ordinary_names=frozenset(ordinary),
        )

    def matches(self, tokens: Tokens, scope: Scope) -> Iterator[Hits]:
        """Windows that are needles of *scope* or wider; one may reach over the end of a cell.

        Those with a single letter passed over come for themselves: ``Maria L. Garcia Lopez`` is found as
        ``Maria Garcia Lopez``.
        """
        if not self.count:
            return
        every = np.arange(len(tokens.starts))
        eights = tokens.eights.take(tokens.begins[:-1])
        long, short = self._candidates(tokens, every, eights, passed_over=0)
        windows = long.only(self._sieves.edges.maybe(edges(tokens, long))).and_also(short)
        hashes = hashes_at(tokens, tokens.begins.take(windows.firsts), windows.sizes)
        yield self._hits(windows, hashes, scope, None)
        # A letter, with a token before it and one behind.
        letters = np.flatnonzero(tokens.begins[1:] - tokens.begins[:-1] == 1)
        letters = letters[tokens.folded.classes.take(tokens.starts.take(letters)) == LETTER]
        before = letters[(letters >= 1) & (letters < len(every) - 1)] - 1
        heads = tokens.begins.take(before + 1) - tokens.begins.take(before)
        after = tokens.eights[tokens.begins.take(before + 2)]
        # A shift by 64 is not defined; a key that is full already needs nothing more.
        shift = np.minimum(heads << 3, 63).astype(np.uint64)
        joined = shortened(eights.take(before), heads)
        joined |= np.where(heads < KEY, after << shift, np.uint64(0))
        long, short = self._candidates(tokens, before, joined, passed_over=1)
        windows = long.and_also(short)
        begins = tokens.begins.take(windows.firsts), tokens.begins.take(windows.firsts + 2)
        heads = tokens.begins.take(windows.firsts + 1) - begins[0]
        hashes = hashes_of_two(tokens, begins, (heads, windows.sizes - heads))
        yield self._hits(windows, hashes, scope, 1)

    def _candidates(
        self, tokens: Tokens, firsts: NDArray[np.int64], eights: NDArray[np.uint64], *, passed_over: int
    ) -> tuple[Windows, Windows]:
        """Windows from *firsts* on that may be needles of ``KEY`` characters or more, and those of fewer.

        Their first characters are those of *eights*.
        """
        # First by a table that lies in the processor's cache: most windows begin as no needle at all.
        marks = self._sieves.heads.on(shortened(eights, np.array(self.shortest)))
        lengths = _PASSED_OVER if passed_over else range(1, LONGEST + 1)
        windows_of = partial(Windows.at, tokens, lengths=lengths, passed_over=passed_over)
        begun = np.flatnonzero((marks & LONG) != 0)
        begun = begun.take(self._sieves.keys.maybe(eights.take(begun)))
        long = windows_of(firsts.take(begun), sizes=range(KEY, self.longest + 1))
        # Shorter needles are the whole of their window. It begins as one of them: that the table says of all
        # windows of a beginning at once, whatever their length.
        begun = np.flatnonzero((marks & SHORT) != 0)
        short = windows_of(firsts.take(begun), sizes=range(self.shortest, KEY))
        keys = shortened(eights.take(begun).take(short.origins), short.sizes)
        return long, short.only(self._sieves.short_keys.maybe(keys))

    def _hits(self, windows: Windows, hashes: NDArray[np.uint64], scope: Scope, left_out: int | None) -> Hits:
        at, needles = self.look_up(hashes, scope)
        kinds = kinds_of(self._told.take(needles))
        return Hits(windows.firsts.take(at), windows.lengths.take(at), needles, kinds, left_out)

    def look_up(
        self, hashes: NDArray[np.uint64], scope: Scope
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Positions of *hashes* that are needles of *scope* or wider, and the number of the needle."""
        if not self.count:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        # A search among millions misses the cache at every step, and most windows are no needle.
        maybe = self._whole.maybe(hashes)
        hashes = hashes.take(maybe)
        at = np.searchsorted(self._hashes, hashes)
        at[at == self.count] = 0
        hit = (self._hashes.take(at) == hashes) & (scopes_of(self._told.take(at)) >= scope)
        return maybe[hit], at[hit]

    def is_ordinary_name(self, words: str) -> bool:
        """Whether somebody is called so, by words of which each is an ordinary one: folded, with spaces between."""
        return words in self._ordinary_names

    def person(self, needle: int) -> str:
        """Id of a person the needle belongs to; the first one when several share it."""
        return self.people[owner_of(int(self._told[needle]))]


def _groups(identities: Iterable[Identity]) -> Iterator[tuple[Identity, ...]]:
    protected = (identity for identity in identities if identity.protected)
    while group := tuple(islice(protected, _GROUP)):
        yield group
