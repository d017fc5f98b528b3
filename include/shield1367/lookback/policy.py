"""What profile and floor of today would leave less of than they did."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from shield1367.config.project import Project
from shield1367.disclosure.changes import TELLS
from shield1367.disclosure.plan import ReleasePlan
from shield1367.disclosure.planning import plan_columns
from shield1367.disclosure.standing import is_signed


def tightened(project: Project, plan: ReleasePlan, today: date) -> Iterator[str]:
    """Columns of an earlier release that would tell less today, in words.

    Only what is signed is policy: a draft brings nothing into question.
    A dataset that the recipient would not get at all any more is one of them. Tables are left out: what
    may be told by difference is kept watch over when they are made.
    """
    profile = project.recipients.get(plan.recipient)
    if profile is None or plan.tables is not None or profile.tables is not None:
        return
    if not is_signed(project, profile, today):
        return
    for dataset in plan.datasets:
        contract = project.contracts.get(dataset.source)
        present = contract.datasets.get(dataset.dataset) if contract else None
        if present is None or dataset.name not in profile.datasets:
            yield f"{dataset.name}: not given at all today"
            continue
        columns = {column.name: column for column in plan_columns(project, profile, present, plan.scope)}
        for column in dataset.released_columns:
            now = columns.get(column.name)
            if now is None or not now.is_released:
                yield f"{dataset.name}.{column.name}: {column.treatment} then, not given today"
            elif TELLS[now.treatment] < TELLS[column.treatment]:
                yield f"{dataset.name}.{column.name}: {column.treatment} then, {now.treatment} today"
