"""``shield1367 approve``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from shield1367.cli.output import JsonOption, console, print_json
from shield1367.cli.site import HomeOption, open_site
from shield1367.config.signing import SigningError, public_key_of, read_private_key
from shield1367.errors import TerminalError
from shield1367.pipeline import answer_request
from shield1367.release.approval import Verdict, request_of


class NothingAskedError(TerminalError):
    """Error raised when nobody is asked about a release of that id."""

    code = "E713"


def approve(
    release_id: Annotated[
        str, typer.Argument(help="The release; without an answer to give, tells what waits.")
    ],
    approver: Annotated[str, typer.Option(help="Your id in approvers.yaml, which the profile has to name.")],
    reason: Annotated[str, typer.Option(help="Why; goes into the ledger. No data of anybody.")],
    key_file: Annotated[
        Path | None,
        typer.Option(help="Your private key.  [default: SHIELD1367_APPROVER_KEY]", show_default=False),
    ] = None,
    code: Annotated[
        str | None,
        typer.Option(help="Code of the bytes you have looked at.  [default: asked for]", show_default=False),
    ] = None,
    reject: Annotated[bool, typer.Option("--reject", help="Reject it instead.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Approve or reject a release that waits for people, with your own key.

    Read its dossier first: it lies in the release's work folder, under package/. An approval counts for the very bytes
    whose code you give, until the time that was set, and only if you did not prepare the release. In Airflow the same
    is answered under required actions.

    Example: shield1367 approve r-0123456789abcdef0123 --approver ada --reason "as agreed" --code 3f9ac01d22ab
    """
    site = open_site(home)
    found = [path for path in site.home.work.glob(f"*/{release_id}") if request_of(path) is not None]
    asked = request_of(found[0]) if found else None
    if asked is None:
        raise NothingAskedError(
            f"nobody is asked about release {release_id}.", mend="`shield1367 run` tells which releases wait."
        )
    named = site.project.seals.approvers.counted(datetime.now(UTC).date()).get(approver)
    if named is None or public_key_of(read_private_key(key_file)) != named.public_key:
        raise SigningError(
            f"this is not the key of {approver}, or {approver} is no approver today.",
            mend="give the id and the key that approvers.yaml knows together.",
        )
    if code is None:
        console.print(
            f"{asked.release_id} for {asked.recipient}: {found[0] / 'package' / 'dossier.html'}",
            soft_wrap=True,
        )
        code = typer.prompt(f"Code of the release ({asked.code})")
    given = answer_request(
        site,
        found[0],
        by=approver,
        verdict=Verdict.REJECT if reject else Verdict.APPROVE,
        code=code,
        reason=reason,
    )
    print_json(given.model_dump(mode="json")) if as_json else console.print(
        f"{given.verdict} of {release_id} by {approver} is recorded; `shield1367 run` goes on from there."
    )
