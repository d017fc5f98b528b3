"""Canaries: what became of those of a release, and where they have left a trace."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from shield1367.disclosure.plan import PLAN, ReleasePlan
from shield1367.pipeline.site import Site, contract_of

if TYPE_CHECKING:
    from shield1367.canaries.traces import Trace


def search_traces(site: Site, paths: Sequence[Path], database: str | None) -> tuple[list[Trace], int]:
    """Search the home, *paths* and a database for the canaries of everything staged.

    Returns:
        The traces, and how many canaries were searched for.
    """
    from shield1367.canaries.database import search_database
    from shield1367.canaries.places import places
    from shield1367.canaries.rows import canaries_of
    from shield1367.canaries.traces import TraceSearch, search
    from shield1367.intake.receipt import list_receipts

    found = {
        canary.person_id: canary
        for receipt in list_receipts(site.home)
        for name in receipt.parts
        for canary in canaries_of(
            site.keys, receipt.source, receipt.batch, contract_of(site, receipt.source).datasets[name]
        ).values()
    }
    traces = search(site.home, found.values(), [*places(site.home, since=0.0), *paths])
    if database is not None:
        traces += search_database(database, TraceSearch(found.values()))
    return traces, len(found)


def canary_failures(site: Site, plan: ReleasePlan, work: Path) -> list[str]:
    """A canary that never got in, one that got through, and every trace of one in what the run left behind."""
    from shield1367.canaries.metadata import search_metadata
    from shield1367.canaries.places import places
    from shield1367.canaries.traces import search
    from shield1367.intake.receipt import taken_in
    from shield1367.redaction.canaries import batches_in, canaries_in, failures

    found = list(failures(site.home, site.keys, site.project, plan, work))
    canaries = canaries_in(site.keys, site.project, plan)
    batches = {(dataset.source, batch) for dataset in plan.datasets for batch in batches_in(dataset)}
    traces = search(site.home, canaries, places(site.home, since=(work / PLAN).stat().st_mtime))
    traces += search_metadata(site.home, canaries, sorted(batches), taken_in=partial(taken_in, site.home))
    return found + [f"a trace in {place}" for place in dict.fromkeys(trace.place for trace in traces)]
