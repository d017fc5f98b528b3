"""Whom a cited exception covers: its references, looked up in the registry.

Apart from the scope itself, which is part of the plan: what audits a release reads the plan, and needs no registry.
"""

from __future__ import annotations

from shield1367.config.authorities import Oversight
from shield1367.config.project import Project
from shield1367.config.recipient import RecipientProfile
from shield1367.disclosure.scope import AuthorityScope
from shield1367.disclosure.standing import AuthorityRefusedError
from shield1367.protection.registry.store import Registry


def scope_of(project: Project, profile: RecipientProfile, registry: Registry) -> AuthorityScope | None:
    """The scope of the exception a profile cites, its people looked up in the registry; ``None`` without one.

    Raises:
        AuthorityRefusedError: a reference is nobody's.
    """
    authority = project.authority_of(profile)
    if authority is None:
        return None
    name = profile.authority or ""
    persons: dict[str, None] = {}
    for number, reference in enumerate(authority.people):
        person = registry.person_of(reference)
        if person is None:
            raise AuthorityRefusedError(
                f"{authority.NAME}: person {number + 1} of {len(authority.people)} that authority {name} refers to"
                " is in no registry.",
                mend="write the reference that `shield1367 policy person` prints in this home.",
            )
        persons[person] = None
    return AuthorityScope(
        name=name,
        paragraph=authority.NAME,
        authorization=authority.authorization.reference,
        consequence=authority.CONSEQUENCE,
        persons=tuple(persons),
        fields=authority.fields,
        closed=authority.closed if isinstance(authority, Oversight) else {},
    )
