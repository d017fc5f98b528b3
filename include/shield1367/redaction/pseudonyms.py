"""Pseudonyms: keyed to the person, never to the spelling, and to one release."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from shield1367.keys import Keys

_HEX_DIGITS = 20
_PREFIXES = {"person_id": "person", "record_id": "record"}


@cache
def _prefix(kind: str) -> str:
    return _PREFIXES.get(kind, kind.replace("_", "").rstrip("0123456789"))


class Pseudonyms:
    """Makes the pseudonyms of one release.

    The key is derived per recipient and release (HKDF), so that pseudonyms join across the tables of
    a release and across nothing else: two recipients, or two releases, cannot be linked by them. Where a
    profile names a series, the releases of that series share the key; the order of rows is each release's own.
    """

    def __init__(self, keys: Keys, *, recipient: str, release_id: str, series: str | None = None) -> None:
        # A release id never begins so: a series cannot be named to have the key of a release.
        family = f"series/{series}" if series else release_id
        self._fingerprint = keys.fingerprint(f"pseudonym/{recipient}/{family}")
        self._order = keys.fingerprint(f"pseudonym/{recipient}/{release_id}")

    def of(self, kind: str, identity: str) -> str:
        """The pseudonym of *identity* (a person id, or a record's canonical key) as *kind*."""
        return self.of_kind(kind)(identity)

    def of_kind(self, kind: str) -> Callable[[str], str]:
        """What :meth:`of` says of identities as one kind, for many of them."""
        start, fingerprint = f"{_prefix(kind)}-", self._fingerprint.after(kind)
        return lambda identity: start + fingerprint(identity)[:_HEX_DIGITS]

    def days(self, identity: str, *, within: int) -> int:
        """A shift of 1 to *within* days in either direction, the same for all dates of *identity*."""
        return self.days_within(within)(identity)

    def days_within(self, within: int) -> Callable[[str], int]:
        """What :meth:`days` says, for many identities."""
        fingerprint = self._fingerprint.after("shift")

        def days(identity: str) -> int:
            number = int(fingerprint(identity)[:15], 16)
            size = number // 2 % within + 1
            return size if number % 2 else -size

        return days

    def order(self, coordinate: str) -> str:
        """A sort key that puts rows in an order that says nothing about the source's."""
        return self._order.of("order", coordinate)
