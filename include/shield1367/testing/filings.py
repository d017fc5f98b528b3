"""Benefit applications and the statuses they go through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from shield1367.testing.limbs import Outcome

# The day the data ends; nothing in it is later.
AS_OF = date(2026, 3, 2)


@dataclass(slots=True)
class Filing:
    """One benefit application with its status history, oldest first."""

    form: str
    basis: str
    filed: date
    receipt: str
    outcome: Outcome
    history: list[tuple[str, date, str]]
    ead: str = ""
    flag: str = ""
    principal: Filing | None = None
    relation: str = ""


def write_history(outcome: Outcome, filed: date, rng: Random) -> list[tuple[str, date, str]]:
    """Statuses with strictly rising dates, from filing to the outcome."""
    steps = [("RECEIVED", "")]
    if outcome is Outcome.REJECTED:
        steps.append(("REJECTED", ""))
    else:
        if rng.random() < 0.7:
            steps.append(("PENDING", ""))
        if rng.random() < 0.3:
            steps.append(("RFE", ""))
        steps += _ENDINGS[outcome]
    span = max((AS_OF - filed).days - len(steps), len(steps))
    days = sorted(rng.sample(range(1, span + len(steps)), len(steps) - 1)) if len(steps) > 1 else []
    return [
        (status, filed + timedelta(days=day), exhausted)
        for (status, exhausted), day in zip(steps, [0, *days], strict=True)
    ]


_ENDINGS: dict[Outcome, list[tuple[str, str]]] = {
    Outcome.PENDING: [],
    Outcome.APPROVED: [("APPROVED", "")],
    Outcome.DENIED: [("DENIED", "N")],
    Outcome.DENIED_UNDER_APPEAL: [("DENIED_MERITS_FINAL", "N")],
    Outcome.DENIED_OTHER: [("DENIED_OTHER", "Y")],
    Outcome.DENIED_FINAL: [("DENIED", "N"), ("DENIED_MERITS_FINAL", "Y")],
    Outcome.WITHDRAWN: [("WITHDRAWN", "")],
    Outcome.REVOKED: [("APPROVED", ""), ("REVOKED", "")],
    Outcome.ADMIN_CLOSED: [("ADMIN_CLOSED", "")],
}
