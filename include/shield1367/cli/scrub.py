"""``shield1367 scrub``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from shield1367.config.text import Strictness, load_text_settings


def scrub(
    people: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help='The identities to know, JSON lines {"id", field kind: value or list, …}.',
        ),
    ] = None,
    strictness: Annotated[
        Strictness, typer.Option(help="How much evidence an unknown name needs.")
    ] = Strictness.BALANCED,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines; what it prints anyhow.")] = True,
) -> None:
    r"""Scrub narratives: JSON lines in on standard input, JSON lines out.

    In: {"id", "text", "people": \[ids]}. Out: {"id", "text", "spans": \[{"start", "end", "type", "rule",
    "score"}]}, the offsets being those of the original text. What cannot be read is withheld whole.

    Example: shield1367 scrub --people people.jsonl --strictness strict < narratives.jsonl
    """
    from shield1367.redaction.text.protocol import read_people, scrub_lines

    identities = []
    if people:
        with people.open(encoding="utf-8") as lines:
            identities = read_people(lines)
    for line in scrub_lines(sys.stdin, identities, settings=load_text_settings(), strictness=strictness):
        sys.stdout.write(line + "\n")
