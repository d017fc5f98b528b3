"""Known identifiers in a stream of letters and digits: millions of them, at the memory of their fingerprints.

An automaton keeps a state for every character of every identifier. Here each is a number of 64 bits, worked
out so that those of all stretches of a text come from two running sums. A stretch is looked at closer only
where an identifier opens as it does.
"""

from __future__ import annotations

from array import array
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from shield1367.redaction.text.postings import Fingerprint, Fingerprints, settle

# Characters that a stretch must share with an identifier's opening before it is looked at closer: of short
# identifiers, and of those of eight or more.
_OPENINGS: Final = (5, 8)
SHORTEST: Final = _OPENINGS[0]
# Identifiers that are worked through at once while the index is built.
_MANY: Final = 2**16
# Any odd number; its inverse, by which stretches become comparable wherever they stand.
_BASE: Final = 0x9E3779B97F4A7C15
_INVERSE: Final = pow(_BASE, -1, 2**64)
_SPREAD: Final = np.uint64(0xBF58476D1CE4E5B9)
# Bits of a filter for each of its entries: one in sixteen strangers passes.
_ROOM: Final = 16


class SkeletonEntries:
    """Identifiers as they are met; settled once, into :class:`Skeletons`."""

    def __init__(self) -> None:
        self._entities: dict[str, int] = {}
        self._waiting: list[str] = []
        self._keys: list[Fingerprints] = []
        self._opening: list[Fingerprints] = []
        self._lengths: set[int] = set()
        self._people = array("i")
        self._kinds = bytearray()
        self._offered = bytearray()

    def add(self, key: str, entity: str, person: int, *, offered: bool = False) -> None:
        """*key* is of *person*; an *offered* one only where nothing was said of it before."""
        self._waiting.append(key)
        self._people.append(person)
        self._kinds.append(self._entities.setdefault(entity, len(self._entities)))
        self._offered.append(offered)
        if len(self._waiting) == _MANY:
            self._work_through()

    def settled(self) -> Skeletons:
        """The index of all that was entered."""
        self._work_through()
        keys, people, last = settle(
            np.concatenate(self._keys),
            np.frombuffer(self._people, np.int32),
            np.frombuffer(self._offered, np.bool_),
        )
        kinds = np.frombuffer(self._kinds, np.uint8)[last]
        return Skeletons(
            keys, people, kinds, list(self._entities), np.concatenate(self._opening), sorted(self._lengths)
        )

    def _work_through(self) -> None:
        lengths = np.fromiter(map(len, self._waiting), np.intp, len(self._waiting))
        starts = np.cumsum(lengths) - lengths
        windows = Windows("".join(self._waiting))
        opening = np.where(lengths < _OPENINGS[1], _OPENINGS[0], _OPENINGS[1])
        self._keys.append(windows.fingerprints(starts, lengths))
        self._opening.append(windows.fingerprints(starts, opening))
        self._lengths.update(np.unique(lengths).tolist())
        self._waiting = []


class Skeletons:
    """Finds identifiers in a stream, and tells of each what it is and whose."""

    def __init__(
        self,
        keys: Fingerprints,
        people: NDArray[np.int32],
        kinds: NDArray[np.uint8],
        entities: list[str],
        opening: Fingerprints,
        lengths: list[int],
    ) -> None:
        self._keys = keys
        self._people = people
        self._kinds = kinds
        self._entities = entities
        self._known = _Filter(keys)
        self._opening = _Filter(np.sort(opening))
        short = [length for length in lengths if length < _OPENINGS[1]]
        self._lengths = dict(zip(_OPENINGS, (short, lengths[len(short) :]), strict=True))

    def __len__(self) -> int:
        return len(self._keys)

    def __getitem__(self, index: int) -> tuple[Fingerprint, tuple[str, int]]:
        """Of the identifier at *index*: its fingerprint, and its entity and person."""
        return self._keys[index], (self._entities[self._kinds[index]], int(self._people[index]))

    def find_matches_as_indexes(
        self,
        stream: str,
        *,
        overlapping: Literal[True],
    ) -> list[tuple[int, int, int]]:
        """Every identifier in *stream*, as an automaton of them gives it: index, start, end.

        In the order of their ends; of those that end together the longest first.
        """
        windows = Windows(stream)
        found: list[tuple[int, int, int]] = []
        for opening, lengths in self._lengths.items():
            if not lengths or len(stream) < opening:
                continue
            places = self._opening.held(windows.all_fingerprints(opening))
            for length in lengths:
                starts = places[: np.searchsorted(places, len(stream) - length, side="right")]
                keys = windows.fingerprints(starts, length)
                likely = self._known.held(keys)
                index = np.minimum(np.searchsorted(self._keys, keys[likely]), len(self._keys) - 1)
                same = self._keys[index] == keys[likely]
                begin = starts[likely[same]]
                found += zip(index[same].tolist(), begin.tolist(), (begin + length).tolist(), strict=True)
        return sorted(found, key=lambda match: (match[2], match[1]))


class Windows:
    """Fingerprints of any stretches of a text: the same for the same characters, wherever they stand."""

    def __init__(self, text: str) -> None:
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
        # Each character a number that shares no pattern with its neighbours in the alphabet.
        values = (codes + np.uint64(1)) * _SPREAD
        values ^= values >> np.uint64(31)
        values *= _SPREAD
        self._sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(values * _powers(_BASE, len(codes)))))
        self._back = _powers(_INVERSE, len(codes) + 1)

    def fingerprints(self, starts: NDArray[np.intp], lengths: NDArray[np.intp] | int) -> Fingerprints:
        """Of the stretches that begin at *starts*."""
        fingerprints: Fingerprints = (self._sums[starts + lengths] - self._sums[starts]) * self._back[starts]
        return fingerprints

    def all_fingerprints(self, length: int) -> Fingerprints:
        """Of every stretch of *length*, from the first on."""
        fingerprints: Fingerprints = self._sums[length:] - self._sums[:-length]
        return fingerprints * self._back[: len(fingerprints)]


def _powers(base: int, count: int) -> Fingerprints:
    powers = np.full(count, base, np.uint64)
    powers[:1] = 1
    return np.cumprod(powers)


class _Filter:
    """Tells of nearly every stranger that it is one, of no entry that it is."""

    def __init__(self, entries: Fingerprints) -> None:
        """Of *entries*, sorted."""
        bits = max(8, (len(entries) * _ROOM).bit_length())
        self._shift = np.uint64(64 - bits)
        places = entries >> self._shift
        octets = (places >> np.uint64(3)).astype(np.intp)
        self._octets = np.zeros(2 ** (bits - 3), np.uint8)
        if len(entries):
            first = np.flatnonzero(np.append(True, octets[1:] != octets[:-1]))
            self._octets[octets[first]] = np.bitwise_or.reduceat(_bit(places), first)

    def held(self, fingerprints: Fingerprints) -> NDArray[np.intp]:
        """The numbers of those that may be entries."""
        places = fingerprints >> self._shift
        return np.flatnonzero(self._octets[(places >> np.uint64(3)).astype(np.intp)] & _bit(places))


def _bit(places: Fingerprints) -> NDArray[np.uint8]:
    return np.left_shift(np.uint8(1), (places & np.uint64(7)).astype(np.uint8))
