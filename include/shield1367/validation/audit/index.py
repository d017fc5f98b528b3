"""All needles as sorted hashes, with small tables in front that say at once what is none of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from shield1367.identities import Identity
from shield1367.validation.audit.folding import LETTER
from shield1367.validation.audit.needles import KINDS, Scope, is_of_ordinary_words, needles_of
from shield1367.validation.audit.windows import (
    KEY,
    LONGEST,
    Hashed,
    Tokens,
    hash_whole,
    hashes_from,
    hashes_passing_over,
    shortened,
)

_KIND_INDEX = {kind: index for index, kind in enumerate(KINDS)}
# People whose needles are made at a time, so that the strings of all never exist together.
_GROUP = 2000
_MIXERS = tuple(map(np.uint64, (0xD6E8FEB86659FD93, 0xA0761D6478BD642F, 0xE7037ED1A0B428DB)))
_MOST_SLOTS = 27


@dataclass(frozen=True, slots=True)
class Sieve:
    """Three slots in a table for each number: one with an empty slot is none of those that were put in."""

    _slots: NDArray[np.bool_]
    _shift: np.uint64

    @classmethod
    def of(cls, numbers: NDArray[np.uint64]) -> Sieve:
        """A sieve of different *numbers*, with 32 slots or more for each as long as memory is no matter."""
        bits = min(max(len(numbers).bit_length() + 5, 16), _MOST_SLOTS)
        shift = np.uint64(64 - bits)
        slots = np.zeros(1 << bits, dtype=np.bool_)
        # The high bits of a product depend on all bits of the number; its own low bits do not.
        for mixer in _MIXERS:
            slots[(numbers * mixer) >> shift] = True
        return cls(slots, shift)

    def maybe(self, numbers: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Positions of the numbers that may have been put in."""
        found = np.flatnonzero(self._slots.take((numbers * _MIXERS[0]) >> self._shift))
        for mixer in _MIXERS[1:]:
            found = found[self._slots.take((numbers.take(found) * mixer) >> self._shift)]
        return found


@dataclass(frozen=True, slots=True)
class NeedleIndex:
    """Everything that is searched for.

    Attributes:
        people: person ids, by number.
        count: needles in the index.
    """

    people: tuple[str, ...]
    count: int
    _hashes: NDArray[np.uint64]
    _kinds: NDArray[np.uint8]
    _scopes: NDArray[np.uint8]
    _owners: NDArray[np.int32]
    _sieve: Sieve
    _keys: Sieve
    _short_keys: Sieve
    _short_heads: Sieve
    _shortest: int
    _longest: int
    _ordinary_names: frozenset[str]

    @classmethod
    def build(cls, identities: Iterable[Identity]) -> NeedleIndex:
        """Index everybody who is protected, or may be."""
        people: list[str] = []
        pieces: list[tuple[Hashed, list[int], list[int], list[int]]] = []
        ordinary: set[str] = set()
        for group in _groups(identities):
            needles = []
            for identity in group:
                needles += [(needle, len(people)) for needle in set(needles_of(identity))]
                people.append(identity.person_id)
            ordinary.update(needle.text for needle, _ in needles if is_of_ordinary_words(needle))
            if needles:
                pieces.append(
                    (
                        hash_whole([needle.text for needle, _ in needles]),
                        [_KIND_INDEX[needle.kind] for needle, _ in needles],
                        [int(needle.scope) for needle, _ in needles],
                        [owner for _, owner in needles],
                    )
                )
        none = np.empty(0, dtype=np.uint64)
        hashes = np.concatenate([piece[0].whole for piece in pieces] or [none])
        keys = np.concatenate([piece[0].keys for piece in pieces] or [none])
        sizes = np.concatenate([piece[0].sizes for piece in pieces] or [none.astype(np.int64)])
        shortest = int(sizes.min(initial=KEY))
        kinds = np.array([kind for piece in pieces for kind in piece[1]], dtype=np.uint8)
        scopes = np.array([scope for piece in pieces for scope in piece[2]], dtype=np.uint8)
        owners = np.array([owner for piece in pieces for owner in piece[3]], dtype=np.int32)
        # One entry for each hash. Of equal ones the widest scope stays, so that nothing is searched less.
        # What reads the same from behind keeps its own kind: that of what is reversed is the last.
        order = np.lexsort((kinds, owners, -scopes.astype(np.int16), hashes))
        hashes = hashes[order]
        unique = np.concatenate(([True], hashes[1:] != hashes[:-1]))[: len(hashes)]
        order = order[unique]
        hashes = hashes[unique]
        return cls(
            tuple(people),
            len(hashes),
            hashes,
            kinds[order],
            scopes[order],
            owners[order],
            Sieve.of(hashes),
            Sieve.of(np.unique(keys[sizes >= KEY])),
            Sieve.of(np.unique(keys[sizes < KEY])),
            Sieve.of(np.unique(shortened(keys[sizes < KEY], np.full((sizes < KEY).sum(), shortest)))),
            shortest,
            int(sizes.max(initial=0)),
            frozenset(ordinary),
        )

    def matches(
        self, tokens: Tokens, scope: Scope
    ) -> Iterator[tuple[int, NDArray[np.int64], NDArray[np.int64], int | None]]:
        """Windows that are needles of *scope* or wider; one may reach over the end of a cell.

        Yields:
            Length in tokens, numbers of the first tokens, numbers of the needles, and the place of the single
            letter that was passed over: ``Maria L. Garcia Lopez`` is found as ``Maria Garcia Lopez``.
        """
        if not self.count:
            return
        every = np.arange(len(tokens.starts))
        long, short = self._candidates(tokens, every, tokens.eights.take(tokens.begins[:-1]), passed_over=0)
        yield from self._verified(tokens, long, scope, None, shortest=KEY, longest=self._longest)
        yield from self._verified(tokens, short, scope, None, shortest=self._shortest, longest=KEY - 1)
        # A letter, with a token before it and one behind.
        letters = np.flatnonzero(np.diff(tokens.begins) == 1)
        letters = letters[tokens.folded.classes.take(tokens.starts.take(letters)) == LETTER]
        before = letters[(letters >= 1) & (letters < len(every) - 1)] - 1
        head = tokens.begins.take(before + 1) - tokens.begins.take(before)
        after = tokens.eights.take(tokens.begins.take(before + 2))
        # A shift by 64 is not defined; a key that is full already needs nothing more.
        shift = np.minimum(head << 3, 63).astype(np.uint64)
        joined = shortened(tokens.eights.take(tokens.begins.take(before)), head)
        joined |= np.where(head < KEY, after << shift, np.uint64(0))
        long, short = self._candidates(tokens, before, joined, passed_over=1)
        yield from self._verified(tokens, long, scope, 1, shortest=KEY, longest=self._longest)
        yield from self._verified(tokens, short, scope, 1, shortest=self._shortest, longest=KEY - 1)

    def _candidates(
        self, tokens: Tokens, firsts: NDArray[np.int64], eights: NDArray[np.uint64], *, passed_over: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Those of *firsts* where a needle of ``KEY`` characters or more may begin, and where a shorter one may.

        Its first characters are those of *eights*.
        """
        long = firsts[self._keys.maybe(eights)]
        found = []
        # Shorter needles are the whole of their window, which ends with one of its tokens. It begins as one of them:
        # that a small table says of all windows of a beginning at once, whatever their length.
        head = np.uint64((1 << 8 * min(self._shortest, KEY - 1)) - 1)
        begun = self._short_heads.maybe(eights & head)
        firsts, eights = firsts.take(begun), eights.take(begun)
        ends = tokens.begins[1 + 2 * passed_over :]
        begins = tokens.begins.take(firsts) + passed_over
        for length in range(1 + 2 * passed_over, (4 if passed_over else LONGEST) + 1):
            there = int(np.searchsorted(firsts, len(tokens.starts) - length, side="right"))
            sizes = ends.take(firsts[:there] + (length - 1 - 2 * passed_over)) - begins[:there]
            small = np.flatnonzero(sizes < KEY)
            firsts, eights, begins, sizes = (
                firsts.take(small),
                eights.take(small),
                begins.take(small),
                sizes.take(small),
            )
            wanted = np.flatnonzero(sizes >= self._shortest)
            keys = shortened(eights.take(wanted), sizes.take(wanted))
            found.append(firsts.take(wanted.take(self._short_keys.maybe(keys))))
        return long, np.unique(np.concatenate(found))

    def _verified(
        self,
        tokens: Tokens,
        firsts: NDArray[np.int64],
        scope: Scope,
        left_out: int | None,
        *,
        shortest: int,
        longest: int,
    ) -> Iterator[tuple[int, NDArray[np.int64], NDArray[np.int64], int | None]]:
        """Of the windows that begin at *firsts* and have from *shortest* to *longest* characters, those that are."""
        if not len(firsts):
            return
        read = hashes_from if left_out is None else hashes_passing_over
        hashes, sizes = read(tokens, firsts, longest=longest)
        lengths = range(0 if left_out is None else left_out + 1, LONGEST if left_out is None else 4)
        for length in lengths:
            there = np.flatnonzero(sizes[:, length] >= shortest)
            at, needles = self.look_up(hashes[there, length], scope)
            if len(at):
                yield length + 1, firsts[there[at]], needles, left_out

    def look_up(
        self, hashes: NDArray[np.uint64], scope: Scope
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Positions of *hashes* that are needles of *scope* or wider, and the number of the needle."""
        if not self.count:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        maybe = self._sieve.maybe(hashes)
        at = np.searchsorted(self._hashes, hashes[maybe])
        at[at == self.count] = 0
        hit = (self._hashes[at] == hashes[maybe]) & (self._scopes[at] >= scope)
        return maybe[hit], at[hit]

    def are(self, needles: NDArray[np.int64], kind: str) -> NDArray[np.bool_]:
        """Which of *needles*, by their numbers, are of a kind."""
        of_kind: NDArray[np.bool_] = self._kinds.take(needles) == _KIND_INDEX[kind]
        return of_kind

    def kind(self, needle: int) -> str:
        """The kind of a needle."""
        return KINDS[int(self._kinds[needle])]

    def is_ordinary_name(self, words: str) -> bool:
        """Whether somebody is called so, by words of which each is an ordinary one: folded, with spaces between."""
        return words in self._ordinary_names

    def person(self, needle: int) -> str:
        """Id of a person the needle belongs to; the first one when several share it."""
        return self.people[int(self._owners[needle])]


def _groups(identities: Iterable[Identity]) -> Iterator[tuple[Identity, ...]]:
    protected = (identity for identity in identities if identity.protected)
    while group := tuple(islice(protected, _GROUP)):
        yield group
