"""Pseudonyms: keyed to the person, never to the spelling, and to one release."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from shield1367.keys import Keys
from shield1367.redaction.cmac import ColumnCmac

_HEX_DIGITS = 20
_PREFIXES = {"person_id": "person", "record_id": "record"}
# Byte → its two digits, as they lie in memory.
_HEX = np.frombuffer("".join(f"{byte:02x}" for byte in range(256)).encode(), np.uint16)
_SHIFT = "shift"
# What has a key besides the kinds of a vocabulary; the last one checks tokens in narratives.
_BESIDES = (*_PREFIXES, _SHIFT, "token")
_OF_DAYS = 8  # bytes of a code that a shift is made of


@cache
def _prefix(kind: str) -> str:
    return f"{_PREFIXES.get(kind, kind.replace('_', '').rstrip('0123456789'))}-"


def pseudonym_purposes(
    kinds: Iterable[str], *, recipient: str, release_id: str, series: str | None
) -> Iterator[str]:
    """Everything that the pseudonyms of one release derive a key for, whatever *kinds* of field it has."""
    yield _family(recipient, release_id, None)
    for kind in sorted({*kinds, *_BESIDES}):
        yield f"{_family(recipient, release_id, series)}/{kind}"


def _family(recipient: str, release_id: str, series: str | None) -> str:
    # A release id never begins so: a series cannot be named to have the keys of a release.
    return f"pseudonym/{recipient}/{f'series/{series}' if series else release_id}"


class Pseudonyms:
    """Makes the pseudonyms of one release.

    The keys are derived per recipient, release and field kind (HKDF), so that pseudonyms join across the tables of
    a release and across nothing else: two recipients, or two releases, cannot be linked by them. Where a
    profile names a series, the releases of that series share the keys; the order of rows is each release's own.
    """

    def __init__(self, keys: Keys, *, recipient: str, release_id: str, series: str | None = None) -> None:
        self._purpose = _family(recipient, release_id, series)
        self._keys = keys
        self._order = keys.fingerprint(_family(recipient, release_id, None))
        self._codes: dict[str, ColumnCmac] = {}

    def of(self, kind: str, identity: str) -> str:
        """The pseudonym of *identity* (a person id, or a record's canonical key) as *kind*."""
        return self.of_kind(kind)(identity)

    def of_kind(self, kind: str) -> Callable[[str], str]:
        """What :meth:`of` says of identities as one kind."""
        start, code = _prefix(kind), self._code(kind)
        return lambda identity: start + code.of(identity).hex()[:_HEX_DIGITS]

    def of_all(self, kind: str, identities: pa.StringArray) -> pa.StringArray:
        """What :meth:`of` says of each; nothing of a null."""
        codes = self._code(kind).of_all(identities)
        start = np.frombuffer(_prefix(kind).encode(), np.uint8)
        text = np.empty((len(codes), len(start) + _HEX_DIGITS), np.uint8)
        text[:, : len(start)] = start
        text[:, len(start) :] = _HEX[codes[:, : _HEX_DIGITS // 2]].view(np.uint8)
        ends = np.arange(len(codes) + 1, dtype=np.int32) * text.shape[1]
        made = pa.StringArray.from_buffers(len(codes), pa.py_buffer(ends), pa.py_buffer(text))
        if not identities.null_count:
            return made
        return pc.if_else(identities.is_valid(), made, pa.scalar(None, pa.string()))

    def days(self, identity: str, *, within: int) -> int:
        """A shift of 1 to *within* days in either direction, the same for all dates of *identity*."""
        return int(self.days_of_all(pa.array([identity], pa.string()), within=within)[0])

    def days_of_all(self, identities: pa.StringArray, *, within: int) -> npt.NDArray[np.int32]:
        """What :meth:`days` says of each."""
        codes = self._code(_SHIFT).of_all(identities)
        numbers = np.ascontiguousarray(codes[:, :_OF_DAYS]).view(">u8")[:, 0]
        sizes = (numbers // 2 % within + 1).astype(np.int32)
        return np.where(numbers % 2, sizes, -sizes).astype(np.int32)

    def order(self, coordinate: str) -> str:
        """A sort key that puts rows in an order that says nothing about the source's."""
        return self._order.of("order", coordinate)

    def _code(self, kind: str) -> ColumnCmac:
        if kind not in self._codes:
            self._codes[kind] = ColumnCmac(self._keys.derive(f"{self._purpose}/{kind}"))
        return self._codes[kind]
