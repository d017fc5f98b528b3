"""Who is what on the compliance desk, read from ``include/config/desk.yaml``; without the file nobody gets in."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from shield1367.config.loading import ConfigModel, config_folder, load

DESK = "desk.yaml"


class Role(StrEnum):
    """What somebody is on the desk; one person may have several."""

    ENGINEER = "engineer"
    COMPLIANCE = "compliance"
    APPROVER = "approver"
    CLEARED_REVIEWER = "cleared_reviewer"
    AUDITOR = "auditor"  # reads; changes nothing
    ANALYST = "analyst"  # works at a recipient, and sees what that recipient has received


# Clearance and approval are a person's, and an analyst's recipient has to be named: no role of Airflow gives them.
_BY_ROLE = frozenset({Role.ENGINEER, Role.COMPLIANCE, Role.AUDITOR})


class Person(ConfigModel):
    """One user of Airflow.

    Attributes:
        recipients: for an analyst, the profiles whose releases are theirs.
    """

    roles: Annotated[frozenset[Role], Field(min_length=1)]
    recipients: frozenset[str] = frozenset()

    @model_validator(mode="after")
    def _analysts_have_recipients(self) -> Person:
        if (Role.ANALYST in self.roles) != bool(self.recipients):
            raise ValueError("recipients: goes with the role analyst, and the other way round")
        if Role.ANALYST in self.roles and len(self.roles) > 1:
            raise ValueError("roles: an analyst works at a recipient and is nothing else here")
        return self


class LookUps(ConfigModel):
    """Bounds for questions about a person.

    Attributes:
        most: questions of one reviewer within *within_minutes*.
        shown_minutes: how long an answer stays on the screen.
    """

    most: Annotated[int, Field(ge=1, le=1_000)] = 20
    within_minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 60
    shown_minutes: Annotated[int, Field(ge=1, le=60)] = 10

    @property
    def within(self) -> timedelta:
        """The time in which *most* questions may be asked."""
        return timedelta(minutes=self.within_minutes)


class DeskSettings(ConfigModel):
    """``desk.yaml``; without the file nobody gets in.

    Attributes:
        airflow_roles: role of Airflow → roles on the desk.
        people: user name in Airflow → what they are; added to what their Airflow role gives.
    """

    airflow_roles: dict[str, frozenset[Role]] = Field(default_factory=dict)
    people: dict[str, Person] = Field(default_factory=dict)
    look_ups: LookUps = LookUps()

    @field_validator("airflow_roles")
    @classmethod
    def _only_what_a_role_can_give(cls, given: dict[str, frozenset[Role]]) -> dict[str, frozenset[Role]]:
        for roles in given.values():
            if named := sorted(roles - _BY_ROLE):
                raise ValueError(
                    f"{', '.join(named)} cannot come from a role of Airflow: name the person under `people`"
                )
        # FAB writes Admin where the simple auth manager writes admin.
        return {name.casefold(): roles for name, roles in given.items()}


def load_desk_settings(folder: Path | None = None) -> DeskSettings:
    """Read ``desk.yaml``.

    Raises:
        ConfigError: the file does not hold.
    """
    path = (folder or config_folder()) / DESK
    return load(DeskSettings, path) if path.exists() else DeskSettings()
