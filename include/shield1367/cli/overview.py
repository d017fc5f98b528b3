"""What happened, in a table a person understands: batches in, people, releases out."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from shield1367.disclosure.plan import PLAN, ReleasePlan
from shield1367.intake.reasons import EXPLANATIONS, Reason
from shield1367.intake.receipt import BatchReceipt, list_receipts
from shield1367.pipeline import ExportOutcome, Site, State
from shield1367.protection.registry.counts import count_statuses, count_unknown_codes
from shield1367.protection.registry.store import Registry
from shield1367.protection.status import Status
from shield1367.release.ledger import Disclosure, Ledger
from shield1367.release.manifest import MANIFEST
from shield1367.storage import Location, is_published, location, read_json

_BATCH_WIDTH = 24
_MOST_NAMED = 5


def collect(site: Site, outcomes: list[ExportOutcome] | None = None) -> dict[str, Any]:
    """The state of a home as plain data; for compliance, since it counts protected people.

    Args:
        outcomes: what a run just did; without it, what the home shows.
    """
    receipts = list_receipts(site.home)
    registry = Registry(site.home, site.keys)
    with registry.reading() as connection:
        statuses = count_statuses(connection, datetime.now(UTC).date())
    return {
        "intake": [_batch(receipt) for receipt in receipts],
        "quarantine": _reasons(receipts),
        "people": {status.value: statuses[status] for status in Status},
        "unknown_codes": [codes.model_dump() for codes in count_unknown_codes(registry)],
        "exports": [_export(site, outcome) for outcome in outcomes or current_outcomes(site)],
    }


def current_outcomes(site: Site) -> list[ExportOutcome]:
    """The newest release of every recipient, released or held, as the home shows them."""
    ledger = {entry.recipient: entry for _, entry in Ledger(site.home).entries()}
    outcomes = []
    for recipient in sorted(site.project.recipients):
        held = sorted((site.home.held / recipient).glob("*/held.json"), key=lambda path: path.stat().st_mtime)
        entry = ledger.get(recipient)
        if held and (entry is None or not is_published(_released(site, entry), last=MANIFEST)):
            outcomes.append(
                ExportOutcome(
                    recipient=recipient,
                    state=State.HELD,
                    release_id=held[-1].parent.name,
                    folder=str(held[-1].parent),
                    reason="; ".join(read_json(held[-1])["failures"][:3]),
                )
            )
        elif entry is not None:
            outcomes.append(
                ExportOutcome(
                    recipient=recipient,
                    state=State.RELEASED,
                    release_id=entry.release_id,
                    folder=str(_released(site, entry)),
                )
            )
    return outcomes


def render(content: dict[str, Any], console: Console) -> None:
    """Print what :func:`collect` found."""
    console.print(_intake_table(content["intake"]))
    if content["quarantine"]:
        console.print("[bold]Quarantined[/]")
    for line in content["quarantine"]:
        console.print(f"  {line['count']:>5} {line['source']}: {line['meaning']}", soft_wrap=True)
    people = content["people"]
    console.print(
        f"\n[bold]People[/]\n  {sum(people.values()):,} known: {people['PROTECTED']:,} protected,"
        f" {people['INDETERMINATE']:,} indeterminate, {people['CLEAR']:,} clear"
        "\n  outside, indeterminate is treated as protected"
    )
    for codes in content["unknown_codes"]:
        console.print(
            f"  [yellow]{codes['count']:,} unknown[/] in {codes['source']}.{codes['dataset']}, {codes['kind']}:"
            " indeterminate until benefits.yaml knows them",
            soft_wrap=True,
        )
    console.print()
    console.print(_export_table(content["exports"]))
    for export in content["exports"]:
        _verdict(export, console)


def _released(site: Site, entry: Disclosure) -> Location:
    return site.home.released / entry.recipient / entry.release_id


def _batch(receipt: BatchReceipt) -> dict[str, Any]:
    return {
        "source": receipt.source,
        "batch": receipt.batch,
        "files": len(receipt.files),
        "rows": receipt.rows,
        "staged": receipt.staged,
        "quarantined": receipt.quarantined,
        "noted": sum(receipt.invalid.values()),
    }


def _reasons(receipts: list[BatchReceipt]) -> list[dict[str, Any]]:
    counts: Counter[tuple[str, Reason]] = Counter()
    for receipt in receipts:
        for reason, count in receipt.reasons().items():
            counts[receipt.source, reason] += count
    return [
        {"source": source, "reason": reason, "meaning": EXPLANATIONS[reason], "count": count}
        for (source, reason), count in sorted(counts.items())
    ]


def _export(site: Site, outcome: ExportOutcome) -> dict[str, Any]:
    entry = Ledger(site.home).find(outcome.release_id) if outcome.release_id else None
    folder = location(outcome.folder) if outcome.folder else None
    dossier = folder / "dossier.html" if folder else None
    profile = site.project.recipients[outcome.recipient]
    return {
        "recipient": outcome.recipient,
        "membership": profile.membership.value,
        "state": outcome.state.value,
        "release_id": outcome.release_id,
        "rows_in": entry.rows_in if entry else None,
        "rows_released": entry.rows_released if entry else None,
        "rows_withheld": entry.rows_withheld if entry else None,
        "narratives": entry.narratives if entry else None,
        "spans": sum(entry.spans.values()) if entry else None,
        "validation": entry.held if entry else None,
        "audit": entry.audit if entry else None,
        "dossier": shown(dossier) if dossier and dossier.exists() else None,
        "reason": outcome.reason,
        "withheld_whole": _withheld_whole(site, outcome),
    }


def _withheld_whole(site: Site, outcome: ExportOutcome) -> list[str]:
    """Deliveries, ``source.dataset batch``, of which nobody went for the company of others."""
    folder = site.home.plans / outcome.recipient / (outcome.release_id or "")
    if outcome.state not in (State.RELEASED, State.UNCHANGED) or not (folder / PLAN).exists():
        return []
    names = (name.partition(" ") for name in ReleasePlan.read(folder).withheld_whole)
    return [f"{table} {staged.rpartition('batch=')[2]}" for table, _, staged in names]


def shown(path: Location) -> str:
    """A path as short as it can be and still be opened from here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if isinstance(path, Path) and path.is_relative_to(here) else str(path)


def _intake_table(batches: list[dict[str, Any]]) -> Table:
    table = Table(
        title="Intake", title_justify="left", title_style="bold", box=SIMPLE, padding=(0, 1), pad_edge=False
    )
    for column in ("source", "batch"):
        table.add_column(column, no_wrap=True)
    for column in ("rows in", "staged", "quarantined", "noted"):
        table.add_column(column, justify="right", no_wrap=True)
    for b in batches:
        counts = (b["rows"], b["staged"], b["quarantined"], b["noted"])
        table.add_row(b["source"], _short(b["batch"]), *map(_count, counts))
    return table


def _export_table(exports: list[dict[str, Any]]) -> Table:
    table = Table(
        title="Releases", title_justify="left", title_style="bold", box=SIMPLE, padding=(0, 1), pad_edge=False
    )
    for column in ("recipient", "state"):
        table.add_column(column, no_wrap=True)
    for column in ("rows", "out", "withheld", "spans"):
        table.add_column(column, justify="right", no_wrap=True)
    styles = {"released": "green", "unchanged": "cyan", "held": "red", "refused": "red"}
    for e in exports:
        counts = (e["rows_in"], e["rows_released"], e["rows_withheld"], e["spans"])
        state = f"[{styles[e['state']]}]{e['state']}[/]"
        table.add_row(e["recipient"], state, *map(_count, counts))
    return table


def _verdict(export: dict[str, Any], console: Console) -> None:
    console.print(f"[bold]{export['recipient']}[/]: {_MEMBERSHIP[export['membership']]}")
    if export["validation"]:
        console.print(f"  {export['validation']}; audit: {export['audit']}")
    if export["reason"]:
        console.print(f"  [bold red]{escape(export['reason'])}[/]", soft_wrap=True)
    if whole := export["withheld_whole"]:
        named = ", ".join(whole[:_MOST_NAMED]) + (", …" if len(whole) > _MOST_NAMED else "")
        console.print(
            f"  of {len(whole)} {'delivery' if len(whole) == 1 else 'deliveries'} nobody goes ({escape(named)}): all"
            " in them are protected, or too few people came between two releases for one to be missing unseen. They"
            " stay out for good; of the next ones more go when more come together: `schedule: {cron: …}`.",
            soft_wrap=True,
        )
    if export["dossier"]:
        console.print(f"  dossier: {export['dossier']}", soft_wrap=True)


_MEMBERSHIP = {
    "hidden": "every row treated alike",
    "withheld": "rows about protected people left out, and others with them",
    "marked": "inside the Departments, rows about protected people carry the banner",
}


def _short(text: str) -> str:
    return text if len(text) <= _BATCH_WIDTH else f"{text[: _BATCH_WIDTH - 1]}…"


def _count(number: int | None) -> str:
    return "–" if number is None else f"{number:,}"
