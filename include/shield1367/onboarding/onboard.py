"""From files of an unknown source to the draft of its contract."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from shield1367.config.benefits import Benefits
from shield1367.config.contract import FileFormat
from shield1367.config.fields import FieldVocabulary
from shield1367.config.onboarding import HeaderWords
from shield1367.errors import TerminalError
from shield1367.onboarding.draft import DatasetDraft, Draft, draft_dataset
from shield1367.onboarding.headers import HeaderReader
from shield1367.onboarding.observe import Table, observe
from shield1367.onboarding.propose import Detector, Proposal, propose, undecided, unzoned
from shield1367.onboarding.sniff import UnknownFormatError, sniff


class NothingToOnboardError(TerminalError):
    """Error raised when there is no file, or the files cannot be one source."""

    code = "E306"


def onboard(
    path: Path,
    *,
    source: str | None,
    agency: str,
    fields: FieldVocabulary,
    benefits: Benefits,
    words: HeaderWords,
    detect: Detector,
) -> Draft:
    """Draft a contract from a file, or from a folder whose files are tables of one source.

    Args:
        source: name of the source; by default made from the file's or folder's.
        agency: the department the data belongs to.

    Raises:
        NothingToOnboardError: there is no file, or the files differ in format.
        UnknownFormatError: a file cannot be told; likewise UnreadableFileError.
    """
    reader = HeaderReader(words)
    datasets: dict[str, DatasetDraft] = {}
    formats: dict[str, FileFormat] = {}
    first_year: int | None = None
    for file in _files(path):
        name = slug(file.name.partition(".")[0])
        if name in datasets:
            continue  # a second part of the same table
        table = _observed(file, benefits)
        formats[file.name] = table.file_format.model_copy(update={"two_digit_years": None})
        first_year = first_year or table.file_format.two_digit_years
        proposals = [
            _settled(propose(column, reader.read, fields, detect), table, fields) for column in table.columns
        ]
        datasets[name] = draft_dataset(name, table, proposals, fields)
    if len({chosen.model_dump_json() for chosen in formats.values()}) > 1:
        raise NothingToOnboardError(
            f"the files of {path.name} have different formats: "
            + "; ".join(f"{name} is {chosen.type}" for name, chosen in formats.items())
            + ".",
            mend="a contract has one format: onboard each of them as a source of its own.",
        )
    made = Draft(
        source=source or slug(path.name.partition(".")[0]),
        agency=agency,
        file_format=next(iter(formats.values())).model_copy(update={"two_digit_years": first_year}),
        datasets=tuple(datasets.values()),
    )
    made.contract()
    return made


def _settled(proposal: Proposal, table: Table, fields: FieldVocabulary) -> Proposal:
    """The proposal, or none where the file leaves no choice but to ask a person."""
    if proposal.column in table.repeated:
        return undecided(proposal)
    if proposal.column in table.mixed and fields.kinds[proposal.kind].parser == "date":
        return unzoned(proposal)
    return proposal


def _observed(file: Path, benefits: Benefits) -> Table:
    chosen = sniff(file)
    return observe(file, chosen, benefits)


def _files(path: Path) -> Iterable[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(
        file
        for file in path.iterdir()
        if file.is_file() and not file.name.startswith(".") and file.name != "manifest.json"
    )
    if not found:
        raise NothingToOnboardError(f"{path.name} holds no file.", mend="name the export, or its folder.")
    return found


def slug(text: str) -> str:
    """A name that a contract takes for a source or a dataset."""
    made = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<![a-z\d])\d[\d_-]*(?![a-z])", "", text.lower())).strip("_")
    return (made if made[:1].isalpha() else f"source_{made}".rstrip("_"))[:60]


__all__ = ["NothingToOnboardError", "UnknownFormatError", "onboard", "slug"]
