"""``shield1367 run``."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from shield1367.cli.output import REFUSED, JsonOption, console, errors, print_json
from shield1367.cli.site import HomeOption, existing_folder, open_site
from shield1367.errors import Shield1367Error, TerminalError
from shield1367.pipeline import ExportOutcome, Site, State, export, look_back, protect, stage, waiting_batches
from shield1367.storage import listing


def run(
    home: HomeOption = None,
    landing: Annotated[
        str | None,
        typer.Option(
            callback=existing_folder, help="Landing zone, folder or URL.  [default: <home>/landing]"
        ),
    ] = None,
    recipient: Annotated[
        list[str] | None, typer.Option(help="Only this recipient; may be given several times.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Take everything from the landing zone to releases, in this one process.

    The same stages as the DAGs: intake of every source, protection, a look back at earlier releases, then per
    recipient plan, redact, validate, audit, dossier, release. What is done already is left as it is.

    Example: shield1367 run --home var --recipient state-university-research
    """
    from shield1367.cli import overview
    from shield1367.disclosure.planning import profile_of

    site = open_site(home, landing)
    wanted = recipient or sorted(site.project.recipients)
    for name in wanted:
        profile_of(site.project, name)
    refused = _intake(site)
    with errors.status("deciding who is protected"):
        protect(site)
    with errors.status("looking back at earlier releases"):
        looked = look_back(site)
    for case in looked.cases:
        errors.print(
            f"look-back {case} waits for a decision: shield1367 lookback show {case}", soft_wrap=True
        )
    outcomes = [_export(site, name) for name in wanted]
    content = overview.collect(site, outcomes) | {"refused_batches": refused}
    if as_json:
        print_json(content)
    else:
        overview.render(content, console)
        for line in refused:
            console.print(f"[bold red]refused[/] {escape(line)}", soft_wrap=True)
        if not refused and all(outcome.state is State.UNCHANGED for outcome in outcomes):
            console.print("\nNothing changed: every batch was staged and every release was out already.")
    if refused or any(outcome.state in (State.HELD, State.REFUSED) for outcome in outcomes):
        raise typer.Exit(REFUSED)


def _intake(site: Site) -> list[str]:
    """Stage every batch; one that is refused does not stop the others."""
    refused = [
        f"{name}: no contract under include/config/sources names this source"
        for name in listing(site.home.landing).folders
        if name not in site.project.contracts
    ]
    for source in site.project.contracts:
        batches, waiting = waiting_batches(site, source)
        refused += [f"{source}/{folder.folder}: {folder.reason}" for folder in waiting]
        for batch in batches:
            with errors.status(f"intake {source}/{batch.batch}"):
                try:
                    stage(site, source, batch.batch)
                except TerminalError as error:
                    refused.append(f"{source}/{batch.batch}: {error.message} Mend: {error.mend}")
    return refused


def _export(site: Site, recipient: str) -> ExportOutcome:
    with errors.status(recipient) as status:
        try:
            return export(site, recipient, progress=lambda step: status.update(f"{recipient}: {step}"))
        except Shield1367Error as error:
            return ExportOutcome(
                recipient=recipient,
                state=State.REFUSED,
                release_id=None,
                folder=None,
                reason=f"{error.code} {error.message} Mend: {error.mend}",
            )
