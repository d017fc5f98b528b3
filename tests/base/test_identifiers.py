from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.identifiers import canonical, identifiers_within, is_placeholder

KINDS = [
    "a_number", "receipt_number", "ssn", "i94_number", "sevis_id", "passport_number", "fin", "eid_id",
    "eoir_case_id", "person_pseudonym",
]  # fmt: skip

FORMS = {
    ("a_number", "212345678"): [
        "A212345678", "a212345678", "212345678", "A 212 345 678", "A-212-345-678", "A# 212345678", "A#:212345678",
        "(A)212345678", "A2I2345678", "A2l2345678", " A212.345.678 ",
    ],
    ("a_number", "081234506"): ["A81234506", "81234506", "A081234506", "A-81-234-506", "A8123450 6", "A8I2345O6"],
    ("a_number", "001234506"): ["A1234506", "1234506"],
    ("receipt_number", "EAC1512345678"): ["EAC1512345678", "eac-15-123-45678", "EAC 15 123 45678"],
    ("receipt_number", "EAC*999910340"): ["EAC*999910340", "eac*999910340"],
    ("ssn", "523456789"): ["523-45-6789", "523 45 6789", "523456789"],
    ("i94_number", "12345678901"): ["12345678901", "123 456789 01"],
    ("i94_number", "123456789A1"): ["123456789a1"],
    ("sevis_id", "N0012345678"): ["N0012345678", "n-0012345678"],
    ("passport_number", "A12345678"): ["a12345678"],
    ("passport_number", "AB1234567"): ["AB 1234567", "ab-1234567"],
    ("fin", "1234509876"): ["1234509876", "12345-09876"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [(kind, text, value) for (kind, value), texts in FORMS.items() for text in texts],
)
def test_one_number_written_in_many_ways_is_one_value(kind: str, text: str, value: str) -> None:
    assert canonical(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("a_number", "A123456"), ("a_number", "A1234567890"), ("a_number", "B12345678"), ("a_number", "NONE"),
        ("a_number", "A00000000"), ("a_number", "999999999"), ("a_number", "A123456789"), ("a_number", ""),
        ("receipt_number", "EAC12345"), ("receipt_number", "EA1512345678"), ("receipt_number", "EAC0000000000"),
        ("ssn", "000-00-0000"), ("ssn", "12345678"), ("ssn", "123-45-6789"), ("i94_number", "1234567890"),
        ("sevis_id", "0012345678"), ("passport_number", "UNKNOWN"), ("passport_number", "A1"),
    ],
)  # fmt: skip
def test_what_is_not_of_its_kind_or_stands_for_nothing_identifies_nobody(kind: str, text: str) -> None:
    assert canonical(kind, text) is None


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "text",
    ["", " ", "-", "N/A", "NA", "none", "NULL", "Unknown", "UNK", "n.a.", "PENDING", "TBD", "redacted", "not available",
     "b(6), b(7)c", "(b)(6)", "(b)(7)(C)", "b6", "XXXX", "0000000000", "9999999999"],
)  # fmt: skip
def test_a_placeholder_is_the_same_person_in_no_two_rows(kind: str, text: str) -> None:
    """Two people whose number a FOIA office blacked out, or nobody filled in, are not one person."""
    assert canonical(kind, text) is None


NUMBERS_OF_NOBODY = [
    ("a_number", "A00000000"), ("a_number", "000-000-000"), ("a_number", "A0000000"),
    ("a_number", "A999999999"), ("a_number", "A99999999"), ("a_number", "A9999999"), ("a_number", "A1111111"),
    ("a_number", "A-11-111-111"), ("a_number", "A123456789"), ("a_number", "A12345678"),
    ("a_number", "012345678"), ("a_number", "987654321"), ("a_number", "A000000001"), ("a_number", "A0000123"),
    ("ssn", "000-00-0000"), ("ssn", "999-99-9999"), ("ssn", "123-45-6789"), ("ssn", "078-05-1120"),
    ("ssn", "000-12-3456"), ("ssn", "666-12-3456"), ("receipt_number", "IOE1234567890"),
    ("receipt_number", "EAC0000000000"), ("receipt_number", "MSC*999999999"), ("fin", "0"), ("fin", "0000000000"),
    ("fin", "1234567890"), ("eid_id", "9999999"), ("passport_number", "000000000"),
    ("i94_number", "00000000000"), ("sevis_id", "N1234567890"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), NUMBERS_OF_NOBODY)
def test_a_number_that_only_fills_the_field_identifies_nobody_and_says_so(kind: str, text: str) -> None:
    assert canonical(kind, text) is None
    assert is_placeholder(kind, text)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ["", "PENDING", "N/A", "b(6)", "(b)(7)(C)", "none", "XXXX"])
def test_a_word_that_fills_the_field_is_no_more_than_an_empty_cell(kind: str, text: str) -> None:
    assert not is_placeholder(kind, text)


@given(st.sampled_from(KINDS), st.text("A0123456789- ²٣", max_size=14) | st.text(max_size=14))
def test_nothing_is_an_identifier_and_a_placeholder(kind: str, text: str) -> None:
    assert not (is_placeholder(kind, text) and canonical(kind, text))


@given(
    st.sampled_from("0123456789"), st.integers(4, 13), st.sampled_from(KINDS), st.sampled_from(["", "A", "0"])
)
def test_one_digit_again_and_again_identifies_nobody(digit: str, length: int, kind: str, before: str) -> None:
    assert canonical(kind, before + digit * length) is None


@given(st.sampled_from(KINDS), st.text(max_size=20))
def test_a_canonical_form_is_its_own_canonical_form(kind: str, text: str) -> None:
    value = canonical(kind, text)
    assert value is None or canonical(kind, value) == value


@given(st.integers(1_000_000, 999_999_999), st.sampled_from(["A{}", "a-{}", "A# {}", "{}", " A {} "]))
def test_every_a_number_is_found_again_without_its_punctuation(number: int, form: str) -> None:
    plain = canonical("a_number", str(number))
    assert canonical("a_number", form.format(number)) == plain
    assert plain is None or plain == f"{number:09d}"


@given(
    st.integers(1_000_000, 999_999_999),
    st.sampled_from(["A{}", "A-{}", "A# {}", "{}"]),
    st.sampled_from(["", "seen with ", "x: (", "| "]),
    st.sampled_from(["", ", again", ") y", " |"]),
)
def test_an_a_number_is_found_inside_whatever_stands_around_it(
    number: int, form: str, before: str, after: str
) -> None:
    value = canonical("a_number", str(number))
    found = set(identifiers_within(before + form.format(number) + after))
    assert value is None or ("a_number", value) in found


@given(
    st.from_regex(r"(EAC|WAC|LIN|SRC|MSC|IOE)[1-9][0-9]{9}", fullmatch=True), st.sampled_from(["", "x ", "("])
)
def test_a_receipt_is_found_inside_whatever_stands_around_it(receipt: str, before: str) -> None:
    value = canonical("receipt_number", receipt)
    spaced = f"{receipt[:3]}-{receipt[3:5]}-{receipt[5:8]}-{receipt[8:]}"
    for text in (receipt, receipt.lower(), spaced):
        assert value is None or ("receipt_number", value) in set(identifiers_within(before + text))


@pytest.mark.parametrize(
    "text", ["", "born 1990-02-03", "call 555-0100", "ABCDEFG", "12/31/2024", "case 12345"]
)
def test_what_is_no_identifier_is_none(text: str) -> None:
    assert not {kind for kind, _ in identifiers_within(text)} & {"receipt_number"}
    assert all(len(value) == 9 for _, value in identifiers_within(text))
