from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.config.indicators import Consequence, Context, load_indicators
from shield1367.config.phrases import pattern
from shield1367.protection.evidence.indicators import IndicatorReader, reader_of

INDICATORS = load_indicators()
READER = IndicatorReader(INDICATORS)


def groups(text: str) -> set[str]:
    return {indication.group for indication in READER.read(text)}


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("She has a pending U visa.", "benefit"),
        ("T-visa applicant per HSI.", "benefit"),
        ("UVISA pending.", "benefit"),
        ("T visa applicant per HSI.", "benefit"),
        ("Admitted as a U-1 nonimmigrant.", "benefit"),
        ("U nonimmigrant status was sought.", "benefit"),
        ("VAWA self-petition pending.", "benefit"),
        ("A v.a.w.a. petition was filed.", "benefit"),
        ("Her continued presence was requested by HSI.", "benefit"),
        ("HSI was granted continued presence in the United States for her.", "benefit"),
        ("CP was denied at first; CP granted on appeal by HSI.", "benefit"),
        ("Tiene una visa U pendiente.", "benefit"),
        ("Visa tipo T en trámite.", "benefit"),
        ("Presentó una autopetición.", "benefit"),
        ("Se pidió presencia continua.", "benefit"),
        ("He showed a notice for Form I-918A.", "form"),
        ("I360 receipt in wallet.", "form"),
        ("Form I-751 waiver based on extreme cruelty.", "form"),
        ("EOIR-42B (battered) filed.", "form"),
        ("Supplement B is on file.", "form"),
        ("Prima facie determination dated May 1.", "notice"),
        ("A bona fide determination was issued.", "notice"),
        ("BFD EAD issued.", "notice"),
        ("On the waiting list with deferred action.", "notice"),
        ("Section 1367 applies to this file.", "confidentiality"),
        ("See 8 U.S.C. § 1367(a)(2).", "confidentiality"),
        ("8 USC 1367 hit.", "confidentiality"),
        ("ATTN: 1367. Call counsel only.", "confidentiality"),
        ("COA 384 in CIS.", "confidentiality"),
        ("384 flag set.", "confidentiality"),
        ("The safe address is on file.", "confidentiality"),
        ("Vive en una dirección segura.", "confidentiality"),
        ("EAD category (c)(31) was seen on the card.", "code"),
        ("Card under 274a.12(a)(16).", "code"),
        ("Class of admission: U3.", "code"),
        ("Relief under INA 240A(b)(2) was claimed.", "citation"),
        ("Adjusting under § 245(m).", "citation"),
        ("8 CFR § 214.14 was cited.", "citation"),
        ("Law enforcement certification was signed.", "certification"),
        ("HHS eligibility letter in property.", "certification"),
        ("An OTIP letter was seen.", "certification"),
        ("Trae una carta de elegibilidad del HHS.", "certification"),
        ("NTA bears a 239(e) certification.", "certification"),
        ("She showed a protection order dated May 1.", "protection_order"),
        ("An order of protection was issued.", "protection_order"),
        ("Tiene una orden de protección.", "protection_order"),
        ("Hay órdenes de alejamiento.", "protection_order"),
        ("She moved to a shelter.", "shelter"),
        ("Released to WOMENS SHELTER.", "shelter"),
        ("Stays at a women's shelter.", "shelter"),
        ("Receives services from a family justice center.", "shelter"),
        ("Works with the rape crisis center.", "shelter"),
        ("Vive en un refugio para mujeres.", "shelter"),
        ("Special vulnerability: victim of trafficking.", "trafficking"),
        ("Subjected to a severe form of human trafficking.", "trafficking"),
        ("Fue víctima de trata de personas.", "trafficking"),
        ("She was forced to work at night.", "trafficking"),
        ("Victim of DV by husband.", "battery"),
        ("Battered spouse of a citizen.", "battery"),
        ("Battery or extreme cruelty found.", "battery"),
        ("She was raped by her uncle.", "battery"),
        ("Survivor of domestic violence.", "battery"),
        ("She disclosed abuse by her husband.", "battery"),
        ("He threatened to have her deported.", "battery"),
        ("Víctima de violencia doméstica.", "battery"),
        ("Victim of violent crime", "crime_victim"),
        ("Listed as the victim in the report.", "crime_victim"),
    ],
)
def test_a_phrase_gives_reason_to_believe(text: str, group: str) -> None:
    for written in (text, text.upper(), text.lower()):
        assert group in groups(written)


@pytest.mark.parametrize(
    "text",
    [
        # Short forms that mean something else.
        "CP was set up at the gate.",
        "Class of admission CP, parolee.",
        "Charged with possession of CP.",
        "Housed in unit T-1, then in pod U-2.",
        "He listens to U2.",
        "Lives at 1367 Main Street.",
        "Bond was set at $1367.",
        "1367 cases were reviewed.",
        "Sued under 28 U.S.C. § 1367.",
        "Area code 384.",
        "Bed 384.",
        "About 245 m from the road.",
        "He overstayed a visitor visa.",
        "Tiene visa u otro documento.",
        "He has a visa (U.S. consulate, Lima).",
        "I-589 Supplement B was attached.",
        "Section 240A(b)(1) of the Act applies.",
        "His continued presence in the United States is contrary to policy.",
        "EB-1A self-petition approved.",
        # Other shelters, other batteries, other traffic.
        "Found near the animal shelter.",
        "He sleeps at a homeless shelter.",
        "Came through a migrant shelter in Tijuana.",
        "Told to shelter in place.",
        "Given food and shelter.",
        "The smugglers kept them in a safe house.",
        "His wife was beaten by the subject.",
        "Solicita refugio en México.",
        "Born in Refugio County.",
        "Se quedó en un albergue de migrantes.",
        "REFUGIO GARCIA was present.",
        "He drove a battered car with a dead battery.",
        "Convicted of battery.",
        "Arrested for domestic violence assault in the fourth degree.",
        "Convicted of drug trafficking.",
        "The victim was treated at the scene.",
        "Victim of theft.",
        # Orders against the person.
        "There is a protection order against the subject.",
        "Respondent in a protection order.",
        "Subject was convicted of violation of a protection order.",
        "Order of supervision; order of removal.",
        "A prima facie case of alienage was made.",
        "",
    ],
)
def test_what_only_looks_like_one_does_not(text: str) -> None:
    for written in (text, text.upper(), text.lower()):
        assert groups(written) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Subject denies being a victim.",
        "Subject denies being a victim of trafficking.",
        "She denied having been the victim of domestic abuse or of sexual assault.",
        "Denies being a victim of trafficking, domestic violence, or sexual assault.",
        "During the interview she denied being a victim of a crime or of human trafficking.",
        "No indication of human trafficking.",
        "No T/U visa, VAWA, or 1367 protections were found in CIS.",
        "Alien is not a beneficiary of a pending or approved U visa petition.",
        "Denied that he was ever the victim of violent crime or human trafficking.",
        "There are no signs of a severe form of trafficking.",
        "She is not a victim of domestic violence.",
        "He has never been a victim of violent crime.",
        "No record of any U visa application in CLAIMS.",
        "No record of a T visa or U visa or VAWA petition.",
        "Subject has not filed a VAWA petition.",
        "Subject is not subject to 8 U.S.C. 1367.",
        "Denied having filed a U visa application.",
        "No protection order.",
        "Victim of trafficking? No.",
        "Victim of trafficking: no; medical: none",
        "VAWA: none\nU visa - N/A\nT visa: no",
        "Asked about human trafficking and she answered no.",
        "Negó ser víctima de violencia doméstica.",
        "No es víctima de trata de personas.",
        "Niega haber solicitado visa U.",
        "Nunca ha sido víctima de violencia.",
        "Sin indicios de trata de personas.",
    ],
)
def test_a_negation_takes_a_phrase_back(text: str) -> None:
    for written in (text, text.upper(), text.replace(" ", "\n", 2)):
        assert groups(written) == set()


@pytest.mark.parametrize(
    "text",
    [
        # What an authority denied was applied for.
        "Denied U visa in 2019.",
        "USCIS denied the VAWA petition.",
        "U visa application was denied.",
        "The court denied a protection order.",
        "Was denied a law enforcement certification.",
        "USCIS denied battered spouse waiver.",
        # A denial that takes the thing for granted.
        "Denies any knowledge of the U visa application.",
        "Denies any knowledge of a protection order.",
        "Denied filing the VAWA petition.",
        "She is unaware of any U visa.",
        "Does not recall filing a VAWA petition.",
        "Could not give proof of a VAWA petition.",
        "Subject provided no evidence of a U visa.",
        # Negations of something else.
        "No decision on the U visa.",
        "No U visa decision.",
        "No U visa has been granted.",
        "U visa not approved.",
        "U visa: no decision",
        "U visa: no fee was paid",
        "Protection order: No. 12-345",
        "No " + "record of " * 50 + "human trafficking.",
        "No longer a U visa holder.",
        "No pending U visa application.",
        "Has not yet filed a VAWA petition.",
        "Told not to file a VAWA petition.",
        "No, she has a U visa.",
        "Order of protection No. 12-345.",
        "Not only a victim of trafficking.",
        "There is no doubt that she is a victim of trafficking.",
        "She did not deny being a victim of trafficking.",
        # The sentence turns.
        "Denied being a victim of trafficking, but a bruise was seen.",
        "At first denied being a victim of trafficking.",
        "She later denied being a victim of trafficking.",
        "Negó ser víctima de trata de personas, pero tiene miedo.",
        # Behind a comma or an "and" something new is said.
        "Denies being a victim of trafficking, U visa pending.",
        "No abuse, U visa pending.",
        "No victim of abuse, U visa or T visa pending.",
        "Denies abuse and has a U visa.",
        "Denies gang membership, has a U visa.",
        "Not a victim of abuse; U visa pending.",
        "Left the homeless shelter for a shelter in Denver.",
        "No criminal history. U visa pending.",
        # Advice and questions without an answer.
        "Subject was advised of U visa eligibility.",
        "Asked about human trafficking.",
        "Victim of trafficking: yes",
        # Letters of another script stand between: nobody knows what they say.
        "No \u0436\u0436\u0436 U visa.",
    ],
)
def test_what_is_not_taken_back_counts(text: str) -> None:
    for written in (text, text.upper()):
        assert groups(written) != set()


@pytest.mark.parametrize(
    "text",
    [
        "He claimed that his former partner Ana Lopez has a pending U visa.",
        "She said her estranged husband filed for a VAWA petition.",
        "He stated that his cellmate has a T visa.",
        "Dijo que su ex pareja Ana tiene una visa U.",
    ],
)
def test_a_benefit_of_somebody_outside_the_family_is_not_the_persons(text: str) -> None:
    assert groups(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        # Family shares protection.
        "She said that her mother has a pending U visa.",
        "He stated that his wife has a T visa.",
        "He said his daughter filed for a VAWA petition.",
        # Somebody else may be meant.
        "She stated that her former husband Juan knows she has a pending U visa.",
        "She said that her former partner and she filed for a U visa.",
        "She said her former partner Juan, who beat her, has a U visa.",
        "He claimed that his former partner Ana has a pending U visa and he is her derivative.",
        "Her former husband has a U visa.",
        "Subject is the former wife of a citizen and has a U visa.",
        'He said that Ana Lopez "fixed her papers" through VAWA.',
    ],
)
def test_a_benefit_that_may_be_the_persons_counts(text: str) -> None:
    assert groups(text) != set()


@pytest.mark.parametrize(
    "text",
    [
        "A consensual encounter took place at womens shelter in Denver.",
        "Officers encountered Ana Lopez de la Cruz at family justice center.",
        "The arrest took place outside the rape crisis center.",
    ],
)
def test_where_officers_met_somebody_is_the_other_safeguards_matter(text: str) -> None:
    for written in (text, text.upper()):
        assert groups(written) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Encountered at the office; she lives at a shelter.",
        "Officers encountered Ana Lopez living at a womens shelter.",
        "Officers encountered Ana, a resident at the shelter.",
        "She was located near the court with a protection order.",
        "Officers located Ana Lopez at a womens shelter where she had lived since May.",
        "Encountered Ana Lopez at the rape crisis center and she has a U visa.",
        "She has stayed at a shelter since May.",
    ],
)
def test_where_somebody_lives_counts(text: str) -> None:
    assert groups(text) != set()


def test_the_coordinates_are_those_of_the_sentence() -> None:
    text = "Encontrada en Atlánta.  Tiene una «VISA\r\n  U» — pendiente.\n\nOrden de protección vigente. Fin."
    found = [(text[i.start : i.stop], i.group) for i in READER.read(text)]
    assert found == [
        ("Tiene una «VISA\r\n  U» — pendiente.", "benefit"),
        ("Orden de protección vigente.", "protection_order"),
    ]


def test_a_title_or_an_initial_ends_no_sentence() -> None:
    text = "She denied that Mr. B. Lopez made her a victim of trafficking, but Dr. Ruiz says so."
    assert [(i.start, i.stop) for i in READER.read(text)] == [(0, len(text))]


def test_a_sentence_with_phrases_of_two_groups_is_given_for_each() -> None:
    text = "Moved to a shelter with a protection order. Left the shelter and the shelter."
    assert [(i.start, i.group) for i in READER.read(text)] == [
        (0, "protection_order"),
        (0, "shelter"),
        (44, "shelter"),
    ]


def test_an_indication_holds_no_text() -> None:
    (indication,) = READER.read("Xyzzy has a U visa.")
    assert indication == (0, 19, "benefit")
    assert "yzzy" not in repr(indication)


PHRASES = ["U visa", "protection order", "orden de protección", "victim of trafficking", "section 1367"]
FREE = st.text(alphabet="abno .,:;?-\n\r\t'é§Ã³\u200b\u0301\u00ad\u0436", max_size=40)
BLANK = st.text(alphabet=" \n\r\t\u200b\u00a0", max_size=10)


@given(FREE, st.sampled_from(PHRASES), FREE)
def test_coordinates_lie_in_the_text(before: str, phrase: str, after: str) -> None:
    text = f"{before} {phrase} {after}"
    assert all(0 <= i.start < i.stop <= len(text) for i in READER.read(text))


@given(BLANK, st.sampled_from(PHRASES), BLANK)
def test_a_phrase_alone_counts_and_blanks_around_it_are_no_part_of_its_sentence(
    before: str, phrase: str, after: str
) -> None:
    found = READER.read(before + phrase + after)
    assert found
    for indication in found:
        sentence = (before + phrase + after)[indication.start : indication.stop]
        assert sentence.strip("\u200b") == phrase


@given(
    st.sampled_from(PHRASES),
    st.sampled_from(["NFC", "NFD", "NFKD"]),
    st.sampled_from(["", "\u200b", "\u00ad"]),
)
def test_marks_and_invisible_characters_hide_no_phrase(phrase: str, form: str, invisible: str) -> None:
    written = invisible.join(unicodedata.normalize(form, phrase))  # type: ignore[arg-type]
    assert groups(written) == groups(phrase) != set()


@pytest.mark.parametrize(
    "text",
    [
        "ningun " * 60_000 + "victima de trata",
        "no abuse victim of rape or " * 15_000,
        "victim of rape: " * 20_000,
        "said her former partner " * 15_000,
        "u visa" + " " * 400_000,
        "u." * 200_000,
        "vawa " * 60_000,
    ],
    ids=lambda text: text[:12],
)
@pytest.mark.timeout(20)
def test_no_text_takes_longer_than_its_length_allows(text: str) -> None:
    assert len(READER.read(text)) <= len(INDICATORS.groups)


def test_one_reader_serves_equal_indicators() -> None:
    assert reader_of(INDICATORS) is reader_of(load_indicators())
    changed = INDICATORS.model_copy(update={"version": "other"})
    assert reader_of(changed) is not reader_of(INDICATORS)


def example(phrase: str) -> str:
    """The phrase with the first of every choice."""
    import re

    first = re.sub(r"[(\[]([^()\[\]|]+)[^()\[\]]*[)\]]", r"\1", phrase)
    return first.replace("*", "")


@pytest.mark.parametrize("name", sorted(INDICATORS.groups))
def test_every_phrase_of_a_group_counts_and_every_trap_covers_one(name: str) -> None:
    import re2

    group = INDICATORS.groups[name]
    lost = [phrase for phrase in group.phrases if name not in groups(f"Seen {example(phrase)} today.")]
    assert lost == []
    bare = re2.compile(pattern(group.phrases))
    idle = [trap for trap in group.traps if not bare.search(example(trap))]
    assert idle == []


def test_what_an_authority_can_deny_is_not_taken_back_by_a_denial() -> None:
    deniable = {name for name, group in INDICATORS.groups.items() if Context.DENIAL in group.cancelled_by}
    assert deniable == {"shelter", "trafficking", "battery", "crime_victim"}


def test_the_shipped_indicators_are_signed_for_and_switched_on() -> None:
    assert INDICATORS.version
    assert INDICATORS.owner
    assert INDICATORS.reviewed >= date(2026, 1, 1)
    assert INDICATORS.reason_to_believe is Consequence.INDETERMINATE
