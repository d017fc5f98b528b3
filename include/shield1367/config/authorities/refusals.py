"""What keeps an authority from carrying a release on a given day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from shield1367.config.authorities.exception import Exception1367


@dataclass(frozen=True, slots=True)
class Refusal:
    """One missing item: *key* inside the authority, and why it does not hold."""

    paragraph: str
    key: str
    why: str

    def __str__(self) -> str:
        return f"{self.paragraph}: {self.key} {self.why}"


def refusals(authority: Exception1367, on: date) -> Iterator[Refusal]:
    """Everything missing, expired, revoked or not yet in force on the day *on*; nothing when it carries."""
    name = authority.NAME
    if on < authority.begins:
        yield Refusal(name, "begins", f"on {authority.begins} only")
    if authority.expires < on:
        yield Refusal(name, "expires", f"on {authority.expires}, which is past")
    if authority.revoked is not None and authority.revoked <= on:
        yield Refusal(name, "revoked", f"on {authority.revoked}")
    for key, paper in authority.documents().items():
        if why := paper.fault(on):
            yield Refusal(name, key, why)
    for key, why in authority.lacking(on):
        yield Refusal(name, key, why)
