"""Faults in what redaction wrote, and in the package that is made of it."""

from __future__ import annotations

import base64
import shutil
import zlib
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq

from shield1367.release import publish
from shield1367.release.manifest import ReleaseManifest
from tests.sabotage.scene import CASES, COUNTY, ENCOUNTERS, INSIDE, ROSTER, UNIVERSITY, After, Fault, Scene

PLANNED_FORM = "expectation: Treated: every filled cell of a column has its planned form."
BENEFIT = (
    "expectation: No cell of a column holds words that reveal a protected benefit (VAWA, T or U visa …)."
)
NUMBERS = (
    "expectation: No cell of a column holds an A-Number, receipt, SSN, telephone number or e-mail address."
)
ROWS_REPORTED = (
    "expectation: Every planned file is there and readable,"
    " with the rows that redaction reported as released."
)


def _cell(column: str, *values: object, dataset: str = ROSTER) -> Callable[[Scene], None]:
    return lambda scene: scene.set_cells(dataset, column, *values)


def _told(write: Callable[[Scene], str]) -> Callable[[Scene], None]:
    return lambda scene: scene.add_text(write(scene))


def _number(scene: Scene) -> str:
    return scene.victim.identifiers["a_number"][0].rjust(9, "0")


def _name(scene: Scene) -> str:
    known = scene.victim.identifiers
    return f"{known['given_name'][0]} {known['family_name'][0]}"


def _row_twice(scene: Scene) -> None:
    scene.rewrite(ROSTER, lambda table: pa.concat_tables([table, table.slice(0, 1)]))


def _row_over_another(scene: Scene) -> None:
    scene.rewrite(ROSTER, lambda table: pa.concat_tables([table.slice(0, 1), table.slice(0, len(table) - 1)]))


def _row_lost(scene: Scene) -> None:
    scene.rewrite(ROSTER, lambda table: table.slice(1))


def _columns_swapped(scene: Scene) -> None:
    scene.rewrite(ROSTER, lambda table: table.select(table.column_names[::-1]))


def _column_too_many(scene: Scene) -> None:
    scene.rewrite(ROSTER, lambda t: t.append_column("note", pa.array(["x"] * len(t), pa.string())))


def _statistic(scene: Scene) -> None:
    scene.rewrite(ROSTER, lambda t: t.replace_schema_metadata({"source": _name(scene)}))


def _other_type(scene: Scene) -> None:
    def change(table: pa.Table) -> pa.Table:
        at = table.column_names.index("DOB")
        return table.set_column(at, "DOB", table["DOB"].cast(pa.string()))

    scene.rewrite(ROSTER, change)


def _banner_lost(scene: Scene) -> None:
    scene.set_cells(ENCOUNTERS, "protection_banner", *[None] * 50)


def _banner_column_lost(scene: Scene) -> None:
    scene.rewrite(ENCOUNTERS, lambda table: table.drop_columns(["protection_banner"]))


def _late(change: Callable[[Scene], None]) -> Callable[[Scene], None]:
    """Put a fault into the package once it is put together, before it is validated."""
    from shield1367.release import package

    def put_in(scene: Scene) -> None:
        assemble = package.assemble

        def and_change(*arguments: object) -> object:
            made = assemble(*arguments)  # type: ignore[arg-type]
            change(scene)
            return made

        scene.patch.setattr(package, "assemble", and_change)

    return put_in


def _truncated(scene: Scene) -> None:
    file = scene.data(ROSTER)
    file.write_bytes(file.read_bytes()[:-9])


def _byte_flipped(scene: Scene) -> None:
    file = scene.data(ROSTER)
    content = bytearray(file.read_bytes())
    content[-6] ^= 0xFF
    file.write_bytes(content)


def _file_lost(scene: Scene) -> None:
    scene.data(ROSTER).unlink()


def _file_too_many(scene: Scene) -> None:
    (scene.data(ROSTER).parent / "notes.txt").write_text("for later")


def _all_lost(scene: Scene) -> None:
    shutil.rmtree(scene.package / "data")


def _link(scene: Scene) -> None:
    (scene.package / "latest").symlink_to(scene.home.root)


def _archive(scene: Scene) -> None:
    (scene.package / "notes.zip").write_bytes(b"PK\x03\x04 no archive")


def _of_no_kind(scene: Scene) -> None:
    (scene.package / "notes.bin").write_bytes(b"for later")


def _named_after(scene: Scene) -> None:
    (scene.package / f"{_number(scene)}.txt").write_text("empty")


def _changed_after_the_check(scene: Scene) -> None:
    file = scene.data(ROSTER)
    file.write_text(file.read_text() + "\r\n")


def _added_after_the_check(scene: Scene) -> None:
    (scene.package / "extra.txt").write_text("x")


def _dossier_changed(scene: Scene) -> None:
    dossier = scene.package / "dossier.html"
    dossier.write_text(dossier.read_text().replace("<html", "<html ", 1))


def _part_lost(scene: Scene) -> None:
    next((scene.work / "parts" / ROSTER).glob("*.json")).unlink()


def _other_statistics(scene: Scene) -> None:
    """The same rows, and a dictionary with one word more: no row says it, the bytes do."""
    file = scene.data(ROSTER)
    table = pq.read_table(file)
    words = pa.array(["Male", f"A{_number(scene)}"])
    cells = pa.DictionaryArray.from_arrays(pa.array([0] * len(table), pa.int32()), words)
    at = table.column_names.index("Gender")
    pq.write_table(table.set_column(at, "Gender", cells), file, compression="zstd")


def _unused_words(scene: Scene) -> None:
    """The same rows, and a compressed dictionary with words that no row has: not even the bytes tell."""
    file = scene.data(ROSTER)
    table = pq.read_table(file)
    at = table.column_names.index("Gender")
    used = table["Gender"].combine_chunks().dictionary_encode()
    # Among so many others of the same digits, none of it is left readable.
    others = [f"A{int(_number(scene)) * number % 10**9:09d}" for number in range(1, 400)]
    words = pa.concat_arrays([used.dictionary, pa.array(others, used.dictionary.type)])
    cells = pa.DictionaryArray.from_arrays(used.indices, words)
    pq.write_table(table.set_column(at, "Gender", cells), file, compression="zstd")


def _bytes_before_the_footer(scene: Scene) -> None:
    """Bytes to which no column points, such as those of a page that was taken out of its column."""
    file = scene.data(ROSTER)
    content = file.read_bytes()
    end = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    file.write_bytes(content[:end] + zlib.compress(_name(scene).encode()) + content[end:])


def _named_in_the_manifest(scene: Scene) -> None:
    """Written last of all, behind the dossier: what it says nobody else says."""
    make = publish.manifest_of

    def telling(*arguments: Any) -> ReleaseManifest:
        return make(*arguments).model_copy(update={"authority": f"consent of {_name(scene)}"})

    scene.patch.setattr(publish, "manifest_of", telling)


def _result_too_many(scene: Scene) -> None:
    (file,) = (scene.work / "parts" / ROSTER).glob("*.json")
    (file.parent / "part-00099.json").write_text(file.read_text().replace('"index": 0', '"index": 99'))


def _f(name: str, check: str, put_in: Callable[[Scene], None], recipient: str = COUNTY) -> Fault:
    return Fault(name, "files", recipient, After.REDACTED, check, put_in)


def _text(name: str, check: str, write: Callable[[Scene], str]) -> Fault:
    return _f(name, check, _told(write), UNIVERSITY)


PACKAGE_FAULTS = (
    _f("a date of birth kept whole", PLANNED_FORM, _cell("DOB", "1980-05-06")),
    _f("a pseudonym that is not keyed", PLANNED_FORM, _cell("Detention ID", "record-12")),
    _f("a country kept instead of its region", PLANNED_FORM, _cell("Citizenship", "HAITI")),
    _f(
        "a narrative that goes though it is withheld",
        "expectation: Withheld: every cell of a column is empty.",
        _cell("Comments", "Seen at the gate."),
    ),
    _f(
        "a cell that marks the protected",
        "expectation: Nothing in a column tells rows of protected people from others.",
        _cell("Gender", "PROTECTED"),
    ),
    _f("a telephone number in a kept column", NUMBERS, _cell("Gender", "(555) 201-4567")),
    _f("a benefit in a kept column", BENEFIT, _cell("CASE_TYPE", "VAWA self-petition", dataset=CASES)),
    _f(
        "a person's pseudonym of another form",
        "expectation: A person's pseudonym has one form in all tables.",
        _cell("person", "subject-" + "0" * 20, dataset=CASES),
    ),
    _f("a row twice", ROWS_REPORTED, _row_twice),
    _f("a row lost", ROWS_REPORTED, _row_lost),
    _f(
        "a row in the place of another",
        "expectation: No record occurs twice: a column is different in every row of a partition.",
        _row_over_another,
    ),
    _f(
        "columns in another order",
        "expectation: The table has exactly the planned columns, in the planned order.",
        _columns_swapped,
    ),
    _f("a column too many", "audit: unplanned_columns", _column_too_many),
    _f("a year stored as text", "expectation: A column is stored as planned.", _other_type, UNIVERSITY),
    _f(
        "JSON with a key nobody planned",
        "expectation: The JSON in a column has the planned keys only, each treated as planned.",
        _cell("child_count", '[{"NAME": "x"}]', dataset=ENCOUNTERS),
        INSIDE,
    ),
    _f("a name in the metadata of Parquet", "audit: full_name", _statistic, UNIVERSITY),
    _f(
        "a number in a dictionary page of Parquet",
        "audit: a_number",
        _late(_other_statistics),
        UNIVERSITY,
    ),
    _f(
        "a number in a compressed dictionary, and in no row",
        "audit: hidden_bytes",
        _late(_unused_words),
        UNIVERSITY,
    ),
    _f(
        "bytes in Parquet that are of no column",
        "audit: hidden_bytes",
        _late(_bytes_before_the_footer),
        UNIVERSITY,
    ),
    _f("a name in the manifest", "audit: full_name", _named_in_the_manifest, UNIVERSITY),
    _text("an A-Number in a narrative", "audit: a_number", lambda s: f"See A{_number(s)}."),
    _text("a name in a narrative", "audit: full_name", _name),
    _text("a name in capitals, surname first", "audit: full_name", lambda s: _swapped(s).upper()),
    _text("a name with a zero-width space in it", "audit: full_name", lambda s: _parted(_name(s))),
    _text("a name backwards", "audit: reversed", lambda s: _name(s)[::-1]),
    _text("a number in base64", "audit: a_number", lambda s: _base64(f"A-Number {_number(s)}")),
    _text(
        "a number URL-encoded",
        "audit: a_number",
        lambda s: quote(f"A# {_number(s)[:3]} {_number(s)[3:6]} {_number(s)[6:]}"),
    ),
    Fault(
        "a number whose every digit stands alone",
        "files",
        UNIVERSITY,
        After.REDACTED,
        "audit: a_number",
        _told(lambda s: f"See A-{'-'.join(_number(s))}."),
    ),
    _text(
        "a number as HTML entities",
        "audit: a_number",
        lambda s: "".join(f"&#{ord(c)};" for c in f"A{_number(s)}"),
    ),
    _text("somebody else's A-Number", "audit: pattern_a_number", lambda s: "See A098765432."),
    _text("an e-mail address", NUMBERS, lambda s: "Write to someone@example.org."),
    _text("a whole date of birth", "audit: pattern_date_of_birth", lambda s: "Born 1980-05-06."),
    _text("words of a benefit", "audit: trigger_phrase", lambda s: "A U visa was granted."),
    _f("protected rows without their banner", "audit: no_banner", _banner_lost, INSIDE),
    _f("no column for the banner", "audit: no_banner_column", _banner_column_lost, INSIDE),
    _f(
        "a data file cut short",
        ROWS_REPORTED,
        _late(_truncated),
        UNIVERSITY,
    ),
    _f("a byte flipped", "audit: unreadable_file", _late(_byte_flipped), UNIVERSITY),
    _f(
        "a data file lost",
        ROWS_REPORTED,
        _late(_file_lost),
    ),
    _f(
        "a file beside the data",
        "expectation: The package holds nothing but the planned files.",
        _late(_file_too_many),
    ),
    _f("no data at all", "audit: no_data", _late(_all_lost)),
    _f("a link out of the package", "audit: no_regular_file", _late(_link)),
    _f("an archive that cannot be opened", "audit: unreadable_file", _late(_archive)),
    _f("a file of a kind that nobody can open", "audit: unreadable_file", _late(_of_no_kind)),
    _f("a file named after somebody", "audit: a_number", _late(_named_after)),
    _f("a partition never redacted", "E701 IncompleteError", _part_lost),
    _f(
        "a count of withheld rows that is wrong",
        "expectation: Every row that went in is accounted for: released or withheld.",
        lambda scene: scene.report(ROSTER, withheld=99),
    ),
    _f(
        "a count of rows read that is wrong",
        "expectation: Redaction read as many rows as the plan lists.",
        lambda scene: scene.report(ROSTER, rows_in=99),
    ),
    _f(
        "a partition reported under another number",
        "expectation: Redaction reported each planned partition once, and no other.",
        _result_too_many,
    ),
    *(
        Fault(name, "files", COUNTY, After.CHECKED, "gate: the package changed after it was checked", put_in)
        for name, put_in in (
            ("a data file changed after the audit", _changed_after_the_check),
            ("a file added after the audit", _added_after_the_check),
            ("the dossier edited", _dossier_changed),
        )
    ),
)


def _swapped(scene: Scene) -> str:
    known = scene.victim.identifiers
    return f"{known['family_name'][0]}, {known['given_name'][0]}"


def _parted(text: str) -> str:
    return text[:3] + "\u200b" + text[3:]


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
