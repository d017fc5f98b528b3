"""Whose a key is, for millions of keys: fingerprints in sorted arrays, where a dict of strings costs ten times as much.

Two keys of one fingerprint would be taken for each other. Fingerprints have 64 bits: among ten million keys
a text of a thousand words meets such a one once in 10⁹ texts, and then a word too many is masked, none too few.
"""

from __future__ import annotations

from array import array
from functools import lru_cache
from hashlib import blake2b
from typing import Final, overload

import numpy as np
from numpy.typing import NDArray

# Of a key that more than one person has.
SEVERAL: Final = -2
# Entries up to which an index is a dict: some tens of megabytes.
_FEW: Final = 2**18
# Entries that are settled at a time.
_AT_ONCE: Final = 2**21

Fingerprint = np.uint64
Fingerprints = NDArray[np.uint64]


def fingerprint_of(key: str) -> int:
    """64 bits with a sign, the same in every process: Python's own hashes differ from one to the next."""
    found = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(found.digest(), "little", signed=True)


# Texts ask for the same few keys again and again.
_remembered = lru_cache(maxsize=2**16)(fingerprint_of)


def settle(
    keys: Fingerprints, people: NDArray[np.int32], offered: NDArray[np.bool_], *, at_once: int = _AT_ONCE
) -> tuple[Fingerprints, NDArray[np.int32], NDArray[np.intp]]:
    """What entries say of each key together: its person, or ``SEVERAL``.

    Args:
        keys: of the entries, in the order in which they were made.
        people: of the entries.
        offered: entries that count only where nothing was said of their key before.
        at_once: entries that are settled at a time, about: fifty bytes each are needed for it.

    Returns:
        The keys, sorted; their people; and of each the number of the last entry that counts.
    """
    bits = (len(keys) // at_once).bit_length()
    if not bits:
        return _settled(keys, people, offered)
    pieces = []
    for top in range(2**bits):
        some = np.flatnonzero((keys >> np.uint64(64 - bits)) == top)
        settled, who, last = _settled(keys[some], people[some], offered[some])
        pieces.append((settled, who, some[last]))
    settled, who, last = (np.concatenate(column) for column in zip(*pieces, strict=True))
    return settled, who, last


def _settled(
    keys: Fingerprints, people: NDArray[np.int32], offered: NDArray[np.bool_]
) -> tuple[Fingerprints, NDArray[np.int32], NDArray[np.intp]]:
    if not len(keys):
        return keys, people, np.zeros(0, np.intp)
    # Which of equal keys comes first is asked afterwards: an order that keeps it takes several times as long.
    order = np.argsort(keys)
    ordered = keys[order]
    first = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    earliest = np.minimum.reduceat(order, first)
    counted = ~offered[order] | (order == np.repeat(earliest, np.diff(first, append=len(order))))
    settled, first = ordered[first], (np.cumsum(counted) - counted)[first]
    order = order[counted]
    who = people[order]
    lowest, highest = np.minimum.reduceat(who, first), np.maximum.reduceat(who, first)
    last = np.maximum.reduceat(order, first)
    return settled, np.where(lowest == highest, lowest, SEVERAL).astype(np.int32), last


class Entries:
    """Keys and people as they are met; settled once, into an index of them.

    Args:
        few: entries up to which the index is a dict, which answers several times faster.
    """

    def __init__(self, few: int = _FEW) -> None:
        self._few = few
        # Not yet turned into fingerprints; none ever is where there are few.
        self._waiting: list[str] = []
        self._keys = array("q")
        self._people = array("i")
        self._offered = bytearray()

    def add(self, key: str, person: int) -> None:
        """*key* is of *person*, whoever else has it."""
        if len(self._waiting) == self._few:
            self._work_through()
        self._waiting.append(key)
        self._people.append(person)
        self._offered.append(0)

    def offer(self, key: str, person: int) -> None:
        """*key* is of *person* unless it is somebody's already."""
        self.add(key, person)
        self._offered[-1] = 1

    def settled(self, over: dict[str, int] | Postings | None = None) -> dict[str, int] | Postings:
        """The index of all that was entered.

        Args:
            over: an index of what was entered before: the new one says what one of both would say.
        """
        if over is not None:
            return (
                over.with_more(self._after(over)) if isinstance(over, Postings) else over | self._after(over)
            )
        if not self._keys:
            return self._one_by_one({})
        self._work_through()
        keys, people, _ = settle(
            np.frombuffer(self._keys, np.uint64),
            np.frombuffer(self._people, np.int32),
            np.frombuffer(self._offered, np.bool_),
        )
        # Gone before those of the next index are settled.
        self._keys, self._people, self._offered = array("q"), array("i"), bytearray()
        return Postings(keys, people)

    def _work_through(self) -> None:
        self._keys.extend(map(fingerprint_of, self._waiting))
        self._waiting = []

    def _one_by_one(self, index: dict[str, int]) -> dict[str, int]:
        for key, person, offered in zip(self._waiting, self._people, self._offered, strict=True):
            known = index.setdefault(key, person)
            if known != person and not offered:
                index[key] = SEVERAL
        return index

    def _after(self, over: dict[str, int] | Postings) -> dict[str, int]:
        """What the entries say, by key; of a key that *over* knows, what both say together."""
        if self._keys:
            raise ValueError("what goes over an index has to be little")
        said = {key: known for key in self._waiting if (known := over.get(key)) is not None}
        return self._one_by_one(said)


class Postings:
    """Key → person or ``SEVERAL``, as a dict has it.

    Args:
        keys: fingerprints, sorted.
        people: of each.
    """

    def __init__(self, keys: Fingerprints, people: NDArray[np.int32]) -> None:
        # Two stretches of fingerprints for each key and more, so that most strangers fall in an empty one.
        bits = len(keys).bit_length() + 1
        self._shift = 64 - bits
        stretches = keys >> np.uint64(self._shift)
        begin = np.flatnonzero(np.append(True, stretches[1:] != stretches[:-1])[: len(keys)])
        counts = np.zeros(2**bits, np.uint8)
        counts[stretches[begin]] = np.diff(begin, append=len(keys))
        del stretches, begin
        first = np.cumsum(counts, dtype=np.uint32)
        first -= counts
        # The standard library gives single items several times faster than NumPy. A fingerprint below zero,
        # shifted, counts the stretches from their end, where those with the highest bit set are.
        self._counts = counts.tobytes()
        self._first = _as_array("I", first)
        self._keys = _as_array("q", keys)
        self._people = _as_array("i", people)

    @property
    def columns(self) -> tuple[Fingerprints, NDArray[np.int32]]:
        """What it was made of."""
        return np.frombuffer(self._keys, np.uint64), np.frombuffer(self._people, np.int32)

    def with_more(self, more: dict[str, int]) -> Postings:
        """The same keys and *more*, which says it of its own; nothing is copied."""
        return _More(self, more)

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, key: str) -> bool:
        return self.get(key) is not None

    def __getitem__(self, key: str) -> int:
        person = self.get(key)
        if person is None:
            raise KeyError
        return person

    @overload
    def get(self, key: str) -> int | None: ...
    @overload
    def get(self, key: str, default: int) -> int: ...
    def get(self, key: str, default: int | None = None) -> int | None:
        """The person of *key*."""
        fingerprint = _remembered(key)
        stretch = fingerprint >> self._shift
        first = self._first[stretch]
        for at in range(first, first + self._counts[stretch]):
            if self._keys[at] == fingerprint:
                return self._people[at]
        return default


def _as_array(code: str, numbers: NDArray[np.generic]) -> array[int]:
    """The same numbers in an array of the standard library, without a copy between."""
    found = array(code)
    found.frombytes(np.ascontiguousarray(numbers).view(np.uint8).data)
    return found


class _More(Postings):
    """An index with a few keys more: of these it says what the dict of them says."""

    def __init__(self, over: Postings, more: dict[str, int]) -> None:
        self._over = over
        self._more = more

    def with_more(self, more: dict[str, int]) -> Postings:
        return _More(self._over, self._more | more)

    def __len__(self) -> int:
        return len(self._over) + sum(key not in self._over for key in self._more)

    def __contains__(self, key: str) -> bool:
        return key in self._more or key in self._over

    @overload
    def get(self, key: str) -> int | None: ...
    @overload
    def get(self, key: str, default: int) -> int: ...
    def get(self, key: str, default: int | None = None) -> int | None:
        person = self._more.get(key)
        return person if person is not None else self._over.get(key, default)  # type: ignore[arg-type]
