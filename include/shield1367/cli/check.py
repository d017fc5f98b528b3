"""``shield1367 check``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.markup import escape

from shield1367.cli.output import REFUSED, JsonOption, console, print_json
from shield1367.config.desk import DESK, load_desk_settings
from shield1367.config.loading import config_folder
from shield1367.config.lookback import load_lookback
from shield1367.config.notices import load_notices
from shield1367.config.onboarding import load_header_words
from shield1367.config.project import Project, load_project, recipient_names
from shield1367.config.recipient import RecipientProfile
from shield1367.config.reviews import Review
from shield1367.config.schemas import write_schemas
from shield1367.config.signatures import FLOOR, subject_of
from shield1367.disclosure.planning import open_kinds
from shield1367.disclosure.standing import signers_needed
from shield1367.disclosure.uncounted import in_words
from shield1367.errors import ConfigError, Problem
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.pipeline import Site
from shield1367.redaction.cases import QualityCases, Tried

Loaded = TypeVar("Loaded")

# Days before a table is due in which `check` reminds of it.
_SOON_DAYS = 30


def check(
    folder: Annotated[
        Path | None,
        typer.Argument(help="Configuration folder.  [default: SHIELD1367_CONFIG or include/config]"),
    ] = None,
    schemas: Annotated[
        Path | None,
        typer.Option(
            "--schemas",
            metavar="DIR",
            help="Also write a JSON Schema of each kind of file there, for editors.",
            show_default=False,
        ),
    ] = None,
    home: Annotated[
        Path | None,
        typer.Option(
            "--home",
            help="Also scrub the test cases of quality sampling that this home keeps.",
            exists=True,
            file_okay=False,
            show_default=False,
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check contracts, profiles, field kinds and tables; all problems at once.

    Each problem names the file, the key and what is allowed there. A table that nobody has reviewed for too
    long is one: nobody is judged by it any more.

    Example: shield1367 check include/config

    Example: shield1367 check --schemas .schemas
    """
    folder = folder or config_folder()
    try:
        project = _load_everything(folder)
        _require_reviews(project.reviews(), folder, datetime.now(UTC).date())
        tried = _try_cases(project, home) if home else None
        written = write_schemas(schemas, folder) if schemas else []
    except ConfigError as error:
        if as_json:
            print_json({"ok": False, "problems": [asdict(problem) for problem in error.problems]})
        else:
            for problem in error.problems:
                console.print(f"[red]✗[/] {escape(str(problem))}", soft_wrap=True)
            console.print(f"{len(error.problems)} problem(s). Mend: correct the keys named above.")
        raise typer.Exit(REFUSED) from None
    content: dict[str, Any] = {
        "ok": True,
        "field_kinds": len(project.fields.kinds),
        "code_tables": project.benefits.version,
        "reviews": [_answer(review) for review in project.reviews()],
        "sources": {name: sorted(contract.datasets) for name, contract in project.contracts.items()},
        "schemas": [str(path) for path in written],
        "recipients": {name: profile.membership.value for name, profile in project.recipients.items()},
        "unsigned": unsigned(project),
        "uncounted": {
            name: kinds
            for name, profile in project.recipients.items()
            if (kinds := open_kinds(project, profile))
        },
        "cases": {"tried": tried.cases, "needless": tried.needless} if tried else None,
    }
    if as_json:
        print_json(content)
    else:
        _say(project, content, tried)


def _say(project: Project, content: dict[str, Any], tried: Tried | None) -> None:
    """Print line by line what the checked project is, and what is not wrong with it but to be looked at."""
    console.print(
        f"[green]✓[/] {len(project.fields.kinds)} field kinds, code tables {project.benefits.version}"
    )
    today = datetime.now(UTC).date()
    for review in project.reviews():
        console.print(_line(review, today), soft_wrap=True)
    for name, contract in project.contracts.items():
        console.print(f"[green]✓[/] source {name}: {', '.join(sorted(contract.datasets))}")
    for name, profile in project.recipients.items():
        side = "outside" if profile.is_outside else "inside"
        console.print(f"[green]✓[/] recipient {name}: {side}, membership {profile.membership}")
    for name, kinds in content["uncounted"].items():
        console.print(f"[yellow]![/] {subject_of(name)}.yaml: {escape(in_words(kinds))}", soft_wrap=True)
    for fault in content["unsigned"]:
        console.print(f"[yellow]![/] {escape(fault)}", soft_wrap=True)
    if tried:
        needless = f", with {tried.needless} needless masks" if tried.needless else ""
        console.print(f"[green]✓[/] {tried.cases} test cases of quality sampling hold{needless}")
    for path in content["schemas"]:
        console.print(f"[green]✓[/] wrote {path}", soft_wrap=True)


def _load_everything(folder: Path) -> Project:
    """The project, once every other file holds too.

    Raises:
        ConfigError: the problems of all files together.
    """
    problems: list[Problem] = []

    def read(load: Callable[[], Loaded]) -> Loaded | None:
        try:
            return load()
        except ConfigError as error:
            problems.extend(error.problems)
            return None

    project = read(lambda: load_project(folder))
    if project is not None:
        fields = project.fields
        read(lambda: load_header_words(fields, folder))
    read(lambda: load_lookback(folder))
    read(lambda: load_notices(folder))
    if (desk := read(lambda: load_desk_settings(folder))) is not None:
        known = frozenset(recipient_names(folder))
        problems += [
            Problem(str(folder / DESK), f"people.{name}.recipients", f"there is no recipient {recipient!r}")
            for name, person in sorted(desk.people.items())
            for recipient in sorted(person.recipients - known)
        ]
    if project is None or problems:
        raise ConfigError(problems)
    return project


def unsigned(project: Project) -> list[str]:
    """What still waits for a signature: no fault of a file, but nothing is released until it has one."""
    today = datetime.now(UTC).date()
    subjects: dict[str, RecipientProfile | None] = {FLOOR: None}
    subjects |= {subject_of(name): profile for name, profile in project.recipients.items()}
    found = []
    for subject, profile in subjects.items():
        content = project.policy_hash(profile) if profile else project.fields.content_hash()
        verdict = project.seals.verdict(subject, content, needed=signers_needed(profile), on=today)
        if not verdict.holds:
            found.append(
                f"{subject}.yaml has {len(verdict.signed_by)} of {verdict.needed} signatures, so nothing is released"
                f" by it: shield1367 policy sign {subject} --approver ID --key-file FILE"
            )
    return found


def _try_cases(project: Project, root: Path) -> Tried:
    """Scrub the test cases of a home.

    Raises:
        ConfigError: in some of them something is left that was marked.
        KeyMissingError: the home's key is not to be had.
    """
    home = Home(root=root.resolve())
    site = Site(home, Keys.load(home), project)
    tried = QualityCases(home, site.keys).run(site.project)
    if tried.leaking:
        raise ConfigError(
            [
                Problem(
                    str(home.quality),
                    f"case {number}",
                    f"of {release}: something that a reviewer marked is left; propose it as a term, or mend the rule",
                )
                for number, release in tried.where
            ]
        )
    return tried


def _require_reviews(reviews: tuple[Review, ...], folder: Path, today: date) -> None:
    """Raise the problems of all tables that nobody vouches for today, or that say so of a day to come."""
    problems: list[Problem] = []
    for review in reviews:
        key = f"tables.{review.table}.reviewed" if review.table else "reviewed"
        if review.due < today:
            message = f"was due on {review.due}; {review.owner} compares it with its source: {review.source}"
            problems.append(Problem(str(folder / review.file), key, message))
        # Whoever is a time zone ahead may have reviewed it today.
        elif review.reviewed > today + timedelta(days=1):
            problems.append(Problem(str(folder / review.file), key, "is a day to come"))
    if problems:
        raise ConfigError(problems)


def _line(review: Review, today: date) -> str:
    left = (review.due - today).days
    mark = "[green]✓[/]" if left > _SOON_DAYS else "[yellow]![/]"
    said = f"{mark} {review.name}: reviewed {review.reviewed} by {escape(review.owner)}, due {review.due}"
    return said if left > _SOON_DAYS else f"{said}, in {left} days; its source: {escape(review.source)}"


def _answer(review: Review) -> dict[str, str]:
    return {
        "file": review.file,
        "table": review.table,
        "owner": review.owner,
        "source": review.source,
        "reviewed": review.reviewed.isoformat(),
        "due": review.due.isoformat(),
    }
