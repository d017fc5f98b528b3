"""The draft of a contract: proposals written down so that a person can go through them, and `check` accepts them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from shield1367.config.contract import FileFormat, SourceContract
from shield1367.config.fields import FieldVocabulary
from shield1367.config.loading import validate
from shield1367.onboarding.observe import Observed, Table
from shield1367.onboarding.propose import Certainty, Proposal

_PLAIN: Final = re.compile(r"[A-Za-z][\w ]*")
_RESERVED: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_SUBJECT: Final = "subject"
# Kinds that tell who somebody is, or where to be found: they make up a person of the row.
_PERSONAL: Final = frozenset({"middle_name", "alias", "phone", "email", "street_address"})
# A number or a date that stands by itself: of "i213s_2026-02-13" the last one.
_NUMBERS: Final = re.compile(r"(?<![A-Za-z\d])\d[\d_-]*(?![A-Za-z])")
_KEYS: Final = ("record_id", "receipt_number", "eoir_case_id")
# Roles whose protection is shared: principal and derivative, lead and rider.
_FAMILY: Final = (_SUBJECT, "principal", "rider")


@dataclass(frozen=True, slots=True)
class DatasetDraft:
    """One table of the draft.

    Attributes:
        files: glob over the names of its files.
        key: columns that identify a row; empty when none does.
        people: role → (field kind → column).
        repeated: whether a name comes more than once among its columns.
    """

    name: str
    files: str
    rows: int
    key: tuple[str, ...]
    people: Mapping[str, Mapping[str, str]]
    proposals: tuple[Proposal, ...]
    repeated: bool = False

    @property
    def to_decide(self) -> tuple[Proposal, ...]:
        """Columns that a person has to look at."""
        return tuple(p for p in self.proposals if _certainty(p) is Certainty.DECIDE)


@dataclass(frozen=True, slots=True)
class Draft:
    """A whole contract, not yet written."""

    source: str
    agency: str
    file_format: FileFormat
    datasets: tuple[DatasetDraft, ...]

    def text(self) -> str:
        """The contract's file, with a comment on every column."""
        return "\n".join(_lines(self)) + "\n"

    def contract(self) -> SourceContract:
        """The contract as it will be read.

        Raises:
            ConfigError: a column's name is one that no contract can hold.
        """
        return validate(SourceContract, yaml.safe_load(self.text()), Path(f"{self.source}.yaml"))


def draft_dataset(
    name: str, table: Table, proposals: Sequence[Proposal], fields: FieldVocabulary
) -> DatasetDraft:
    """Put the proposals for one file together: its glob, its key, its people."""
    people: dict[str, dict[str, str]] = {}
    strong = fields.strong_kinds()
    for proposal in proposals:
        kind = fields.kinds[proposal.kind]
        if proposal.json_keys or not (kind.identity or proposal.kind in strong or proposal.kind in _PERSONAL):
            continue
        # A second column of the kind stays a column: one person has one of each here.
        people.setdefault(proposal.role or _SUBJECT, {}).setdefault(proposal.kind, proposal.column)
    return DatasetDraft(
        name=name,
        files=glob_of(table.path),
        rows=table.rows,
        key=_key(table.columns, proposals),
        people=people,
        proposals=tuple(proposals),
        repeated=bool(table.repeated),
    )


def glob_of(path: Path) -> str:
    """A glob that the next deliveries of a file will match too: numbers and dates in its name vary."""
    stem, dot, suffix = path.name.partition(".")
    varying = _NUMBERS.sub("*", stem)
    varying = re.sub(r"[*]+", "*", varying)
    return f"{varying}{'' if varying.endswith('*') else '*'}{dot}{suffix}"


def _key(columns: Iterable[Observed], proposals: Iterable[Proposal]) -> tuple[str, ...]:
    unique = {column.name for column in columns if column.is_unique}
    for kind in _KEYS:
        for proposal in proposals:
            if proposal.kind == kind and proposal.column in unique:
                return (proposal.column,)
    return ()


def _certainty(proposal: Proposal) -> Certainty:
    if not proposal.json_keys:
        return proposal.certainty
    order = list(Certainty)
    return max((key.certainty for key in proposal.json_keys.values()), key=order.index)


def _lines(draft: Draft) -> Iterable[str]:
    yield f"# Drafted from {len(draft.datasets)} file(s). Nothing of it is released until a profile names it."
    yield "# Go through every `decide:`; until then such a column is read as free text, and withheld outside."
    yield f"source: {draft.source}"
    yield f"title: {draft.source.replace('_', ' ')}"
    yield f"origin_agency: {draft.agency}  # decide: whose data it is (third-agency rule): dhs, doj or dos"
    yield "schedule: null  # decide: cron expression of the intake, or null"
    yield "manifest: required  # decide: `absent` when the files come without a manifest.json"
    settings = draft.file_format.model_dump(mode="json", exclude_defaults=True)
    note = (
        ""
        if draft.file_format.two_digit_years is None
        else "  # decide: the first year that two digits may mean"
    )
    yield f"format: {json.dumps({'type': draft.file_format.type} | settings)}{note}"
    yield "datasets:"
    for dataset in draft.datasets:
        yield f"  {dataset.name}:"
        yield f"    files: {json.dumps(dataset.files)}"
        note = "" if dataset.key else "  # decide: no column identifies a row; its place in the file does"
        yield f"    key: [{', '.join(map(_name, dataset.key))}]{note}"
        if dataset.repeated:
            yield "    repeated: numbered  # decide: their places tell columns of one name apart; they may never change"
        if dataset.people:
            about = _SUBJECT if _SUBJECT in dataset.people else next(iter(dataset.people))
            yield f"    about: {about}"
            family = [role for role in _FAMILY if role in dataset.people]
            if len(family) > 1:
                yield f"    family: [{', '.join(family)}]  # decide: roles that share protection"
            yield "    people:"
            for role, columns in dataset.people.items():
                inside = ", ".join(f"{kind}: {_name(column)}" for kind, column in columns.items())
                yield f"      {role}: {{{inside}}}"
        else:
            yield "    people: {}  # decide: no column tells who a row is about"
        yield "    columns:"
        for proposal in dataset.proposals:
            yield from _column_lines(proposal)


def _column_lines(proposal: Proposal) -> Iterable[str]:
    if proposal.json_keys:
        yield f"      {_name(proposal.column)}:"
        yield "        json:"
        for key in proposal.json_keys.values():
            yield f"          {_name(key.column)}: {key.kind}  # {_comment(key)}"
        return
    yield f"      {_name(proposal.column)}: {proposal.kind}  # {_comment(proposal)}"


def _comment(proposal: Proposal) -> str:
    lead = "decide: " if proposal.certainty is Certainty.DECIDE else f"{proposal.confidence:.0%}: "
    return lead + "; ".join(proposal.reasons)


def _name(name: str) -> str:
    plain = _PLAIN.fullmatch(name) and name == name.strip() and name.lower() not in _RESERVED
    return name if plain else json.dumps(name)
