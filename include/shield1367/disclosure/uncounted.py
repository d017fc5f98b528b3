"""What goes to an outside recipient that may find somebody, and is counted by nothing: nobody is silent about that.

k-anonymity holds of the kinds that a profile declares. Of what it does not declare, nothing is known: check, policy,
preview and dossier say so, and a paper that accepts it is quoted there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shield1367.config.authorities import Consequence, Oversight
from shield1367.config.fields import Category, Treatment
from shield1367.config.project import Project
from shield1367.config.recipient import RecipientProfile
from shield1367.disclosure.plan import ColumnPlan

# Of the categories whose values somebody may know of a person beforehand.
_FINDING = frozenset({Category.QUASI_IDENTIFIER, Category.LOCATION, Category.FAMILY})
# What leaves nothing that could be known beforehand.
_OPAQUE = frozenset({Treatment.DROP, Treatment.WITHHOLD, Treatment.TOKEN, Treatment.PSEUDONYM})


def uncounted(project: Project, profile: RecipientProfile, columns: Iterable[ColumnPlan]) -> tuple[str, ...]:
    """Field kinds that go in rows to the outside, may find somebody, and are no part of the profile's ``risk``.

    None inside, of tables, and where an exception covers people by name. A telling kind is counted as a column; of
    keys in JSON only what is generalised is, by being withheld.

    Args:
        columns: of all datasets of the profile, as they are planned.
    """
    authority = project.authority_of(profile)
    named = authority is not None and authority.CONSEQUENCE is Consequence.NAMED_PEOPLE
    if not profile.is_outside or profile.tables is not None or named:
        return ()
    closed = authority.CLOSED_TO if isinstance(authority, Oversight) else frozenset[Category]()
    found = {
        kind
        for kind, treatment in _cells(profile, columns)
        if treatment not in _OPAQUE and project.fields.kinds[kind].category in _FINDING - closed
    }
    return tuple(kind for kind in project.fields.kinds if kind in found)


def unaccepted(profile: RecipientProfile, kinds: Iterable[str]) -> tuple[str, ...]:
    """Those of *kinds*, which go uncounted, that no paper of the profile speaks of."""
    accepted = profile.uncounted.kinds if profile.uncounted else ()
    return tuple(kind for kind in kinds if kind not in accepted)


def in_words(kinds: Iterable[str]) -> str:
    """What a person who writes or signs the profile is told of kinds that nobody accepted."""
    return (
        f"what may find people goes uncounted: {', '.join(kinds)}. Nobody knows how many share these: name them in"
        " risk.quasi_identifiers, withhold them, or cite in `uncounted` who accepted it (docs/configuration.md, What is"
        " not counted)"
    )


def _cells(profile: RecipientProfile, columns: Iterable[ColumnPlan]) -> Iterator[tuple[str, Treatment]]:
    """Kind and treatment of every column, and of every key in JSON, that the profile's ``risk`` leaves alone."""
    generalised = frozenset(profile.risk.quasi_identifiers if profile.risk else ())
    counted = generalised.union(profile.risk.telling if profile.risk else ())
    for column in columns:
        if column.kind is not None and column.kind not in counted:
            yield column.kind, column.treatment
        for kind, treatment in (column.json_keys or {}).values():
            if kind not in generalised:
                yield kind, treatment
