"""Faults in the code of the redactor, and in the contracts that it follows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from shield1367.disclosure.decision import Decision, Outcome
from shield1367.disclosure.plan import ColumnPlan, PartPlan, PartResult
from shield1367.disclosure.planning import PERSON
from shield1367.redaction import partition
from shield1367.redaction.columns import Treater
from shield1367.redaction.known_people import KnownPeople
from shield1367.redaction.pseudonyms import Pseudonyms
from shield1367.redaction.text import replacement
from shield1367.redaction.text.replacement import Rewriter
from shield1367.redaction.text.scrub import Scrubber
from shield1367.validation import completeness, suites, validate
from shield1367.validation.outcomes import ValidationReport
from tests.config.signing import sign_folder
from tests.sabotage.in_package import PLANNED_FORM
from tests.sabotage.scene import CASES, COUNTY, ROSTER, UNHELD, UNIVERSITY, After, Fault, Scene

JOINS = (
    "expectation: Each table has as many people, and each two as many in common,"
    " by their pseudonyms as by their links."
)
RECALL = "recall: planted identifiers are masked"


def _skipped(name: str) -> Callable[[Scene], None]:
    """The treatment of one column is forgotten: its cells go as they are."""

    def put_in(scene: Scene) -> None:
        treat = Treater.treat

        def skipping(self: Treater, column: ColumnPlan, cells: Any, people: Any) -> pa.Array:
            if column.name == name:
                return pa.array(cells.to_list(), pa.string())
            return treat(self, column, cells, people)

        scene.patch.setattr(Treater, "treat", skipping)

    return put_in


def _swapped(name: str, treatment: str) -> Callable[[Scene], None]:
    """One column gets the treatment of another."""

    def put_in(scene: Scene) -> None:
        treat = Treater.treat

        def swapping(self: Treater, column: ColumnPlan, cells: Any, people: Any) -> pa.Array:
            if column.name == name:
                column = ColumnPlan.model_validate(column.model_dump() | {"treatment": treatment})
            return treat(self, column, cells, people)

        scene.patch.setattr(Treater, "treat", swapping)

    return put_in


def _everybody_goes(scene: Scene) -> None:
    """Protected rows are not left out."""
    decide = partition.decide

    def lenient(*arguments: Any, **named: Any) -> Decision:
        return decide(*arguments, **named).model_copy(update={"outcome": Outcome.REDACTED})

    scene.patch.setattr(partition, "decide", lenient)


def _too_few(scene: Scene) -> None:
    """The last row of every partition is not read."""
    run = partition.Redaction.run

    def short(self: partition.Redaction, part: PartPlan) -> tuple[pa.Table, PartResult, set[str]]:
        table, result, people = run(self, part)
        fewer = {"rows_in": result.rows_in - 1, "released": result.released - 1}
        return table.slice(0, len(table) - 1), result.model_copy(update=fewer), people

    scene.patch.setattr(partition.Redaction, "run", short)


def _bare(scene: Scene) -> None:
    """Pseudonyms are the identifiers themselves."""

    def bare(self: Pseudonyms, kind: str, identities: pa.StringArray) -> pa.StringArray:
        return pc.binary_join_element_wise(kind.split("_")[0], identities, "-")

    scene.patch.setattr(Pseudonyms, "of_all", bare)


def _texts_as_they_are(scene: Scene) -> None:
    scrub = Rewriter.scrub

    def idle(self: Rewriter, texts: Sequence[str], people: Sequence[Sequence[str]]) -> list[Any]:
        return [replace(s, text=text) for s, text in zip(scrub(self, texts, people), texts, strict=True)]

    scene.patch.setattr(Rewriter, "scrub", idle)


def _every_second_text_as_it_is(scene: Scene) -> None:
    scrub = Rewriter.scrub

    def half_idle(self: Rewriter, texts: Sequence[str], people: Sequence[Sequence[str]]) -> list[Any]:
        done = scrub(self, texts, people)
        return [
            replace(s, text=t) if n % 2 == 0 else s for n, (s, t) in enumerate(zip(done, texts, strict=True))
        ]

    scene.patch.setattr(Rewriter, "scrub", half_idle)


def _nobody_known(scene: Scene) -> None:
    """The scrubber is told of nobody; under `strict` it needs nobody to mask every unknown word."""
    scene.edit(f"recipients/{UNIVERSITY}.yaml", "strictness: strict", "strictness: balanced")
    sign_folder(scene.config)
    scene.reload()
    rewriter = partition.Redaction.rewriter

    def forgetful(self: partition.Redaction, named_only: Sequence[Any]) -> Rewriter:
        self._known = KnownPeople(self._snapshot, lambda: [])
        self._also = ()
        return rewriter(self, [])

    scene.patch.setattr(partition.Redaction, "rewriter", forgetful)


def _without(entity: str) -> Callable[[Scene], None]:
    """One kind of span is found and not replaced."""

    def put_in(scene: Scene) -> None:
        find = Scrubber.find

        def blind(self: Scrubber, texts: Sequence[str], people: Sequence[Sequence[str]]) -> Any:
            return [[s for s in spans if s.entity != entity] for spans in find(self, texts, people)]

        scene.patch.setattr(Scrubber, "find", blind)

    return put_in


def _unfolded(scene: Scene) -> None:
    """Texts that are not plain ASCII are not folded before they are searched."""
    find = Scrubber.find

    def plain_only(self: Scrubber, texts: Sequence[str], people: Sequence[Sequence[str]]) -> Any:
        found = find(self, texts, people)
        return [spans if text.isascii() else [] for text, spans in zip(texts, found, strict=True)]

    scene.patch.setattr(Scrubber, "find", plain_only)


def _cut_short(scene: Scene) -> None:
    """Every span ends half way."""
    find = Scrubber.find

    def short(self: Scrubber, texts: Sequence[str], people: Sequence[Sequence[str]]) -> Any:
        return [
            [span._replace(end=(span.start + span.end + 1) // 2) for span in spans]
            for spans in find(self, texts, people)
        ]

    scene.patch.setattr(Scrubber, "find", short)


def _token_tells(scene: Scene) -> None:
    """The token in the place of a name says the name."""
    token = Rewriter._token

    def telling(self: Rewriter, text: str, span: Any, subject: str) -> str:
        made = token(self, text, span, subject)
        return f"{made} ({text[span.start : span.end]})" if span.entity == "PERSON" else made

    scene.patch.setattr(replacement.Rewriter, "_token", telling)


def _expectation_widened(scene: Scene) -> None:
    """What is run lets one value more through than the plan does, in the same words, and it is there."""
    scene.set_cells(ROSTER, "Citizenship", "HAITI")
    made = suites.cell_suite

    def wider(*arguments: Any) -> tuple[Any, ...]:
        return tuple(
            replace(check, arguments={"value_set": [*check.arguments["value_set"], "HAITI"]})
            if check.column == "Citizenship" and "value_set" in check.arguments
            else check
            for check in made(*arguments)
        )

    scene.patch.setattr(validate, "cell_suite", wider)


def _persons(change: Callable[[str, int], str], *, dataset: str) -> Callable[[Scene], None]:
    """Each pseudonym of a person in one table is *change* of it and of its row."""

    def put_in(scene: Scene) -> None:
        run = partition.Redaction.run

        def and_change(self: partition.Redaction, part: PartPlan) -> tuple[pa.Table, PartResult, set[str]]:
            table, result, people = run(self, part)
            if self._dataset.name == dataset:
                cells = [change(cell, row) for row, cell in enumerate(table[PERSON].to_pylist())]
                at = table.column_names.index(PERSON)
                table = table.set_column(at, PERSON, pa.array(cells, pa.string()))
            return table, result, people

        scene.patch.setattr(partition.Redaction, "run", and_change)

    return put_in


def _under_another_key(pseudonym: str, _: int) -> str:
    start, _, code = pseudonym.partition("-")
    return f"{start}-{hashlib.sha256(code.encode()).hexdigest()[:20]}"


def _of_a_row(pseudonym: str, row: int) -> str:
    return _under_another_key(f"{pseudonym}{row}", row)


def _outcome_struck(scene: Scene) -> None:
    """An expectation that did not hold is taken out of the report."""
    scene.set_cells(ROSTER, "Citizenship", "HAITI")
    write = ValidationReport.write

    def without_failures(self: ValidationReport, folder: Path) -> Path:
        good = tuple(outcome for outcome in self.outcomes if outcome.success)
        return write(self.model_copy(update={"outcomes": good}), folder)

    scene.patch.setattr(ValidationReport, "write", without_failures)


def _expectations_deleted(scene: Scene) -> None:
    """The suites hold nothing of one column, and its cells go as they are."""
    scene.set_cells(ROSTER, "Citizenship", "HAITI")
    made = suites.cell_suite

    def shorter(*arguments: Any) -> tuple[Any, ...]:
        return tuple(check for check in made(*arguments) if check.column != "Citizenship")

    for module in (validate, completeness):
        scene.patch.setattr(module, "cell_suite", shorter)


def _c(name: str, check: str, put_in: Callable[[Scene], None], recipient: str = UNIVERSITY) -> Fault:
    return Fault(name, "redactor", recipient, After.PLANNED, check, put_in)


CODE_FAULTS = (
    _c("a date of birth skipped", PLANNED_FORM, _skipped("DOB"), COUNTY),
    _c("a key skipped", PLANNED_FORM, _skipped("Detention ID"), COUNTY),
    _c("a country skipped", PLANNED_FORM, _skipped("Citizenship"), COUNTY),
    _c("a year swapped for a month", PLANNED_FORM, _swapped("Book In", "month"), COUNTY),
    _c("a region swapped for the country", PLANNED_FORM, _swapped("Citizenship", "keep"), COUNTY),
    _c(
        "protected rows that go",
        "expectation: Just the rows that had to be left out are left out.",
        _everybody_goes,
        COUNTY,
    ),
    _c("a row not read", "expectation: Redaction read as many rows as the plan lists.", _too_few, COUNTY),
    _c("pseudonyms that are the identifiers", PLANNED_FORM, _bare, COUNTY),
    _c(
        "pseudonyms of one table under another key",
        JOINS,
        _persons(_under_another_key, dataset=CASES),
        COUNTY,
    ),
    _c("pseudonyms of rows instead of people", JOINS, _persons(_of_a_row, dataset=ROSTER)),
    _c("narratives that go as they are", "audit: a_number", _texts_as_they_are),
    _c("names found and not replaced", "audit: single_name", _without("PERSON")),
    _c("A-Numbers found and not replaced", "audit: a_number", _without("A_NUMBER")),
    # Stands for the check in the tests: of whatever is planted, the first is left.
    _c("every second text scrubbed", RECALL, _every_second_text_as_it_is),
    _c("spans that end half way", RECALL, _cut_short),
    _c("variants that are not folded", RECALL, _unfolded),
    Fault(
        "a scrubber that knows nobody",
        "redactor",
        UNIVERSITY,
        After.NOTHING,
        "canary: no canary gets through",
        _nobody_known,
    ),
    Fault(
        "a scrubber that forgets names once the texts are scrubbed",
        "redactor",
        UNIVERSITY,
        After.REDACTED,
        RECALL,
        _without("PERSON"),
    ),
    _c("a token that tells the name", "audit: single_name", _token_tells),
    Fault(
        "a failed expectation struck from the report",
        "expectations",
        COUNTY,
        After.REDACTED,
        "completeness: every expectation is answered",
        _outcome_struck,
    ),
    Fault(
        "an expectation that lets one value more through",
        "expectations",
        COUNTY,
        After.REDACTED,
        "completeness: every expectation is answered",
        _expectation_widened,
    ),
    Fault(
        "expectations of a column deleted",
        "expectations",
        COUNTY,
        After.REDACTED,
        UNHELD,
        _expectations_deleted,
    ),
)
