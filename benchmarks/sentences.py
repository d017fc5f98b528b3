"""Sentences in the style of Presidio's research data set, and court narratives: templates of our own, Faker's values.

The entity types are those of presidio-research. What the texts of this domain must keep readable (countries, ages
under 90, agencies) stands in the templates and counts as any other word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from random import Random
from typing import Any

from benchmarks.narratives import Sample, Truth

LOCALES = (
    "en_US", "es_MX", "es_CO", "es_ES", "pt_BR", "fr_FR", "de_DE", "it_IT", "pl_PL", "ro_RO",
    "tr_TR", "nl_NL", "hr_HR", "hu_HU", "id_ID", "vi_VN", "en_IN", "yo_NG", "zu_ZA", "en_KE",
)  # fmt: skip
_SLOT = re.compile(r"\{([A-Z_0-9]+)\}")

SENTENCES = (
    "Hello, this is {PERSON} calling about order 44; please ring me back on {PHONE}.",
    "Could you update my e-mail to {EMAIL}? Thanks, {GIVEN}",
    "The parcel for {PERSON} goes to {STREET_ADDRESS}.",
    "{PERSON} moved from {CITY} to {CITY} in {DATE}.",
    "Please charge {CREDIT_CARD}, it is in the name of {PERSON}.",
    "My IBAN has changed: {IBAN}. Regards, {PERSON}",
    "We met {GIVEN} at the {ORGANIZATION} picnic on {DATE}.",
    "Log entry: login from {IP} by {EMAIL} on {DATE}",
    "See {URL} for details, or write to {PERSON}.",
    "{PERSON} (born {DATE}) holds driver's license {LICENSE}.",
    "SSN on file: {SSN}. Employee: {PERSON}.",
    "\"I grew up in {CITY},\" said {GIVEN}, \"and never left.\"",
    "Mr. {FAMILY} and Mrs. {FAMILY} run {ORGANIZATION}.",
    "Send the invoice to {PERSON}, {STREET_ADDRESS}, and copy {EMAIL}.",
    "Flight to {CITY} leaves on {DATE}; passenger {PERSON}, passport {PASSPORT}.",
    "Who is {PERSON}? She works for {ORGANIZATION}.",
    "{PERSON}'s phone number is {PHONE}, extension unknown.",
    "Bank account {ACCOUNT} belongs to {PERSON} since {DATE}.",
    "The concert in {CITY} was organised by {PERSON}.",
    "{FAMILY}, {GIVEN}: please come to the front desk.",
    "the meeting with {PERSON} was moved to {DATE}",
    "As {PERSON} told us, the shop closed on {DATE}.",
    "Attn: {PERSON}\n{STREET_ADDRESS}",
    "The zip code is {ZIP} and the contact is {PERSON}.",
    "{ORGANIZATION} hired {PERSON} as an engineer.",
    "I'm {GIVEN} and my number is {PHONE}.",
    "A package was left at {STREET_ADDRESS} by {GIVEN}.",
    "Dear Dr. {FAMILY}, your appointment on {DATE} is confirmed.",
)  # fmt: skip
COURT = (
    "IN THE MATTER OF {PERSON}, {A_NUMBER}. Respondent appeared pro se before the immigration judge on {DATE}.",
    "Counsel {PERSON} entered an appearance for the respondent and asked that mail be sent to {STREET_ADDRESS}.",
    "The respondent testified that he fled {CITY} after gang members threatened his wife, {PERSON}.",
    "On cross-examination {FAMILY} admitted that he had used the name {PERSON} at the border.",
    "Exhibit 4 is an affidavit of {PERSON}, a neighbor, sworn on {DATE} in {CITY}.",
    "DHS conceded that the receipt notice, {RECEIPT}, had been mailed to the wrong address.",
    "The court notes that {PERSON} and {PERSON} were never served. Service by telephone at {PHONE} failed.",
    "{FAMILY} then moved to {CITY}, where {GIVEN} joined her. They have two children, {GIVEN} and {GIVEN}.",
    "The I-94, number {I94}, shows an entry at {CITY} on {DATE}.",
    "Her former partner, {PERSON}, called from {PHONE} and said he would find her.",
    "The motion was filed by {PERSON} of {ORGANIZATION}, e-mail {EMAIL}.",
    "RESPONDENT {FAMILY}, {GIVEN} WAS BORN ON {DATE} IN {CITY} AND ENTERED WITHOUT INSPECTION.",
    "La señora {FAMILY} declaró que vive en {CITY} desde {DATE}.",
    "The passport, {PASSPORT}, was issued to {PERSON} and expired on {DATE}.",
    "Judge {FAMILY} continued the case to {DATE} so that {PERSON} could find a lawyer.",
    "She gave her social security number as {SSN}; the record shows it belongs to {PERSON}.",
)  # fmt: skip
KINDS = {
    "GIVEN": "PERSON", "FAMILY": "PERSON", "CITY": "GPE", "DATE": "DATE_TIME", "PHONE": "PHONE_NUMBER",
    "EMAIL": "EMAIL_ADDRESS", "IP": "IP_ADDRESS", "URL": "DOMAIN_NAME", "IBAN": "IBAN_CODE", "SSN": "US_SSN",
    "LICENSE": "US_DRIVER_LICENSE", "ZIP": "ZIP_CODE", "PASSPORT": "US_PASSPORT", "ACCOUNT": "US_BANK_NUMBER",
}  # fmt: skip
DATES = ("%m/%d/%Y", "%B %d, %Y", "%d %B %Y", "%Y-%m-%d", "%b %d, %Y", "%d-%b-%Y", "%m-%d-%y")


class Filler:
    """Values for the slots, from a locale drawn for every sentence."""

    def __init__(self, seed: int, locales: Sequence[str] = LOCALES) -> None:
        self._locales = locales
        self.rng = Random(seed)  # noqa: S311
        self._american = faker("en_US")
        for name in LOCALES:
            faker(name).seed_instance(seed)

    def sample(self, template: str) -> Sample:
        """The template with its slots filled, and where."""
        local = faker(self.rng.choice(self._locales))
        pieces: list[str] = []
        truth: list[Truth] = []
        length = done = 0
        for match in _SLOT.finditer(template):
            value = self._value(match[1], local)
            length += match.start() - done
            truth.append(Truth(length, length + len(value), KINDS.get(match[1], match[1]), None))
            pieces += (template[done : match.start()], value)
            length += len(value)
            done = match.end()
        return Sample("".join([*pieces, template[done:]]), tuple(truth), ())

    def _value(self, slot: str, local: Any) -> str:
        makers: dict[str, Callable[[], str]] = {
            "PERSON": lambda: f"{_latin(local.first_name)} {_latin(local.last_name)}",
            "GIVEN": lambda: _latin(local.first_name),
            "FAMILY": lambda: _latin(local.last_name),
            "CITY": self._american.city,
            "STREET_ADDRESS": lambda: self._american.address().replace("\n", ", "),
            "PHONE": self._american.phone_number,
            "EMAIL": self._american.email,
            "DATE": lambda: self._american.date_object().strftime(self.rng.choice(DATES)),
            "ORGANIZATION": self._american.company,
            "CREDIT_CARD": self._american.credit_card_number,
            "IBAN": self._american.iban,
            "IP": self._american.ipv4,
            "URL": self._american.url,
            "SSN": self._american.ssn,
            "ZIP": self._american.postcode,
            "LICENSE": lambda: self._american.bothify("?#######").upper(),
            "PASSPORT": lambda: self._american.numerify("#########"),
            "ACCOUNT": lambda: self._american.numerify("##########"),
            "A_NUMBER": lambda: self._american.numerify(
                self.rng.choice(("A#########", "A ###-###-###", "A-########"))
            ),
            "RECEIPT": lambda: (
                self.rng.choice(("EAC", "WAC", "LIN", "SRC", "IOE")) + self._american.numerify("##########")
            ),
            "I94": lambda: (
                self._american.numerify("#########") + self.rng.choice("ABC") + self._american.numerify("#")
            ),
        }
        return makers[slot]()


def samples(
    templates: Sequence[str], count: int, *, seed: int, locales: Sequence[str] = LOCALES
) -> list[Sample]:
    """*count* texts, from all templates in turn, with names of *locales*."""
    filler = Filler(seed, locales)
    return [filler.sample(template) for template in _turns(templates, count)]


def _turns(templates: Sequence[str], count: int) -> Iterator[str]:
    return (templates[index % len(templates)] for index in range(count))


@lru_cache(maxsize=32)
def faker(locale: str) -> Any:
    """A generator of one locale."""
    from faker import Faker

    return Faker(locale)


def _latin(draw: Callable[[], str]) -> str:
    """A name in Latin letters, as case files write it."""
    for _ in range(20):
        name = draw()
        if re.fullmatch(r"[^\W\d_][^\W\d_ '’-]*(?:[ '’-][^\W\d_]+)*", name) and name[0] < "\u0250":
            return name
    raise ValueError("the locale has no name in Latin letters")
