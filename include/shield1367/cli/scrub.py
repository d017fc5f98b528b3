"""``shield1367 scrub``."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from shield1367.cli.site import HomeOption, open_site
from shield1367.config.clearance import require_cleared
from shield1367.config.signing import KEY_VARIABLE
from shield1367.config.text import Strictness, load_text_settings
from shield1367.protection.registry.questions import Question, record_question
from shield1367.protection.registry.store import Registry
from shield1367.redaction.text.explained import Detail


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
    explain: Annotated[
        Detail | None,
        typer.Option(
            help="Say of each span why, and its shape; or its folded form, which is written down in the home."
        ),
    ] = None,
    reviewer: Annotated[
        str | None, typer.Option(help="Your id in approvers.yaml, role cleared_reviewer; for --explain form.")
    ] = None,
    key_file: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help=f"The private key of --reviewer, PEM.  [default: {KEY_VARIABLE}]",
            show_default=False,
        ),
    ] = None,
    home: HomeOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines; what it prints anyhow.")] = True,
) -> None:
    r"""Scrub narratives: JSON lines in on standard input, JSON lines out.

    In: {"id", "text", "people": \[ids]}. Out: {"id", "text", "spans": \[{"start", "end", "type", "rule",
    "score"}]}, the offsets being those of the original text. What cannot be read is withheld whole.

    --explain adds "because" and "shape", or "form": the value itself, for a cleared reviewer who shows
    their key; that they asked is written down (shield1367 ledger questions).

    Example: shield1367 scrub --people people.jsonl --strictness strict < narratives.jsonl
    """
    from shield1367.redaction.text.explained import describer
    from shield1367.redaction.text.protocol import read_people, scrub_lines

    identities = []
    if people:
        with people.open(encoding="utf-8") as lines:
            identities = read_people(lines)
    if explain is Detail.FORM:
        site = open_site(home)
        cleared = require_cleared(site.project.seals.approvers, reviewer, key_file, datetime.now(UTC).date())
        registry = Registry(site.home, site.keys)
        record_question(registry, site.keys, Question.MASKED_FORMS, person_id=None, asked_by=cleared)
    describe = describer(explain) if explain else None
    settings = load_text_settings()
    for line in scrub_lines(
        sys.stdin, identities, settings=settings, strictness=strictness, describe=describe
    ):
        sys.stdout.write(line + "\n")
