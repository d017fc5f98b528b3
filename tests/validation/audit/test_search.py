from __future__ import annotations

import csv
import hashlib
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shield1367.config.fields import Treatment
from shield1367.config.recipient import Membership
from shield1367.identities import Identity
from shield1367.validation.audit import AuditReport, audit_files, audit_finished, audit_package
from shield1367.validation.audit.collecting import Collector
from shield1367.validation.audit.folding import fold
from shield1367.validation.audit.index import NeedleIndex
from shield1367.validation.audit.inside import rows_without_banner
from shield1367.validation.audit.matching import find
from shield1367.validation.audit.needles import Scope
from shield1367.validation.audit.residue import benefit_codes, residues
from tests.validation.packages import Release, rows

NURIA = Identity(
    "p1",
    {
        "a_number": ("A087654321",),
        "receipt_number": ("EAC1599912345",),
        "ssn": ("523-45-6781",),
        "fin": ("1190023457",),
        "phone": ("+1 (555) 201-4567",),
        "email": ("nuria.q@example.org",),
        "street_address": ("4821 Larkspur Ave Apt 5, Fresno",),
        "given_name": ("Nuria Belén",),
        "family_name": ("Quiñónez Tzul",),
        "middle_name": ("Xiomara",),
        "date_of_birth": ("1988-03-24",),
    },
)
JORDAN = Identity("p2", {"given_name": ("Jordan",), "family_name": ("Chad",)})
PUENTE = Identity("p6", {"given_name": ("Julio",), "family_name": ("Puente",)})
CLEAR = Identity("p3", {"family_name": ("Oyelaran",), "given_name": ("Adaeze",)}, protected=False)
GRANT = Identity("p4", {"given_name": ("Grant",), "family_name": ("May",)})
PEOPLE = [NURIA, JORDAN, CLEAR, GRANT, PUENTE]
INDEX = NeedleIndex.build(PEOPLE)


def keyed(text: str) -> str:
    return hashlib.blake2b(text.encode(), key=b"test", digest_size=8).hexdigest()


def test_an_everyday_word_that_looks_like_a_name_is_no_finding() -> None:
    alike = NeedleIndex.build([Identity("p5", {"given_name": ("Heid",), "family_name": ("Allen",)})])
    text = "SHE WAS HELD AS AN ALIEN."
    assert not list(find(alike, fold([text]), [text], Scope.NARRATIVE))
    named = "SHE MET ALLEN."
    assert [m.kind for m in find(alike, fold([named]), [named], Scope.NARRATIVE)] == ["single_name"]


def kinds(text: str, scope: Scope = Scope.NARRATIVE) -> set[str]:
    return {match.kind for match in find(INDEX, fold([text]), [text], scope)}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("file A087654321 was read", "a_number"),
        ("file A-087-654-321 was read", "a_number"),
        ("file 87654321 was read", "a_number"),
        ("file A# 087 654 321.", "a_number"),
        ("file AO87654321", "a_number"),
        ("file O87654321", "a_number"),
        ("file ID087654321X", "a_number"),
        ("case EAC-15-999-12345", "receipt_number"),
        ("case eac1599912345", "receipt_number"),
        ("case 1599912345 alone", "receipt_number"),
        ("523456781", "ssn"),
        ("523 45 6781", "ssn"),
        ("FIN 1190023457", "fin"),
        ("call 555.201.4567", "phone"),
        ("call (555) 201-4567 now", "phone"),
        ("mail NURIA.Q@example.org", "email"),
        ("lives at 4821 Larkspur Ave, apt. 5", "street_address"),
        ("Nuria Quinonez said", "full_name"),
        ("QUIÑÓNEZ TZUL, NURIA BELEN", "full_name"),
        ("Tzul, Nuria", "full_name"),
        ("Nuria X. Quiñónez", "full_name"),
        ("nuria\u200b quin\u0303onez", "full_name"),
        ("then Quinonez left", "single_name"),
        ("then XIOMARA left", "single_name"),
        ("then Quin\u200bo\u00adnez left", "single_name"),
        ("in the matter of Quinonez, who left", "single_name"),
        ("on 3/24/1988 she", "date_of_birth"),
        ("on 03-24-1988 she", "date_of_birth"),
        ("on 24.03.1988 she", "date_of_birth"),
        ("on 1988-03-24 she", "date_of_birth"),
        ("on 19880324 she", "date_of_birth"),
        ("on March 24th, 1988 she", "date_of_birth"),
        ("on 24-MAR-1988 she", "date_of_birth"),
        ("el 24 de marzo de 1988", "date_of_birth"),
        ("Mr Grant May said", "full_name"),
        ("Jordan Chad said", "full_name"),
    ],
)
def test_every_spelling_is_found(text: str, kind: str) -> None:
    assert kind in kinds(text)


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        # As a release of 100,000 people had them: held for nothing.
        ("SHE SAYS [PERSON] WILL TAKE CARE OF THE HOUSE. NOT BE SEEN.", False),
        ("ANY QUESTIONS [PERSON] BE DIRECTED; [PERSON], [PERSON] WILL CALL.", False),
        ("CITIZEN OF HAITI. IN CASE OF EMERGENCY CALL.", False),
        ("He met [PERSON] Will there.", True),
        ("SHE SAYS WILL PERSON LEFT.", True),
        ("SHE SAYS PERSON, WILL LEFT.", True),
        ("SHE SAYS [PERSON] PERSON WILL LEFT.", True),
        ("SHE SAYS HAIT LIN LEFT.", True),
        ("SHE SAYS HAITLIN LEFT.", True),
        ("SHE SAYS HAITAO.", True),
        ("She says Will J. Person left.", True),
    ],
)
def test_words_beside_masks_and_words_that_read_alike(text: str, is_found: bool) -> None:
    people = [
        Identity("p7", {"given_name": ("Will",), "family_name": ("Person",)}),
        Identity("p8", {"given_name": ("Haitao",), "family_name": ("Lin",), "alias": ("Hait Lin",)}),
    ]
    found = find(NeedleIndex.build(people), fold([text]), [text], Scope.NARRATIVE)
    assert any(match.kind in ("full_name", "single_name") for match in found) is is_found


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ('"Yo no firmé nada," dijo. She said the form was signed.', False),
        ("The clerk was there. Yo no firmé nada. The officer was late.", False),
        ("He said that Nada was here with her children.", True),
        ("Dijo que se fue. The officer met Nada at the office.", True),
        ("He replied on a Form I-77. 2019 was the year.", False),
        ("He was born on I7 7 2019.", True),
        ("He was born on 7/l7/2019.", True),
        ("He was born on July 17, 2019.", True),
    ],
)
def test_what_a_sentence_and_a_calendar_rule_out(text: str, is_found: bool) -> None:
    people = [
        Identity("p9", {"given_name": ("Nada",), "family_name": ("Xhemaili",)}),
        Identity("p10", {"date_of_birth": ("2019-07-17",)}),
    ]
    found = find(NeedleIndex.build(people), fold([text]), [text], Scope.NARRATIVE)
    assert any(match.kind in ("single_name", "date_of_birth") for match in found) is is_found


def test_two_masks_are_nobody_whatever_somebody_is_called() -> None:
    index = NeedleIndex.build([Identity("p7", {"given_name": ("Person",), "family_name": ("Person",)})])

    def found(text: str) -> list[str]:
        return [match.kind for match in find(index, fold([text]), [text], Scope.NARRATIVE)]

    assert found("[PERSON], [PERSON] / [PERSON] a [PERSON]") == []
    assert found("He met Person Person.") == ["full_name"]
    assert found("He met [PERSON] Person.") == ["full_name"]


@pytest.mark.parametrize(
    "text", ["she met Puente there", "dijo que vive con julia; SHE SAID THAT JULIO WAS THE ONE"]
)
def test_a_word_of_spanish_is_a_name_in_english(text: str) -> None:
    assert kinds(text) == {"single_name"}


@pytest.mark.parametrize(
    "text",
    [
        "The country of citizenship is JORDAN, transit through Chad.",
        "The court's grant may be appealed.",
        "on 3/25/1988 she",
        "[FAMILY_NAME] [GIVEN_NAME] was born in [DATE] and claims good health",
        "Adaeze Oyelaran is clear",
        "digest 9f3a087654321bc0d1e2f3a4b5c6d7e8",
        "person-0a087654321bcdef0123",
        "on 8/7/2019, 654,321 items",
        "the nuances of quinoline",
        "llegaron en julio por el puente que esta en la frontera",
        "under Matter of Quinonez-Tzul, 19 I&N Dec. 211 (BIA 1985)",
    ],
)
def test_what_is_nobody_is_not_found(text: str) -> None:
    assert kinds(text) == set()


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("record-baceda526586ffed8db3", False),
        ("Ba Ceda 526586ffed8db3", True),
        ("baceda", True),
        ("baceda526586", True),
    ],
)
def test_a_name_that_a_pseudonym_spells_by_chance_is_nobody(text: str, is_found: bool) -> None:
    index = NeedleIndex.build([Identity("p", {"given_name": ("Ba",), "family_name": ("Ceda",)})])
    found = {match.kind for match in find(index, fold([text]), [text], Scope.DATA)}
    assert ("full_name" in found) is is_found


def test_short_columns_are_searched_for_identifiers_and_full_names_only() -> None:
    assert kinds("Quinonez", Scope.DATA) == set()
    assert kinds("JORDAN", Scope.DATA) == set()
    assert kinds("Nuria Quinonez", Scope.DATA) == {"full_name"}
    assert kinds("087654321", Scope.DATA) == {"a_number"}


@given(
    st.one_of(
        st.from_regex(r"[1-9]{3}[0-9]{6}", fullmatch=True).map(lambda v: ("a_number", v)),
        st.from_regex(r"[1-9]{3}[0-9]{6}", fullmatch=True).map(lambda v: ("ssn", v)),
        st.from_regex(r"[2-9][0-9]{9}", fullmatch=True).map(lambda v: ("phone", v)),
        st.from_regex(r"[A-Z]{3}[0-9]{10}", fullmatch=True).map(lambda v: ("receipt_number", v)),
    ),
    st.sampled_from(["", "-", " ", ".", " - "]),
    st.integers(3, 5),
)
def test_any_identifier_is_found_with_any_grouping(known: tuple[str, str], gap: str, width: int) -> None:
    kind, value = known
    index = NeedleIndex.build([Identity("p", {kind: (value,)})])
    # Placeholders such as 999999999 are nobody's.
    assume(index.count)
    text = "x " + gap.join(value[i : i + width] for i in range(0, len(value), width))
    found = {match.person for match in find(index, fold([text]), [text], Scope.DATA)}
    assert found == {"p"}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("see A012345678", "pattern_a_number"),
        ("see MSC-21-900-55555", "pattern_receipt_number"),
        ("see 078-05-1120", "pattern_ssn"),
        ("see (212) 555-0100", "pattern_phone"),
        ("see x@y.example", "pattern_email"),
        ("DOB: 4/5/79 noted", "pattern_date_of_birth"),
        ("born on 04/05/1979", "pattern_date_of_birth"),
        ("a U visa applicant", "trigger_phrase"),
        ("form I-918 filed", "trigger_phrase"),
        ("under § 384 rules", "trigger_phrase"),
        ("PROTECTED", "marker"),
    ],
)
def test_residues_are_found_whoever_they_concern(text: str, kind: str) -> None:
    found = list(residues(fold(["clean", text, "clean"])))
    assert [(row, name) for row, name, _ in found] == [(1, kind)]


@pytest.mark.parametrize(
    "text",
    [
        "DRUG TRAFFICKING - 212(a)(2)(C)",
        "membership in a protected group",
        "I-213 (NEW 4/1/97) - Record of Deportable/Inadmissible Alien",
        "person-0123456789abcdef0123",
        "2021-03-04",
        "the battery of the phone",
    ],
)
def test_ordinary_case_text_is_no_residue(text: str) -> None:
    assert list(residues(fold([text]))) == []


def audit(release: Release, **changes: Any) -> AuditReport:
    arguments = {"outside": True, "fingerprint": keyed, "plan": release.plan} | changes
    return audit_package(release.package, PEOPLE, **arguments)


def test_a_clean_package_passes_and_says_how_much_was_searched(release: Release) -> None:
    report = audit(release)
    assert report.findings == ()
    assert report.passed
    assert (report.files, report.people) == (2, 4)
    assert report.identifiers_searched > 50
    assert report.cells > 8 * 11
    assert audit(release, plan=None).passed


def test_a_finding_says_where_and_never_what(release: Release) -> None:
    release.change("narrative", "The subject, Nuria Quiñónez, was served.", row=2, index=1)
    report = audit(release)
    assert not report.passed
    places = {(f.file, f.row, f.column, f.kind) for f in report.findings}
    assert ("data/enforcement.encounters/part-00001.parquet", 2, "narrative", "full_name") in places
    assert {f.fingerprint for f in report.findings if f.kind == "full_name"} == {keyed("p1")}
    text = report.model_dump_json().lower()
    assert "nuria" not in text and "qui" not in text


def _in_name(release: Release) -> None:
    release.part().rename(release.part().with_name("nuria_quinonez.parquet"))


def _in_column_name(release: Release) -> None:
    table = pq.read_table(release.part())
    pq.write_table(table.rename_columns(["quinonez", *table.column_names[1:]]), release.part())


def _in_metadata(release: Release) -> None:
    table = pq.read_table(release.part())
    pq.write_table(table.replace_schema_metadata({"note": "A087654321"}), release.part())


def _in_arrow_schema(release: Release) -> None:
    table = pq.read_table(release.part())
    field = table.schema.field(0).with_metadata({"source": "Nuria Quinonez Tzul"})
    pq.write_table(pa.table(table.columns, schema=table.schema.set(0, field)), release.part())


def _in_trailing_bytes(release: Release) -> None:
    content = release.part().read_bytes()
    release.part().write_bytes(b"PAR1 A087654321 " + content)


def _in_json(release: Release) -> None:
    release.change("charges", json.dumps([{"CODE": "Nuria Quiñónez"}]))


def _in_html(release: Release) -> None:
    (release.package / "dossier.html").write_text("<p>Nuria Qui&ntilde;&oacute;nez</p>")


def _in_dictionary(release: Release) -> None:
    (release.package / "data_dictionary.csv").write_text("a,b\nx,A087654321\n")


@pytest.mark.parametrize(
    ("sabotage", "kind"),
    [
        (_in_name, "full_name"),
        (_in_column_name, "single_name"),
        (_in_metadata, "a_number"),
        (_in_arrow_schema, "full_name"),
        (_in_trailing_bytes, "a_number"),
        (_in_json, "full_name"),
        (_in_html, "full_name"),
        (_in_dictionary, "a_number"),
    ],
)
def test_it_is_found_wherever_it_hides(release: Release, sabotage: Any, kind: str) -> None:
    sabotage(release)
    report = audit(release, plan=None)
    assert kind in {finding.kind for finding in report.findings}
    assert not {"nuria", "quinonez", "087654321"} & set(
        report.model_dump_json().lower().replace('"', " ").split()
    )


def _truncated(release: Release) -> None:
    release.part().write_bytes(release.part().read_bytes()[:-5])


def _not_parquet(release: Release) -> None:
    release.part().write_bytes(b"no parquet at all")


def _archive(release: Release) -> None:
    (release.package / "data" / "more.zip").write_bytes(b"PK")


def _link(release: Release) -> None:
    (release.package / "data" / "link.csv").symlink_to("/etc/hostname")


def _ragged(release: Release) -> None:
    (release.package / "data_dictionary.csv").write_text("a,b\nx\n")


def _latin(release: Release) -> None:
    (release.package / "notes.txt").write_bytes("é".encode("latin-1"))


@pytest.mark.parametrize("sabotage", [_truncated, _not_parquet, _archive, _link, _ragged, _latin])
def test_what_cannot_be_opened_is_a_finding(release: Release, sabotage: Any) -> None:
    sabotage(release)
    report = audit(release)
    assert not report.passed
    assert {f.kind for f in report.findings} <= {"unreadable_file", "no_regular_file"}


def test_nothing_searched_is_no_pass(release: Release, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert not audit_package(tmp_path / "empty", PEOPLE, outside=True, fingerprint=keyed).passed
    assert not audit_package(tmp_path / "absent", PEOPLE, outside=True, fingerprint=keyed).passed
    nameless = [Identity("p9", {})]
    report = audit_package(release.package, nameless, outside=True, fingerprint=keyed)
    assert [f.kind for f in report.findings] == ["nothing_to_search"]
    assert audit_package(release.package, [CLEAR], outside=True, fingerprint=keyed).passed


def test_columns_are_held_against_the_plan(release: Release) -> None:
    table = pq.read_table(release.part()).append_column("zip", pa.array(["1"] * 4))
    pq.write_table(table, release.part())
    assert {f.kind for f in audit(release).findings} == {"unplanned_columns"}


def test_short_scrubbed_columns_are_free_text_by_the_plan(release: Release) -> None:
    release.change("narrative", "Quinonez")
    content = [row | {"narrative": "Quinonez" if i == 0 else None} for i, row in enumerate(rows())]
    release.write(content)
    assert not audit(release).passed
    assert audit(release, plan=None).passed


def test_csv_is_searched_across_blocks(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shield1367.validation.audit.opening.ROWS", 3)
    path = release.part().with_suffix(".csv")
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "note"])
        writer.writerows([[i, "A087654321" if i == 7 else 'a "quoted"\nline'] for i in range(10)])
    found = [f for f in audit(release, plan=None).findings if f.kind == "a_number"]
    assert [(f.row, f.column) for f in found] == [(7, "note")]


def test_documents_are_searched_alone(release: Release) -> None:
    page = release.package / "dossier.html"
    page.write_text("<p>8 U.S.C. § 1367: nothing about PROTECTED people</p>")
    assert audit_files(release.package, [page], PEOPLE, outside=True, fingerprint=keyed).passed
    page.write_text("<p>A087654321</p>")
    assert not audit_files(release.package, [page], PEOPLE, outside=True, fingerprint=keyed).passed
    page.unlink()
    assert not audit_files(release.package, [page], PEOPLE, outside=True, fingerprint=keyed).passed


def test_the_manifest_decides_how_a_finished_release_is_searched(release: Release) -> None:
    release.change("narrative", "A087654321")
    assert "a_number" in {f.kind for f in audit_finished(release.package, PEOPLE, fingerprint=keyed).findings}
    (release.package / "manifest.json").write_text('{"membership": "marked"}')
    marked = audit_finished(release.package, PEOPLE, fingerprint=keyed)
    assert {f.kind for f in marked.findings} == {"no_banner_column"}


def test_protected_rows_of_a_marked_package_carry_the_banner(release: Release) -> None:
    for index in range(2):
        table = pq.read_table(release.part(index))
        status = pa.array(["CLEAR", "PROTECTED", "INDETERMINATE", "CLEAR"])
        banner = pa.array([None, "CUI//BATT", "CUI//BATT" if index else " ", None], pa.string())
        table = table.append_column("protection_status", status).append_column("protection_banner", banner)
        pq.write_table(table, release.part(index))
    report = audit_package(release.package, PEOPLE, outside=False, fingerprint=keyed)
    assert [(f.kind, f.row) for f in report.findings] == [("no_banner", 2)]
    unmarked = release.plan.model_copy(update={"membership": Membership.HIDDEN, "outside": False})
    kinds_found = {f.kind for f in audit(release, outside=False, plan=unmarked).findings}
    assert kinds_found == {"unplanned_columns"}


def test_an_unknown_status_needs_the_banner_too() -> None:
    assert rows_without_banner(["CLEAR", "", "?"], ["", "", "x"]) == [1]


def test_findings_are_capped_and_all_counted(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shield1367.validation.audit.collecting.MOST_FINDINGS", 2)
    release.write([row | {"narrative": "A087654321"} for row in rows()])
    report = audit(release)
    kept = Counter((finding.file, finding.kind) for finding in report.findings)
    assert set(kept.values()) == {2}
    assert report.findings_total == sum(tally.count for tally in report.tallies) > len(report.findings)


def test_no_file_crowds_out_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shield1367.validation.audit.collecting.MOST_FINDINGS", 2)
    collector = Collector(tmp_path, keyed, None)
    for row in range(50):
        collector.add("single_name", file="data/a.csv", row=row)
    collector.add("a_number", file="data/a.csv", row=7)
    collector.add("a_number", file="data/z.csv", row=0)
    report = collector.report(people=1, identifiers=1)
    assert {(tally.file, tally.kind): tally.count for tally in report.tallies} == {
        ("data/a.csv", "a_number"): 1,
        ("data/a.csv", "single_name"): 50,
        ("data/z.csv", "a_number"): 1,
    }
    assert {finding.file for finding in report.findings} == {"data/a.csv", "data/z.csv"}
    assert (len(report.findings), report.findings_total) == (4, 52)


def test_the_report_survives_the_disk(release: Release, tmp_path: Path) -> None:
    report = audit(release)
    report.write(tmp_path)
    assert AuditReport.read(tmp_path) == report


def test_an_audit_loads_nothing_of_the_redactor_or_the_writer(release: Release) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from shield1367.identities import Identity\n"
        "from shield1367.validation.audit import audit_package\n"
        "person = Identity('p', {'a_number': ('A087654321',)})\n"
        "report = audit_package(Path(sys.argv[1]), [person], outside=True, fingerprint=str)\n"
        "others = ('pyarrow', 'pandas', 'ahocorasick', 'shield1367.redaction')\n"
        "loaded = [module for module in sys.modules if module.startswith(others)]\n"
        "sys.exit(', '.join(loaded) or not report.passed)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(release.package)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "code", ["T1", "u2", "SA1", "VAWA", "I-918A", "(c)(31)", " ib-3 ", "Ｕ１", "Self-petitioner"]
)
def test_a_cell_that_is_a_benefit_code_is_found(release: Release, code: str) -> None:
    release.change("gender", code, row=1)
    places = {(f.row, f.column, f.kind) for f in audit(release).findings}
    assert (1, "gender", "benefit_code") in places


@pytest.mark.parametrize("code", ["B2", "T1 fracture", "SUP", "U", "F1", "T1D", "1230 U2 St"])
def test_other_codes_and_codes_in_sentences_are_none(code: str) -> None:
    assert list(benefit_codes(["x", code])) == []


def test_groups_of_codes_are_called_what_the_plan_calls_them(release: Release) -> None:
    datasets = tuple(
        d.model_copy(
            update={
                "columns": tuple(
                    c.model_copy(update={"treatment": Treatment.BROAD}) if c.name == "gender" else c
                    for c in d.columns
                )
            }
        )
        for d in release.plan.datasets
    )
    release.change("gender", "T1")
    grouped = release.plan.model_copy(update={"datasets": datasets})
    assert audit(release, plan=grouped).passed
    assert not audit(release).passed
