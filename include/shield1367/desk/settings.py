"""What the users of Airflow are on the desk, by ``desk.yaml``."""

from __future__ import annotations

from shield1367.config.desk import DeskSettings, LookUps, Role, load_desk_settings
from shield1367.desk.access import Account, Visitor

__all__ = ["DeskSettings", "LookUps", "load_desk_settings", "visitor_of"]


def visitor_of(settings: DeskSettings, account: Account) -> Visitor:
    """What an account is on the desk; somebody of whom nothing is said has no role."""
    person = settings.people.get(account.name)
    if person is not None and Role.ANALYST in person.roles:
        # An analyst is confined to their recipient, whatever a role of Airflow would give besides.
        return Visitor(account.name, person.roles, person.recipients)
    given = (settings.airflow_roles.get(role, frozenset()) for role in account.airflow_roles)
    own = person.roles if person is not None else frozenset()
    return Visitor(account.name, frozenset[Role]().union(own, *given))
