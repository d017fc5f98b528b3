"""``shield1367 lookback``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.markup import escape

from shield1367.cli.output import JsonOption, console, print_json
from shield1367.cli.site import HomeOption, open_site
from shield1367.config.lookback import load_lookback
from shield1367.lookback.cases import Case, waiting
from shield1367.lookback.notices import TRIGGER_WORDS, draft
from shield1367.lookback.record import CaseBook
from shield1367.pipeline import Site, look_back
from shield1367.protection.safeguards.verifications import check_reference
from shield1367.release.ledger import Decision, Ledger, NoticeForm
from shield1367.release.signing import Signer

CaseArgument = Annotated[str, typer.Argument(help="Name of the case, such as case-1.")]
ByOption = Annotated[str, typer.Option(help="Who answers for it.")]
ReferenceOption = Annotated[str, typer.Option(help="The record that says why; no person's number.")]

app = typer.Typer(
    help="Earlier releases that would be made otherwise today: find them, decide, notify, close.",
    no_args_is_help=True,
)


@app.command()
def run(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Look back now: who has become protected, which policies were tightened, what the scrubber masks today.

    The DAG `lookback` does the same after every change of the registry, and every release does it for people
    before it is planned. Whoever is affected gets nothing more until somebody has decided.
    """
    looked = look_back(open_site(home))
    if as_json:
        print_json({"releases": looked.releases, "cases": list(looked.cases)})
        return
    if not looked.cases:
        console.print("No earlier release would be made otherwise today.")
        return
    console.print(f"{looked.releases} earlier release(s) in question: {', '.join(looked.cases)}.")
    console.print("`shield1367 lookback list` tells what waits for somebody.")


@app.command("list")
def list_(
    home: HomeOption = None,
    everything: Annotated[bool, typer.Option("--all", help="Closed cases too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List the cases that are open, those longest open first, and what each waits for."""
    cases = _book(open_site(home)).all()
    shown = list(cases.values()) if everything else waiting(list(cases.values()))
    if as_json:
        print_json([_plain(case) for case in shown])
        return
    now, settings = datetime.now(UTC), load_lookback()
    for case in shown:
        late = sum(deadline.is_missed(now) for deadline in case.deadlines(settings))
        console.print(
            f"{case.name}  {case.recipient}: {len(case.releases)} release(s), opened"
            f" {case.opened_at:%Y-%m-%d %H:%M} UTC, {case.state}"
            f"{', releases frozen' if case.is_frozen else ''}{f', {late} deadline(s) missed' if late else ''}",
            markup=False,
            soft_wrap=True,
        )
    console.print(f"{len(shown)} case(s).")


@app.command()
def show(case: CaseArgument, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Show one case: what was found, the clock, what was done. Its counts are protected themselves."""
    found = _book(open_site(home)).get(case)
    if as_json:
        print_json(_plain(found))
        return
    now = datetime.now(UTC)
    console.print(f"{found.name}, {found.recipient}: {found.state}", markup=False)
    for exposed in found.exposed:
        console.print(
            f"  {exposed.release_id}, sent {exposed.released_at[:10]}: {TRIGGER_WORDS[exposed.trigger]}",
            soft_wrap=True,
        )
        if exposed.people:
            console.print(f"    {exposed.people:,} people")
        if exposed.texts:
            console.print(f"    {exposed.texts:,} narratives")
        if not exposed.searched:
            console.print("    not searched: the package is not here any more")
        for kind, count in exposed.findings.items():
            console.print(f"    in the package: {kind.replace('_', ' ')}, {count:,} times")
        for column in exposed.columns:
            console.print(f"    {escape(column)}", soft_wrap=True)
    for deadline in found.deadlines(load_lookback()):
        done = f"done {deadline.met:%Y-%m-%d %H:%M}" if deadline.met else "not done"
        console.print(
            f"  {deadline.what}: due {deadline.due:%Y-%m-%d %H:%M} UTC, {done}"
            f"{', late' if deadline.is_missed(now) else ''}",
            markup=False,
        )
    for event in found.events:
        said = event.decision or event.notice or ""
        console.print(
            f"  {event.recorded_at[:16]}  {event.step} {said} {event.by} {event.reference}".rstrip(),
            markup=False,
        )


@app.command()
def decide(
    case: CaseArgument,
    decision: Annotated[
        Decision,
        typer.Option(
            help="recall: return or destroy, frozen until closed; inform: releases go on, the privacy office is"
            " told; no_action: releases go on, for the reason on record."
        ),
    ],
    by: ByOption,
    reference: ReferenceOption,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Decide what becomes of what was given. What is found later makes the case wait for a decision again."""
    book = _answered_for(by, reference, home)
    _said(book.decide(case, decision, by=by.strip(), reference=reference.strip()), as_json=as_json)


@app.command()
def notice(
    case: CaseArgument,
    form: Annotated[
        NoticeForm, typer.Argument(help="recall, to the recipient; incident, to the privacy office.")
    ],
    sent_by: Annotated[
        str | None, typer.Option(help="Who has sent it; without, it is only drawn up.", show_default=False)
    ] = None,
    reference: Annotated[
        str | None, typer.Option(help="Where it was sent, or its number.", show_default=False)
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Draw up a notice as a page to be sent; with --sent-by, record that it has been.

    A recall names whole releases and no reason: else it would tell that somebody in them is protected.

    Example: shield1367 lookback notice case-1 recall
    """
    site = open_site(home)
    if sent_by is None:
        path = draft(site.home, _book(site).get(case), form, load_lookback())
        print_json({"notice": str(path)}) if as_json else console.print(f"{path}", soft_wrap=True)
        return
    book = _answered_for(sent_by, reference or "", home)
    _said(book.notified(case, form, by=sent_by.strip(), reference=(reference or "").strip()), as_json=as_json)


def _closing_step(name: str, words: str, take: Callable[..., Case]) -> None:
    """A subcommand for a step that needs no more than who answers for it, and the record that says why."""

    @app.command(name, help=words)
    def step(
        case: CaseArgument,
        by: ByOption,
        reference: ReferenceOption,
        home: HomeOption = None,
        as_json: JsonOption = False,
    ) -> None:
        book = _answered_for(by, reference, home)
        _said(take(book, case, by=by.strip(), reference=reference.strip()), as_json=as_json)


_closing_step("answer", "Record that the recipient has certified return or destruction.", CaseBook.answered)
_closing_step(
    "close",
    "Close a case in which everything is done that was decided; its recipient may get releases again.",
    CaseBook.close,
)


def _answered_for(by: str, reference: str, home: Any) -> CaseBook:
    check_reference("--by", by)
    check_reference("--reference", reference)
    return _book(open_site(home))


def _book(site: Site) -> CaseBook:
    return CaseBook(site.home, Ledger(site.home), Signer.of(site.home, site.keys))


def _said(case: Case, *, as_json: bool) -> None:
    if as_json:
        print_json(_plain(case))
        return
    frozen = f"; releases to {case.recipient} are frozen" if case.is_frozen else ""
    console.print(f"{case.name} {case.state}{frozen}.", markup=False, soft_wrap=True)


def _plain(case: Case) -> dict[str, Any]:
    return {
        "case": case.name,
        "recipient": case.recipient,
        "state": case.state,
        "frozen": case.is_frozen,
        "opened_at": case.opened_at.isoformat(),
        "decision": case.decision,
        "releases": list(case.releases),
        "people": case.people,
        "exposed": [exposed.model_dump(mode="json") for exposed in case.exposed],
        "deadlines": [
            {"what": d.what, "due": d.due.isoformat(), "met": d.met and d.met.isoformat()}
            for d in case.deadlines(load_lookback())
        ],
        "events": [event.model_dump(mode="json") for event in case.events],
    }
