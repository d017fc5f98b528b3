"""``shield1367 check``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from shield1367.cli.output import REFUSED, JsonOption, console, print_json
from shield1367.config.loading import config_folder
from shield1367.config.project import Project, load_project
from shield1367.config.recipient import RecipientProfile
from shield1367.config.schemas import write_schemas
from shield1367.config.signatures import FLOOR, subject_of
from shield1367.disclosure.standing import signers_needed
from shield1367.errors import ConfigError


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
    as_json: JsonOption = False,
) -> None:
    """Check contracts, profiles, field kinds and code tables; all problems at once.

    Each problem names the file, the key and what is allowed there.

    Example: shield1367 check include/config

    Example: shield1367 check --schemas .schemas
    """
    folder = folder or config_folder()
    try:
        project = load_project(folder)
        written = write_schemas(schemas, folder) if schemas else []
    except ConfigError as error:
        if as_json:
            print_json({"ok": False, "problems": [_plain(problem) for problem in error.problems]})
        else:
            for problem in error.problems:
                console.print(f"[red]✗[/] {escape(str(problem))}", soft_wrap=True)
            console.print(f"{len(error.problems)} problem(s). Mend: correct the keys named above.")
        raise typer.Exit(REFUSED) from None
    content: dict[str, Any] = {
        "ok": True,
        "field_kinds": len(project.fields.kinds),
        "code_tables": project.benefits.version,
        "sources": {name: sorted(contract.datasets) for name, contract in project.contracts.items()},
        "schemas": [str(path) for path in written],
        "recipients": {name: profile.membership.value for name, profile in project.recipients.items()},
        "unsigned": unsigned(project),
    }
    if as_json:
        print_json(content)
        return
    console.print(
        f"[green]✓[/] {len(project.fields.kinds)} field kinds, code tables {project.benefits.version}"
    )
    for name, contract in project.contracts.items():
        console.print(f"[green]✓[/] source {name}: {', '.join(sorted(contract.datasets))}")
    for name, profile in project.recipients.items():
        side = "outside" if profile.is_outside else "inside"
        console.print(f"[green]✓[/] recipient {name}: {side}, membership {profile.membership}")
    for fault in content["unsigned"]:
        console.print(f"[yellow]![/] {escape(fault)}", soft_wrap=True)
    for path in written:
        console.print(f"[green]✓[/] wrote {path}", soft_wrap=True)


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


def _plain(problem: object) -> dict[str, str]:
    from dataclasses import asdict

    return asdict(problem)  # type: ignore[call-overload,no-any-return]
