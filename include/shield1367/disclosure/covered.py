"""Whom a cited exception covers: its references, looked up in the registry.

Apart from the scope itself, which is part of the plan: what audits a release reads the plan, and needs no registry.
"""

from __future__ import annotations

import sqlalchemy as sa

from shield1367.config.authorities import Authority, Oversight
from shield1367.disclosure.scope import AuthorityScope
from shield1367.disclosure.standing import AuthorityRefusedError
from shield1367.protection.registry import tables
from shield1367.protection.registry.store import Registry, root_of


def scope_of(name: str, authority: Authority, registry: Registry) -> AuthorityScope:
    """The scope of an authority, with its people looked up in the registry.

    Raises:
        AuthorityRefusedError: a reference is nobody's.
    """
    merges = registry.merges()
    persons: dict[str, None] = {}
    for number, reference in enumerate(authority.people):
        column = tables.IDENTIFIER.c
        found = registry.rows(sa.select(column.person_id).where(column.fingerprint == reference))
        if not found:
            raise AuthorityRefusedError(
                f"{authority.NAME}: person {number + 1} of {len(authority.people)} that authority {name} refers to"
                " is in no registry.",
                mend="write the reference that `shield1367 policy person` prints in this home.",
            )
        persons[root_of(found[0].person_id, merges)] = None
    return AuthorityScope(
        name=name,
        paragraph=authority.NAME,
        authorization=authority.authorization.reference,
        consequence=authority.CONSEQUENCE,
        persons=tuple(persons),
        fields=authority.fields,
        closed=authority.closed if isinstance(authority, Oversight) else {},
    )
