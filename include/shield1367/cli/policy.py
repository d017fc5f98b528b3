"""``shield1367 policy``."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from shield1367.cli.output import REFUSED, JsonOption, console, print_json
from shield1367.cli.site import HomeOption, open_site
from shield1367.config.loading import config_folder
from shield1367.config.project import Project, load_project, recipient_names
from shield1367.config.recipient import RecipientProfile
from shield1367.config.signatures import FLOOR, Verdict, subject_of
from shield1367.config.signing import KEY_VARIABLE, SigningError, new_key, read_private_key, sign_examples
from shield1367.config.signing import sign as add_signature
from shield1367.disclosure.planning import open_kinds
from shield1367.disclosure.standing import require_standing, signers_needed
from shield1367.disclosure.uncounted import in_words
from shield1367.errors import TerminalError
from shield1367.identifiers import canonical
from shield1367.intake.quarantine import IDENTIFIER_PURPOSE
from shield1367.protection.registry.questions import Question
from shield1367.protection.registry.store import Registry

app = typer.Typer(
    help="Who approved what: sign and verify profiles and the floor.\n\nExample: shield1367 policy verify",
    no_args_is_help=True,
)

SubjectArgument = Annotated[
    str,
    typer.Argument(
        metavar="SUBJECT", help="A recipient, recipients/RECIPIENT, its file, or fields (the floor)."
    ),
]


@app.command()
def sign(
    subject: SubjectArgument,
    approver: Annotated[str, typer.Option(help="Your id in approvers.yaml.")],
    key_file: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help=f"Your private key, PEM. It is read and never kept.  [default: {KEY_VARIABLE}]",
            show_default=False,
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Sign a profile, or the floor, as it stands now; whatever changes in it afterwards needs a new signature.

    Read it first: your signature says that this recipient may have this. A profile needs one approver, two
    different ones when it cites an authority or a determination, or keeps its pseudonyms; the floor always needs two.
    What may find people and goes uncounted without a paper that accepts it is named.

    Example: shield1367 policy sign county-analytics --approver j-ruiz --key-file ~/approver.pem
    """
    folder = config_folder()
    name = _subject(subject)
    project = _project(name)
    content, profile = _content(project, name)
    key = read_private_key(key_file)
    today = datetime.now(UTC).date()
    path = add_signature(
        folder,
        key,
        project.seals.approvers,
        subject=name,
        content=content,
        approver=approver,
        on=today,
    )
    verdict = _project(name).seals.verdict(name, content, needed=signers_needed(profile), on=today)
    if as_json:
        uncounted = open_kinds(project, profile) if profile else ()
        print_json(_plain(verdict) | {"file": str(path), "content": content, "uncounted": uncounted})
        return
    console.print(f"{approver} signed {name}, content {content[:16]}…, in {path}", soft_wrap=True)
    _print(verdict)
    _print_open(project, profile)


@app.command()
def verify(
    subjects: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SUBJECT]…", help="Only these.  [default: everything]"),
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="The day to answer for.  [default: today]", show_default=False
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say of each profile, and of the floor, who signed it, and whether it may receive on a day.

    Besides signatures: agreement, dates, determination, attestation, and the papers of the exception it cites. What
    may find somebody and goes uncounted is named.

    Example: shield1367 policy verify

    Example: shield1367 policy verify county-analytics --as-of 2026-12-31
    """
    day = as_of.date() if as_of else datetime.now(UTC).date()
    names = [_subject(s) for s in subjects] if subjects else [FLOOR, *map(subject_of, recipient_names())]
    project = load_project()
    lines = []
    for name in names:
        content, profile = _content(project, name)
        verdict = project.seals.verdict(name, content, needed=signers_needed(profile), on=day)
        lines.append((verdict, _standing(project, profile, day) if profile else None, profile))
    if as_json:
        print_json(
            [
                _plain(verdict)
                | {"refused": refused, "uncounted": open_kinds(project, profile) if profile else ()}
                for verdict, refused, profile in lines
            ]
        )
    else:
        for verdict, refused, profile in lines:
            _print(verdict)
            if refused and verdict.holds:
                console.print(f"  [red]✗[/] {escape(refused)}", soft_wrap=True)
            _print_open(project, profile)
        if project.seals.approvers.are_examples:
            console.print(
                "Only the example keys are named in approvers.yaml, and nobody holds those: good for trying things"
                " out. docs/configuration.md, Signatures, says how to name your own approvers.",
                soft_wrap=True,
            )
    if any(refused or not verdict.holds for verdict, refused, _ in lines):
        raise typer.Exit(REFUSED)


@app.command()
def key(
    file: Annotated[Path, typer.Argument(help="New file for the private key; keep it to yourself.")],
    as_json: JsonOption = False,
) -> None:
    """Make a key pair for an approver: the private half into FILE, the public half on the screen.

    Example: shield1367 policy key ~/approver.pem
    """
    public = new_key(file)
    if as_json:
        print_json({"file": str(file), "public_key": public})
        return
    console.print(f"private key: {file}", soft_wrap=True)
    console.print(f"public key for approvers.yaml: {public}", soft_wrap=True)


@app.command()
def person(
    person: Annotated[str, typer.Option(help="A-Number of the person.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the reference by which an authority names a person, so that no file says who is protected.

    Keyed: it means nothing without this home's key. That you asked is written down.

    Example: shield1367 policy person --person A200000001
    """
    from shield1367.cli.asking import asked_about

    site = open_site(home)
    asked_about(site, Registry(site.home, site.keys), Question.EXPLAIN_PERSON, person)
    value = canonical("a_number", person)
    reference = site.keys.fingerprint(IDENTIFIER_PURPOSE).of("a_number", value or "")
    print_json({"reference": reference}) if as_json else console.print(reference)


@app.command()
def examples(as_json: JsonOption = False) -> None:
    """Sign what is shipped with two new example keys, which are thrown away at once.

    For whoever changes the shipped profiles or the floor. Refused as soon as approvers.yaml names anybody: then
    it is theirs to sign.

    Example: shield1367 policy examples
    """
    project = load_project()
    contents = {FLOOR: project.fields.content_hash()}
    contents |= {subject_of(p.recipient): project.policy_hash(p) for p in project.recipients.values()}
    written = sign_examples(config_folder(), contents, project.seals.approvers, on=datetime.now(UTC).date())
    if as_json:
        print_json({"written": [str(path) for path in written]})
        return
    for path in written:
        console.print(f"wrote {path}", soft_wrap=True)


def _subject(text: str) -> str:
    """What is meant by ``county-analytics``, ``recipients/county-analytics`` or the path of its file."""
    name = Path(text).name.removesuffix(".yaml")
    if name == FLOOR:
        return FLOOR
    if name not in recipient_names():
        raise SigningError(
            f"there is no profile {name!r}.",
            mend=f"use one of {', '.join([FLOOR, *recipient_names()])}.",
        )
    return subject_of(name)


def _project(subject: str) -> Project:
    """The project with the profile that is meant; a fault in another profile does not matter."""
    return load_project(recipients=[] if subject == FLOOR else [Path(subject).name])


def _content(project: Project, subject: str) -> tuple[str, RecipientProfile | None]:
    if subject == FLOOR:
        return project.fields.content_hash(), None
    profile = project.recipients[Path(subject).name]
    return project.policy_hash(profile), profile


def _standing(project: Project, profile: RecipientProfile, on: date) -> str | None:
    try:
        require_standing(project, profile, on)
    except TerminalError as error:
        return f"{error.code} {error.message}"
    return None


def _plain(verdict: Verdict) -> dict[str, object]:
    return {
        "subject": verdict.subject,
        "holds": verdict.holds,
        "needed": verdict.needed,
        "signed_by": verdict.signed_by,
        "faults": verdict.faults,
    }


def _print(verdict: Verdict) -> None:
    mark = "[green]✓[/]" if verdict.holds else "[red]✗[/]"
    signers = f": {', '.join(verdict.signed_by)}" if verdict.signed_by else ""
    console.print(
        f"{mark} {verdict.subject} {len(verdict.signed_by)} of {verdict.needed} signatures{signers}",
        soft_wrap=True,
    )
    for fault in verdict.faults if not verdict.holds else ():
        console.print(f"  {fault}", markup=False, soft_wrap=True)


def _print_open(project: Project, profile: RecipientProfile | None) -> None:
    if profile and (kinds := open_kinds(project, profile)):
        console.print(f"  [yellow]![/] {escape(in_words(kinds))}", soft_wrap=True)
