"""Synthetic households: who they are, which limb their case falls under, and what is true of them.

A household is drawn from a generator seeded with its own number, so it comes out the same whatever
was drawn before. It holds one *unit*, the people whose protection is shared (principal and
derivatives), and sometimes outsiders who are not: the abuser, a coworker, a cellmate. Their rows are
where a protected person is named in somebody else's record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from shield1367.testing.draws import pick
from shield1367.testing.filings import AS_OF, Filing, write_history
from shield1367.testing.identifiers import Identifiers
from shield1367.testing.limbs import AdmissionClass, Limb, MemberForm, Outcome, Status, draw_entry, draw_limb
from shield1367.testing.mess import plain
from shield1367.testing.names import Country, Origin, PersonName, draw_name, draw_origin, draw_surnames
from shield1367.testing.places import CITIES, PORTS, Address, draw_address
from shield1367.testing.rates import RATES

_DAY = timedelta(days=1)


@dataclass(slots=True)
class Person:
    """One synthetic person and the truth about them."""

    person_id: str
    number: int
    name: PersonName
    aliases: tuple[str, ...]
    female: bool
    born: date
    country: Country
    birth_city: str
    a_number: str
    ssn: str
    fin: str
    eid: str
    i94: str
    passport: str
    phone: str
    email: str
    address: Address
    entry: AdmissionClass
    entered: date
    port: tuple[str, str]
    status: Status
    why: str
    family_id: str
    relation: str
    granted: AdmissionClass | None = None
    shows_grant: bool = False
    begins: date | None = None
    ends: date | None = None
    filings: list[Filing] = field(default_factory=list)
    court_application: str = ""
    spouse: Person | None = None

    @property
    def adult(self) -> bool:
        """Eighteen or older at the end of the data."""
        return (AS_OF - self.born).days >= 18 * 365.25

    def __repr__(self) -> str:
        return f"Person({self.person_id}, {self.status})"


@dataclass(slots=True)
class Household:
    """People who know each other. ``unit`` shares its protection, ``outsiders`` do not."""

    unit: list[Person]
    outsiders: list[Person]
    limb: Limb
    rng: Random

    @property
    def people(self) -> list[Person]:
        """Everybody, principal first."""
        return self.unit + self.outsiders


def draw_household(index: int, *, first: int, limit: int, seed: int, identifiers: Identifiers) -> Household:
    """The *index*-th household of a run; its people are numbered from *first*.

    It has at most *limit* people, so that a run ends on the number asked for.
    """
    rng = Random(seed * 1_000_003 + index)  # noqa: S311 - synthetic data wants a reproducible generator
    builder = _Builder(rng, first, identifiers)
    draw = rng.random()
    if draw < RATES.household_protected:
        status = Status.PROTECTED
    elif draw < RATES.household_protected + RATES.household_indeterminate:
        status = Status.INDETERMINATE
    else:
        status = Status.CLEAR
    return builder.household(draw_limb(status, rng), limit)


class _Builder:
    """Draws the people of one household."""

    def __init__(self, rng: Random, first: int, identifiers: Identifiers) -> None:
        self.rng = rng
        self.first = first
        self.count = 0
        self.receipts = 0
        self.identifiers = identifiers

    def household(self, limb: Limb, limit: int) -> Household:
        case = self.case(limb)
        principal = case.person(case.age, case.female, case.surnames, "principal", case.address)
        unit = [principal]
        for relation in self.relations(limb):
            if len(unit) == limit:
                break
            unit.append(case.relative(relation))
            if relation == "spouse":
                principal.spouse, unit[-1].spouse = unit[-1], principal
        outsiders: list[Person] = []
        if limb.status is Status.PROTECTED and len(unit) < limit:
            outsiders = self.outsiders(case, principal, limit - len(unit))
        family_id = f"F{principal.number:08d}"
        for member in unit:
            member.family_id = family_id
        self.apply(limb, unit)
        return Household(unit, outsiders, limb, self.rng)

    def case(self, limb: Limb) -> _Case:
        """Where the household comes from and lives, and who its principal is."""
        rng = self.rng
        origin = draw_origin(rng)
        while limb.country and limb.country not in {country.name for country in origin.countries}:
            origin = draw_origin(rng)
        country = next((c for c in origin.countries if c.name == limb.country), None)
        country = country or pick(rng, origin.countries)
        city = pick(rng, CITIES)
        address = draw_address(rng, city)
        surnames = draw_surnames(origin, rng)
        youngest, oldest = (12, 17) if limb.minor else (48, 74) if limb.elder else (19, 58)
        age = rng.randint(youngest, oldest)
        female = rng.random() < (RATES.protected_female if limb.status is Status.PROTECTED else 0.42)
        return _Case(self, limb, origin, country, city, address, surnames, age, female)

    def outsiders(self, case: _Case, principal: Person, limit: int) -> list[Person]:
        """Up to *limit* people, one at least, who know a protected principal and share no protection."""
        found: list[Person] = []
        limb, rng = case.limb, self.rng
        if limb.abuser and not limb.minor and rng.random() < RATES.abuser_in_data:
            abuser = case.abuser()
            abuser.spouse, principal.spouse = principal, abuser
            found.append(abuser)
        if len(found) < limit and rng.random() < RATES.acquaintance_in_data:
            found.append(self.acquaintance(case.city))
        return found

    def acquaintance(self, city: tuple[str, str, str]) -> Person:
        """Somebody of any origin who met the principal."""
        rng = self.rng
        origin = draw_origin(rng)
        female = rng.random() < 0.4
        name = draw_name(origin, female=female, surnames=draw_surnames(origin, rng), rng=rng)
        relation = pick(rng, ("cellmate", "coworker", "neighbor", "cousin"))
        country = pick(rng, origin.countries)
        address, age = draw_address(rng, city), rng.randint(19, 55)
        return self.person(name, age=age, female=female, country=country, relation=relation, at=address)

    def relations(self, limb: Limb) -> list[str]:
        """Which family members are in the case, by the forms the limb has for them."""
        if not limb.members:
            return []
        rng = self.rng
        relations = ["spouse"] if "spouse" in limb.members and rng.random() < 0.3 else []
        if "child" in limb.members:
            relations += ["child"] * rng.choices((0, 1, 2, 3), (40, 32, 20, 8))[0]
        relations += [r for r in ("parent", "sibling", "other") if r in limb.members and rng.random() < 0.08]
        return relations

    def person(
        self, name: PersonName, *, age: int, female: bool, country: Country, relation: str, at: Address
    ) -> Person:
        """A person with everything that does not depend on the case."""
        rng, ids, number = self.rng, self.identifiers, self.first + self.count
        self.count += 1
        born = AS_OF - timedelta(days=int(age * 365.25) + rng.randrange(365))
        lived = max(1, min(20 * 365, (AS_OF - born).days - 1))
        person_id = f"P{number:08d}"
        return Person(
            person_id=person_id,
            number=number,
            name=name,
            aliases=_aliases(name, rng),
            female=female,
            born=born,
            country=country,
            birth_city=pick(rng, country.cities),
            a_number=ids.a_number(number),
            ssn=ids.ssn(number),
            fin=ids.fin(number),
            eid=ids.eid(number),
            i94=ids.i94(number),
            passport=ids.passport(number),
            phone=ids.phone(number),
            email=_email(name, number, rng),
            address=at,
            entry=draw_entry(rng),
            entered=AS_OF - timedelta(days=rng.randint(1, lived)),
            port=pick(rng, PORTS),
            status=Status.CLEAR,
            why="no evidence",
            family_id=f"F{number:08d}",
            relation=relation,
        )

    def apply(self, limb: Limb, unit: Sequence[Person]) -> None:
        """Give the unit its applications, classes and the truth that follows from them."""
        rng, principal = self.rng, unit[0]
        outcome = self.outcome(limb)
        ended = limb.status is Status.PROTECTED and outcome is Outcome.DENIED_FINAL
        if limb.entry is not None:
            principal.entry = limb.entry
        main: Filing | None = None
        if limb.files:
            ead = pick(rng, limb.own_ead) if limb.own_ead else ""
            main = self.file(principal, limb.form, pick(rng, limb.bases), outcome, ead=ead, flag=limb.flag)
            if limb.ead and not ended and rng.random() < RATES.ead_beside_application:
                self.file(
                    principal, "I-765", "RENEWAL", Outcome.PENDING, ead=pick(rng, limb.ead), beside=main
                )
        if limb.granted is not None and (limb.always or outcome is Outcome.APPROVED):
            principal.granted, principal.shows_grant = limb.granted, limb.always
        principal.court_application = limb.court
        for member in unit[1:]:
            form = limb.members[member.relation]
            member.court_application = limb.court
            # Without an application of their own, only the court's lead/rider link tells.
            if main is not None and (ended or rng.random() > RATES.derivative_by_court_link_only):
                self.derivative(member, form, main, outcome, ead_filed=not ended)
        begins = main.filed if main and limb.status is not Status.CLEAR else None
        for member in unit:
            member.status = Status.CLEAR if ended else limb.status
            role = "principal" if member is principal else "derivative"
            member.why = f"{limb.name}, {role}" + (
                ", denied on the merits, appeals exhausted" if ended else ""
            )
            member.begins = begins
            if ended:
                # The unit's protection ends with the last of its applications.
                member.ends = max(filing.history[-1][1] for m in unit for filing in m.filings)

    def derivative(
        self, member: Person, form: MemberForm, main: Filing, outcome: Outcome, *, ead_filed: bool
    ) -> None:
        filing = self.file(member, form.form, form.basis, outcome, principal=main, beside=main)
        filing.relation = member.relation
        if form.ead and ead_filed and member.adult and self.rng.random() < RATES.ead_beside_application:
            self.file(member, "I-765", "RENEWAL", Outcome.PENDING, ead=form.ead, beside=filing)
        if form.admission and outcome is Outcome.APPROVED:
            member.granted = AdmissionClass(form.admission, "Unknown Or Not Reported")

    def outcome(self, limb: Limb) -> Outcome:
        if limb.status is Status.PROTECTED:
            # A code or a flag of its own would go on saying what a denial has ended.
            ends = limb.files and not (limb.own_ead or limb.flag)
            table = RATES.protected_outcomes if ends else RATES.open_outcomes
        elif limb.status is Status.INDETERMINATE:
            table = RATES.open_outcomes
        else:
            table = RATES.clear_outcomes
        return self.rng.choices(*table)[0]

    def file(
        self,
        person: Person,
        form: str,
        basis: str,
        outcome: Outcome,
        *,
        ead: str = "",
        flag: str = "",
        principal: Filing | None = None,
        beside: Filing | None = None,
    ) -> Filing:
        rng = self.rng
        if beside is not None:
            filed = min(beside.filed + timedelta(days=pick(rng, (0, 0, 0, 30, 90))), AS_OF - 30 * _DAY)
        else:
            filed = AS_OF - timedelta(days=rng.randint(60, 12 * 365))
        filed = max(filed, person.born + _DAY)  # nobody is applied for before birth
        # Four receipts a person are enough for every limb; the number keeps them apart.
        receipt = self.identifiers.receipt(self.first * 4 + self.receipts, filed=filed)
        self.receipts += 1
        filing = Filing(
            form=form,
            basis=basis,
            filed=filed,
            receipt=receipt,
            outcome=outcome,
            history=write_history(outcome, filed, rng),
            ead=ead,
            flag=flag,
            principal=principal,
        )
        person.filings.append(filing)
        return filing


@dataclass(frozen=True, slots=True)
class _Case:
    """What the people of one household share, and how each is drawn from it."""

    builder: _Builder
    limb: Limb
    origin: Origin
    country: Country
    city: tuple[str, str, str]
    address: Address
    surnames: tuple[str, ...]
    age: int
    female: bool

    def person(self, age: int, female: bool, surnames: tuple[str, ...], relation: str, at: Address) -> Person:
        name = draw_name(self.origin, female=female, surnames=surnames, rng=self.builder.rng)
        return self.builder.person(
            name, age=age, female=female, country=self.country, relation=relation, at=at
        )

    def relative(self, relation: str) -> Person:
        """A member of the principal's family who is in the case."""
        rng = self.builder.rng
        child = relation in ("child", "other")
        # All drawn for everybody, so that one relative's kind does not change who comes next.
        years = {
            "child": rng.randint(0, 20),
            "other": rng.randint(1, 20),
            "parent": self.age + rng.randint(18, 30),
        }
        surnames = self.surnames
        if child:
            surnames = (surnames[0], *draw_surnames(self.origin, rng)[:1])[: len(surnames)]
        if relation == "spouse" or (child and self.female and self.limb.abuser and rng.random() < 0.6):
            surnames = draw_surnames(self.origin, rng)
        age = years.get(relation, max(1, self.age + rng.randint(-8, 8)))
        age = min(age, max(0, self.age - 15) if child else 88)
        female = not self.female if relation == "spouse" else rng.random() < 0.5
        return self.person(age, female, surnames, relation, self.address)

    def abuser(self) -> Person:
        """The principal's spouse from whom the case protects."""
        rng = self.builder.rng
        home = self.address if rng.random() < 0.5 else draw_address(rng, self.city)
        age = max(19, self.age + rng.randint(-4, 12))
        surnames = self.surnames if rng.random() < 0.3 else draw_surnames(self.origin, rng)
        return self.person(age, not self.female, surnames, "abuser", home)


def _aliases(name: PersonName, rng: Random) -> tuple[str, ...]:
    if rng.random() >= RATES.alias:
        return ()
    given = name.given.split()[0]
    options = [f"{given} {name.surnames[-1]}", f"{name.middle or given[:4]} {name.surnames[0]}"]
    return (pick(rng, options),)


def _email(name: PersonName, number: int, rng: Random) -> str:
    given = plain(name.given).lower().replace(" ", "").replace("'", "")
    family = plain(name.surnames[0]).lower().replace(" ", "").replace("'", "")
    tail = str(number % 9973)
    shape = pick(rng, ("{g}.{f}{n}", "{g}{f}{n}", "{g}_{f}{n}", "{f}{n}", "{f}.{g}.{n}", "{g}{n}"))
    host = pick(rng, ("example.com", "example.org", "mail.example.com", "correo.example.net", "example.net"))
    local = "".join(
        c for c in shape.format(g=given, f=family, n=tail) if c.isascii() and (c.isalnum() or c in "._")
    )
    return f"{local}@{host}"
