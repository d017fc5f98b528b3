"""What a recipient would get of one row today, and why: the answer of ``explain --row … --recipient``.

Names of columns and treatments only; no cell is read but for the key and what says that a case is closed.
"""

from __future__ import annotations

from datetime import date

from shield1367.config.contract import Dataset
from shield1367.config.loading import ConfigModel
from shield1367.config.project import Project
from shield1367.config.recipient import RecipientProfile
from shield1367.disclosure.covered import scope_of
from shield1367.disclosure.decision import Decision, Terms, decide, people_of
from shield1367.disclosure.planning import plan_columns, profile_of
from shield1367.disclosure.scope import AuthorityScope
from shield1367.disclosure.standing import require_standing
from shield1367.errors import TerminalError
from shield1367.home import Home
from shield1367.protection.explain import find_row
from shield1367.protection.registry.store import Registry
from shield1367.protection.snapshot import take_snapshot


class ColumnAnswer(ConfigModel):
    """What becomes of one column; ``excepted`` when only an exception lets it go like that."""

    name: str
    treatment: str
    excepted: bool


class Entitlement(ConfigModel):
    """The answer for one row and one recipient.

    Attributes:
        refused: why the recipient may receive nothing at all today, whatever the row; ``None`` when it may.
        decision: of the row; ``None`` when the recipient does not get its dataset, or the exception cannot be read.
        columns: of the released row; empty when it is withheld.
    """

    recipient: str
    refused: str | None
    decision: Decision | None
    columns: tuple[ColumnAnswer, ...] = ()


def entitlement(
    home: Home, project: Project, registry: Registry, recipient: str, *, dataset: str, key: str, as_of: date
) -> Entitlement:
    """What *recipient* would get of the row of ``source.dataset`` with this key.

    Raises:
        UnknownRecipientError: there is no profile.
        UnknownPersonError: no staged row has this key.
    """
    profile = profile_of(project, recipient)
    refused, scope = None, None
    try:
        require_standing(project, profile, as_of)
        scope = scope_of(project, profile, registry)
    except TerminalError as error:
        refused = f"{error.code} {error.message}"
    if dataset not in profile.datasets or (refused and profile.authority):
        return Entitlement(recipient=recipient, refused=refused, decision=None)
    source, _, name = dataset.partition(".")
    described = project.contracts[source].datasets[name]
    closed = scope.closed.get(dataset) if scope else None
    row = find_row(home, source, name, key, columns=[closed.column] if closed else ())
    people = people_of(row.links, described.about, take_snapshot(registry, as_of), scope)
    terms = Terms(outside=profile.is_outside, membership=profile.membership, scope=scope)
    decision = decide(people, terms, dataset=dataset, cells=row.cells)
    columns = _columns(project, profile, described, scope) if decision.is_released else ()
    return Entitlement(recipient=recipient, refused=refused, decision=decision, columns=columns)


def _columns(
    project: Project, profile: RecipientProfile, dataset: Dataset, scope: AuthorityScope | None
) -> tuple[ColumnAnswer, ...]:
    return tuple(
        ColumnAnswer(name=column.name, treatment=column.treatment, excepted=column.excepted)
        for column in plan_columns(project, profile, dataset, scope)
    )
