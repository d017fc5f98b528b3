"""Words that are somebody by their place in a sentence alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shield1367.config.text import Strictness, load_text_settings
from shield1367.identities import Identity
from shield1367.redaction.text.scrub import Scrubber

WORDS = (
    "Sunday",
    "Will",
    "May",
    "Rose",
    "Grace",
    "Israel",
    "Said",
    "Happy",
    "Nina",
    "Long",
    "Bin",
    "Junior",
    "Hope",
    "Asma’u",
)
PEOPLE = [
    *(Identity(word, {"given_name": (word,), "family_name": ("Okonkwo",)}) for word in WORDS),
    Identity("lettered", {"given_name": ("Ram",), "family_name": ("K.C.",)}),
    Identity("stranger", {"given_name": ("Precious",), "family_name": ("Adeyemi",)}, protected=False),
]


@pytest.fixture(scope="module")
def scrubber() -> Scrubber:
    settings = load_text_settings().model_copy(update={"ner": "none"})
    return Scrubber(PEOPLE, settings=settings, strictness=Strictness.BALANCED)


@pytest.mark.parametrize("case", [str, str.upper, str.lower])
@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("She shares custody of Sunday with Mr. Okafor.", "sunday"),
        ("She was forced to work by a man known as Sunday.", "sunday"),
        ('"Soy hermana de Nina, mi casa es otra."', "nina"),
        ("Soy la hermana de Israel y vivo en Ohio.", "israel"),
        ("She and May slept in a car for 5 nights.", "may"),
        ("He and Will separated last year.", "will"),
        ("She said that May had moved to another town.", "may"),
        ("He says Rose will take care of the house.", "rose"),
        ("She says Israel put him here.", "israel"),
        ("The report was filed; Grace was moved to another unit.", "grace"),
        ("Said lives at the same place.", "said"),
        ("Officers observed Said leave the residence.", "said"),
        ("He has not spoken to Bin since the arrest.", "bin"),
        ("She supports her godmother Long, who is old.", "long"),
        ("The chaplain met May on the day before.", "may"),
        ("The office received the case of Junior (again) in the morning.", "junior"),
        ("They responded to a referral concerning Will. Officers had a warrant.", "will"),
        ("She and Said separated on good terms.", "said"),
        ("They responded to a referral concerning Happy. Officers had a warrant.", "happy"),
        ("She asked officers to arrest Grace, who is at the house.", "grace"),
        ("He was with Happy, who is old.", "happy"),
        ("He shares custody of Wojciechowski with Happy.", "happy"),
        ("The child Israel Aiz was left there.", "israel"),
        ("Soy hermana de Asma’u, mi casa es otra.", "asma’u"),
        ("He says May put him there.", "may"),
        ("Officer K.C. reviewed the file.", "k.c"),
        ("Ram K.C., Deportation Officer, was there.", "ram"),
    ],
)
def test_somebody_is_told_by_the_place(
    scrubber: Scrubber, text: str, gone: str, case: Callable[[str], str]
) -> None:
    masked = [text[span.start : span.end].lower() for span in scrubber.find([case(text)], [[]])[0]]
    assert any(gone in stretch for stretch in masked)


@pytest.mark.parametrize("name", ["Happy", "Will", "May"])
def test_a_given_name_before_a_masked_one_opens_a_sentence(scrubber: Scrubber, name: str) -> None:
    once = scrubber.scrub([f"The case is old. {name} Wojciechowski reviewed the file."], [[]])[0].text
    assert once == "The case is old. [PERSON] reviewed the file."


@pytest.mark.parametrize("case", [str, str.upper, str.lower])
@pytest.mark.parametrize(
    "text",
    [
        "She was released on bond and told to report.",
        "Custody of said minor was given to the father.",
        "The mother of said child was not there.",
        "He said that will be done.",
        "She and said detained alien were seen; that said left knee was hurt.",
        "She rose and left. Prices rose, and she lost hope.",
        "He is a citizen of Israel and wants to stay.",
        "Officers contacted said agency about it.",
        "Her father said he was ill; his mother will stay for long.",
        "They were happy with the house and hope to stay.",
        "She claims precious things were taken.",
    ],
)
def test_the_same_words_stay_elsewhere(scrubber: Scrubber, text: str, case: Callable[[str], str]) -> None:
    assert "[PERSON]" not in scrubber.scrub([case(text)], [[]])[0].text


def test_who_is_not_protected_is_not_told_by_the_place(scrubber: Scrubber) -> None:
    text = "she shares custody of precious with the father."
    assert scrubber.scrub([text], [[]])[0].text == text


@pytest.mark.parametrize("case", [str, str.lower])
@pytest.mark.parametrize(
    "text",
    [
        "The mother may have been moved, and will need a doctor.",
        "His uncle may hit him again.",
        "The man that may put him there is old.",
    ],
)
def test_a_month_that_is_a_verb_stays_one(scrubber: Scrubber, text: str, case: Callable[[str], str]) -> None:
    assert scrubber.scrub([case(text)], [[]])[0].text == case(text)
