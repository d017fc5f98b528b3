from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.protection.evidence.plain import places, plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ORDEN de Protección", b"orden de proteccion"),
        ("Protección", b"proteccion"),
        ("NIÑO ñandú ß", b"nino nandu ~"),
        ("women's women’s", b"womens womens"),
        ("a_b\tc\r\nd", b"a b\tc\r\nd"),
        ("8 U.S.C. § 1367", b"8 u.s.c.  section  1367"),
        ("I‑918 – “U visa”", b'i-918 - "u visa"'),
        ("a\u200bb\u00adc\x00d", b"abcd"),
        ("a\u00a0b\u2028c\x0bd", b"a b\nc d"),
        ("Ｕ visa ﬁle", b"u visa file"),
        ("жук", b"~~~"),
        ("protecciÃ³n Ã±", b"proteccion n"),
        ("VÃ\x8dCTIMA ProtecciÃ“n", b"victima proteccion"),
        ("SÃO PAULO", b"sao paulo"),
    ],
)
def test_a_text_is_plain(text: str, expected: bytes) -> None:
    assert plain(text) == expected


@given(st.text(max_size=80))
def test_every_place_of_the_plain_text_has_its_place_in_the_text(text: str) -> None:
    folded, found = plain(text), list(places(text))
    assert folded.isascii()
    assert folded == folded.lower()
    assert len(found) == len(folded) + 1
    assert found == sorted(found)
    assert found[-1] == len(text)


@given(st.text(max_size=30), st.text(max_size=30))
def test_what_stands_before_changes_nothing_behind(before: str, after: str) -> None:
    # But for an A with a tilde, which may be the first half of a letter that was read wrongly.
    if not before.endswith("Ã"):
        assert plain(before + " " + after) == plain(before) + b" " + plain(after)


@given(st.text(alphabet="áéíóúñüÁÉÍÓÚÑÜabc ", max_size=30))
def test_text_that_was_encoded_twice_reads_like_the_text(text: str) -> None:
    # Windows-1252 leaves five bytes without a character; programs keep them as controls.
    twice = "".join(_as_windows(byte) for byte in text.encode())
    assert plain(twice) == plain(text)


def _as_windows(byte: int) -> str:
    try:
        return bytes((byte,)).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)
