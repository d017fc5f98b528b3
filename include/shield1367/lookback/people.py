"""Who was in an earlier release as somebody clear, and is shielded today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shield1367.keys import Keys
from shield1367.protection.history import History
from shield1367.redaction.planned import LEDGER_PURPOSE
from shield1367.release.ledger import Disclosure, Ledger

# Entries of earlier versions do not say what the registry knew; an evaluation does not take longer.
_SLOWEST_EVALUATION = timedelta(days=1)
_PURPOSE = "lookback"
# So many people are asked about at once.
_AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class Held:
    """One person in one release, by a keyed fingerprint that no other table has."""

    release_id: str
    person_id: str
    fingerprint: str


def known_at(release: Disclosure) -> datetime:
    """What the registry knew at this time, the release knew."""
    if release.known_at:
        return datetime.fromisoformat(release.known_at)
    return datetime.fromisoformat(release.recorded_at) - _SLOWEST_EVALUATION


def fingerprint_of(keys: Keys, release_id: str, *what: str) -> str:
    """What tells one finding about a release from all others; nobody without the key can tell whose it is."""
    return keys.fingerprint(_PURPOSE).of(release_id, *what)


def held_unshielded(
    people: Iterable[History], ledger: Ledger, keys: Keys, *, day_of: Callable[[Disclosure], date]
) -> Iterator[Held]:
    """Every release that held one of *people* as somebody clear.

    Args:
        day_of: gives the day a release was made for.
    """
    fingerprint = keys.fingerprint(LEDGER_PURPOSE)
    releases: dict[str, tuple[Disclosure, date] | None] = {}
    for some in _chunks(people):
        of = {
            fingerprint.of(person_id): (history, person_id) for history in some for person_id in history.ids
        }
        for person, found in ledger.held_in(of).items():
            history, person_id = of[person]
            for release_id in found:
                if release_id not in releases:
                    entry = ledger.find(release_id)
                    releases[release_id] = (entry, day_of(entry)) if entry else None
                if (known := releases[release_id]) is None:
                    continue
                release, day = known
                if not history.was_shielded(person_id, day, known_at(release)):
                    yield Held(release_id, history.person_id, fingerprint_of(keys, release_id, person))


def by_release(held: Iterable[Held]) -> dict[str, list[Held]]:
    """The same, by release."""
    grouped: dict[str, list[Held]] = defaultdict(list)
    for one in held:
        grouped[one.release_id].append(one)
    return dict(grouped)


def _chunks(people: Iterable[History]) -> Iterator[list[History]]:
    some: list[History] = []
    for history in people:
        some.append(history)
        if len(some) == _AT_ONCE:
            yield some
            some = []
    if some:
        yield some
