"""The page *Safeguards*: the work lists of the directive's two other safeguards, by coordinates and without a value."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from shield1367.config.loading import config_folder
from shield1367.desk.guard import session_of
from shield1367.desk.lookup import require_registry
from shield1367.desk.remembered import Remembered, stamp_of
from shield1367.desk.site import DeskSite, site_of
from shield1367.desk.templating import page
from shield1367.protection.safeguards.rows import ItemState, ProhibitedSource, UncertifiedAction
from shield1367.protection.safeguards.verifications import Verifications
from shield1367.protection.safeguards.worklists import prohibited_sources, uncertified_actions, unread_batches
from shield1367.reporting.charts import bar_chart

router = APIRouter()

_ROWS = 50
_STATES = {
    ItemState.OPEN: "failed",
    ItemState.REVIEW: "warning",
    ItemState.VERIFIED: "holds",
    ItemState.CERTIFIED: "holds",
}


@dataclass(frozen=True, slots=True)
class WorkLists:
    """All items of both lists.

    Attributes:
        sources: oldest first; *actions* by office and month.
        unread: batches whose files do not say who gave the information.
    """

    sources: tuple[ProhibitedSource, ...]
    actions: tuple[UncertifiedAction, ...]
    unread: tuple[str, ...]


# Reading the lists goes through everything staged: that is done once for each state of it.
_lists: Remembered[WorkLists] = Remembered()


@router.get("/safeguards", name="safeguards", response_class=HTMLResponse)
def show(request: Request, show: str = "waiting") -> HTMLResponse:
    """Both lists: what waits, or with ``show=all`` what is done too."""
    site, today = site_of(request), datetime.now(UTC).date()
    lists = work_lists(site, today)
    everything = show == "all"
    sources = [item for item in lists.sources if everything or not item.state.is_done]
    actions = [item for item in lists.actions if everything or not item.state.is_done]
    open_sources = [item for item in lists.sources if not item.state.is_done]
    open_actions = [item for item in lists.actions if not item.state.is_done]
    groups = Counter(
        (item.office or "not recorded", item.month or "not recorded", item.kind.replace("_", " "), item.state)
        for item in actions
    )
    return page(
        "safeguards.html",
        request,
        session_of(request),
        title="Safeguards",
        everything=everything,
        waiting_sources=len(open_sources),
        waiting_actions=len(open_actions),
        oldest_days=max((item.age_days for item in open_sources), default=None),
        chart=bar_chart(
            dict(Counter(item.kind.replace("_", " ") for item in open_actions).most_common(6)),
            title="Actions without a certification, by place",
        ),
        sources=sources[:_ROWS],
        sources_total=len(sources),
        groups=sorted(groups.items())[:_ROWS],
        groups_total=len(groups),
        actions=actions[:_ROWS],
        actions_total=len(actions),
        unread=lists.unread,
        marks=_STATES,
    )


def work_lists(site: DeskSite, today: date) -> WorkLists:
    """Both lists as they stand today.

    Raises:
        UnjudgedSourceError: a staged source has no contract.
        VerificationsBrokenError: the record of verifications does not hold.
        StorageError: a staged part cannot be read.
    """
    home = site.home
    if not home.staged.exists():
        return WorkLists((), (), ())
    stamp = (
        str(home.root),
        today,
        stamp_of(home.staged.glob("*/_batches/*.json")),
        stamp_of(home.safeguards.glob("*.jsonl")),
        stamp_of(path for path in config_folder().rglob("*.yaml")),
    )
    return _lists.get(stamp, lambda: _read(site, today))


def _read(site: DeskSite, today: date) -> WorkLists:
    home, project = site.home, site.load_project()
    require_registry(home)
    verified = Verifications(home, site.load_keys(home)).by_row()
    sources = sorted(
        prohibited_sources(home, project, verified, as_of=today),
        key=lambda item: (-item.age_days, str(item.at)),
    )
    actions = sorted(
        uncertified_actions(home, project, as_of=today),
        key=lambda item: (item.office or "", item.month or "", str(item.at)),
    )
    return WorkLists(tuple(sources), tuple(actions), unread_batches(home, project))
