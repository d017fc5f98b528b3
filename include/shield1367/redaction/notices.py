"""Which notice each row of a dataset carries about its source; inside DHS, DOS and DOJ only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from shield1367.config.project import Project
from shield1367.disclosure.notices import NOTICES
from shield1367.disclosure.plan import DatasetPlan, ReleasePlan
from shield1367.disclosure.planning import NOTICE_COLUMN
from shield1367.home import Home
from shield1367.intake.stage import FILE, ROW
from shield1367.protection.safeguards.rows import ItemState, RowPlace, SafeguardReader
from shield1367.protection.safeguards.worklists import batch_of, reader_of


class RowNotices:
    """The notices of the rows of one dataset; none where the plan has no column for them.

    Args:
        verified: the rows whose information has been verified.
    """

    def __init__(
        self,
        home: Home,
        project: Project,
        plan: ReleasePlan,
        dataset: DatasetPlan,
        verified: Collection[RowPlace],
    ) -> None:
        self._home = home
        self._project = project
        self._dataset = dataset
        self._as_of = date.fromisoformat(plan.as_of)
        self._wanted = any(column.name == NOTICE_COLUMN for column in dataset.columns)
        self._verified = verified
        self._readers: dict[str, SafeguardReader] = {}

    def of(self, staged: str, cells: Mapping[str, Any]) -> str | None:
        """The notice of one row of the staged part *staged*; ``None`` when its source calls for none."""
        if not self._wanted:
            return None
        source, dataset, batch = self._dataset.source, self._dataset.dataset, batch_of(staged)
        if batch not in self._readers:
            self._readers[batch] = reader_of(self._home, self._project, source, dataset, batch)
        answer = self._readers[batch].source(cells, as_of=self._as_of)
        if answer is None:
            return None
        at = RowPlace(source, dataset, batch, str(cells[FILE]), int(cells[ROW]))
        return NOTICES[ItemState.VERIFIED if at in self._verified else answer.state]
