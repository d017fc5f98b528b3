"""``shield1367 canaries``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shield1367.cli.output import REFUSED, JsonOption, console, print_json
from shield1367.cli.site import HomeOption, open_site
from shield1367.pipeline import search_traces

app = typer.Typer(
    help="Canaries: people who do not exist, planted in every batch, whose traces may be nowhere.",
    no_args_is_help=True,
)


@app.command()
def search(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Files and folders besides the home: logs, backups, a mailbox.", exists=True),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            envvar="SHIELD1367_WATCH_DATABASE",
            help="URL (SQLAlchemy) of a database to be searched too, such as Airflow's metadata.",
            show_default=False,
        ),
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Search everything a run leaves behind for the canaries of every batch that is staged.

    Each release does the same for its own batches before it goes; this is for what it cannot reach, such as backups,
    a mailbox, or the tables of the metadata database that hold secrets. Says where, never what.

    Example: shield1367 canaries search
    """
    traces, searched = search_traces(open_site(home), paths or [], database)
    places = list(dict.fromkeys(trace.place for trace in traces))
    if as_json:
        print_json({"canaries": searched, "traces": places})
    else:
        for place in places:
            console.print(place, markup=False, soft_wrap=True)
        console.print(f"{len(places)} place(s) hold a trace of one of {searched:,} canaries.")
    if places:
        raise typer.Exit(REFUSED)
