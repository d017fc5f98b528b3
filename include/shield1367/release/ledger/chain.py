"""The hash chain, and what stands at its end."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Head:
    """Number and hash of one entry: with the hash, everything up to it is told."""

    sequence: int
    hash: str

    def message(self) -> bytes:
        """What is signed."""
        return f"shield1367 ledger\n{self.sequence}\n{self.hash}\n".encode()


def link(sequence: int, previous: str, text: str) -> str:
    """Hash of an entry over its number, the hash before it, and what it says."""
    return hashlib.sha256(f"{sequence}\n{previous}\n{text}".encode()).hexdigest()


def digest_of_people(people: Iterable[str]) -> str:
    """Digest over the fingerprints of everybody a release held; binds them to the chain."""
    return hashlib.sha256("\n".join(sorted(set(people))).encode()).hexdigest()
