"""``shield1367 safeguards``."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from shield1367.cli.output import JsonOption, console, print_json
from shield1367.cli.site import HomeOption, open_site
from shield1367.protection.safeguards.rows import ItemState, ProhibitedSource, UncertifiedAction
from shield1367.protection.safeguards.verifications import Verifications
from shield1367.protection.safeguards.worklists import (
    find_open_source,
    prohibited_sources,
    uncertified_actions,
    unread_batches,
)

# What a person reads at once; --json lists everything.
_SHOWN = 20
_UNKNOWN = "not recorded"
_AGES = ((30, "up to 30 days"), (90, "31 to 90 days"), (10**6, "over 90 days"))


class Show(StrEnum):
    """Which work items are listed."""

    WAITING = "waiting"
    DONE = "done"
    ALL = "all"

    def takes(self, state: ItemState) -> bool:
        """Whether an item in *state* is listed."""
        return self is Show.ALL or (self is Show.DONE) == state.is_done


ShowOption = Annotated[
    Show, typer.Option("--show", help="What waits for somebody, what is done, or all of it.")
]

app = typer.Typer(
    help="The directive's two other safeguards: information from prohibited sources, and enforcement actions"
    " at protected locations. Work lists for compliance; they hold coordinates and no value of anybody.",
    no_args_is_help=True,
)


@app.command()
def sources(home: HomeOption = None, show: ShowOption = Show.WAITING, as_json: JsonOption = False) -> None:
    """List rows whose information comes solely from a prohibited source and is not verified, oldest first.

    Prohibited are the abusive spouse or parent, members of their household, the perpetrator and the
    trafficker: 8 U.S.C. § 1367(a)(1). "open" is such a source; "review" is a word that may mean one.
    Until somebody records a verification, the row carries a notice in every release inside DHS, DOS
    and DOJ. The age counts from the day the batch was staged.

    Example: shield1367 safeguards sources

    Example: shield1367 safeguards sources --show all --json
    """
    site = open_site(home)
    today = datetime.now(UTC).date()
    verified = Verifications(site.home, site.keys).by_row()
    found = [
        item
        for item in prohibited_sources(site.home, site.project, verified, as_of=today)
        if show.takes(item.state)
    ]
    found.sort(key=lambda item: (-item.age_days, str(item.at)))
    unread = unread_batches(site.home, site.project)
    if as_json:
        print_json({"items": [_plain(item) for item in found], "batches_without_the_column": unread})
        return
    for item in found[:_SHOWN]:
        days = f"{item.age_days} day{'' if item.age_days == 1 else 's'}"
        named = item.source_class or "may be one"
        line = (
            f"{item.at}  {named}, {item.office or _UNKNOWN}, {item.month or _UNKNOWN}, {days}: {item.state}"
        )
        console.print(f"{line}, {item.reference}" if item.reference else line, markup=False, soft_wrap=True)
    if len(found) > _SHOWN:
        console.print(f"… and {len(found) - _SHOWN:,} more; --json lists them.")
    ages = Counter(next(words for most, words in _AGES if item.age_days <= most) for item in found)
    by_age = ", ".join(f"{ages[words]:,} {words}" for _, words in _AGES if ages[words])
    console.print(f"{len(found):,} rows{f': {by_age}' if by_age else ''}.")
    for batch in unread:
        console.print(f"{escape(batch)}: its files do not say who gave the information.", soft_wrap=True)


@app.command()
def locations(home: HomeOption = None, show: ShowOption = Show.WAITING, as_json: JsonOption = False) -> None:
    """Count enforcement actions at protected locations without a certification, by office and month.

    The places are those of 8 U.S.C. § 1229(e): shelters, rape crisis, visitation and family justice
    centers, victim services, community-based organizations; read from the field for the place and from
    narratives. "open": the place needs the certification and the row records none. "review": a
    courthouse, which needs one only for some cases, or a word that says too little.

    Example: shield1367 safeguards locations

    Example: shield1367 safeguards locations --json    (with the coordinates of every row)
    """
    site = open_site(home)
    today = datetime.now(UTC).date()
    found = [
        item for item in uncertified_actions(site.home, site.project, as_of=today) if show.takes(item.state)
    ]
    found.sort(key=lambda item: (item.office or "", item.month or "", str(item.at)))
    groups = Counter((i.office or _UNKNOWN, i.month or _UNKNOWN, i.kind, i.state) for i in found)
    if as_json:
        counted = [
            {"office": office, "month": month, "kind": kind, "state": state, "actions": count}
            for (office, month, kind, state), count in sorted(groups.items())
        ]
        print_json({"by_office_and_month": counted, "items": [_plain(item) for item in found]})
        return
    table = Table()
    for column in ("office", "month", "place", "state"):
        table.add_column(column, overflow="fold")
    table.add_column("actions", justify="right")
    for (*words, state), count in sorted(groups.items()):
        table.add_row(*map(escape, words), state, f"{count:,}")
    if found:
        console.print(table)
    states = Counter(item.state for item in found)
    counted_states = ", ".join(f"{count:,} {state}" for state, count in sorted(states.items()))
    console.print(f"{len(found):,} actions{f': {counted_states}' if counted_states else ''}.")


@app.command()
def verify(
    row: Annotated[
        str, typer.Argument(metavar="ROW", help="source/dataset/batch/file/row, as `sources` prints it.")
    ],
    by: Annotated[str, typer.Option(help="Who verified it.")],
    reference: Annotated[str, typer.Option(help="The record that holds the proof; no A-Number or receipt.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record that the information of one row was verified from a source that is not prohibited.

    The entry (who, when, where the proof is) is kept for good, chained to the one before it; the next
    release inside says of the row that it is verified. Rows that do not wait are refused.

    Example: shield1367 safeguards verify enforcement/encounters/b1/e.csv.gz/12 --by "J. Ruiz" --reference R-114
    """
    site = open_site(home)
    kept = Verifications(site.home, site.keys)
    item = find_open_source(site.home, site.project, kept.by_row(), row, as_of=datetime.now(UTC).date())
    entry = kept.record(item.at, by=by, reference=reference)
    if as_json:
        print_json(entry.model_dump(mode="json"))
        return
    console.print(f"recorded as verification {entry.sequence}: {escape(str(entry.at))}", soft_wrap=True)


def _plain(item: ProhibitedSource | UncertifiedAction) -> dict[str, Any]:
    # The coordinates as one word, ready for `verify`.
    return {**asdict(item), "at": str(item.at)}
