"""``shield1367 generate``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from shield1367.cli.output import JsonOption, console, print_json


def generate(
    out: Annotated[Path, typer.Option(help="Folder that gets landing/ and truth/.")],
    people: Annotated[int, typer.Option(min=1, help="How many people.")] = 300,
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 1,
    as_json: JsonOption = False,
) -> None:
    """Write synthetic case exports of four sources, with the ground truth beside them.

    landing/<source>/<batch>/ holds the exports as such systems really send them, mess included;
    truth/ says who is protected, from when, and where every identifier stands in every narrative.

    Example: shield1367 generate --people 300 --seed 1 --out var
    """
    from shield1367.testing.generate import generate as write

    summary = write(people=people, seed=seed, out=out)
    if as_json:
        plain = {
            name: str(value) if isinstance(value, Path) else value for name, value in asdict(summary).items()
        }
        print_json(plain)
        return
    console.print(
        f"{summary.people} people: {summary.protected} protected, {summary.indeterminate} indeterminate,"
        f" {summary.clear} clear; {sum(summary.rows.values()):,} rows, {summary.faults} of them faulty on purpose"
    )
    console.print(f"landing zone  {summary.landing}\nground truth  {summary.truth}", soft_wrap=True)
