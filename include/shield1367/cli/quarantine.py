"""``shield1367 quarantine``."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from shield1367.cli.output import JsonOption, console, print_json
from shield1367.cli.site import HomeOption, open_site
from shield1367.config.clearance import require_cleared
from shield1367.intake.mended import MendedRefusedError, as_lines
from shield1367.intake.mending import waits_of
from shield1367.intake.receipt import BatchReceipt, list_receipts
from shield1367.intake.waiting import Page, refusal_lines
from shield1367.pipeline import Site, mend_file, release_from_quarantine
from shield1367.pipeline import mend as keep_rows
from shield1367.protection.registry.questions import Question, record_question
from shield1367.protection.registry.store import Registry
from shield1367.protection.safeguards.verifications import check_reference
from shield1367.storage import reported, write_text

app = typer.Typer(
    help="What intake refused: list it, mend it, release it into its batch.", no_args_is_help=True
)

SourceArgument = Annotated[str, typer.Argument(help="Source, such as enforcement.")]
BatchArgument = Annotated[str, typer.Argument(help="Name of the batch, as `list` prints it.")]
ReviewerOption = Annotated[
    str | None,
    typer.Option(help="Your id in approvers.yaml, with role cleared_reviewer.", show_default=False),
]
KeyOption = Annotated[
    Path | None,
    typer.Option(help="Your private key.  [default: SHIELD1367_APPROVER_KEY]", show_default=False),
]


@app.command("list")
def list_(
    home: HomeOption = None,
    page: Annotated[int, typer.Option(min=1, help="Which page.")] = 1,
    size: Annotated[int, typer.Option(min=1, max=1000, help="Batches on a page.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """List the batches of which something waits, by source and batch: counts and reasons, no value.

    Example: shield1367 quarantine list --page 2
    """
    waiting = [receipt for receipt in list_receipts(open_site(home).home) if receipt.refusals]
    shown = Page.of(waiting, page, size)
    if as_json:
        print_json(
            {
                "page": shown.number,
                "pages": shown.pages,
                "batches": shown.total,
                "items": list(map(_plain, shown.items)),
            }
        )
        return
    for receipt in shown.items:
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in receipt.reasons().most_common())
        console.print(
            f"{escape(receipt.source)} {escape(receipt.batch)}: {receipt.quarantined:,} of {receipt.rows:,} rows;"
            f" {reasons}",
            soft_wrap=True,
        )
    console.print(f"{shown.total:,} batch(es), page {shown.number} of {shown.pages}.")


@app.command()
def show(
    source: SourceArgument,
    batch: BatchArgument,
    rows: Annotated[
        Path | None,
        typer.Option(
            help="Also write the refused rows there in clear, to be mended. For cleared reviewers, and recorded.",
            show_default=False,
        ),
    ] = None,
    reviewer: ReviewerOption = None,
    key_file: KeyOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what waits of one batch: file, reason and row numbers, and what was released of it before.

    Example: shield1367 quarantine show enforcement b1

    Example: shield1367 quarantine show enforcement b1 --rows rows.jsonl --reviewer ada    (delete it afterwards)
    """
    site = open_site(home)
    waits = waits_of(site.home, site.keys, source, batch)
    if rows is not None:
        who = _cleared(site, reviewer, key_file)
        record_question(
            Registry(site.home, site.keys), site.keys, Question.REFUSED_ROWS, person_id=None, asked_by=who
        )
        lines = as_lines(waits.rows.values(), waits.receipt, site.project.contracts.get(source))
        write_text(rows, "".join(line + "\n" for line in lines)).chmod(0o600)
    content = {
        **_plain(waits.receipt),
        "refusals": [asdict(line) for line in refusal_lines(waits.receipt.refusals)],
        "additions": [addition.model_dump(mode="json") for addition in waits.receipt.additions],
        "rows_in_clear": str(rows) if rows else None,
    }
    if as_json:
        print_json(content)
        return
    for line in refusal_lines(waits.receipt.refusals):
        column = f", {line.column}" if line.column else ""
        console.print(
            escape(f"{line.file}{column}: {line.meaning}{f': rows {line.rows}' if line.rows else ''}"),
            soft_wrap=True,
        )
    for addition in waits.receipt.additions:
        console.print(
            escape(
                f"released {addition.at[:16]} UTC by {addition.by}, {addition.why}: {addition.rows:,} rows,"
                f" {addition.mended:,} of them mended"
            ),
            soft_wrap=True,
        )
    if rows:
        console.print(
            f"{len(waits.rows):,} rows in clear: {rows}. Delete it when they are mended.", soft_wrap=True
        )


@app.command()
def mend(
    source: SourceArgument,
    batch: BatchArgument,
    file: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, help="Mended rows as JSON lines; with --as a whole file."
        ),
    ],
    name: Annotated[
        str | None,
        typer.Option("--as", help="The refused file of the batch that it stands for.", show_default=False),
    ] = None,
    reviewer: ReviewerOption = None,
    key_file: KeyOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hand in mended rows, or a file instead of one that was refused as a whole. They are kept encrypted.

    Rows are handed in as `show --rows` writes them, with their cells mended; all of them, or none is kept. Nothing is
    staged before `release`.

    Example: shield1367 quarantine mend enforcement b1 rows.jsonl --reviewer ada
    """
    site = open_site(home)
    _cleared(site, reviewer, key_file)
    if name is not None:
        mend_file(site, source, batch, name, file)
        said: dict[str, Any] = {"file": name}
    else:
        said = {"rows": keep_rows(site, source, batch, _lines(file))}
    if as_json:
        print_json(said)
        return
    console.print(
        f"kept. `shield1367 quarantine release {source} {batch}` stages what holds.", soft_wrap=True
    )


@app.command()
def release(
    source: SourceArgument,
    batch: BatchArgument,
    why: Annotated[str, typer.Option(help="The record that says why; no person's number.")],
    reviewer: ReviewerOption = None,
    key_file: KeyOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run what waits of a batch through intake again, and stage what holds beside the rest of it.

    Rows go as they were mended, or by the contract as it is today. What still does not hold stays, with its reason of
    today. `protect` judges by the new rows, and the next release has them.

    Example: shield1367 quarantine release enforcement b1 --why TICKET-118 --reviewer ada
    """
    site = open_site(home)
    who = _cleared(site, reviewer, key_file)
    check_reference("--why", why)
    receipt = release_from_quarantine(site, source, batch, by=who, why=why.strip())
    addition = receipt.additions[-1]
    if as_json:
        print_json(_plain(receipt) | {"addition": addition.model_dump(mode="json")})
        return
    console.print(
        f"{addition.rows:,} rows released, {addition.mended:,} of them mended; {addition.left:,} refusals stay."
        " `shield1367 run` judges by them and goes on.",
        soft_wrap=True,
    )


def _cleared(site: Site, reviewer: str | None, key_file: Path | None) -> str:
    return require_cleared(site.project.seals.approvers, reviewer, key_file, datetime.now(UTC).date())


def _lines(path: Path) -> list[str]:
    with reported(path, "read"):
        content = path.read_bytes()
    try:
        # Not `splitlines`: a cell may hold whatever else Unicode calls the end of a line.
        return content.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise MendedRefusedError(f"{path.name} is not UTF-8.") from None


def _plain(receipt: BatchReceipt) -> dict[str, Any]:
    return {
        "source": receipt.source,
        "batch": receipt.batch,
        "rows": receipt.rows,
        "staged": receipt.staged,
        "quarantined": receipt.quarantined,
        "reasons": dict(receipt.reasons()),
    }
