"""Telling of approvals that wait, through the same notices as everything else: ids, times and links."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from shield1367_airflow.notices import Place, places, release_links, worded

if TYPE_CHECKING:
    from shield1367.config.notices import Event, Notices
    from shield1367.release.reminders import Due

log = logging.getLogger(__name__)

_NOBODY = "nobody"


def remind(now: datetime | None = None) -> dict[str, int]:
    """Tell whatever is due, each place once; a place that does not answer is told by the next look.

    Returns:
        How many reminders and escalations are due, and how many places were told of them or could not be.

    Raises:
        ConfigError: a profile does not hold; likewise whatever keeps one recipient's approvals from being read, once
            all others were told of.
    """
    from shield1367.config.notices import load_notices
    from shield1367.errors import Shield1367Error
    from shield1367.home import Home
    from shield1367.release.approval import REQUEST

    now, notices = now or datetime.now(UTC), load_notices()
    waiting = {path.parents[1].name for path in Home.from_environment().work.glob(f"*/*/{REQUEST}")}
    counts, broken = Counter[str](due=0, told=0, not_told=0), list[Shield1367Error]()
    for recipient in sorted(waiting):
        try:
            counts.update(_remind_of(recipient, notices, now))
        except Shield1367Error as error:
            # One profile that does not hold keeps nobody else from being told.
            broken.append(error)
    if broken:
        raise broken[0]
    return dict(counts)


def _remind_of(recipient: str, notices: Notices, now: datetime) -> dict[str, int]:
    from shield1367.release.reminders import due
    from shield1367.release.signing import Signer
    from shield1367_airflow.stages import site_of

    site = site_of(recipients=[recipient])
    found, unreadable = due(site.home, site.project, Signer.of(site.home, site.keys), now=now)
    told = [answer for one in found for answer in _tell(notices, one)]
    if unreadable:
        raise unreadable[0]
    return {"due": len(found), "told": sum(told), "not_told": len(told) - sum(told)}


def _tell(notices: Notices, one: Due) -> list[bool]:
    """Tell every place that does not know yet; which of them was told."""
    from shield1367.config.notices import Event
    from shield1367.release.reminders import Step

    event = Event.APPROVAL_REMINDER if one.step is Step.REMIND else Event.APPROVAL_ESCALATED
    wanted = places(notices, event, besides=one.escalate_to)
    if not wanted:
        if _NOBODY not in one.told:
            log.warning("release %s waits, and notices.yaml tells nobody of it", one.request.release_id)
            one.note(_NOBODY)
        return []
    return [_told(notices, event, one, place) for place in wanted if place.key not in one.told]


def _told(notices: Notices, event: Event, one: Due, place: Place) -> bool:
    asked = one.request
    facts = {
        "release": f"release {asked.release_id}",
        "recipient": asked.recipient,
        "waited": _words(one.waited),
        "until": f"{asked.until[:16].replace('T', ' ')} UTC",
    }
    done = place.tell(event, worded(notices, event, facts, *release_links(asked.release_id)))
    if done:
        # Kept at once: whatever becomes of the next place, this one is told no more.
        one.note(place.key)
    return done


def _words(waited: timedelta) -> str:
    hours = int(waited.total_seconds() // 3600)
    if hours < 48:
        return f"{hours} hour{'' if hours == 1 else 's'}"
    return f"{hours // 24} days"
