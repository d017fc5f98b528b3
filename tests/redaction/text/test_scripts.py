"""What is written in letters that nothing here reads is masked, in whatever strictness; Latin with marks is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.redaction.text.scrub import Scrubber

UNREAD = [
    "申请人李明说他住在上海", "ชื่อของเธอคือสมหญิง", "اسمها فاطمة الزهراء", "Её зовут Анна Иванова", "그녀의 이름은 김지은",
    "श्रीमती सुनीता", "李", "李明1990", "Ἑλένη Παπαδοπούλου",
]  # fmt: skip
READ = ["naïve café señora mañana", "10 µm and Δt, №5, ½ cup, x², 1ª y 2º", "ﬁne ＡＢＣ", "GARCÍA’S — “so”…"]


@pytest.mark.parametrize("text", UNREAD)
def test_no_letter_of_it_is_left(balanced: Scrubber, strict: Scrubber, text: str) -> None:
    for scrubber in (balanced, strict):
        left = scrubber.scrub([f"She wrote {text} there."], [()])[0].text
        assert not {letter for letter in left if letter.isalpha() and not letter.isascii()}


@pytest.mark.parametrize("text", READ)
def test_latin_letters_with_marks_and_signs_are_read(balanced: Scrubber, text: str) -> None:
    assert not [span for span in balanced.find([text], [()])[0] if span.rule == "unknown.script"]


@given(st.text("李明说อฉพاشЖЩ ,.", min_size=1, max_size=40))
def test_however_it_is_put_together(balanced: Scrubber, text: str) -> None:
    left = balanced.scrub([text], [()])[0].text
    assert not any(
        word.isalpha() and len(word) > 1 for word in left.replace(",", " ").replace(".", " ").split()
    )
