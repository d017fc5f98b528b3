"""``shield1367 onboard``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from shield1367.cli.output import JsonOption, console, print_json
from shield1367.config.benefits import load_benefits
from shield1367.config.fields import load_fields
from shield1367.config.onboarding import load_header_words
from shield1367.config.text import load_text_settings
from shield1367.errors import TerminalError
from shield1367.onboarding.draft import DatasetDraft, Draft
from shield1367.onboarding.propose import Certainty, Proposal
from shield1367.storage import write_text

_MARKS = {Certainty.SURE: "[green]sure[/]", Certainty.LIKELY: "likely", Certainty.DECIDE: "[yellow]decide[/]"}


class DraftExistsError(TerminalError):
    """Error raised when the draft would replace a file."""

    code = "E307"


def onboard(
    file: Annotated[
        Path,
        typer.Argument(exists=True, metavar="FILE", help="The export, or a folder of files of one source."),
    ],
    source: Annotated[
        str | None,
        typer.Option(help="Name of the source.  [default: from the file's name]", show_default=False),
    ] = None,
    agency: Annotated[str, typer.Option(help="Whose data it is: dhs, doj or dos.")] = "dhs",
    out: Annotated[
        Path | None,
        typer.Option(
            help="Write the draft there, such as include/config/sources/NAME.yaml.  [default: the screen]",
            show_default=False,
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Look at an unknown export and draft its contract: format, key, people, and a kind for every column.

    Names of columns, the shape of their values, the code tables and Presidio have their say. No value is shown.
    What is in doubt is read as free text, withheld outside, and marked for you to decide.

    Example: shield1367 onboard export.csv.gz --source visits --out include/config/sources/visits.yaml
    """
    from shield1367.onboarding.detect import presidio_detector
    from shield1367.onboarding.onboard import onboard as draft_contract

    if source is None and out is not None:
        source = out.stem
    if out is not None and out.exists():
        raise DraftExistsError(
            f"{out} exists.", mend="choose another --out: a contract in use is not replaced by a draft."
        )
    fields = load_fields()
    draft = draft_contract(
        file,
        source=source,
        agency=agency,
        fields=fields,
        benefits=load_benefits(),
        words=load_header_words(fields),
        detect=presidio_detector(load_text_settings()),
    )
    if out is not None:
        write_text(out, draft.text())
    if as_json:
        print_json(_plain(draft) | {"file": str(out) if out else None, "contract": draft.text()})
        return
    for dataset in draft.datasets:
        _print(dataset)
    waiting = sum(len(dataset.to_decide) for dataset in draft.datasets)
    columns = sum(len(dataset.proposals) for dataset in draft.datasets)
    console.print(
        f"{columns} columns, {waiting} for you to decide: until then they are read as free text and withheld outside."
    )
    if out is None:
        console.print()
        console.print(draft.text(), markup=False, soft_wrap=True)
        return
    console.print(f"wrote {out}; go through its `decide:` comments, then: shield1367 check", soft_wrap=True)


def _print(dataset: DatasetDraft) -> None:
    table = Table(title=f"{dataset.name} ({dataset.files})", title_justify="left")
    for name in ("column", "kind", "whose", "", "why"):
        table.add_column(name, overflow="fold")
    for proposal in dataset.proposals:
        for one in (proposal, *proposal.json_keys.values()):
            inner = "  " if one is not proposal else ""
            kind = "(JSON)" if one.json_keys else one.kind
            table.add_row(
                inner + escape(one.column),
                kind,
                one.role or "",
                _MARKS[one.certainty],
                "; ".join(one.reasons),
            )
    console.print(table)


def _plain(draft: Draft) -> dict[str, Any]:
    return {
        "source": draft.source,
        "format": draft.file_format.model_dump(mode="json"),
        "datasets": [
            {
                "name": dataset.name,
                "files": dataset.files,
                "key": dataset.key,
                "people": dataset.people,
                "columns": [_answer(proposal) for proposal in dataset.proposals],
                "to_decide": [proposal.column for proposal in dataset.to_decide],
            }
            for dataset in draft.datasets
        ],
    }


def _answer(proposal: Proposal) -> dict[str, Any]:
    return {
        "column": proposal.column,
        "kind": proposal.kind,
        "certainty": proposal.certainty,
        "confidence": round(proposal.confidence, 2),
        "reasons": proposal.reasons,
        "role": proposal.role,
        "candidate": proposal.candidate,
        "json": [_answer(key) for key in proposal.json_keys.values()],
    }
