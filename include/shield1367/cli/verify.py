"""``shield1367 verify``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from shield1367.cli.output import JsonOption, console, print_json
from shield1367.cli.site import ReleaseArgument
from shield1367.errors import TerminalError
from shield1367.release.signing import PUBLISHED
from shield1367.release.verify import NotVerifiedError, verify_package
from shield1367.storage import folder_at_hand, location, reported


class PackageRefusedError(TerminalError):
    """Error raised when a release is not the one its sender signed, or that cannot be told."""

    code = "E704"


def verify(
    folder: ReleaseArgument,
    key: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help=f"The sender's public keys, PEM.  [default: {PUBLISHED} beside the recipient's folder]",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check a release, file by file, against its signed manifest. It needs the public key and nothing else.

    A key that came with the release proves only that nothing broke on the way: compare the id that is
    printed with the one the sender told you by another way.

    Example: shield1367 verify var/released/county-analytics/r-0123456789abcdef0123
    """
    release = location(folder)
    path = key or release.parent.parent / PUBLISHED
    with reported(path, "read"):
        pem = path.read_bytes()
    try:
        with folder_at_hand(release) as local, reported(release, "read"):
            done = verify_package(local, pem)
    except NotVerifiedError as error:
        raise PackageRefusedError(
            f"{release.name} does not verify: {error}.",
            mend="do not load it; ask the sender for the release again, and for the id of their key.",
        ) from None
    if as_json:
        print_json(asdict(done))
        return
    console.print(f"[green]verified[/]: release {done.release_id}, {done.files} files, {done.size:,} bytes")
    whose = (
        ""
        if key
        else f", taken from {path.name} beside the release: compare it with what the sender told you"
    )
    console.print(f"signed by key {done.key}{whose}", soft_wrap=True)
