"""Faults that one check alone can see: what the others look at is as it should be."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from shield1367.disclosure import planning
from shield1367.disclosure.planning import PERSON
from shield1367.identities import Identity
from shield1367.intake.receipt import list_receipts
from shield1367.pipeline import searched
from shield1367.release import package
from shield1367.release.publish import PROOF
from shield1367.reporting import dictionary
from shield1367.storage import read_json, write_json
from shield1367.validation.audit.distinctive import is_distinctive
from shield1367.validation.audit.folding import fold_value
from shield1367.validation.audit.report import AUDIT
from shield1367.validation.outcomes import ValidationReport
from tests.sabotage.in_package import BENEFIT, NUMBERS, ROWS_REPORTED
from tests.sabotage.scene import CASES, COUNTY, ENCOUNTERS, INSIDE, ROSTER, UNIVERSITY, After, Fault, Scene

BROKEN_SEAL = "E640 BrokenSealError"
ACCOUNTED = "expectation: Every row that went in is accounted for: released or withheld."
_AUDITED = {"family_name": "single_name"}
# Seen by whoever folds what he reads, and by nobody else.
_WHOLE_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_INVISIBLE = "\u2060"


def _of(scene: Scene, kind: str) -> str:
    """An identifier of this kind of somebody protected, as far as the registry knows."""
    values = (value for person in searched.shielded(scene.site) for value in person.values.get(kind, ()))
    # A date that is not written whole is another fault, and a name that is a word is nobody's by itself.
    fits = {
        "date_of_birth": _WHOLE_DATE.fullmatch,
        "family_name": lambda name: name.isalpha() and is_distinctive(fold_value(name)),
    }.get(kind, bool)
    return next(filter(fits, values))


def _plain(value: str) -> str:
    return "".join(filter(str.isalnum, value))


def _told(kind: str, write: Callable[[str], str]) -> Fault:
    return Fault(
        f"somebody's {kind.replace('_', ' ')} in no form of its own",
        "files",
        UNIVERSITY,
        After.REDACTED,
        f"audit: {_AUDITED.get(kind, kind)}",
        lambda scene: scene.add_text(f"Note {write(_of(scene, kind))} again."),
    )


def _known_as(kind: str, value: str, written: str) -> Fault:
    """Somebody protected has an identifier that nobody in the generated data has."""

    def put_in(scene: Scene) -> None:
        shielded = searched.shielded

        def one_more(*arguments: Any) -> Iterator[Identity]:
            yield from shielded(*arguments)
            yield Identity("somebody", {kind: (value,)})

        scene.patch.setattr(searched, "shielded", one_more)
        scene.add_text(f"Note {written} again.")

    name = f"somebody's {kind.replace('_', ' ')} in no form of its own"
    return Fault(name, "files", UNIVERSITY, After.REDACTED, f"audit: {kind}", put_in)


def _hidden(name: str, check: str, text: str) -> Fault:
    return Fault(name, "files", UNIVERSITY, After.REDACTED, check, lambda scene: scene.add_text(text))


def _between(name: str, check: str, change: Callable[[Scene], None], recipient: str = COUNTY) -> Fault:
    """A fault put into the package when it has been validated, before it is audited."""

    def put_in(scene: Scene) -> None:
        write = dictionary.write_dictionary

        def and_change(*arguments: Any) -> Any:
            written = write(*arguments)
            change(scene)
            return written

        scene.patch.setattr(dictionary, "write_dictionary", and_change)

    return Fault(name, "files", recipient, After.REDACTED, check, put_in)


def _while_validated(name: str, check: str, put_in: Callable[[Scene], None]) -> Fault:
    """What is validated is another package than the one that is audited and goes out."""

    def exchange(scene: Scene) -> None:
        assemble, write = package.assemble, dictionary.write_dictionary
        good: list[bytes] = []

        def and_change(*arguments: Any) -> Any:
            made = assemble(*arguments)
            good.append(scene.data(ROSTER).read_bytes())
            put_in(scene)
            return made

        def and_put_back(*arguments: Any) -> Any:
            scene.data(ROSTER).write_bytes(good.pop())
            return write(*arguments)

        scene.patch.setattr(package, "assemble", and_change)
        scene.patch.setattr(dictionary, "write_dictionary", and_put_back)

    return Fault(name, "files", UNIVERSITY, After.REDACTED, check, exchange)


def _turned_round(scene: Scene) -> None:
    file = scene.data(ROSTER)
    table = pq.read_table(file)
    pq.write_table(table.select(table.column_names[::-1]), file)


def _plan_without(column: str) -> Callable[[Scene], None]:
    """Planning forgets a column that the release has to add: everything behind it follows the plan."""

    def put_in(scene: Scene) -> None:
        columns = planning.plan_columns

        def fewer(*arguments: Any) -> Any:
            return tuple(made for made in columns(*arguments) if made.name != column)

        scene.patch.setattr(planning, "plan_columns", fewer)

    return put_in


def _renamed(scene: Scene) -> None:
    file = scene.data(ROSTER)
    table = pq.read_table(file)
    pq.write_table(table.rename_columns([*table.column_names[:-1], "remark"]), file)


def _cell_of_data(column: str, value: str) -> Callable[[Scene], None]:
    def change(scene: Scene) -> None:
        file = scene.data(ROSTER)
        table = pq.read_table(file)
        cells = pa.array([value, *table[column].to_pylist()[1:]], pa.string())
        pq.write_table(table.set_column(table.column_names.index(column), column, cells), file)

    return change


def _nameless(scene: Scene) -> None:
    shielded = searched.shielded

    def without_values(*arguments: Any) -> Iterator[Identity]:
        return (Identity(person.person_id, {}) for person in shielded(*arguments))

    scene.patch.setattr(searched, "shielded", without_values)


def _balanced(scene: Scene) -> None:
    """One table reports a row too few, another a row too many; the sums agree."""
    for dataset, more in ((ROSTER, -1), (CASES, 1)):
        (file,) = (scene.work / "parts" / dataset).glob("*.json")
        counts = read_json(file)
        scene.report(
            dataset,
            released=counts["released"] + more,
            withheld=counts["withheld"] - more,
            protected_rows=counts["protected_rows"] - more,
        )


def _accounts_do_not_add_up(scene: Scene) -> None:
    scene.report(ROSTER, withheld=99, protected_rows=99, for_cover=0)


def _left_out(scene: Scene) -> None:
    """A row is missing from a release that leaves nobody out, and redaction owns up to it.

    Of somebody who is in another row, too: all are there whom the links tell of.
    """

    def change(table: pa.Table) -> pa.Table:
        people = table[PERSON].to_pylist()
        at = next(row for row, person in enumerate(people) if people.count(person) > 1)
        return pa.concat_tables([table.slice(0, at), table.slice(at + 1)])

    scene.rewrite(ROSTER, change)
    (file,) = (scene.work / "parts" / ROSTER).glob("*.json")
    scene.report(ROSTER, released=read_json(file)["released"] - 1, withheld=1)


def _one_row_less(scene: Scene, **counts: int) -> None:
    """A row is missing, and redaction reports as many as there are; *counts* are what it says besides."""
    (file,) = (scene.work / "parts" / ROSTER).glob("*.json")
    said = read_json(file)
    scene.rewrite(ROSTER, lambda table: table.slice(1))
    changed = {name: said[name] + more for name, more in counts.items()}
    scene.report(ROSTER, released=said["released"] - 1, **changed)


def _result_without_rows(scene: Scene) -> None:
    (file,) = (scene.work / "parts" / ROSTER).glob("*.json")
    write_json(
        file.parent / "part-00099.json",
        read_json(file) | {"index": 99, "rows_in": 0, "released": 0, "withheld": 0},
    )


def _account_struck(scene: Scene) -> None:
    """The one expectation that did not hold is taken out of the report."""
    _accounts_do_not_add_up(scene)
    write = ValidationReport.write

    def without_failures(self: ValidationReport, folder: Any) -> Any:
        good = tuple(outcome for outcome in self.outcomes if outcome.success)
        return write(self.model_copy(update={"outcomes": good}), folder)

    scene.patch.setattr(ValidationReport, "write", without_failures)


def _of_abuser(scene: Scene) -> None:
    scene.set_cells(ENCOUNTERS, "information_source", *["the abuser"] * 50)
    scene.set_cells(ENCOUNTERS, "source_notice", *[None] * 50)


def _receipt(scene: Scene, *, batch: str | None = None, age: float = 0, **counts: int) -> None:
    """Change what intake says of the roster's batch, or of one more before it."""
    (receipt,) = list_receipts(scene.home, "detention")
    files = tuple(file.model_copy(update=counts) for file in receipt.files)
    parts = {} if batch else receipt.parts
    path = receipt.model_copy(update={"batch": batch or receipt.batch, "files": files, "parts": parts}).write(
        scene.home
    )
    when = time.time() - age * 86400
    os.utime(path, (when, when))


def _shrunk(scene: Scene) -> None:
    _receipt(scene, batch="earlier", age=9, rows=90_000)


def _doubled(scene: Scene) -> None:
    _receipt(scene, rows=9000)
    _receipt(scene, batch="earlier", age=9, rows=900)


def _feed(name: str, meaning: str, put_in: Callable[[Scene], None]) -> Fault:
    return Fault(name, "feed", COUNTY, After.REDACTED, f"expectation: {meaning}", put_in)


def _edited(report: str, old: str, new: str) -> Callable[[Scene], None]:
    def put_in(scene: Scene) -> None:
        path = scene.work / report
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    return put_in


def _seal_of_another(scene: Scene) -> None:
    shutil.copy(scene.work / f"{AUDIT}.seal", scene.work / f"{PROOF}.seal")


ALONE = (
    _told("fin", _plain),
    _told("eid_id", _plain),
    _told("i94_number", _plain),
    _told("passport_number", _plain),
    _told("eoir_case_id", _plain),
    _told("ssn", lambda value: " ".join([_plain(value)[:4], _plain(value)[4:]])),
    _told("phone", lambda value: _plain(value)[-10:]),
    _told("receipt_number", lambda value: _plain(value)[3:]),
    _told("street_address", str),
    _told("family_name", str),
    _told("date_of_birth", lambda value: value[:10].replace("-", " ")),
    _known_as("sevis_id", "N0098712345", "N0098712345"),
    _known_as("person_pseudonym", "QX77120943", "qx-7712-0943"),
    _known_as("email", "qx77@post.example", "qx77 @ post.example"),
    *(
        _hidden(f"{what} with something invisible in it", f"audit: {kind}", text.replace("~", _INVISIBLE))
        for what, kind, text in (
            ("an A-Number", "pattern_a_number", "See A0987~65432."),
            ("a receipt", "pattern_receipt_number", "See MSC21~90055555."),
            ("an SSN", "pattern_ssn", "See 078-0~5-1120."),
            ("a telephone number", "pattern_phone", "See (212) 5~55-0100."),
            ("an e-mail address", "pattern_email", "See no@b~ody.example."),
            ("the name of a benefit", "trigger_phrase", "A U vi~sa."),
        )
    ),
    _hidden("a benefit that a mark makes part of a word", BENEFIT, "See n\u0303vawa."),
    _hidden("a number that a mark makes part of a word", NUMBERS, "See n\u0303A98765432."),
    Fault(
        "a code of a benefit in a kept column",
        "files",
        COUNTY,
        After.REDACTED,
        "audit: benefit_code",
        lambda scene: scene.set_cells(CASES, "CASE_TYPE", "U-2"),
    ),
    _between(
        "a cell that marks the protected, after the validation",
        "audit: marker",
        _cell_of_data("Gender", "PROTECTED"),
        UNIVERSITY,
    ),
    _between(
        "no data left after the validation", "audit: no_data", lambda s: shutil.rmtree(s.package / "data")
    ),
    _while_validated(
        "columns in another order in what is validated",
        "expectation: The table has exactly the planned columns, in the planned order.",
        _turned_round,
    ),
    _while_validated(
        "a cell that marks the protected in what is validated",
        "expectation: Nothing in a column tells rows of protected people from others.",
        _cell_of_data("Gender", "PROTECTED"),
    ),
    *(
        Fault(f"a plan without {what}", "contract", INSIDE, After.NOTHING, check, _plan_without(column))
        for what, column, check in (
            ("the column for the banner", planning.BANNER_COLUMN, "audit: no_banner_column"),
            ("the column for notices on sources", planning.NOTICE_COLUMN, "audit: no_notice_column"),
        )
    ),
    _between("a column renamed after the validation", "audit: unplanned_columns", _renamed, UNIVERSITY),
    Fault(
        "protected people without their identifiers",
        "registry",
        COUNTY,
        After.REDACTED,
        "audit: nothing_to_search",
        _nameless,
    ),
    Fault(
        "a source that is prohibited without its notice",
        "files",
        INSIDE,
        After.REDACTED,
        "audit: no_notice",
        _of_abuser,
    ),
    Fault(
        "a notice of somebody's own wording",
        "files",
        INSIDE,
        After.REDACTED,
        "expectation: Every filled cell of a column is one of the notices on prohibited sources.",
        lambda scene: scene.set_cells(ENCOUNTERS, "source_notice", "see the file"),
    ),
    Fault(
        "tables that report each other's row",
        "files",
        COUNTY,
        After.REDACTED,
        ROWS_REPORTED,
        _balanced,
    ),
    Fault(
        "a count of rows that does not add up",
        "files",
        COUNTY,
        After.REDACTED,
        ACCOUNTED,
        _accounts_do_not_add_up,
    ),
    Fault(
        "a row left out where nobody may be",
        "files",
        UNIVERSITY,
        After.REDACTED,
        "expectation: No row is left out: a gap would tell who is protected.",
        _left_out,
    ),
    Fault(
        "a row left out that nobody had to leave out",
        "files",
        COUNTY,
        After.REDACTED,
        "expectation: Just the rows that had to be left out are left out.",
        lambda scene: _one_row_less(scene, withheld=1),
    ),
    Fault(
        "a row that redaction never saw",
        "files",
        COUNTY,
        After.REDACTED,
        "expectation: Redaction read as many rows as the plan lists.",
        lambda scene: _one_row_less(scene, rows_in=-1),
    ),
    Fault(
        "an empty partition that nobody planned",
        "files",
        COUNTY,
        After.REDACTED,
        "expectation: Redaction reported each planned partition once, and no other.",
        _result_without_rows,
    ),
    Fault(
        "the one failed expectation struck from the report",
        "expectations",
        COUNTY,
        After.REDACTED,
        "completeness: every expectation is answered",
        _account_struck,
    ),
    _feed(
        "a feed that dried up",
        "The newest batch was taken in within the last 45 days.",
        lambda scene: _receipt(scene, age=46.5),
    ),
    _feed(
        "a feed that shrank",
        "The newest batch has at least 50% of the rows its batches usually have.",
        _shrunk,
    ),
    _feed(
        "a feed that doubled",
        "The newest batch has at most 2 times the rows its batches usually have.",
        _doubled,
    ),
    _feed(
        "a feed that cannot be read",
        "At most 10% of the rows of the newest batch wait in quarantine.",
        lambda scene: _receipt(scene, rows=200, quarantined=90),
    ),
    Fault(
        "a proof edited",
        "proof",
        COUNTY,
        After.CHECKED,
        BROKEN_SEAL,
        _edited(PROOF, "0 findings", "00 findings"),
    ),
    Fault(
        "a proof with the seal of another report",
        "proof",
        COUNTY,
        After.CHECKED,
        BROKEN_SEAL,
        _seal_of_another,
    ),
)
