"""``shield1367 ledger``."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from shield1367.cli.asking import asked_about
from shield1367.cli.output import JsonOption, console, print_json
from shield1367.cli.site import HomeOption, open_site
from shield1367.errors import TerminalError
from shield1367.protection.explain import all_ids, find_person
from shield1367.protection.registry.questions import Question, questions
from shield1367.protection.registry.store import Registry
from shield1367.redaction.partition import LEDGER_PURPOSE
from shield1367.release.ledger import Disclosure, Ledger


class UnknownReleaseError(TerminalError):
    """Error raised when the ledger is asked for a release that it does not hold."""

    code = "E404"


app = typer.Typer(
    help="The account of every disclosure and question: list, show, verify, who-received, questions.",
    no_args_is_help=True,
)


@app.command("list")
def list_(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """List every disclosure, oldest first."""
    entries = Ledger(open_site(home).home).entries()
    if as_json:
        print_json([{"sequence": number, **entry.model_dump(mode="json")} for number, entry in entries])
        return
    _table([entry for _, entry in entries])


@app.command()
def show(release_id: str, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Show one disclosure with everything recorded about it."""
    entry = Ledger(open_site(home).home).find(release_id)
    if entry is None:
        raise UnknownReleaseError(
            f"no release {release_id} is recorded.", mend="`shield1367 ledger list` shows those that are."
        )
    content = entry.model_dump(mode="json")
    if as_json:
        print_json(content)
        return
    for name, value in content.items():
        console.print(f"{name:>16}  {value}", markup=False, soft_wrap=True)


@app.command()
def verify(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Check the hash chain from its first entry; says which entry does not hold."""
    count = Ledger(open_site(home).home).verify()
    print_json({"ok": True, "entries": count}) if as_json else console.print(f"{count} entries, all hold.")


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


def _table(entries: list[Disclosure]) -> None:
    table = Table()
    for column in ("recorded", "release", "recipient", "purpose", "rows", "validation", "audit"):
        table.add_column(column, overflow="fold")
    for entry in entries:
        table.add_row(
            entry.recorded_at,
            entry.release_id,
            entry.recipient,
            entry.purpose,
            f"{entry.rows_released:,}",
            entry.validation,
            entry.audit,
        )
    console.print(table if entries else "No disclosure is recorded.")
