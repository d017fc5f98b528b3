"""The needles of group after group as numbers, until all are there and can be sorted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shield1367.validation.audit.needles import KINDS, Needle, Scope
from shield1367.validation.audit.sieve import Marks, Sieve
from shield1367.validation.audit.windows import KEY, hash_whole, shortened

_KIND_INDEX = {kind: index for index, kind in enumerate(KINDS)}
# Scope, owner and kind of a needle in one number; the least is what stays of needles with one hash.
_SCOPE_AT, _OWNER_AT = np.uint64(40), np.uint64(8)
_KIND = np.uint64((1 << 8) - 1)
_WIDEST = max(Scope)
# Marks of heads.
LONG, SHORT = 1, 2


@dataclass(frozen=True, slots=True)
class Sieves:
    """What needles may be by their first characters, or by a few of them.

    Attributes:
        heads: by as many characters as the shortest has: ``LONG`` for ones of ``KEY`` or more, ``SHORT`` for others.
        keys, edges: of those with ``KEY`` characters or more.
        short_keys: of shorter ones.
    """

    heads: Marks
    keys: Sieve
    edges: Sieve
    short_keys: Sieve


class Gathered:
    """Needles that are gathered.

    Attributes:
        shortest, longest: characters of a needle; a needle of more than ``KEY`` is not called short.
    """

    def __init__(self) -> None:
        self.shortest = KEY
        self.longest = 0
        self._hashes: list[NDArray[np.uint64]] = []
        self._told: list[NDArray[np.uint64]] = []
        self._keys: list[NDArray[np.uint64]] = []
        self._edges: list[NDArray[np.uint64]] = []
        self._short_keys: list[NDArray[np.uint64]] = []

    def add(self, needles: Sequence[Needle], owners: Sequence[int]) -> None:
        """Add needles, each with the number of whom it belongs to."""
        if not needles:
            return
        hashed = hash_whole([needle.text for needle in needles])
        self.shortest = min(self.shortest, int(hashed.sizes.min()))
        self.longest = max(self.longest, int(hashed.sizes.max()))
        scopes = np.array([_WIDEST - needle.scope for needle in needles], dtype=np.uint64)
        kinds = np.array([_KIND_INDEX[needle.kind] for needle in needles], dtype=np.uint64)
        told = scopes << _SCOPE_AT | np.array(owners, dtype=np.uint64) << _OWNER_AT | kinds
        self._hashes.append(hashed.whole)
        self._told.append(told)
        long = hashed.sizes >= KEY
        self._keys.append(hashed.keys[long])
        self._edges.append(hashed.edges[long])
        self._short_keys.append(hashed.keys[~long])

    def take_sieves(self) -> Sieves:
        """The sieves of all; what they were made of is gone then."""
        short, long = _different(_joined(self._short_keys)), _different(_joined(self._keys))
        head = np.array(self.shortest)
        return Sieves(
            heads=Marks.of(shortened(long, head), shortened(short, head)),
            keys=Sieve.of(long),
            edges=Sieve.of(_different(_joined(self._edges))),
            short_keys=Sieve.of(short),
        )

    def take_sorted(self) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """Hashes in their order, one entry for each, and what there is to tell of it; they are gone here then.

        Of equal ones the widest scope stays, so that nothing is searched less. What reads the same from behind
        keeps its own kind: that of what is reversed is the last.
        """
        hashes, told = _joined(self._hashes), _joined(self._told)
        order = np.lexsort((told, hashes))
        hashes, told = hashes[order], told[order]
        first = _is_first(hashes)
        return hashes[first], told[first]


def scopes_of(told: NDArray[np.uint64]) -> NDArray[np.int64]:
    """The scopes of needles."""
    return _WIDEST - (told >> _SCOPE_AT).astype(np.int64)


def kinds_of(told: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The kinds of needles, by their places in ``KINDS``."""
    return told & _KIND


def owner_of(told: int) -> int:
    """The number of whom a needle belongs to."""
    return told % (1 << int(_SCOPE_AT)) >> int(_OWNER_AT)


def _joined(pieces: list[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    """All *pieces* in one array, and none of them left."""
    joined = np.empty(sum(map(len, pieces)), dtype=np.uint64)
    end = len(joined)
    while pieces:
        piece = pieces.pop()
        joined[end - len(piece) : end] = piece
        end -= len(piece)
    return joined


def _different(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Each of the *numbers* once; they are sorted where they are."""
    numbers.sort()
    return numbers[_is_first(numbers)]


def _is_first(numbers: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Which of sorted numbers differ from the one before."""
    first = np.ones(len(numbers), dtype=np.bool_)
    np.not_equal(numbers[1:], numbers[:-1], out=first[1:])
    return first
