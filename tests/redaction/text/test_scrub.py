# ruff: noqa: E501  (tables of cases)
from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from shield1367.config.text import Budget, Strictness, TextSettings
from shield1367.identities import Identity
from shield1367.redaction.text import scrub as module
from shield1367.redaction.text.batch import Batch
from shield1367.redaction.text.scrub import Scrubber

SECRETS = ("Maria Hernandez", "A087654321", "03/05/1984", "(206) 555-0142", "742 Evergreen Terrace")
WORDS = st.sampled_from(
    [*SECRETS, "Grace Long", "MARIA", "the officer said", "Judge Thapa", "visa U", "\n", ". ", "e\u0301", "&amp;", "[PERSON]",
     "Mr. Okafor", "in Tegucigalpa", "zxqv", "\u200b", "\x1e", "12345678", "March 2019", "王小明"]
)  # fmt: skip
TEXTS = st.lists(WORDS, max_size=12).map(" ".join) | st.text(st.characters(), max_size=80)
SLOW = hypothesis_settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


@given(TEXTS)
@SLOW
def test_scrubbing_twice_changes_nothing(balanced: Scrubber, text: str) -> None:
    once = balanced.scrub([text], [["p1"]])[0].text
    assert balanced.scrub([once], [["p1"]])[0].text == once


@given(st.lists(TEXTS, min_size=1, max_size=6))
@SLOW
def test_a_batch_gives_what_each_text_gives_alone(balanced: Scrubber, texts: list[str]) -> None:
    together = balanced.find(texts, [["p1"]] * len(texts))
    assert together == [balanced.find([text], [["p1"]])[0] for text in texts]


@given(TEXTS)
@SLOW
def test_spans_lie_in_the_text_in_order(strict: Scrubber, text: str) -> None:
    position = 0
    for span in strict.find([text], [[]])[0]:
        assert position <= span.start < span.end <= len(text)
        position = span.end


@given(st.sampled_from(SECRETS), TEXTS, TEXTS)
@SLOW
def test_no_known_value_survives_whatever_stands_around(
    balanced: Scrubber, secret: str, before: str, after: str
) -> None:
    scrubbed = balanced.scrub([f"{before} | {secret} | {after}"], [[]])[0].text
    for secret_ in SECRETS:
        assert secret_ not in scrubbed


def test_a_text_over_the_budget_is_withheld(settings: TextSettings, people: tuple[Identity, ...]) -> None:
    small = settings.model_copy(update={"budget": Budget(characters=50, spans=10)})
    scrubber = Scrubber(people, settings=small, strictness=Strictness.BALANCED)
    long, many, short = "Maria Hernandez " * 10, "1/2/2001 " * 5, "Maria Hernandez"
    tight = settings.model_copy(update={"budget": Budget(characters=500, spans=2)})
    assert [s.text for s in scrubber.scrub([long, short], [[], []])] == ["[WITHHELD]", "[PERSON]"]
    assert (
        Scrubber(people, settings=tight, strictness=Strictness.BALANCED).scrub([many], [[]])[0].text
        == "[WITHHELD]"
    )


def test_a_rule_that_fails_withholds_its_text_and_no_other(
    balanced: Scrubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = module.find_patterns

    def failing(batch: Batch) -> None:
        if "poison" in batch.lower:
            raise RuntimeError
        find(batch)

    monkeypatch.setattr(module, "find_patterns", failing)
    scrubbed = balanced.scrub(["a poison A087654321", "the number A087654321"], [[], []])
    assert [s.text for s in scrubbed] == ["[WITHHELD]", "the number [A_NUMBER]"]


@pytest.mark.parametrize("text", ["", "   \n", "\ud800 Maria Hernandez \udfff"])
def test_empty_and_broken_texts(balanced: Scrubber, text: str) -> None:
    assert "Hernandez" not in balanced.scrub([text], [["p1"]])[0].text


def test_tokens_are_the_same_whoever_is_meant(balanced: Scrubber) -> None:
    protected, clear = balanced.scrub(["then Maria Hernandez left", "then Oksana Petrenko left"], [[], []])
    assert protected.text == clear.text
    assert protected.spans[0].person_id == "p1"


def test_the_policy_hash_follows_settings_and_strictness(
    settings: TextSettings, balanced: Scrubber, strict: Scrubber
) -> None:
    other = Scrubber(
        (), settings=settings.model_copy(update={"ner_batch": 8}), strictness=Strictness.BALANCED
    )
    same = Scrubber((), settings=settings, strictness=Strictness.BALANCED)
    assert re.fullmatch(r"[0-9a-f]{64}", balanced.policy_hash)
    assert len({balanced.policy_hash, strict.policy_hash, other.policy_hash}) == 3
    assert same.policy_hash == balanced.policy_hash


def test_strict_masks_what_balanced_leaves(balanced: Scrubber, strict: Scrubber) -> None:
    text = "the bridge that qorbanali built is near"
    assert balanced.scrub([text], [[]])[0].text == text
    assert "qorbanali" not in strict.scrub([text], [[]])[0].text


def test_a_year_before_a_sentence_is_no_house_number(strict: Scrubber) -> None:
    scrubbed = strict.scrub(
        ["In 2019 she moved to Court Street", "She lives at 2019 Court Street."], [(), ()]
    )
    assert [s.text for s in scrubbed] == ["In 2019 she moved to [ADDRESS]", "She lives at [ADDRESS]"]


@pytest.mark.parametrize(
    "text",
    [
        "SHE WAS BROUGHT TO THE ZORVILLE, FL, DOCKET CONTROL OFFICE.",
        "On Monday she reported to the ERO - Zorville, WA Sub-Office.",
        "North Zorville long ago",
        "In 2019 she moved to Court Street",
    ],
)
def test_what_stands_beside_a_token_reads_as_beside_the_name(strict: Scrubber, text: str) -> None:
    once = strict.scrub([text], [()])[0].text
    assert once != text
    assert strict.scrub([once], [()])[0].text == once


def test_a_number_that_ends_the_text_before_dates_no_month(balanced: Scrubber) -> None:
    assert balanced.find(["0", "JUN"], [(), ()])[1] == balanced.find(["JUN"], [()])[0] != []
