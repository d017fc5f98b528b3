"""Known identifiers in a stream of letters and digits: millions of them, at the memory of their fingerprints.

An automaton keeps a state for every character of every identifier. Here each is a number of 64 bits, worked
out so that those of all stretches of a text come from two running sums. A stretch is looked at closer only
where an identifier opens as it does.
"""

from __future__ import annotations

from array import array
from functools import lru_cache
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from shield1367.redaction.text.postings import SEVERAL, Fingerprint, Fingerprints, settle

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
# Bits of a filter for each of its entries, each of which has two: one stranger in 256 passes, at most.
_ROOM: Final = 32
# Of an opening's fingerprint, what is not taken by the number of a length.
_HIGH: Final = ~np.uint64(2**16 - 1)
_OCTET: Final = np.uint64(3)


class SkeletonEntries:
    """Identifiers as they are met; settled once, into :class:`Skeletons`."""

    def __init__(self) -> None:
        self._entities: dict[str, int] = {}
        self._waiting: list[str] = []
        # Arrays that grow in place: many small ones would leave the memory full of holes.
        self._keys = array("Q")
        self._openings = array("Q")
        self._lengths = array("I")
        self._people = array("i")
        self._kinds = bytearray()
        self._offered = bytearray()

    def add(self, key: str, entity: str, person: int) -> None:
        """*key* is of *person*, whoever else has it."""
        if len(self._waiting) == _MANY:
            self._work_through()
        self._waiting.append(key)
        self._people.append(person)
        self._kinds.append(self._entities.setdefault(entity, len(self._entities)))
        self._offered.append(0)

    def offer(self, key: str, entity: str, person: int) -> None:
        """*key* is of *person* unless it is somebody's already."""
        self.add(key, entity, person)
        self._offered[-1] = 1

    def settled(self, over: Skeletons | None = None) -> Skeletons:
        """The index of all that was entered.

        Args:
            over: an index of what was entered before: the new one says what one of both would say.
        """
        self._work_through()
        keys, people = np.frombuffer(self._keys, np.uint64), np.frombuffer(self._people, np.int32)
        offered = np.frombuffer(self._offered, np.bool_)
        if over is None:
            keys, people, last = settle(keys, people, offered)
        else:
            # What is only offered says nothing of a key that is known.
            counted = np.flatnonzero(~(offered & (over.places(keys) >= 0)))
            keys, people, last = settle(keys[counted], people[counted], offered[counted])
            last = counted[last]
        kinds = np.frombuffer(self._kinds, np.uint8)[last]
        lengths, openings = _opened(
            np.frombuffer(self._openings, np.uint64)[last], np.frombuffer(self._lengths, np.uint32)[last]
        )
        if over is not None:
            people = over.together(keys, people)
        own = Skeletons(SkeletonColumns(keys, people, kinds, tuple(self._entities), openings, lengths))
        return own if over is None else _More(over, own)

    def _work_through(self) -> None:
        lengths = np.fromiter(map(len, self._waiting), np.intp, len(self._waiting))
        starts = np.cumsum(lengths) - lengths
        windows = Windows("".join(self._waiting))
        opening = np.where(lengths < _OPENINGS[1], _OPENINGS[0], _OPENINGS[1])
        self._keys.frombytes(windows.fingerprints(starts, lengths).tobytes())
        self._openings.frombytes(windows.fingerprints(starts, opening).tobytes())
        self._lengths.frombytes(lengths.astype(np.uint32).tobytes())
        self._waiting = []


def _opened(openings: Fingerprints, lengths: NDArray[np.uint32]) -> tuple[NDArray[np.intp], Fingerprints]:
    """The lengths that there are, and every opening with the number of a length in its lowest bits, sorted."""
    # NumPy's unique() takes ten times as long as its sort().
    distinct = np.flatnonzero(np.bincount(lengths))
    opened = np.sort((openings & _HIGH) | np.searchsorted(distinct, lengths).astype(np.uint64))
    return distinct, opened[np.append(True, opened[1:] != opened[:-1])[: len(opened)]]


class SkeletonColumns(NamedTuple):
    """What an index of identifiers is made of.

    Attributes:
        keys: fingerprints of the identifiers, sorted.
        people: of each its person, or ``SEVERAL``.
        kinds: of each the number of its entity.
        entities: by number.
        openings: how identifiers open, each with the number of a length that one has which opens so in its lowest
            bits. Two openings that are alike but there are only looked at closer in vain.
        lengths: by number.
    """

    keys: Fingerprints
    people: NDArray[np.int32]
    kinds: NDArray[np.uint8]
    entities: tuple[str, ...]
    openings: Fingerprints
    lengths: NDArray[np.intp]


class Skeletons:
    """Finds identifiers in a stream, and tells of each what it is and whose."""

    def __init__(self, columns: SkeletonColumns) -> None:
        self.columns = columns
        self._keys, self._people, self._kinds, self._entities, self._openings, self._lengths = columns
        self._filter = _Filter(self._openings & _HIGH)
        short = self._lengths < _OPENINGS[1]
        self._widths = [
            width for width, some in zip(_OPENINGS, (short.any(), not short.all()), strict=True) if some
        ]

    def places(self, keys: Fingerprints) -> NDArray[np.intp]:
        """Of each of *keys* its index; -1 where there is none."""
        if not len(self._keys):
            return np.full(len(keys), -1, np.intp)
        index = np.searchsorted(self._keys, keys)
        same = self._keys[np.minimum(index, len(self._keys) - 1)] == keys
        return np.where(same, index, -1)

    def together(self, keys: Fingerprints, people: NDArray[np.int32]) -> NDArray[np.int32]:
        """Whose *keys* are that others, *people*, have too: theirs, or ``SEVERAL`` where they are others' here."""
        at = self.places(keys)
        here = self._people[np.maximum(at, 0)] if len(self._people) else people
        return np.where((at < 0) | (here == people), people, SEVERAL).astype(np.int32)

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
        if not len(self):
            return []
        windows = Windows(stream)
        starts, lengths = self._openings_in(windows, len(stream))
        keys = windows.fingerprints(starts, lengths)
        index = np.searchsorted(self._keys, keys)
        same = np.flatnonzero(self._keys[np.minimum(index, len(self) - 1)] == keys)
        index, starts, ends = index[same], starts[same], (starts + lengths)[same]
        order = np.lexsort((starts, ends))
        return list(zip(*(column[order].tolist() for column in (index, starts, ends)), strict=True))

    def _openings_in(self, windows: Windows, size: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Where identifiers open, and how long each is that opens so; those that would end beyond *size* left out."""
        places, wanted = [], []
        for width in self._widths:
            found = windows.all_fingerprints(width) & _HIGH
            likely = self._filter.held(found)
            places.append(likely)
            wanted.append(found[likely])
        starts, sought = np.concatenate(places), np.concatenate(wanted)
        at = np.searchsorted(self._openings, sought)
        counts = np.searchsorted(self._openings, sought | ~_HIGH, side="right") - at
        # The numbers at, at + 1 … of each, one after the other.
        number = np.repeat(at - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
        starts, lengths = (
            np.repeat(starts, counts),
            self._lengths[self._openings[number] & ~_HIGH],
        )
        inside = starts + lengths <= size
        return starts[inside], lengths[inside]


class _More(Skeletons):
    """An index with a few identifiers more, which stand behind its own and say what both say together."""

    def __init__(self, over: Skeletons, more: Skeletons) -> None:
        self._over = over
        self._extra = more

    def __len__(self) -> int:
        return len(self._over) + len(self._extra)

    def __getitem__(self, index: int) -> tuple[Fingerprint, tuple[str, int]]:
        beyond = index - len(self._over)
        return self._extra[beyond] if beyond >= 0 else self._over[index]

    def places(self, keys: Fingerprints) -> NDArray[np.intp]:
        own = self._extra.places(keys)
        return np.where(own >= 0, own + len(self._over), self._over.places(keys))

    def together(self, keys: Fingerprints, people: NDArray[np.int32]) -> NDArray[np.int32]:
        both = self._over.together(keys, people)
        own = self._extra.places(keys) >= 0
        return np.where(own, self._extra.together(keys, people), both).astype(np.int32)

    def find_matches_as_indexes(
        self, stream: str, *, overlapping: Literal[True]
    ) -> list[tuple[int, int, int]]:
        found = self._extra.find_matches_as_indexes(stream, overlapping=overlapping)
        own = {(start, end): (index + len(self._over), start, end) for index, start, end in found}
        for match in self._over.find_matches_as_indexes(stream, overlapping=overlapping):
            own.setdefault(match[1:], match)
        return sorted(own.values(), key=lambda match: (match[2], match[1]))


class Windows:
    """Fingerprints of any stretches of a text: the same for the same characters, wherever they stand."""

    def __init__(self, text: str) -> None:
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
        # Each character a number that shares no pattern with its neighbours in the alphabet.
        values = (codes + np.uint64(1)) * _SPREAD
        values ^= values >> np.uint64(31)
        values *= _SPREAD
        # Texts come in batches of nearly one size: the powers are those of the last.
        powers = 2 ** len(codes).bit_length()
        values *= _powers(_BASE, powers)[: len(codes)]
        self._sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(values)))
        self._back = _powers(_INVERSE, powers)

    def fingerprints(self, starts: NDArray[np.intp], lengths: NDArray[np.intp] | int) -> Fingerprints:
        """Of the stretches that begin at *starts*."""
        fingerprints: Fingerprints = (self._sums[starts + lengths] - self._sums[starts]) * self._back[starts]
        return fingerprints

    def all_fingerprints(self, length: int) -> Fingerprints:
        """Of every stretch of *length*, from the first on."""
        fingerprints: Fingerprints = self._sums[length:] - self._sums[:-length]
        return fingerprints * self._back[: len(fingerprints)]


@lru_cache(maxsize=8)
def _powers(base: int, count: int) -> Fingerprints:
    powers = np.full(count, base, np.uint64)
    powers[0] = 1
    return np.cumprod(powers)


class _Filter:
    """Tells of nearly every stranger that it is one, of no entry that it is."""

    def __init__(self, entries: Fingerprints) -> None:
        bits = max(8, (len(entries) * _ROOM).bit_length())
        self._shift = np.uint64(64 - bits)
        self._octets = np.zeros(2 ** (bits - 3), np.uint8)
        for marks in (entries, entries * _SPREAD):
            self._mark(np.sort(marks >> self._shift))

    def _mark(self, places: Fingerprints) -> None:
        octets = (places >> _OCTET).astype(np.intp)
        first = np.flatnonzero(np.append(True, octets[1:] != octets[:-1])[: len(octets)])
        if len(first):
            self._octets[octets[first]] |= np.bitwise_or.reduceat(_bit(places), first)

    def held(self, fingerprints: Fingerprints) -> NDArray[np.intp]:
        """The numbers of those that may be entries, in order."""
        likely = np.flatnonzero(self._marked(fingerprints))
        # A second mark, looked at only where the first one is.
        held: NDArray[np.intp] = likely[self._marked(fingerprints[likely] * _SPREAD) != 0]
        return held

    def _marked(self, marks: Fingerprints) -> NDArray[np.uint8]:
        places = marks >> self._shift
        return self._octets[(places >> _OCTET).astype(np.intp)] & _bit(places)


def _bit(places: Fingerprints) -> NDArray[np.uint8]:
    return np.left_shift(np.uint8(1), (places & np.uint64(7)).astype(np.uint8))
