"""``shield1367 policy diff``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from shield1367.cli.output import JsonOption, console, print_json
from shield1367.config.fields import FieldVocabulary, load_fields
from shield1367.config.loading import config_folder, load, read_yaml
from shield1367.config.recipient import RecipientProfile
from shield1367.config.signatures import FLOOR
from shield1367.disclosure.changes import Change, Effect, floor_changes, profile_changes
from shield1367.disclosure.standing import signers_needed
from shield1367.errors import TerminalError

_STYLES = {Effect.LOOSER: "bold red", Effect.TIGHTER: "green", Effect.OTHER: "default"}


class NotComparableError(TerminalError):
    """Error raised when two files are not versions of one profile, or of the floor."""

    code = "E511"


def diff(
    old: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The version that was signed.")],
    new: Annotated[
        Path | None,
        typer.Argument(
            exists=True,
            dir_okay=False,
            help="The version to sign.  [default: the one in use]",
            show_default=False,
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say what a new version of a profile, or of the floor, gives that the old one did not.

    Treatments are compared as they come out under the floor in use, field kind by field kind: looser, tighter, other.

    Example: shield1367 policy diff county-analytics.yaml.signed include/config/recipients/county-analytics.yaml
    """
    changes, needed = _changes(old, new)
    looser = sum(change.effect is Effect.LOOSER for change in changes)
    if as_json:
        print_json(
            {"changes": [asdict(change) for change in changes], "looser": looser, "signatures": needed}
        )
        return
    table = Table()
    for name in ("setting", "before", "after", ""):
        table.add_column(name, overflow="fold")
    for change in changes:
        table.add_row(
            change.key,
            change.before or "–",
            change.after or "–",
            change.effect.value,
            style=_STYLES[change.effect],
        )
    console.print(table if changes else "Nothing differs but layout and comments: signatures stay valid.")
    if changes:
        console.print(
            f"{len(changes)} change(s), {looser} of them looser. The new version needs {needed} signature(s);"
            " the old ones hold no longer."
        )


def _changes(old: Path, new: Path | None) -> tuple[list[Change], int]:
    kind = _kind(old)
    if kind == FLOOR:
        newer = new or config_folder() / f"{FLOOR}.yaml"
        _require_same(kind, newer)
        return floor_changes(load(FieldVocabulary, old), load(FieldVocabulary, newer)), signers_needed(None)
    was = load(RecipientProfile, old)
    newer = new or config_folder() / "recipients" / f"{was.recipient}.yaml"
    _require_same(kind, newer)
    now = load(RecipientProfile, newer)
    if was.recipient != now.recipient:
        raise NotComparableError(
            f"{old.name} is of {was.recipient}, {newer.name} of {now.recipient}.",
            mend="name two versions of one profile.",
        )
    return profile_changes(was, now, load_fields()), signers_needed(now)


def _kind(path: Path) -> str:
    content: Any = read_yaml(path)
    for key, kind in (("recipient", "profile"), ("kinds", FLOOR)):
        if isinstance(content, dict) and key in content:
            return kind
    raise NotComparableError(
        f"{path.name} is neither a profile nor the floor.",
        mend="name a file of include/config/recipients, or fields.yaml.",
    )


def _require_same(kind: str, path: Path) -> None:
    if _kind(path) != kind:
        raise NotComparableError(
            f"{path.name} is {'a profile' if kind == FLOOR else 'the floor'}, the older file is not.",
            mend="name two versions of one file.",
        )
