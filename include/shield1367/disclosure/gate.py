"""The gate before publication: what a release was planned under must still hold at the moment it goes.

Between plan and publication lie hours, or days when somebody has to approve: an agreement may expire, a consent
be revoked, a profile be edited, somebody become protected.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from shield1367.config.project import Project
from shield1367.disclosure.plan import ReleasePlan
from shield1367.disclosure.planning import StaleRegistryError, profile_of, require_fresh_registry
from shield1367.disclosure.standing import require_standing
from shield1367.errors import TerminalError
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.protection.registry.store import Registry
from shield1367.protection.snapshot import digest_of


class PolicyChangedError(TerminalError):
    """Error raised when profile, authority or floor are not those the release was planned with."""

    code = "E508"


def require_unchanged(project: Project, plan: ReleasePlan) -> None:
    """Check that profile, authority, floor and scrubber are still those of the plan.

    Raises:
        PolicyChangedError: one of them is not.
    """
    profile = profile_of(project, plan.recipient)
    authority = project.authority_of(profile)
    now = {
        "the profile": (profile.content_hash(), plan.hashes.profile),
        "the authority": (authority.content_hash() if authority is not None else None, plan.hashes.authority),
        "the floor": (project.fields.content_hash(), plan.hashes.fields),
        # Whatever was agreed to be masked since is masked before anything goes.
        "the scrubber": (project.text.content_hash(), plan.hashes.text),
    }
    if changed := [name for name, (present, planned) in now.items() if present != planned]:
        raise PolicyChangedError(
            f"{' and '.join(changed)} changed since release {plan.release_id} was planned.",
            mend="have the change signed and plan the release again; the new plan gets a new id.",
        )


def require_open_gate(
    home: Home, keys: Keys, project: Project, plan: ReleasePlan, *, today: date | None = None
) -> None:
    """Check everything again that let the release be planned, on the day it goes.

    Args:
        today: by default the present day, in UTC.

    Raises:
        PolicyChangedError: profile, authority or floor have changed.
        RefusedError: something has expired; likewise UnsignedPolicyError and AuthorityRefusedError.
        StaleRegistryError: the registry is too old, or its answer is another than the one the rows were
            decided by.
    """
    today = today or datetime.now(UTC).date()
    require_unchanged(project, plan)
    # A release planned for a later day than today is held against that day, as it was when it was planned.
    on = max(today, date.fromisoformat(plan.as_of))
    require_standing(project, profile_of(project, plan.recipient), on)
    registry = Registry(home, keys)
    require_fresh_registry(registry, project)
    if digest_of(registry, on) != plan.hashes.registry:
        raise StaleRegistryError(
            f"protection has changed since release {plan.release_id} was planned for {plan.as_of}.",
            mend="plan the release again; the new plan gets a new id.",
        )
