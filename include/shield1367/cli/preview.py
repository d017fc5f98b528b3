"""``shield1367 preview``."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from shield1367.cli.output import JsonOption, console, print_json
from shield1367.config.project import load_project
from shield1367.disclosure.planning import profile_of
from shield1367.reporting.preview import Preview, previews


def preview(
    recipient: Annotated[str, typer.Option(help="Name of the profile.")],
    dataset: Annotated[
        str | None, typer.Option(help="source.dataset.  [default: all of the profile's]", show_default=False)
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a recipient would get: three made-up rows before and after, column by column, and why.

    The rows are nobody's; no data is read. The treatments are the real ones, the pseudonyms those of no release.

    Example: shield1367 preview --recipient state-university-research --dataset enforcement.encounters
    """
    project = load_project()
    shown = previews(project, profile_of(project, recipient), dataset=dataset, today=datetime.now(UTC).date())
    if as_json:
        print_json([asdict(one) for one in shown])
        return
    for one in shown:
        _print(one)


def _print(shown: Preview) -> None:
    table = Table(title=f"{shown.dataset} for {shown.recipient}", title_justify="left", show_lines=True)
    for name in ("column", "before", "after", "why"):
        table.add_column(name, overflow="fold")
    left_out = [column.name for column in shown.columns if column.after is None]
    for column in shown.columns:
        if column.after is None:
            continue
        table.add_row(
            Text(f"{column.name}\n") + Text(column.kind, style="dim"),
            _cells(column.before),
            _cells(column.after),
            Text(f"{column.words}\n") + Text(column.why, style="dim"),
        )
    console.print(table)
    if left_out:
        console.print(f"Not in the release: {', '.join(left_out)}", markup=False)
    for note in shown.notes:
        console.print(note, markup=False)
    console.print()


def _cells(cells: tuple[str | None, ...]) -> Text:
    return Text("\n").join(Text(cell) if cell is not None else Text("empty", style="dim") for cell in cells)
