"""Encounters with a narrative inside a column of JSON."""

from __future__ import annotations

from dataclasses import replace

from shield1367.config.contract import Column
from shield1367.config.project import Project


def with_notes(project: Project) -> Project:
    """The project whose encounters have a narrative inside a column of JSON, too."""
    contract = project.contracts["enforcement"]
    encounters = contract.datasets["encounters"]
    notes = Column.model_validate({"json": {"by.NOTE": "narrative", "CHARGE_STATUS": "operational_code"}})
    columns = encounters.columns | {"criminal_charges": notes}
    changed = encounters.model_copy(update={"columns": columns})
    enforcement = contract.model_copy(update={"datasets": contract.datasets | {"encounters": changed}})
    return replace(project, contracts=project.contracts | {"enforcement": enforcement})
