from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.config.safeguards import Recorded, SourceMeaning, load_safeguards, words
from tests.config.folders import copy_config, problems_of

SAFEGUARDS = load_safeguards()
SOURCES = SAFEGUARDS.prohibited_sources


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Abusive spouse", "spouse_or_parent"),
        ("ABUSIVE-SPOUSE", "spouse_or_parent"),
        (" c\u00f3nyuge  abusivo ", "spouse_or_parent"),
        ("abuser's mother", "household_member"),
        ("Abuser\u2019s mother", "household_member"),
        ("ABU\u200bSER\u00b4S MOTHER", "household_member"),
        ("\uff41buser", "spouse_or_parent"),
        ("Familia del abusador", "household_member"),
        ("PERPETRATOR", "perpetrator"),
        ("traficante de personas", "trafficker"),
    ],
)
def test_a_prohibited_source_is_known_however_it_is_written(cell: str, expected: str) -> None:
    (part,) = SOURCES.parts(cell)
    assert SOURCES.meaning(part) is SourceMeaning.PROHIBITED
    assert SOURCES.class_of(part) == expected


@pytest.mark.parametrize(
    "cell",
    ["SPOUSE", "esposo", "Employer", "anonymous tip", "ABUSERX", "NOT AN ABUSER", "ABUSE HOTLINE", "???x"],
)
def test_what_nobody_can_tell_from_the_word_is_to_be_reviewed(cell: str) -> None:
    (part,) = SOURCES.parts(cell)
    assert SOURCES.meaning(part) is SourceMeaning.REVIEW
    assert SOURCES.class_of(part) is None


def test_several_sources_in_a_cell_are_read_one_by_one() -> None:
    parts = SOURCES.parts("Abuser; police report / +court")
    assert parts == ("ABUSER", "POLICE REPORT", "COURT")
    assert [SOURCES.meaning(part) for part in parts[1:]] == [SourceMeaning.INDEPENDENT] * 2


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("239(e)", Recorded.YES),
        ("239e", Recorded.YES),
        ("certified", Recorded.YES),
        ("S\u00ed", Recorded.YES),
        ("n/a", Recorded.NONE),
        ("No", Recorded.NONE),
        ("maybe", Recorded.UNKNOWN),
        ("", Recorded.UNKNOWN),
    ],
)
def test_a_certification_is_one_of_the_listed_codes(cell: str, expected: Recorded) -> None:
    assert SAFEGUARDS.certification.meaning(cell) is expected


def test_each_class_and_kind_says_where_it_comes_from() -> None:
    entries = [*SOURCES.classes.values(), *SAFEGUARDS.locations.certified.values()]
    entries += SAFEGUARDS.locations.reviewed.values()
    assert all("8 U.S.C. § 1" in entry.citation for entry in entries)
    assert set(SOURCES.classes) == {"spouse_or_parent", "household_member", "perpetrator", "trafficker"}


@given(st.text(max_size=40))
def test_the_form_for_comparing_has_one_form(text: str) -> None:
    once = words(text)
    assert words(once) == once
    assert set(once) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("review: [SPOUSE,", "review: [ABUSER, SPOUSE,", "phrases listed twice: ABUSER"),
        ("traps: [ANIMAL", "traps: [COURTHOUSE, ANIMAL", "phrases listed twice: COURTHOUSE"),
        ("review: [SPOUSE,", "review: [Spouse,", "'Spouse' is not in its normal form 'SPOUSE'"),
        ("review: [SPOUSE,", 'review: ["", SPOUSE,', "normal form"),
        ('none: [N, "NO", "FALSE", "0", NONE, NA', "none: [Y, NA", "phrases listed twice: Y"),
        ("    courthouse:", "    victim_services:", "under both `certified` and `reviewed`: victim_services"),
        ("owner: compliance", "owners: compliance", "is not a known key"),
    ],
)
def test_a_fault_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    folder = copy_config(tmp_path)
    file = folder / "safeguards.yaml"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new, 1))
    found = problems_of(lambda: load_safeguards(folder))
    assert any(message in line for lines in found.values() for line in lines), found
