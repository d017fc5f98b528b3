"""Whom a package is searched for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from shield1367.disclosure.plan import ReleasePlan
from shield1367.identities import Identity
from shield1367.pipeline.site import Site


def shielded(site: Site, plan: ReleasePlan | None = None) -> Iterator[Identity]:
    """Everybody shielded today; with a plan, but for those whom its exception covers."""
    from shield1367.protection.registry.counts import statuses_on
    from shield1367.protection.registry.store import Registry

    registry = Registry(site.home, site.keys)
    statuses = statuses_on(registry, datetime.now(UTC).date())
    covered = frozenset(plan.scope.persons) if plan and plan.scope else frozenset[str]()
    return (
        person for person in registry.everybody(statuses, shielded=True) if person.person_id not in covered
    )


def canaries_of_release(site: Site, plan: ReleasePlan) -> Iterator[Identity]:
    """The canaries of a release, which are in no registry, and may be in no package."""
    from shield1367.redaction.canaries import canaries_in

    return (canary.identity for canary in canaries_in(site.keys, site.project, plan))


def fingerprint(site: Site) -> Callable[[str], str]:
    """What a finding names an identifier by."""
    return site.keys.fingerprint("audit").of
