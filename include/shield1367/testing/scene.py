"""Who is in a narrative, and how each slot of the grammar writes about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from random import Random

from shield1367.testing import notations
from shield1367.testing.draws import pick
from shield1367.testing.filings import AS_OF
from shield1367.testing.grammar import Piece
from shield1367.testing.mess import plain, typo
from shield1367.testing.names import PersonName, american, draw_name, draw_origin, draw_surnames
from shield1367.testing.people import Person
from shield1367.testing.places import CITIES, LANDMARKS, OFFICES, Address, draw_address
from shield1367.testing.rates import RATES

_LANGUAGES = {"SP": "Spanish", "POR": "Portuguese", "CRE": "Haitian Creole", "FR": "French", "AR": "Arabic",
              "ENG": "English", "MAN": "Mandarin", "PUN": "Punjabi", "RUS": "Russian", "UKR": "Ukrainian",
              "VIE": "Vietnamese", "TUR": "Turkish", "AMH": "Amharic"}  # fmt: skip
_AGENCIES = (
    "sheriff's office",
    "state police",
    "Border Patrol",
    "HSI",
    "county jail",
    "U.S. Marshals Service",
)
_AREA_CODES = ("206", "305", "512", "713", "818")
_OFFICIALS = ("officer", "judge", "attorney")


@dataclass
class Stranger:
    """Somebody in a narrative who is no person of the data; details are drawn when asked for."""

    name: PersonName
    female: bool
    official: bool
    rng: Random

    person_id = None

    @cached_property
    def born(self) -> date:
        """Date of birth."""
        return AS_OF - timedelta(days=self.rng.randint(400, 26_000))

    @cached_property
    def address(self) -> Address:
        """Where they live."""
        return draw_address(self.rng)

    @cached_property
    def phone(self) -> str:
        """Ten digits."""
        return f"{pick(self.rng, _AREA_CODES)}{self.rng.randrange(2_000_000, 9_999_999)}"

    @cached_property
    def email(self) -> str:
        """An address at a reserved domain."""
        handle = plain(f"{self.name.given}.{self.name.surnames[0]}").lower().replace(" ", "").replace("'", "")
        return f"{handle}{self.rng.randrange(1000)}@example.com"


Actor = Person | Stranger


class Scene:
    """The people of one narrative. Strangers are drawn when a slot first asks for them.

    Attributes:
        actors: ``s`` the subject, ``o`` the partner, ``k`` a relative, ``p`` the protected person
            named in somebody else's record; others are strangers.
    """

    def __init__(self, subject: Person, rng: Random, **others: Person | None) -> None:
        self.subject = subject
        self.rng = rng
        self.actors: dict[str, Actor] = {"s": subject}
        self.actors |= {key: person for key, person in others.items() if person is not None}

    def slot(self, name: str) -> Piece:
        """What the slot *name* writes.

        Raises:
            KeyError: there is no such slot.
        """
        if plainly := _SCENE.get(name):
            return plainly(self)
        key, _, attribute = name.partition(".")
        return _ACTOR[attribute](self, self.actor(key))

    def actor(self, key: str) -> Actor:
        """The person or stranger behind a key of the grammar."""
        if key not in self.actors:
            self.actors[key] = self._stranger(key)
        return self.actors[key]

    def _stranger(self, key: str) -> Stranger:
        rng, subject = self.rng, self.subject
        official = key in _OFFICIALS
        female = not subject.female if key == "o" else rng.random() < 0.5
        origin = american() if official and rng.random() < 0.7 else draw_origin(rng)
        surnames = draw_surnames(origin, rng)
        if key in ("k", "k2") and rng.random() < 0.8:
            surnames = subject.name.surnames
        name = draw_name(origin, female=female, surnames=surnames, rng=rng)
        return Stranger(name=name, female=female, official=official, rng=rng)


def _written(scene: Scene, name: PersonName) -> PersonName:
    """A name before its style: marks lost, rarely a slip."""
    rng = scene.rng
    given, middle, surnames = name.given, name.middle, name.surnames
    if rng.random() < RATES.marks_lost:
        given, middle, surnames = plain(given), plain(middle), tuple(plain(part) for part in surnames)
    if rng.random() < RATES.name_typo_in_narrative:
        if rng.random() < 0.5:
            given = typo(given, rng)
        else:
            surnames = (typo(surnames[0], rng), *surnames[1:])
    return PersonName(given, middle, surnames, name.joint)


def _name_kind(actor: Actor, kind: str) -> str:
    return "officer_name" if isinstance(actor, Stranger) and actor.official else kind


def _any_name(scene: Scene, actor: Actor) -> Piece:
    name, draw = _written(scene, actor.name), scene.rng.random()
    title = "Ms. " if actor.female else "Mr. "
    if draw < 0.34:
        text, kind = f"{name.given} {name.surnames[0]}", "full_name"
    elif draw < 0.50:
        text, kind = name.full, "full_name"
    elif draw < 0.63:
        text, kind = f"{name.family}, {name.given}", "full_name"
    elif draw < 0.76:
        text, kind = name.surnames[0] if scene.rng.random() < 0.5 else name.family, "family_name"
        return Piece(title, text, _name_kind(actor, kind), actor.person_id)
    elif draw < 0.85:
        text, kind = name.given, "given_name"
    elif draw < 0.89:
        text, kind = f"{name.given[0]}. {name.surnames[0]}", "full_name"
    elif draw < 0.97:
        text, kind = f"{name.given} {name.family}".upper(), "full_name"
    else:
        text, kind = f"{name.given} {name.surnames[-1]}".lower(), "full_name"
    return Piece("", text, _name_kind(actor, kind), actor.person_id)


def _full_name(scene: Scene, actor: Actor) -> Piece:
    name = _written(scene, actor.name)
    text = name.full if scene.rng.random() < 0.5 else f"{name.given} {name.family}"
    return Piece("", text, _name_kind(actor, "full_name"), actor.person_id)


def _caps_name(scene: Scene, actor: Actor) -> Piece:
    name = actor.name
    text = plain(f"{name.family}, {name.given}" + (f" {name.middle}" if name.middle else "")).upper()
    return Piece("", text, _name_kind(actor, "full_name"), actor.person_id)


def _last_name(scene: Scene, actor: Actor) -> Piece:
    name = _written(scene, actor.name)
    text = name.surnames[0] if scene.rng.random() < 0.6 else name.family
    return Piece("", text, _name_kind(actor, "family_name"), actor.person_id)


def _title_name(scene: Scene, actor: Actor) -> Piece:
    title = "Ms. " if actor.female else "Mr. "
    return _last_name(scene, actor)._replace(prefix=title)


def _first_name(scene: Scene, actor: Actor) -> Piece:
    return Piece("", _written(scene, actor.name).given, _name_kind(actor, "given_name"), actor.person_id)


def _receipt(scene: Scene, actor: Actor) -> Piece:
    if isinstance(actor, Person) and actor.filings:
        text = notations.write_receipt(actor.filings[0].receipt, scene.rng)
        return Piece("", text, "receipt_number", actor.person_id)
    # Nothing filed: the officer wrote the file number where a receipt was asked for.
    return _of_person("a_number", "a_number", notations.write_alien_number)(scene, actor)


def _alias(scene: Scene, actor: Actor) -> Piece:
    if isinstance(actor, Person) and actor.aliases:
        return Piece("", actor.aliases[0], "alias", actor.person_id)
    return _full_name(scene, actor)


def _of_person(
    attribute: str, kind: str, write: Callable[[str, Random], str]
) -> Callable[[Scene, Actor], Piece]:
    def slot(scene: Scene, actor: Actor) -> Piece:
        return Piece("", write(getattr(actor, attribute), scene.rng), kind, actor.person_id)

    return slot


def _address(scene: Scene, actor: Actor) -> Piece:
    address = actor.address
    text = address.line if scene.rng.random() < 0.75 else f"{address.street}, {address.city}"
    return Piece("", text, "street_address", actor.person_id)


def _pronoun(female: str, male: str) -> Callable[[Scene, Actor], Piece]:
    return lambda scene, actor: Piece("", female if actor.female else male)


def _born(write: Callable[[date, Random], str]) -> Callable[[Scene, Actor], Piece]:
    return lambda scene, actor: Piece("", write(actor.born, scene.rng), "date_of_birth", actor.person_id)


def _abroad(scene: Scene, actor: Actor) -> Piece:
    return Piece("", notations.draw_foreign_phone(scene.subject.country.phone_prefix, scene.rng), "phone")


def _as_is(text: str, rng: Random) -> str:
    return text


def _filed(scene: Scene, actor: Actor) -> Piece:
    day = actor.filings[0].filed if isinstance(actor, Person) and actor.filings else _past(scene)
    return Piece("", notations.write_day(day, scene.rng), "filing_date", actor.person_id)


def _past(scene: Scene) -> date:
    return AS_OF - timedelta(days=int(scene.rng.random() ** 2 * 7000) + 1)


def _age(scene: Scene, actor: Actor) -> Piece:
    return Piece("", str((AS_OF - actor.born).days * 100 // 36525))


_ACTOR: dict[str, Callable[[Scene, Actor], Piece]] = {
    "name": _any_name, "Name": _any_name, "full": _full_name, "Full": _full_name, "caps": _caps_name,
    "last": _last_name, "title": _title_name, "Title": _title_name, "first": _first_name,
    "First": _first_name, "alias": _alias, "dob": _born(notations.write_day),
    "dob.es": _born(notations.write_dia), "age": _age,
    "a": _of_person("a_number", "a_number", notations.write_alien_number), "receipt": _receipt,
    "ssn": _of_person("ssn", "ssn", notations.write_ssn), "fin": _of_person("fin", "fin", _as_is),
    "eid": _of_person("eid", "eid_id", _as_is), "i94": _of_person("i94", "i94_number", _as_is),
    "passport": _of_person("passport", "passport_number", _as_is),
    "phone": _of_person("phone", "phone", notations.write_phone), "phone_abroad": _abroad,
    "email": _of_person("email", "email", _as_is), "address": _address, "filed": _filed,
    "he": _pronoun("she", "he"), "He": _pronoun("She", "He"), "him": _pronoun("her", "him"),
    "his": _pronoun("her", "his"), "His": _pronoun("Her", "His"),
}  # fmt: skip


def _number(scene: Scene) -> Piece:
    return Piece("", str(int(scene.rng.random() * 19) + 2))


_SCENE: dict[str, Callable[[Scene], Piece]] = {
    "n": _number,
    "time": lambda s: Piece("", f"{int(s.rng.random() * 24):02d}{int(s.rng.random() * 60):02d}"),
    "money": lambda s: Piece("", f"${int(s.rng.random() * 190 + 2) * 50:,}"),
    "date": lambda s: Piece("", notations.write_day(_past(s), s.rng), "event_date"),
    "date.es": lambda s: Piece("", notations.write_dia(_past(s), s.rng), "event_date"),
    "entered": lambda s: Piece(
        "", notations.write_day(s.subject.entered, s.rng), "entry_date", s.subject.person_id
    ),
    "city": lambda s: Piece("", pick(s.rng, CITIES)[0], "city"),
    "home": lambda s: Piece("", s.subject.birth_city, "city"),
    "country": lambda s: Piece("", s.subject.country.name.title()),
    "language": lambda s: Piece("", _LANGUAGES.get(s.subject.country.language, "a rare language")),
    "office": lambda s: Piece("", pick(s.rng, OFFICES)[1]),
    "landmark": lambda s: Piece("", pick(s.rng, LANDMARKS).lower()),
    "port": lambda s: Piece("", s.subject.port[1].replace(", POE", "").title()),
    "agency": lambda s: Piece("", pick(s.rng, _AGENCIES)),
}
ACTOR_SLOTS = frozenset(_ACTOR)
SCENE_SLOTS = frozenset(_SCENE)
