"""Who may open what: one table of all routes, and what else a role decides.

A route that stands in no row of the table is open to nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shield1367.config.desk import Role

__all__ = ["ACCESS", "BESIDES", "CLEARED_PAGES", "Account", "Role", "Visitor"]

_INSIDE = frozenset(Role) - {Role.ANALYST}
_ANYBODY = frozenset(Role)
_OF_INTAKE = frozenset({Role.ENGINEER, Role.COMPLIANCE, Role.AUDITOR})
_OF_SAFEGUARDS = frozenset({Role.COMPLIANCE, Role.CLEARED_REVIEWER, Role.AUDITOR})
_OF_CASES = frozenset({Role.COMPLIANCE, Role.AUDITOR})
_WORKS_CASES = frozenset({Role.COMPLIANCE})
_CLEARED = frozenset({Role.CLEARED_REVIEWER})
# How many rows were withheld says how many at most concern protected people.
_MAY_COUNT = frozenset({Role.COMPLIANCE, Role.APPROVER, Role.CLEARED_REVIEWER, Role.AUDITOR})

ACCESS: Mapping[str, frozenset[Role]] = {
    "releases": _ANYBODY,
    "release": _ANYBODY,
    "document": _ANYBODY,
    "evidence": _ANYBODY,
    "verify": _ANYBODY,
    "recipients": _INSIDE,
    "recipient": _INSIDE,
    "preview": _INSIDE,
    "who_received": _CLEARED,
    "ask": _CLEARED,
    "cases": _OF_CASES,
    "case": _OF_CASES,
    "notice": _OF_CASES,
    "work_case": _WORKS_CASES,
    "accounts": _OF_CASES,
    "account": _OF_CASES,
    "account_table": _OF_CASES,
    "write_account": _WORKS_CASES,
    "safeguards": _OF_SAFEGUARDS,
    "quality": _CLEARED,
    "sample": _CLEARED,
    "draw": _CLEARED,
    "look": _CLEARED,
    "mark": _CLEARED,
    "terms": _CLEARED,
    "propose_term": _CLEARED,
    "decide_term": _CLEARED,
    "quarantine": _OF_INTAKE,
    "batch": _OF_INTAKE,
    "refused_row": _CLEARED,
    "mend_row": _CLEARED,
    "release_rows": _CLEARED,
}
"""Name of a route → the roles that may call it."""

_CLEARED_ENGINEER = frozenset({Role.ENGINEER, Role.CLEARED_REVIEWER})

BESIDES: Mapping[str, frozenset[Role]] = {
    "refused_row": _CLEARED_ENGINEER,
    "mend_row": _CLEARED_ENGINEER,
    "release_rows": _CLEARED_ENGINEER,
}
"""Name of a route → roles that one person has to have, all of them, to call it."""

CLEARED_PAGES: frozenset[str] = frozenset(
    {name for name, roles in ACCESS.items() if roles == _CLEARED} | {"safeguards"}
)
"""Routes whose answers hold protected data, or say what somebody cleared has found: their session times out."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody as Airflow knows them.

    Attributes:
        name: user name, unique in the auth manager.
        airflow_roles: names of their roles, in lower case.
        signed_in_at: seconds since the epoch; ``None`` when nobody can say.
    """

    name: str
    airflow_roles: frozenset[str] = field(default_factory=frozenset)
    signed_in_at: float | None = None


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody as the desk knows them.

    Attributes:
        recipients: whose releases an analyst may see.
    """

    name: str
    roles: frozenset[Role]
    recipients: frozenset[str] = field(default_factory=frozenset)

    def may_call(self, route: str) -> bool:
        """Whether a route is open to them; an unknown one is open to nobody."""
        return (
            bool(ACCESS.get(route, frozenset()) & self.roles)
            and BESIDES.get(route, frozenset()) <= self.roles
        )

    @property
    def is_inside(self) -> bool:
        """Whether they belong to the agency, and are no recipient's analyst."""
        return bool(self.roles & _INSIDE)

    @property
    def may_count(self) -> bool:
        """Whether they may know how many rows a release withheld."""
        return bool(self.roles & _MAY_COUNT)

    @property
    def confined_to(self) -> frozenset[str] | None:
        """The recipients whose releases they may see, and only what was released; ``None`` for all."""
        return None if self.is_inside else self.recipients
