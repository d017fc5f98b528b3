"""What will keep somebody from receiving, or nobody from being judged, before long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from shield1367.config.authorities import refusals
from shield1367.config.project import Project
from shield1367.disclosure.standing import lapses

AHEAD_DAYS = (0, 30, 60, 90)


@dataclass(frozen=True, slots=True)
class Expiring:
    """One paper, table or key.

    Attributes:
        subject: whose it is: a recipient, a table, an approver.
        what: what lapses, in words, with its day.
        within: days until then at most; 0 when it has lapsed.
    """

    subject: str
    what: str
    within: int


def expiring(project: Project, today: date) -> list[Expiring]:
    """Everything that has lapsed, or will within ninety days; the most urgent first."""
    found: dict[tuple[str, str], int] = {}
    for days in AHEAD_DAYS:
        for subject, what in _lapsed(project, today + timedelta(days=days)):
            found.setdefault((subject, what), days)
    return sorted(
        (Expiring(subject, what, within) for (subject, what), within in found.items()),
        key=lambda one: (one.within, one.subject, one.what),
    )


def _lapsed(project: Project, on: date) -> Iterator[tuple[str, str]]:
    for name, profile in project.recipients.items():
        yield from ((name, why) for why in lapses(profile, on))
        if authority := project.authority_of(profile):
            yield from (
                (name, f"authority {profile.authority}: {refusal}") for refusal in refusals(authority, on)
            )
    for review in project.reviews():
        if review.due < on:
            yield review.name, f"its review is due on {review.due}; after that nobody is judged by it"
    for name, approver in project.seals.approvers.approvers.items():
        if approver.until is not None and approver.until < on:
            yield name, f"the key of this {approver.role.replace('_', ' ')} counts until {approver.until}"
