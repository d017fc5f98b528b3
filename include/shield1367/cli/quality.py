"""``shield1367 quality``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from shield1367.cli.output import REFUSED, JsonOption, console, print_json
from shield1367.cli.site import HomeOption, open_site
from shield1367.config.clearance import require_cleared
from shield1367.config.terms import TermKind
from shield1367.pipeline import Site
from shield1367.redaction.cases import QualityCases
from shield1367.redaction.terms import Change, Proposal, TermBook, TermList

app = typer.Typer(
    help="What reviewers of quality samples found: test cases for the scrubber, and words it masks or leaves.",
    no_args_is_help=True,
)

ReviewerOption = Annotated[
    str | None,
    typer.Option(help="Your id in approvers.yaml, with role cleared_reviewer.", show_default=False),
]
KeyOption = Annotated[
    Path | None,
    typer.Option(help="Your private key.  [default: SHIELD1367_APPROVER_KEY]", show_default=False),
]


@app.command()
def cases(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Scrub every test case again: what was marked has to be masked. Says how many hold, and no word of any.

    Example: shield1367 quality cases
    """
    site = open_site(home)
    tried = QualityCases(site.home, site.keys).run(site.project)
    if as_json:
        print_json(
            {
                "cases": tried.cases,
                "leaking": [{"case": number, "release": release} for number, release in tried.where],
                "needless": tried.needless,
            }
        )
    else:
        for number, release in tried.where:
            console.print(
                f"[red]✗[/] case {number}, of {escape(release)}: something marked is left", soft_wrap=True
            )
        console.print(
            f"{tried.cases - tried.leaking} of {tried.cases} cases hold; {tried.needless} needless masks."
        )
    if tried.leaking:
        raise typer.Exit(REFUSED)


@app.command()
def terms(
    reviewer: ReviewerOption = None,
    key_file: KeyOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what was proposed and is in force, in clear: for cleared reviewers."""
    site = open_site(home)
    _cleared(site, reviewer, key_file)
    proposals = TermBook(site.home, site.keys).all()
    if as_json:
        print_json([one.model_dump(mode="json") for one in proposals])
        return
    for one in proposals:
        console.print(_line(one), markup=False, soft_wrap=True)
    console.print(f"{len(proposals)} proposal(s).")


@app.command()
def propose(
    of: Annotated[TermList, typer.Argument(help="deny: always masked; allow: taken for no name.")],
    file: Annotated[
        typer.FileText,
        typer.Argument(help="File with the term, - for standard input: no argument, which others see."),
    ],
    remove: Annotated[bool, typer.Option("--remove", help="Propose to take it out instead.")] = False,
    kind: Annotated[TermKind, typer.Option(help="What it stands for.")] = TermKind.PERSON,
    reviewer: ReviewerOption = None,
    key_file: KeyOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Propose a term; another cleared reviewer puts it in force.

    Example: shield1367 quality propose deny term.txt --reviewer ada
    """
    site = open_site(home)
    who = _cleared(site, reviewer, key_file)
    change = Change.REMOVE if remove else Change.ADD
    _said(TermBook(site.home, site.keys).propose(change, of, file.read(), by=who, kind=kind), as_json=as_json)


@app.command()
def decide(
    number: Annotated[int, typer.Argument(help="Number of the proposal, as `terms` lists it.")],
    refuse: Annotated[bool, typer.Option("--refuse", help="Turn it down instead.")] = False,
    reviewer: ReviewerOption = None,
    key_file: KeyOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a proposal in force. From then on every release is scrubbed by it, and earlier ones are looked back at.

    Example: shield1367 quality decide 3 --reviewer bo
    """
    site = open_site(home)
    who = _cleared(site, reviewer, key_file)
    _said(TermBook(site.home, site.keys).decide(number, confirmed=not refuse, by=who), as_json=as_json)


def _cleared(site: Site, reviewer: str | None, key_file: Path | None) -> str:
    return require_cleared(site.project.seals.approvers, reviewer, key_file, datetime.now(UTC).date())


def _said(one: Proposal, *, as_json: bool) -> None:
    # Without its words: what is printed here may be kept.
    if as_json:
        content: dict[str, Any] = one.model_dump(mode="json", exclude={"text"})
        print_json(content)
        return
    console.print(f"proposal {one.number}: {_standing(one)}.")


def _line(one: Proposal) -> str:
    return f"{one.number}  {one.change} {one.list} {one.kind}: {one.text} ({_standing(one)}, proposed by {one.by})"


def _standing(one: Proposal) -> str:
    if one.is_open:
        return "waits for another reviewer"
    return f"{'in force' if one.confirmed else 'turned down'} by {one.decided_by}"
