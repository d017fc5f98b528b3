"""Known names, identifiers, dates and addresses as somebody else writes them, in a sentence that tells nothing."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from random import Random

from benchmarks.narratives import Sample, Truth
from shield1367.identities import Identity

Mutation = Callable[[str, Random], str]
_LEAD = "It was noted that "
_TAIL = " had been seen."
_PER_PERSON = 20
_MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
    "diciembre",
)  # fmt: skip
_ABBREVIATED = {
    "Street": "St", "Avenue": "Ave", "Road": "Rd", "Drive": "Dr.", "Lane": "Ln", "Boulevard": "Blvd", "Court": "Ct",
    "Apt": "#", "Apartment": "Apt.", "North": "N", "South": "S.", "East": "E", "West": "W", "Place": "Pl",
}  # fmt: skip
_SCANNED = (("m", "rn"), ("w", "vv"), ("d", "cl"), ("l", "1"), ("o", "0"), ("i", "l"))


def mutated(identities: Sequence[Identity], rng: Random) -> list[Sample]:
    """Twenty mutations a person, drawn from all that apply."""
    samples = []
    for person in identities:
        changed = sorted(set(_forms(person, rng)))
        for form in rng.sample(changed, min(_PER_PERSON, len(changed))):
            truth = Truth(len(_LEAD), len(_LEAD) + len(form), "mutated", person.person_id)
            samples.append(Sample(f"{_LEAD}{form}{_TAIL}", (truth,), (person.person_id,)))
    return samples


def _forms(person: Identity, rng: Random) -> Iterator[str]:
    values = person.values
    given, family = values["given_name"][0], values["family_name"][0]
    full = f"{given} {family}"
    yield from (change(full, rng) for change in NAME_MUTATIONS)
    yield from _orders(given, family)
    words = full.split()
    longest = max(range(len(words)), key=lambda i: len(words[i]))
    if len(_plain(words[longest])) >= 5:
        for slip in SLIPS:
            yield " ".join((*words[:longest], slip(words[longest], rng), *words[longest + 1 :]))
    for kind in ("a_number", "ssn", "phone", "passport_number", "fin", "i94_number", "receipt_number"):
        for value in values.get(kind, ()):
            yield from (change(value, rng) for change in ID_MUTATIONS)
    for value in values.get("email", ()):
        yield from (value.upper(), value.replace("@", " [at] "), value.replace("@", " @ "))
    for value in values.get("date_of_birth", ()):
        yield from _days(date.fromisoformat(value))
    for value in values.get("street_address", ()):
        yield from (value.upper(), value.replace(" ", "\n", 1), _abbreviated(value))


def _orders(given: str, family: str) -> Iterator[str]:
    """Order, comma, initials, hyphen, gluing, and one of two surnames."""
    first = given.split()[0]
    yield from (
        f"{family}, {given}",
        f"{family.upper()}, {first}",
        f"{family} {first}",
        f"{first[0]}. {family}",
    )
    yield from (family.replace(" ", "-"), full_glued(first, family), f"{first}-{family}")
    surnames = family.replace("-", " ").split()
    if len(surnames) == 2 and min(map(len, surnames)) > 2:
        yield from (
            f"{first} {surnames[0]}",
            f"{first} {surnames[1]}",
            "".join(surnames),
            f"{surnames[0]}, {first}",
        )


def full_glued(given: str, family: str) -> str:
    """As a user name or a file name has it."""
    return f"{given}{family}".replace(" ", "").replace("'", "")


def _days(born: date) -> Iterator[str]:
    yield from (
        born.strftime(form) for form in ("%m/%d/%Y", "%d.%m.%Y", "%B %d, %Y", "%d%b%Y", "%Y%m%d", "%m-%d-%y")
    )
    yield f"{born.day} de {_MONTHS[born.month - 1]} de {born.year}"
    yield f"{_MONTHS[born.month - 1]} {born.day} del {born.year}"
    yield born.strftime("%d %b '%y")


def _abbreviated(address: str) -> str:
    return " ".join(_ABBREVIATED.get(word, word) for word in address.split())


def _edit(word: str, rng: Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    return rng.choice(
        [word[:at] + word[at + 1 :], word[:at] + "e" + word[at:], word[:at] + "x" + word[at + 1 :]]
    )


def _swapped(word: str, rng: Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _scanned(word: str, rng: Random) -> str:
    """What a scanner makes of one letter or pair; the word itself when it has none of them."""
    fitting = [(one, other) for one, other in _SCANNED if one in word[1:]]
    if not fitting:
        return word
    one, other = rng.choice(fitting)
    return word[0] + word[1:].replace(one, other, 1)


def _plain(value: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", value) if not unicodedata.combining(c))


def _invisible(value: str, rng: Random) -> str:
    at = rng.randrange(1, len(value))
    return value[:at] + rng.choice("\u200b\u00ad\u200d") + value[at:]


SLIPS: tuple[Mutation, ...] = (_edit, _swapped, _scanned)
NAME_MUTATIONS: tuple[Mutation, ...] = (
    lambda v, _: v.upper(),
    lambda v, _: v.lower(),
    lambda v, _: unicodedata.normalize("NFD", v),
    lambda v, _: _plain(v),
    _invisible,
    lambda v, _: v.replace("a", "\u0430"),
    lambda v, _: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in v),
    lambda v, _: v.replace(" ", "  "),
    lambda v, _: v.replace(" ", "\n"),
    lambda v, _: v.replace(" ", "_"),
    lambda v, _: v.replace(" ", ". "),
    lambda v, _: v.replace("ñ", "&ntilde;").replace("é", "&#233;"),
    lambda v, _: (
        v.encode().decode("cp1252", "replace")
        if "\ufffd" not in v.encode().decode("cp1252", "replace")
        else v
    ),
)
ID_MUTATIONS: tuple[Mutation, ...] = (
    lambda v, _: v.lower(),
    _invisible,
    lambda v, _: v.replace("0", "O"),
    lambda v, _: v.replace("1", "l"),
    lambda v, _: " ".join(v[i : i + 3] for i in range(0, len(v), 3)),
    lambda v, _: "-".join(v[i : i + 3] for i in range(0, len(v), 3)),
    lambda v, _: v[:4] + "\n" + v[4:],
    lambda v, _: v[:5] + "." + v[5:],
    lambda v, _: v.replace("-", "").replace(" ", ""),
    lambda v, _: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in v),
)
