"""``shield1367 ledger``."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from shield1367.accounting.month import Month
from shield1367.cli.asking import asked_about
from shield1367.cli.output import JsonOption, console, print_json
from shield1367.cli.site import HomeOption, open_site
from shield1367.errors import TerminalError
from shield1367.pipeline import report
from shield1367.protection.explain import all_ids, find_person
from shield1367.protection.registry.questions import Question, questions
from shield1367.protection.registry.store import Registry
from shield1367.protection.safeguards.verifications import check_reference
from shield1367.redaction.planned import LEDGER_PURPOSE
from shield1367.release.ledger import Disclosure, Ledger, NoticeKind, kept_until, now, verify_ledger
from shield1367.release.ledger.export import export_rows
from shield1367.release.signing import Signer


class UnknownReleaseError(TerminalError):
    """Error raised when the ledger is asked for a release that it does not hold."""

    code = "E404"


app = typer.Typer(
    help="The account of every disclosure and question: list, show, verify, who-received, correct, export,"
    " report, questions.",
    no_args_is_help=True,
)


@app.command("list")
def list_(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """List every disclosure, oldest first."""
    entries = Ledger(open_site(home).home).entries()
    if as_json:
        print_json(
            [
                {
                    "sequence": number,
                    **entry.model_dump(mode="json"),
                    "kept_until": kept_until(entry.recorded_at),
                }
                for number, entry in entries
            ]
        )
        return
    _table([entry for _, entry in entries])


@app.command()
def show(release_id: str, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Show one disclosure with everything recorded about it."""
    ledger = Ledger(open_site(home).home)
    entry = ledger.find(release_id)
    if entry is None:
        raise _unknown(release_id)
    content = entry.model_dump(mode="json") | {"kept_until": kept_until(entry.recorded_at)}
    if notices := ledger.notices(release_id):
        content["notices"] = [notice.model_dump(mode="json") for _, notice in notices]
    if as_json:
        print_json(content)
        return
    for name, value in content.items():
        console.print(f"{name:>16}  {value}", markup=False, soft_wrap=True)


@app.command()
def verify(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Check the hash chain from its first entry; says which entry does not hold."""
    site = open_site(home)
    done = verify_ledger(site.home, Signer.of(site.home, site.keys))
    if as_json:
        print_json(
            {"ok": True, "entries": done.entries, "head": done.head and done.head.hash, "key": done.key}
        )
        return
    console.print(f"{done.entries} entries, all hold.")
    if done.head:
        console.print(
            f"entry {done.head.sequence}: {done.head.hash}\nsigned by key {done.key}", soft_wrap=True
        )


@app.command()
def checkpoint(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Sign the ledger as it stands and print its last hash, to be kept where nobody can write.

    Every disclosure signs it too; this is for entries of earlier versions. Compare the hash later with
    `ledger export`: it stands at the entry's number, or somebody has written the ledger anew.
    """
    site = open_site(home)
    head = Ledger(site.home).checkpoint(Signer.of(site.home, site.keys))
    if as_json:
        print_json(asdict(head) if head else None)
        return
    console.print(
        f"entry {head.sequence}: {head.hash}" if head else "No disclosure is recorded.", soft_wrap=True
    )


@app.command()
def correct(
    release_id: str,
    what: Annotated[NoticeKind, typer.Option(help="What is corrected: a record, an entry, the clock.")],
    by: Annotated[str, typer.Option(help="Who answers for it.")],
    reference: Annotated[str, typer.Option(help="The record that says what was wrong; no person's number.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record a correction or dispute about an earlier disclosure (5 U.S.C. § 552a(c)(4)).

    The disclosure's own entry stays. Recording informs nobody: write to its recipient.
    """
    check_reference("--by", by)
    check_reference("--reference", reference)
    site = open_site(home)
    try:
        made = Ledger(site.home).notice(
            release_id, what, by=by.strip(), reference=reference.strip(), recorded_at=now(),
            signer=Signer.of(site.home, site.keys),
        )  # fmt: skip
    except LookupError:
        raise _unknown(release_id) from None
    if as_json:
        print_json(made.model_dump(mode="json"))
        return
    console.print(f"{made.release_id}: {made.what} of {release_id} is recorded.")


@app.command()
def export(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="The CSV file to write.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the whole ledger as CSV for an inspector; counts of withheld rows in it are protected."""
    from shield1367.release.package import write_csv

    rows = export_rows(Ledger(open_site(home).home))
    write_csv(rows, file)
    print_json({"entries": rows.num_rows}) if as_json else console.print(
        f"{rows.num_rows} entries are in {file}."
    )


@app.command("report")
def report_(
    month: Annotated[
        str | None,
        typer.Option(help="Such as 2026-10.  [default: the month before this one]", show_default=False),
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the account of a month: releases, refusals, exceptions, look-back, what runs out, recall.

    A page to be read and a table, under `reports/` of the home. Their counts are protected themselves.
    """
    today = datetime.now(UTC).date()
    of = Month.parse(month, today=today) if month else Month.of(today).back(1)
    page, table = report(open_site(home), of)
    print_json({"page": str(page), "table": str(table)}) if as_json else console.print(
        f"{page}\n{table}", soft_wrap=True
    )


@app.command("who-received")
def who_received(
    person: Annotated[str, typer.Option(help="A-Number of the person.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Name the disclosures that held a person, whether or not he or she could be recognised in them."""
    site = open_site(home)
    registry = Registry(site.home, site.keys)
    found = asked_about(site, registry, Question.WHO_RECEIVED, person)
    fingerprint = site.keys.fingerprint(LEDGER_PURPOSE)
    ledger = Ledger(site.home)
    entries = {
        entry.release_id: entry
        for person_id in sorted(all_ids(registry, found))
        for entry in ledger.who_received(fingerprint.of(person_id))
    }
    if as_json:
        print_json([entry.model_dump(mode="json") for entry in entries.values()])
        return
    _table(list(entries.values()))


@app.command("questions")
def list_questions(
    person: Annotated[
        str | None, typer.Option(help="A-Number: questions about this person only.", show_default=False)
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Name who asked about protected people, when and what; whom only with --person."""
    site = open_site(home)
    registry = Registry(site.home, site.keys)
    about = find_person(registry, site.keys, "a_number", person) if person else None
    found = questions(registry, site.keys, person_id=about)
    if as_json:
        print_json(
            [
                {
                    "asked_at": q.asked_at.isoformat(),
                    "asked_by": q.asked_by,
                    "question": q.question,
                    "as_of": q.as_of and q.as_of.isoformat(),
                    "known_at": q.known_at and q.known_at.isoformat(),
                }
                for q in found
            ]
        )
        return
    for q in found:
        day = f", for {q.as_of}" if q.as_of else ""
        console.print(f"{q.asked_at:%Y-%m-%d %H:%M:%S} UTC  {q.asked_by}: {q.question}{day}", markup=False)
    console.print(f"{len(found)} question(s).")


def _unknown(release_id: str) -> UnknownReleaseError:
    return UnknownReleaseError(
        f"no release {release_id} is recorded.", mend="`shield1367 ledger list` shows those that are."
    )


def _table(entries: list[Disclosure]) -> None:
    table = Table()
    for column in (
        "recorded",
        "release",
        "recipient",
        "purpose",
        "rows",
        "kept until, at least",
    ):
        table.add_column(column, overflow="fold")
    for entry in entries:
        table.add_row(
            entry.recorded_at[:10],
            entry.release_id,
            entry.recipient,
            entry.purpose,
            f"{entry.rows_released:,}",
            kept_until(entry.recorded_at),
        )
    console.print(table if entries else "No disclosure is recorded.")
