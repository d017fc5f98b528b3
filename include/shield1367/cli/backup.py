"""``shield1367 backup`` and ``shield1367 restore``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shield1367.backup import make_backup, restore_backup
from shield1367.cli.output import JsonOption, console, print_json
from shield1367.cli.site import HomeOption
from shield1367.home import Home
from shield1367.keys import read_key_file

KeyFileOption = Annotated[
    Path,
    typer.Option(
        "--backup-key-file",
        exists=True,
        dir_okay=False,
        envvar="SHIELD1367_BACKUP_KEY_FILE",
        help="File with the backup's own key, base64 of 32 bytes; kept apart from the backups.",
    ),
]


def backup(
    out: Annotated[Path, typer.Argument(dir_okay=False, help="The encrypted file to be written.")],
    backup_key_file: KeyFileOption,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write keys, ledger, registry and everything decided into one encrypted file; nothing has to be stopped.

    Not in it: what the landing zone still holds, and the releases, which recipients have. The key of a backup is
    not the key of the home: `openssl rand -base64 32` makes one. Whoever has both has everything.

    Example: shield1367 backup home.backup --backup-key-file backup.key
    """
    made = make_backup(_home(home), out, read_key_file(backup_key_file))
    if as_json:
        print_json(made.model_dump(mode="json"))
        return
    contents = made.contents
    console.print(
        f"{made.files:,} files, {contents.disclosures:,} entries of the ledger and {contents.registry_rows:,} rows of"
        f" the registry are in {made.path}.",
        soft_wrap=True,
    )


def restore(
    source: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="What `backup` wrote.")],
    backup_key_file: KeyFileOption,
    key_file: Annotated[
        Path | None,
        typer.Option(
            dir_okay=False, help="Where the master key goes.  [default: keys/master.key under the home]"
        ),
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a backup back into an empty home, verify its ledger and open its registry.

    With SHIELD1367_REGISTRY_URL the registry goes into that database, which has to be empty, wherever it was
    before. Releases made since the backup are in no ledger: compare its last entry with what recipients have.

    Example: shield1367 restore home.backup --backup-key-file backup.key --home restored
    """
    done = restore_backup(_home(home), source, read_key_file(backup_key_file), key_file=key_file)
    if as_json:
        print_json(done.model_dump(mode="json"))
        return
    console.print(
        f"{done.files:,} files of {done.contents.made_at} are back; all {done.verified:,} entries of the ledger hold.",
        soft_wrap=True,
    )


def _home(home: Path | None) -> Home:
    return Home(
        root=(home or Path("var")).resolve(), landing_override=Home.from_environment().landing_override
    )
