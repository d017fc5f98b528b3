from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from shield1367.config.benefits import (
    ApplicationState,
    Benefits,
    CodeTable,
    Meaning,
    Switch,
    load_benefits,
    normalise,
)
from shield1367.config.loading import read_yaml
from shield1367.config.reviews import StaleTableError, require_fresh
from tests.config.folders import copy_config, problems_of

BENEFITS = load_benefits()
COA, EAD, FORMS = (BENEFITS.tables[name] for name in ("classes_of_admission", "ead_categories", "forms"))


def codes(text: str) -> list[str]:
    """The words of *text*: a table of codes as it is printed."""
    return text.split()


# NIEM 5.2 immigration domain, group by group; T6 by statute.
REVEALING_CLASSES = codes(
    "384 DAS T1 T2 T3 T4 T5 T6 U1 U2 U3 U4 U5 ST6 ST7 ST8 ST9 ST0 SU6 SU7 SU8 SU9 SU0 SU3 SU4"
    " IB1 IB2 IB3 IB6 IB7 IB8 IB0 IB5 B11 B12 B16 B17 B31 B32 B33 B36 B37 B38"
    " B20 B21 B22 B23 B24 B25 B26 B27 B28 B29 BX1 BX2 BX3 BX6 BX7 BX8 Z14"
)
AMBIGUOUS_CLASSES = codes("Z13 Z11 Z15 CP PAR DT OP DED CU6 CU7")
# Codes that look like those above and are not: visitors, legalisation, EB-5, stowaway, supervision, informants.
TRAPS = codes(
    "B1 B2 B1A B1B B1C B1D T1D T2D T3D T1M T2M T3M TA TB TC TD TN TPS U U1M U2M UN UU USC UCR ST STC SU2 SUP"
    " S5 S6 S7"
) + [f"T{tens}{unit}" for tens, unit in product("245", "12345678")]


@pytest.mark.parametrize("code", REVEALING_CLASSES)
def test_a_class_of_a_protected_benefit_reveals_however_it_is_written(code: str) -> None:
    hyphenated = f"{code[:-1]}-{code[-1]}" if code != "384" else "384.0"
    for written in (
        code,
        code.lower(),
        f" {code} ",
        hyphenated,
        f"{code[0]} {code[1:]}",
        f"{code[0]}\u2013{code[1:]}",
    ):
        assert COA.meaning(written) is Meaning.REVEALS, written


@pytest.mark.parametrize("code", AMBIGUOUS_CLASSES)
def test_an_ambiguous_class_is_ambiguous(code: str) -> None:
    assert COA.meaning(code) is Meaning.AMBIGUOUS


@pytest.mark.parametrize("code", TRAPS)
def test_a_class_that_only_looks_like_one_does_not_reveal(code: str) -> None:
    assert COA.meaning(code) is Meaning.NO


@pytest.mark.parametrize(
    "code", ["T7", "T11", "B39", "BX4", "Z16", "U6", "TR1", "3840", "38", "1E5", "", "SU1"]
)
def test_a_class_in_no_list_is_unknown_never_harmless(code: str) -> None:
    assert COA.meaning(code) is Meaning.UNKNOWN


@pytest.mark.parametrize("code", ["384", "384.0", "384.00", " 384 ", "\uff13\uff18\uff14"])
def test_a_flag_that_a_spreadsheet_made_a_number_reveals(code: str) -> None:
    assert COA.meaning(code) is Meaning.REVEALS
    assert BENEFITS.tables["flags"].meaning(code) is Meaning.REVEALS


EAD_CODES = {
    Meaning.REVEALS: "A16 A19 A20 C25 C31 C40 C27 C28 C29 C30",
    Meaning.AMBIGUOUS: "C14 C09 C10 C11 A25",
    Meaning.NO: "A03 A05 A12 C03 C08 C33",
}


@pytest.mark.parametrize(
    ("code", "meaning"), [(code, meaning) for meaning, codes in EAD_CODES.items() for code in codes.split()]
)
def test_a_work_permit_category_means_the_same_however_it_is_written(code: str, meaning: Meaning) -> None:
    letter, number = code[0], int(code[1:])
    for written in (
        code, f"{letter}-{number}", f"{letter.lower()}{number}", f"({letter.lower()})({number})",
        f"({letter})({number:02d})", f"{letter}{number}", f"274a.12({letter.lower()})({number})",
        f"8 CFR 274a.12({letter.lower()})({number})",
    ):  # fmt: skip
        assert EAD.meaning(written) is meaning, written


@pytest.mark.parametrize("code", ["A160", "C1", "C311", "B16", "16", "C31A", "", "C99"])
def test_a_category_that_only_looks_like_one_does_not_reveal(code: str) -> None:
    assert EAD.meaning(code) in {Meaning.UNKNOWN, Meaning.NO}


@pytest.mark.parametrize(
    "form", ["I-914", "I-914A", "I-914B", "I-918", "I-918A", "I-918B", "I-929", "I-765V"]
)
def test_forms_that_reveal_by_themselves(form: str) -> None:
    for written in (form, form.replace("-", ""), form.lower(), form.replace("-", " ")):
        assert FORMS.meaning(written) is Meaning.REVEALS


@pytest.mark.parametrize(
    "form",
    codes("I-360 I-751 EOIR-42B EOIR-40 I-881 I-485 I-765 I-192 I-601 I-212 I-539 I-131 I-290B I-246 I-797"),
)
def test_forms_that_reveal_only_with_their_basis(form: str) -> None:
    assert FORMS.meaning(form) is Meaning.AMBIGUOUS


@pytest.mark.parametrize("form", ["I-130", "I-140", "N-400"])
def test_forms_that_reveal_nothing(form: str) -> None:
    assert FORMS.meaning(form) is Meaning.NO


@pytest.mark.parametrize(
    "basis", ["VAWA", "Self-petitioner", "BATTERY", "245(l)", "245(m)", "U nonimmigrant"]
)
def test_bases_that_reveal(basis: str) -> None:
    assert BENEFITS.tables["filing_bases"].meaning(basis) is Meaning.REVEALS


def test_cancellation_in_court_is_ambiguous_since_no_code_tells_its_limbs_apart() -> None:
    assert BENEFITS.tables["court_applications"].meaning("42B") is Meaning.AMBIGUOUS


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("DENIED_MERITS_FINAL", ApplicationState.DENIED_FINAL),
        ("denied", ApplicationState.DENIED_APPEALABLE),
        ("Denied (other)", ApplicationState.DENIED_OTHERWISE),
        ("WITHDRAWN", ApplicationState.WITHDRAWN),
        ("ADMIN_CLOSED", ApplicationState.DENIED_OTHERWISE),
        ("MISLAID", ApplicationState.UNKNOWN),
    ],
)
def test_a_status_says_one_state(status: str, state: ApplicationState) -> None:
    assert BENEFITS.state_of(status) is state


def test_a_harmless_code_out_of_force_is_unknown_and_a_revealing_one_still_reveals() -> None:
    decisions = BENEFITS.tables["court_decisions"]
    assert decisions.meaning("W", date(2020, 1, 1)) is Meaning.SILENT
    assert decisions.meaning("W", date(1970, 1, 1)) is Meaning.UNKNOWN
    assert EAD.meaning("C40", date(2010, 1, 1)) is Meaning.REVEALS
    assert EAD.meaning("A03", date(1980, 1, 1)) is Meaning.UNKNOWN


@pytest.mark.parametrize("code", codes("F G D C I L P S A R O T W M"))
def test_no_decision_of_a_court_says_anything_by_itself(code: str) -> None:
    assert BENEFITS.tables["court_decisions"].meaning(code) is Meaning.SILENT


def test_the_switches_have_their_safe_values() -> None:
    assert BENEFITS.switches == {switch: switch is not Switch.NATURALIZATION_ENDS for switch in Switch}


@pytest.mark.parametrize(
    ("switch", "table", "code", "on"),
    [
        (Switch.CONTINUED_PRESENCE, "filing_bases", "CONTINUED PRESENCE", Meaning.REVEALS),
        (Switch.ABUSED_SPOUSES, "forms", "I-765V", Meaning.REVEALS),
        (Switch.ABUSED_SPOUSES, "ead_categories", "(c)(27)", Meaning.REVEALS),
        (Switch.I_929, "forms", "I-929", Meaning.REVEALS),
        (Switch.FORMER_SUSPENSION, "forms", "EOIR-40", Meaning.AMBIGUOUS),
        (Switch.SPECIAL_IMMIGRANT_JUVENILES, "filing_bases", "SIJ", Meaning.AMBIGUOUS),
    ],
)
def test_a_switch_takes_its_codes_and_no_others(switch: Switch, table: str, code: str, on: Meaning) -> None:
    off = Benefits.model_validate({**BENEFITS.model_dump(), "switches": {**BENEFITS.switches, switch: False}})
    assert BENEFITS.table(table).meaning(code) is on
    assert off.table(table).meaning(code) is Meaning.NO
    assert off.table("forms").meaning("I-918") is Meaning.REVEALS


def test_tables_that_nobody_reviews_are_refused() -> None:
    reviewed = min(table.reviewed for table in BENEFITS.tables.values())
    require_fresh(BENEFITS.reviews(), reviewed + timedelta(days=BENEFITS.max_age_days))
    with pytest.raises(StaleTableError) as refused:
        require_fresh(BENEFITS.reviews(), reviewed + timedelta(days=BENEFITS.max_age_days + 1))
    assert "forms" in str(refused.value)


ALL_CODES = [
    (table, code)
    for table in BENEFITS.tables.values()
    for code in (*table.reveals, *table.ambiguous, *table.no, *table.silent)
]


@given(
    st.sampled_from(ALL_CODES), st.sampled_from(["", " ", "-", "."]), st.sampled_from([str.lower, str.upper])
)
def test_case_and_surrounding_punctuation_change_no_meaning(
    entry: tuple[CodeTable, str], around: str, case: Any
) -> None:
    table, code = entry
    assert table.meaning(f"{around}{case(code)}{around}") is table.meaning(code)
    assert table.meaning(code) is not Meaning.UNKNOWN


@given(st.sampled_from([t.normalise for t in BENEFITS.tables.values()]), st.text(max_size=30))
def test_a_normal_form_is_its_own_normal_form(how: str, text: str) -> None:
    once = normalise(how, text)
    assert normalise(how, once) == once


@given(st.sampled_from(sorted(BENEFITS.tables)), st.text(max_size=12))
def test_every_cell_has_a_meaning(table: str, text: str) -> None:
    assert BENEFITS.tables[table].meaning(text) in set(Meaning)


def faulty(folder: Path, change: Any) -> dict[str, list[str]]:
    """The problems of the shipped tables with one change."""
    folder = copy_config(folder)
    content = read_yaml(folder / "benefits.yaml")
    change(content["tables"])
    (folder / "benefits.yaml").write_text(yaml.safe_dump(content))
    return problems_of(lambda: load_benefits(folder))


def test_a_code_that_could_never_match_is_refused(tmp_path: Path) -> None:
    (message,) = faulty(tmp_path, lambda tables: tables["forms"]["reveals"].append("I-918"))["tables.forms"]
    assert message == "code 'I-918' is not in its normal form 'I918'"


def test_a_code_in_two_lists_is_refused(tmp_path: Path) -> None:
    (message,) = faulty(tmp_path, lambda tables: tables["forms"]["no"].append("I918"))["tables.forms"]
    assert message == "codes in more than one list: I918"


def test_a_code_that_yaml_made_a_number_is_refused(tmp_path: Path) -> None:
    problems = faulty(tmp_path, lambda tables: tables["flags"]["reveals"].append(384))
    assert any(key.startswith("tables.flags.reveals") for key in problems)


def test_a_date_or_a_switch_for_a_code_in_no_list_is_refused(tmp_path: Path) -> None:
    (message,) = faulty(tmp_path, lambda tables: tables["forms"]["depends"].update(I999="i_929"))[
        "tables.forms"
    ]
    assert message == "dates or switches for codes that are in no list: I999"


def test_every_table_says_where_it_is_from_who_answers_for_it_and_since_when_it_holds() -> None:
    assert isinstance(BENEFITS, Benefits)
    assert BENEFITS.version
    assert BENEFITS.owner
    for table in BENEFITS.tables.values():
        assert table.source
        assert table.owner
        assert table.effective.since
