"""The account as a page to be read and as a table to be worked with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from shield1367.accounting.account import Account
from shield1367.home import Home
from shield1367.release.package import write_csv
from shield1367.reporting.charts import bar_chart
from shield1367.reporting.pages import render
from shield1367.storage import write_text

PAGE, TABLE = "accounting.html", "accounting.csv"
_COLUMNS = ("section", "at", "subject", "what", "detail", "count")


def write_report(home: Home, account: Account) -> tuple[Path, Path]:
    """Write page and table under ``reports/<month>/``, for their owner only; returns their paths."""
    folder = home.reports / str(account.month)
    page = write_text(folder / PAGE, report_page(account))
    table = write_csv(report_table(account), folder / TABLE)
    for path in (page, table):
        path.chmod(0o600)
    return page, table


def report_page(account: Account) -> str:
    """The page, the most pressing first."""
    months = account.trend
    return render(
        "accounting.html",
        title=f"Account of disclosures, {account.month}",
        account=account,
        frozen=[case for case in account.cases if case.is_frozen],
        late=sum(account.missed.values()),
        lapsed=[one for one in account.expiring if not one.within],
        soon=[one for one in account.expiring if one.within],
        rows=sum(release.rows_released for release in account.releases),
        replaced=sum(account.spans.values()),
        waiting=_waiting(account),
        recall=months[-1],
        by_release=bar_chart({str(m.month): m.releases for m in months}, title="Releases by month"),
        by_span=bar_chart({str(m.month): m.spans for m in months}, title="Passages replaced by month"),
        spans=bar_chart(
            {kind.replace("_", " ").lower(): count for kind, count in account.spans.items()},
            title="Passages replaced this month, by kind",
        ),
    )


def report_table(account: Account) -> pa.Table:
    """The same as rows: section, time, whose, what, detail and count; all text."""
    rows = [tuple(str(cell) for cell in row) for row in _rows(account)]
    columns = [pa.array([row[n] for row in rows], pa.string()) for n in range(len(_COLUMNS))]
    return pa.table(columns, names=list(_COLUMNS))


def _rows(account: Account) -> Iterator[tuple[object, ...]]:
    held = account.ledger
    yield "ledger", _time(account.made_at), "", "holds", held.head.hash if held.head else "", held.entries
    for release in account.releases:
        yield (
            "release", release.recorded_at, release.recipient, release.release_id, release.purpose,
            release.rows_released,
        )  # fmt: skip
    for refusal in account.refused:
        yield "refusal", refusal.at, refusal.recipient, refusal.code, refusal.reason, ""
    for override in account.overrides:
        yield "override", override.at, override.subject, override.what, override.by, ""
    for case in account.cases:
        yield "look-back", _time(case.opened_at), case.recipient, case.name, case.state, case.people
    for one in account.expiring:
        yield (
            "expiring",
            "",
            one.subject,
            one.what,
            f"within {one.within} days" if one.within else "lapsed",
            "",
        )
    for section, states in (
        ("prohibited source", account.sources),
        ("uncertified action", account.locations),
    ):
        for state, count in sorted(states.items()):
            yield section, "", "", state, "", count
    for kind, count in account.spans.items():
        yield "passages replaced", "", "", kind, "", count
    for month in account.trend:
        if month.trials:
            yield (
                "recall",
                str(month.month),
                "",
                f"{month.found} of {month.trials}",
                f"{month.recall_at_least:.4f}",
                "",
            )


def _waiting(account: Account) -> dict[str, int]:
    """Work that waits, by what it is; nothing that waits for nobody."""
    done = {"verified", "certified"}
    found = {
        "rows from prohibited sources to be verified": sum(
            n for state, n in account.sources.items() if state not in done
        ),
        "enforcement actions without certification": sum(
            n for state, n in account.locations.items() if state not in done
        ),
    }
    return {what: count for what, count in found.items() if count}


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
