# ruff: noqa: E501  (tables of cases)
from __future__ import annotations

from collections.abc import Callable

import pytest

SHAPES = [
    ("A 203 455 871", "[A_NUMBER]"), ("A***-**4-321", "[A_NUMBER]"), ("203-455-871", "[A_NUMBER]"),
    ("LIN2190012345", "[RECEIPT]"), ("EAC*999910340", "[RECEIPT]"), ("IOE-09-123-45678", "[RECEIPT]"),
    ("850255171B0", "[REDACTED]"), ("N0012345678", "[REDACTED]"), ("FIN 1184326709", "FIN [REDACTED]"), ("EID: 55012345", "EID: [REDACTED]"),
    ("case no. 44871", "case no. [REDACTED]"), ("123-45-6789", "[SSN]"), ("912 70 1234", "[SSN]"), ("passport AB1234567", "passport [PASSPORT]"),
    ("passport no. C1234", "passport no. [PASSPORT]"), ("driver's license WDL1234", "driver's license [REDACTED]"),
    ("plate ABC1234", "plate [REDACTED]"), ("account 88123", "account [REDACTED]"), ("(503) 555-0100", "[PHONE]"),
    ("+502 4003 9026", "[PHONE]"), ("+52 55 1472 1923", "[PHONE]"), ("503-555-0100 ext. 12", "[PHONE]"),
    ("jane.q@example.com", "[EMAIL]"), ("https://example.org/x?y=1", "[URL]"), ("192.168.10.4", "[IP]"),
    ("45.5231, -122.6765", "[GPS]"), ("1420 NW Pine St, Apt 7, Omaha, NE 68102", "[ADDRESS]"), ("P.O. Box 551, El Paso, TX 79901", "[ADDRESS]"),
    ("13484 County Road 12", "[ADDRESS]"), ("aged 93", "aged [AGE]"), ("91-year-old", "[AGE]-year-old"),
    ("Jan. 16, 2001", "[DATE]"), ("16 de enero de 2001", "[DATE]"), ("2001-01-16", "[DATE]"), ("16.01.01", "[DATE]"),
    ("IBAN DE89 3704 0044 0532 0130 00", "IBAN [REDACTED]"), ("ES91 2100 0418 4502 0005 1332", "[REDACTED]"), ("GB29NWBK60161331926819", "[REDACTED]"),
    ("card 4111-1111-1111-1111", "card [REDACTED]"), ("routing 021000021", "routing [REDACTED]"), ("SWIFT DEUTDEFF500", "[REDACTED]"),
    ("a plate ABC 1234", "a plate [REDACTED]"), ("a tag KLM4567", "a tag [REDACTED]"), ("AN SSN OF 398-07-5653", "AN SSN OF [SSN]"),
    ("an SSN ending in 1984", "an SSN ending in [SSN]"), ("phone 5035550100", "phone [PHONE]"), ("whatsapp +504 9876-5432", "whatsapp [PHONE]"),
    ("011 502 2345 6789", "[PHONE]"), ("809-555-1234", "[PHONE]"), ("7777 8888", "[PHONE]"), ("+57 301 234 5678", "[PHONE]"),
    ("visa foil 20191234560001", "visa foil [REDACTED]"), ("FBI number 12345678", "FBI number [REDACTED]"), ("online account 012345678901", "online account [REDACTED]"),
    ("2001:0db8:85a3::8a2e:0370:7334", "[IP]"), ("fe80::1", "[IP]"), ("29°45'37\"N 95°22'11\"W", "[GPS]"), ("lat 29.7604 long -95.3698", "[GPS]"),
    ("ninety-three years old", "[AGE] years old"), ("edad 95", "edad [AGE]"), ("tiene 94 años", "tiene [AGE] años"), ("$mariah84", "[REDACTED]"),
    ("example.com/x", "[URL]"), ("Calle 5 de Mayo No. 34, Col. Centro", "[ADDRESS]"), ("cedula V-12.345.678", "cedula [REDACTED]"),
    ("case 1:21-cv-01234", "case [REDACTED]"), ("Safe Horizon", "[REDACTED]"), ("House of Ruth", "[REDACTED]"), ("Tucson Women's Refuge", "[REDACTED]"),
    ("Tahirih Justice Center", "[REDACTED]"),
    ("16JAN2001", "[DATE]"), ("March 2019", "[DATE]"), ("the 3rd of June", "the [DATE]"),
]  # fmt: skip
BENEFITS = [
    "prima facie", "prima facie finding", "acción diferida", "deferred action",
    "Form I-918", "I-914A", "I 765V", "VAWA", "a U visa", "T-visa", "T nonimmigrant status", "continued presence", "self-petitioner",
    "8 U.S.C. 1367", "section 384", "§ 1367", "(c)(31)", "C31", "bona fide determination", "Vermont Service Center",
    "law enforcement certification", "severe form of trafficking", "presencia continua", "visa U", "autopetición", "extreme cruelty",
    "no inmigrante U", "estatus U", "Formulario 918", "(c)(14)", "víctima de trata de personas", "esposa maltratada", "survivor of trafficking",
    "violencia doméstica", "orden de protección", "certificación policial", "supplement B", "l-918",
    "INA 101(a)(15)(U)", "order of protection", "domestic violence shelter", "victim of trafficking",
]  # fmt: skip
READABLE = [
    "ICE officers, CBP agents and USCIS reviewed the case on a Monday in March.",
    "Under INA § 208(a)(2)(B), an application must be filed within one year, see 8 C.F.R. § 1208.4(a)(4).",
    "The applicant, a citizen of Honduras, entered the United States near Texas in 2019.",
    "The officer told the respondent that Form I-765 and Form I-589 were pending before EOIR.",
    "Matter of Acosta, 19 I&N Dec. 211 (BIA 1985), defines a particular social group.",
    "El solicitante dijo que no tenía dinero y que quería volver a Guatemala.",
    "The rent is $1,250 a month, about 138% of the poverty line for 4 people.",
    "They are a 20-year-old and a 35-year-old; the judge may grant 60 days.",
    "I don't know what they'll say, it's the client's choice.",
]


@pytest.mark.parametrize(("written", "scrubbed"), SHAPES)
def test_identifiers_nobody_told_us(written: str, scrubbed: str, clean: Callable[..., str]) -> None:
    assert clean(f"It says {written} there.") == f"It says {scrubbed} there."


@pytest.mark.parametrize("phrase", BENEFITS)
@pytest.mark.parametrize("change", [str, str.upper, str.lower])
def test_phrases_that_tell_of_a_benefit(
    phrase: str, change: Callable[[str], str], clean: Callable[..., str]
) -> None:
    scrubbed = clean(change(f"It mentions {phrase} twice."))
    assert "[REDACTED]" in scrubbed
    rest = scrubbed.lower().replace("[redacted]", " ").split()
    assert set(rest) <= {"it", "mentions", "twice.", "a", "form", "§", "ina", "8", "u.s.c."}


@pytest.mark.parametrize("text", READABLE)
def test_ordinary_words_stay_readable(text: str, clean: Callable[..., str]) -> None:
    assert clean(text) == text


def test_the_token_of_a_benefit_is_the_token_of_a_number(clean: Callable[..., str]) -> None:
    """A marker of its own would tell that the narrative speaks of a benefit (principle 2)."""
    told, numbered = clean("It mentions VAWA there."), clean("It mentions N0012345678 there.")
    assert told == numbered


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ("It was sent to Ohio 43210 at noon.", "It was sent to [ADDRESS] at noon."),
        ("It was sent to NEW YORK 10027-1234 at noon.", "It was sent to [ADDRESS] at noon."),
        (
            "It began in 2012, and was at 22 Specimen Avenue then.",
            "It began in 2012, and was at [ADDRESS] then.",
        ),
        ("It was at 500 West 42 Street then.", "It was at [ADDRESS] then."),
        ("It was at 7 42nd Avenue then.", "It was at [ADDRESS] then."),
    ],
)
def test_an_address_is_masked_and_what_stands_before_it_is_not(
    text: str, scrubbed: str, clean: Callable[..., str]
) -> None:
    assert clean(text) == scrubbed
