"""``shield1367 explain``."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

import typer

from shield1367.cli.asking import asked_about
from shield1367.cli.output import JsonOption, console, print_json
from shield1367.cli.site import HomeOption, open_site
from shield1367.disclosure.entitlement import Entitlement, entitlement
from shield1367.errors import TerminalError
from shield1367.pipeline import Site
from shield1367.protection.explain import (
    PersonExplanation,
    ReasonLine,
    RowExplanation,
    explain_person,
    explain_row,
)
from shield1367.protection.registry.questions import Question, record_question
from shield1367.protection.registry.store import Registry


class QuestionError(TerminalError):
    """Error raised when a question cannot be read."""

    code = "E403"


def explain(
    person: Annotated[str | None, typer.Option(help="A-Number of the person.")] = None,
    row: Annotated[
        str | None, typer.Option(help="source/dataset/key, the key columns joined with |.")
    ] = None,
    recipient: Annotated[
        str | None, typer.Option(help="With --row: also what this recipient gets of it, and why.")
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="The day to answer for.  [default: today]", show_default=False
        ),
    ] = None,
    known_at: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"],
            help="Answer as it was known then, in UTC.  [default: now]",
            show_default=False,
        ),
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say why a person is protected, or why a row was treated so: rule by rule, with its citation.

    The answer is itself protected under § 1367: it is for people who may know, and that it was asked for
    is written down (shield1367 ledger questions).

    Example: shield1367 explain --row enforcement/encounters/E000001

    Example: shield1367 explain --row enforcement/encounters/E000001 --recipient county-analytics

    Example: shield1367 explain --person A200000001 --as-of 2024-03-01 --known-at 2024-03-01
    """
    if (person is None) == (row is None):
        raise typer.BadParameter("give either --person or --row")
    if recipient is not None and (row is None or known_at is not None):
        raise typer.BadParameter("--recipient goes with --row, and not with --known-at")
    site = open_site(home)
    day = as_of.date() if as_of else datetime.now(UTC).date()
    then = known_at.replace(tzinfo=UTC) if known_at else None
    registry = Registry(site.home, site.keys)
    if person is not None:
        with_number = asked_about(site, registry, Question.EXPLAIN_PERSON, person, as_of=day, known_at=then)
        found = explain_person(registry, with_number, day, known_at=then)
        print_json(found.model_dump(mode="json")) if as_json else _person(found)
    else:
        record_question(registry, site.keys, Question.EXPLAIN_ROW, person_id=None, as_of=day, known_at=then)
        answer = _row_answer(site, registry, row or "", day, then)
        found_for = _entitlement(site, registry, recipient, row or "", day) if recipient else None
        if as_json:
            more = {"recipient": found_for.model_dump(mode="json")} if found_for else {}
            print_json(answer.model_dump(mode="json") | more)
            return
        _row(answer)
        if found_for:
            _for_recipient(found_for)


def _parts_of(row: str) -> tuple[str, str, str]:
    """Source, dataset and key."""
    source, _, rest = row.partition("/")
    dataset, _, key = rest.partition("/")
    return source, dataset, key


def _row_answer(site: Site, registry: Registry, row: str, day: date, then: datetime | None) -> RowExplanation:
    source, dataset, key = _parts_of(row)
    contract = site.project.contracts.get(source)
    if contract is None or dataset not in contract.datasets or not key:
        raise QuestionError(
            "this names no row of a known dataset.",
            mend="write source/dataset/key, such as enforcement/encounters/E000001.",
        )
    about = contract.datasets[dataset].about
    return explain_row(
        site.home, registry, source=source, dataset=dataset, key=key, about=about, as_of=day, known_at=then
    )


def _entitlement(site: Site, registry: Registry, recipient: str, row: str, day: date) -> Entitlement:
    source, dataset, key = _parts_of(row)
    return entitlement(
        site.home, site.project, registry, recipient, dataset=f"{source}.{dataset}", key=key, as_of=day
    )


def _for_recipient(found: Entitlement) -> None:
    if found.refused:
        console.print(
            f"{found.recipient} receives nothing today: {found.refused}", markup=False, soft_wrap=True
        )
    decision = found.decision
    if decision is None:
        if not found.refused:
            console.print(f"{found.recipient} gets nothing of this dataset: its profile does not name it")
        return
    would = "would get" if found.refused else "gets"
    outcome = decision.outcome.replace("_", " ")
    console.print(
        f"{found.recipient} {would}: {outcome}; {decision.words} [{decision.basis}]",
        markup=False,
        soft_wrap=True,
    )
    for treatment in dict.fromkeys(column.treatment for column in found.columns):
        names = ", ".join(column.name for column in found.columns if column.treatment == treatment)
        console.print(f"  {treatment}: {names}", markup=False, soft_wrap=True)


def _person(found: PersonExplanation) -> None:
    then = f", as known on {found.known_at:%Y-%m-%d %H:%M} UTC" if found.known_at else ""
    console.print(f"[bold]{found.status}[/] on {found.as_of}{then}  (person {found.person_id})")
    for heading, holds in (("because this person", True), ("on other days", False)):
        reasons = [reason for reason in found.reasons if reason.holds is holds]
        if reasons:
            console.print(f" {heading}", style="dim")
        for reason in reasons:
            _reason(reason)
    console.print(" evidence" if found.evidence else " no evidence of his or her own", style="dim")
    for line in found.evidence:
        code = f" {line.code}" if line.code else ""
        place = f", {line.column} from {line.start} to {line.stop}" if line.column else ""
        console.print(
            f"  {line.source}.{line.dataset} {line.file} row {line.row}{place}: {line.kind}{code}"
            f"{f' of {line.on}' if line.on else ''} → {line.rule}, learned {line.learned_at:%Y-%m-%d}",
            markup=False,
            soft_wrap=True,
        )


def _reason(reason: ReasonLine) -> None:
    since = f"since {reason.begins}" if reason.begins else "from ever"
    until = f"until {reason.ends}" if reason.ends else "until further notice"
    way = f", by way of person {' → '.join(reason.via)}" if reason.via else ""
    alike = f" ({reason.alike})" if reason.alike else ""
    console.print(
        f"  {reason.status}: {reason.words} [{reason.citation}], {since}, {until}{way}{alike}",
        markup=False,
        soft_wrap=True,
    )


def _row(answer: RowExplanation) -> None:
    console.print(
        f"[bold]{answer.status}[/]  {answer.source}.{answer.dataset} {answer.file} row {answer.row}"
    )
    for link in answer.links:
        sure = f", score {link.score:.4f}" if link.score is not None else ""
        console.print(
            f"  {link.role}: {link.person_id or 'nobody who can be told'} ({link.reason}{sure})", markup=False
        )
    for person in answer.people:
        _person(person)
