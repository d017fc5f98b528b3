# ruff: noqa: E501  (tables of cases)
"""Texts as nobody writes them: bounded work, never an unredacted pass-through. `fuzz_scrub.py` goes on from here."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from shield1367.config.text import Budget, Strictness, TextSettings
from shield1367.identities import Identity
from shield1367.redaction.text.scrub import Scrubber
from tests.redaction.text.invariants import NAME, SECRET, check

ODD = st.sampled_from(
    ["", " ", "\t\n", "\x00", "\x1e", "\x1f", "\ud800", "\udfff", "\u202e", "\u200f", "\u2066", "\ufeff", "\u200b", "\u00ad",
     "&", "&#", "&amp;", "&#x41;", "&amp;#65;", "Ã", "Ã©", "ÃƒÂ©", "<b>", "</i><!--", "]]>", "{{", "%s", "[", "]", "[PERSON]", "[PERSON",
     "ﷺ", "王小明", "ไม่มีช่องว่าง", "한국어", "العربية", "a\u0300\u0301\u0302", "ﬁ", "ß", "İ", "🏳️\u200d🌈", "1" * 40, "A-" * 20, "a@b.", "::", "((((", "----",
     SECRET, "Maria Hernandez", "MARIA", "03/05/1984", "(206) 555-0142", "742 Evergreen Terrace", ".", "'", '"', ", ", "\r\n", "\u2028"]
)  # fmt: skip
TEXTS = (
    st.lists(ODD, max_size=16).map("".join)
    | st.lists(ODD | st.text(max_size=12), max_size=12).map(" ".join)
    | st.text(st.characters(), max_size=120)
)
MANY = hypothesis_settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
SOME = hypothesis_settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])


@given(TEXTS)
@MANY
def test_whatever_is_written(balanced: Scrubber, text: str) -> None:
    check(balanced, text)


@given(TEXTS)
@SOME
def test_whatever_is_written_strictly(strict: Scrubber, text: str) -> None:
    check(strict, text)


@given(st.lists(TEXTS, min_size=1, max_size=6), st.integers(1, 200))
@SOME
def test_how_texts_are_put_together_does_not_matter(
    settings: TextSettings, people: tuple[Identity, ...], balanced: Scrubber, texts: list[str], size: int
) -> None:
    linked = [["p1"], [], ["p2", "p3"], ["p5"], [], ["p4"]][: len(texts)]
    small = Scrubber.__new__(Scrubber)
    small.__dict__ |= balanced.__dict__ | {
        "_settings": settings.model_copy(update={"batch_characters": size})
    }
    assert small.find(texts, linked) == balanced.find(texts, linked)


# One of each that has no end: the budget of characters is 2,000,000.
ENDLESS = {
    "ten megabytes": "Maria Hernandez A087654321 " * 400_000,
    "one letter": "a" * 1_000_000,
    "one digit": "1" * 1_000_000,
    "one blank": " " * 1_000_000,
    "one mark": "a" + "\u0301" * 500_000,
    "hyphens": "A-" * 500_000,
    "colons": "::" * 500_000,
    "at signs": "a@" * 300_000,
    "dots": "1." * 300_000,
    "no spaces": "王小明" * 100_000,
    "entities": "&amp;" * 100_000,
    "open tags": "<b><i>" * 100_000,
    "nested": "<" * 200_000 + ">" * 200_000,
    "surrogates": "\ud800" * 200_000,
    "directions": "\u202e\u200f" * 200_000,
    "nothing": "\x00" * 200_000,
    "names": "Maria Hernandez " * 20_000,
    "one long name": "MariaHernandez" * 40_000,
    "mojibake": "Ã©" * 100_000,
}


@pytest.mark.parametrize("name", ENDLESS)
def test_a_text_without_end_is_scrubbed_or_withheld(balanced: Scrubber, name: str) -> None:
    text = ENDLESS[name]
    scrubbed = balanced.scrub([text + f" {SECRET} ", "Maria Hernandez"], [["p1"], []])
    assert SECRET not in scrubbed[0].text
    assert NAME not in scrubbed[0].text
    assert scrubbed[1].text == "[PERSON]"


def test_ten_megabytes_are_withheld_without_being_read(balanced: Scrubber) -> None:
    text = ENDLESS["ten megabytes"]
    assert balanced.scrub([text], [[]])[0].text == "[WITHHELD]"


def test_a_text_with_more_findings_than_the_budget_is_withheld(
    settings: TextSettings, people: tuple[Identity, ...]
) -> None:
    tight = settings.model_copy(update={"budget": Budget(characters=2_000_000, spans=1000)})
    scrubber = Scrubber(people, settings=tight, strictness=Strictness.BALANCED)
    assert scrubber.scrub(["王小明" * 5000, "ordinary words"], [[], []])[0].text == "[WITHHELD]"


@pytest.mark.skipif(
    (sys.platform, platform.machine()) != ("linux", "x86_64"), reason="atheris is made for Linux on x86-64"
)
def test_texts_that_take_new_ways_through_the_code(tmp_path: Path) -> None:
    target = [sys.executable, "-m", "tests.redaction.text.fuzz_scrub"]
    limits = ["-seed=1367", "-runs=800", "-max_len=400", "-len_control=0", "-max_total_time=20"]
    # A text that breaks an invariant is generated, so what is kept of it is nobody's.
    kept = f"-artifact_prefix={tmp_path}/"
    root = Path(__file__).parents[3]
    run = subprocess.run(
        [*target, *limits, kept], cwd=root, capture_output=True, text=True, check=False, timeout=120
    )
    assert run.returncode == 0, run.stderr[-2000:]
    assert "DONE" in run.stderr
