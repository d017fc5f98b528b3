"""What a recipient would get of a few made-up rows: the real plan, the real treatments, nobody's data."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from shield1367.config.contract import Dataset
from shield1367.config.fields import Treatment
from shield1367.config.project import Project
from shield1367.config.recipient import Membership, RecipientProfile
from shield1367.config.recipient.risk import SMALLEST
from shield1367.disclosure.plan import ColumnPlan
from shield1367.disclosure.planning import open_kinds, plan_columns
from shield1367.disclosure.uncounted import in_words
from shield1367.errors import TerminalError
from shield1367.keys import Keys
from shield1367.redaction.columns import Treater
from shield1367.redaction.encoding import encoded
from shield1367.redaction.json_cells import Tree, put
from shield1367.redaction.pseudonyms import Pseudonyms
from shield1367.reporting.specimens import PEOPLE, identities, specimens
from shield1367.reporting.words import treatment_words

if TYPE_CHECKING:
    from shield1367.redaction.text.replacement import Rewriter

Cells = tuple[str | None, ...]
_ADDED = "(added)"


class NotInProfileError(TerminalError):
    """Error raised when a preview is asked of a dataset that the profile does not name."""

    code = "E510"


@dataclass(frozen=True, slots=True)
class PreviewColumn:
    """One column, before and after.

    Attributes:
        kind: its field kind; a list of JSON keys for JSON, empty for what the release adds.
        why: who says so: the floor, the profile, or the exception it cites.
        after: ``None`` when the column is not in the release.
    """

    name: str
    kind: str
    treatment: Treatment
    words: str
    why: str
    before: Cells
    after: Cells | None


@dataclass(frozen=True, slots=True)
class Preview:
    """One dataset for one recipient.

    Attributes:
        notes: what the columns do not show: rows left out, levels chosen later, exceptions.
    """

    recipient: str
    dataset: str
    columns: tuple[PreviewColumn, ...]
    notes: tuple[str, ...]


def previews(
    project: Project, profile: RecipientProfile, *, dataset: str | None, today: date
) -> list[Preview]:
    """What *profile* makes of the specimens, for one or all of its datasets.

    Pseudonyms and shifts are made with a key of the moment: they are those of no release.

    Raises:
        NotInProfileError: the profile does not name *dataset*.
    """
    if dataset is not None and dataset not in profile.datasets:
        raise NotInProfileError(
            f"{profile.recipient} does not get {dataset}.", mend=f"use one of {', '.join(profile.datasets)}."
        )
    pseudonyms = Pseudonyms(Keys(secrets.token_bytes(32)), recipient=profile.recipient, release_id="preview")
    rewriter = _rewriter(project, profile, pseudonyms)
    treater = Treater(fields=project.fields, pseudonyms=pseudonyms, as_of=today)
    return [
        _preview(project, profile, name, treater, rewriter)
        for name in ([dataset] if dataset else profile.datasets)
    ]


def _rewriter(project: Project, profile: RecipientProfile, pseudonyms: Pseudonyms) -> Rewriter:
    # Loads word lists and model, which takes seconds; not before the profile is known to hold.
    from shield1367.redaction.text.replacement import Rewriter
    from shield1367.redaction.text.scrub import Scrubber

    scrubber = Scrubber(identities(), settings=project.text, strictness=profile.strictness)
    return Rewriter(scrubber, pseudonyms, profile.replacements)


def _preview(
    project: Project, profile: RecipientProfile, name: str, treater: Treater, rewriter: Rewriter
) -> Preview:
    source, _, table = name.partition(".")
    contract = project.contracts[source].datasets[table]
    columns = []
    for column in plan_columns(project, profile, contract):
        before = _before(project, contract, column)
        columns.append(
            PreviewColumn(
                name=column.name,
                kind=", ".join(column.json_keys) if column.json_keys else column.kind or _ADDED,
                treatment=column.treatment,
                words=treatment_words(column),
                why=_why(project, profile, column),
                before=before,
                after=_after(column, before, treater, rewriter),
            )
        )
    return Preview(profile.recipient, name, tuple(columns), tuple(_notes(project, profile)))


def _before(project: Project, contract: Dataset, column: ColumnPlan) -> Cells:
    if column.json_keys is not None:
        rows = []
        for at in range(len(PEOPLE)):
            record: Tree = {}
            for key, (kind, _) in column.json_keys.items():
                if (cell := specimens(kind, project.fields.kinds[kind])[at]) is not None:
                    put(record, key, cell)
            rows.append(json.dumps([record]))
        return tuple(rows)
    if column.kind is None or column.name not in contract.columns:
        return (None,) * len(PEOPLE)
    return specimens(column.kind, project.fields.kinds[column.kind])


def _after(column: ColumnPlan, before: Cells, treater: Treater, rewriter: Rewriter) -> Cells | None:
    if column.treatment is Treatment.DROP:
        return None
    if column.treatment is Treatment.SCRUB:
        scrubbed = rewriter.scrub([cell or "" for cell in before], [[person] for person in PEOPLE])
        return tuple(result.text or None for result in scrubbed)
    if column.kind is None and column.json_keys is None:
        return ("…",) * len(PEOPLE)  # status and banner come from the registry
    if column.json_keys is not None:
        who = encoded(PEOPLE)

        def scrub(rows: Sequence[int], texts: Sequence[str]) -> list[str]:
            return [one.text for one in rewriter.scrub(texts, [[PEOPLE[row]] for row in rows])]

        inside: Cells = treater.treat_json(column.json_keys, encoded(before), who, scrub)[0].to_pylist()
        return inside
    treated: Sequence[object] = treater.treat(column, before, PEOPLE).to_pylist()
    return tuple(None if cell is None else str(cell) for cell in treated)


def _gathered(profile: RecipientProfile) -> str:
    """Whether deliveries gather before they go."""
    if profile.schedule.cron is None:
        return "this profile releases each delivery by itself; `schedule: {cron: …}` lets them gather"
    return "by its schedule deliveries gather"


def _why(project: Project, profile: RecipientProfile, column: ColumnPlan) -> str:
    if column.kind is None and column.json_keys is None:
        return f"membership: {profile.membership}"
    kinds = [column.kind] if column.kind else [kind for kind, _ in (column.json_keys or {}).values()]
    named = [kind for kind in kinds if kind in profile.treatments]
    if named:
        return f"the profile's treatments: {', '.join(dict.fromkeys(named))}"
    return "the floor (fields.yaml)" if profile.is_outside else "inside: § 1367(a)(2)"


def _notes(project: Project, profile: RecipientProfile) -> Iterator[str]:
    if profile.membership is Membership.WITHHELD:
        yield (
            "Rows 2 and 3 concern a protected person and her child: this recipient does not get them at all. Where few"
            " are protected, rows of others are left out with theirs; of what comes between two releases nobody goes,"
            f" for good, when it is about fewer than {SMALLEST} people: {_gathered(profile)}."
        )
    if profile.membership is Membership.MARKED:
        yield "Rows 2 and 3 concern protected people: they carry the banner of 8 U.S.C. § 1367."
    if profile.authority:
        yield (
            f"The profile cites {profile.authority}: for people whom it covers, the fields it lists go as they are."
            " The specimens are covered by nothing."
        )
    if profile.is_outside and profile.membership is Membership.HIDDEN:
        yield "All rows are treated alike: rows 2 and 3, of protected people, cannot be told from row 1."
    if profile.risk:
        yield (
            f"{', '.join(profile.risk.quasi_identifiers)} are shown as fine as they can be: a release makes them"
            f" coarser until {profile.risk.k} people share each combination."
        )
    if kinds := open_kinds(project, profile):
        yield f"Mind: {in_words(kinds)}."
    if profile.uncounted:
        paper = profile.uncounted
        yield f"{', '.join(paper.kinds)} go uncounted: {paper.reference}, {paper.by}: {paper.why}"
