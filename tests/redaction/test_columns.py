from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.config.benefits import load_benefits
from shield1367.config.fields import Treatment, load_fields
from shield1367.config.places import AGE_BANDS, REGIONS, STATES
from shield1367.disclosure.plan import ColumnPlan
from shield1367.keys import Keys
from shield1367.redaction.columns import Treater, age_band, region_of, released_type, rounded, state_in
from shield1367.redaction.pseudonyms import Pseudonyms
from shield1367.validation.formats import cell_format

FIELDS = load_fields()
AS_OF = date(2026, 9, 1)
KEYS = Keys(b"k" * 32)
TREATER = Treater(FIELDS, Pseudonyms(KEYS, recipient="university", release_id="r1"), AS_OF)
CELLWISE = [treatment for treatment in Treatment if treatment is not Treatment.SCRUB]
KINDS = [kind for kind in FIELDS.kinds if kind != "person_id"]

cells = st.lists(st.one_of(st.none(), st.text(max_size=20)), min_size=1, max_size=6)


def plan(kind: str, treatment: Treatment, role: str | None = None) -> ColumnPlan:
    return ColumnPlan(
        name="column",
        kind=kind,
        category=FIELDS.kinds[kind].category,
        title="",
        treatment=treatment,
        role=role,
    )


def treat(
    kind: str,
    treatment: Treatment,
    *texts: str | None,
    role: str | None = None,
    people: list[str] | None = None,
    by: Treater = TREATER,
) -> list[Any]:
    who = people or ["somebody"] * len(texts)
    result: list[Any] = by.treat(plan(kind, treatment, role), texts, who).to_pylist()
    return result


@pytest.mark.parametrize(
    ("kind", "treatment", "cell", "expected"),
    [
        ("gender", "keep", "F", "F"),
        ("gender", "keep", None, None),
        ("state", "keep", "wa", "wa"),
        ("state", "keep", "QUERALT ZABALETA", None),
        ("postal_code", "keep", "APT FOUR", None),
        ("event_date", "keep", "02/31/2024", None),
        ("event_date", "year", "0001-01-01", None),
        ("event_date", "month", "9999-12-31", None),
        ("date_of_birth", "age_band", "0001-01-01", None),
        ("event_date", "quarter", "2024-03-31", "2024-Q1"),
        ("event_date", "quarter", "2024-10-01", "2024-Q4"),
        ("event_date", "quarter", "31/31/2024", None),
        ("count", "round", "12", 10),
        ("count", "round", "13", 15),
        ("count", "round", "-3", -5),
        ("count", "round", "many", None),
        ("gender", "round", "12", None),
        ("class_of_admission", "broad", "U-1", "temporary"),
        ("class_of_admission", "broad", "B2", "temporary"),
        ("class_of_admission", "broad", "b 11", "permanent"),
        ("class_of_admission", "broad", "384", "other"),
        ("class_of_admission", "broad", "no such code", "other"),
        ("class_of_admission", "broad", None, None),
        ("gender", "broad", "F", None),
        ("count", "keep", "12", 12),
        ("count", "keep", "twelve", None),
        ("count", "keep", "9" * 40, None),
        ("count", "keep", "1\n", None),
        ("event_date", "keep", "03/04/2021", date(2021, 3, 4)),
        ("event_date", "keep", "31.31.2021", None),
        ("a_number", "withhold", "A012345675", None),
        ("a_number", "token", "A012345675", "[A_NUMBER]"),
        ("a_number", "token", None, "[A_NUMBER]"),
        ("date_of_birth", "year", "1984-03-05", 1984),
        ("date_of_birth", "year", "05-MAR-1984", 1984),
        ("date_of_birth", "year", "1984", 1984),
        ("date_of_birth", "year", "1799", None),
        ("date_of_birth", "age_band", "1984", "35-44"),
        ("date_of_birth", "keep", "1984", None),
        ("age", "age_band", "1984", None),
        ("event_date", "month", "2024", None),
        ("event_date", "month", "2021-03-04T10:00", "2021-03"),
        ("event_date", "month", "soon", None),
        ("date_of_birth", "age_band", "1984-09-01", "35-44"),
        ("date_of_birth", "age_band", "1981-09-01", "45-54"),
        ("date_of_birth", "age_band", "1981-09-02", "35-44"),
        ("age", "age_band", "34", "25-34"),
        ("age", "age_band", "9" * 5000, None),
        ("age", "age_band", "-1", None),
        ("office", "state", "SEATTLE, WA, DOCKET CONTROL OFFICE", "WA"),
        ("office", "state", "Tukwila", None),
        ("country", "region", " mexico ", "Mexico"),
        ("country", "region", "Atlantis", "Other or unknown"),
        ("state", "region", "WA", "West"),
        ("country", "region", None, None),
    ],
)
def test_what_a_cell_becomes(kind: str, treatment: str, cell: str | None, expected: object) -> None:
    assert treat(kind, Treatment(treatment), cell) == [expected]


@given(st.sampled_from(KINDS), st.sampled_from(CELLWISE), cells)
def test_the_type_and_the_length_never_depend_on_content(
    kind: str, treatment: Treatment, texts: list[str | None]
) -> None:
    array = TREATER.treat(plan(kind, treatment), texts, ["x"] * len(texts))
    assert array.type == released_type(FIELDS.kinds[kind], treatment)
    assert len(array) == len(texts)
    empty = TREATER.treat(plan(kind, treatment), [None], ["x"])
    assert empty.type == array.type


@given(st.sampled_from(KINDS), st.sampled_from(CELLWISE), cells, st.randoms())
def test_a_cell_becomes_the_same_whatever_row_it_stands_in(
    kind: str, treatment: Treatment, texts: list[str | None], random: Any
) -> None:
    order = list(range(len(texts)))
    random.shuffle(order)
    people = [f"person-{i}" for i in order]
    together = treat(kind, treatment, *[texts[i] for i in order], people=people)
    alone = [treat(kind, treatment, texts[i], people=[f"person-{i}"])[0] for i in order]
    assert together == alone


@given(st.sampled_from([k for k in KINDS if FIELDS.kinds[k].outside is not Treatment.KEEP]), cells)
def test_what_is_dropped_withheld_or_a_token_is_the_same_for_everybody(
    kind: str, texts: list[str | None]
) -> None:
    for treatment in (Treatment.DROP, Treatment.WITHHOLD, Treatment.TOKEN):
        assert len(set(treat(kind, treatment, *texts))) == 1


@given(st.dates())
def test_an_age_band_is_one_of_the_list(born: date) -> None:
    bands = {band for _, band in AGE_BANDS}
    assert age_band(born.isoformat(), AS_OF) in {*bands, None}
    assert age_band(None, AS_OF) is None


@given(st.text(max_size=40))
def test_a_place_becomes_one_of_the_list_and_nothing_else(text: str) -> None:
    assert state_in(text) in {*STATES, None}
    assert region_of(text) in REGIONS


@given(st.dates(date(1901, 1, 1), date(2090, 1, 1)), st.dates(date(1901, 1, 1), date(2090, 1, 1)), st.text())
def test_a_shift_keeps_the_days_between_two_dates_of_a_person(one: date, other: date, who: str) -> None:
    first, second = treat(
        "event_date", Treatment.SHIFT, one.isoformat(), other.isoformat(), people=[who, who]
    )
    assert second - first == other - one
    assert timedelta(0) < abs(first - one) <= timedelta(days=182)


def test_a_shift_past_the_end_of_the_calendar_is_empty() -> None:
    for cell in ("0001-01-01", "9999-12-31"):
        people = [f"p{i}" for i in range(20)]
        assert None in treat("event_date", Treatment.SHIFT, *[cell] * 20, people=people)


def test_a_narrative_is_never_treated_cell_by_cell() -> None:
    with pytest.raises(ValueError, match="scrubbed in bulk"):
        treat("narrative", Treatment.SCRUB, "text")


class TestPseudonyms:
    def test_one_person_is_one_pseudonym_however_the_cell_is_written(self) -> None:
        one, other = treat(
            "a_number", Treatment.PSEUDONYM, "A012345675", "A0I2-345-675 ", role="subject", people=["p", "p"]
        )
        assert one == other

    def test_two_people_are_two_whatever_the_cell_says(self) -> None:
        one, other = treat(
            "family_name", Treatment.PSEUDONYM, "Paz", "Paz", role="subject", people=["p", "q"]
        )
        assert one != other

    def test_an_empty_cell_of_a_person_stays_empty(self) -> None:
        assert treat("a_number", Treatment.PSEUDONYM, None, role="subject") == [None]

    def test_the_person_column_needs_no_cell(self) -> None:
        assert treat("person_id", Treatment.PSEUDONYM, None, None, people=["p", "p"]) == [
            *treat("person_id", Treatment.PSEUDONYM, None, people=["p"]) * 2
        ]

    def test_a_record_key_is_one_pseudonym_in_all_its_spellings(self) -> None:
        one, other, third = treat("record_id", Treatment.PSEUDONYM, "E-001", "e001", "E002")
        assert one == other != third

    @pytest.mark.parametrize("role", ["subject", None])
    def test_an_identifier_made_anonymous_upstream_is_keyed_again(self, role: str | None) -> None:
        """Whoever holds another copy of the source would join by it as it is (R-15)."""
        upstream = "9f86d081884c7d659a2feaa0c55ad015"
        kind = FIELDS.kinds["person_pseudonym"]
        assert {kind.outside, *kind.allows} == {"drop", "withhold", "token", "pseudonym"}
        others = [
            Treater(FIELDS, Pseudonyms(KEYS, recipient=recipient, release_id=release), AS_OF)
            for recipient, release in (("county", "r1"), ("university", "r2"))
        ]
        made = [
            treat("person_pseudonym", Treatment.PSEUDONYM, upstream, role=role, by=by)[0]
            for by in (TREATER, *others)
        ]
        assert len({*made, upstream}) == 4
        assert not any(upstream in cell for cell in made)
        assert treat("person_pseudonym", Treatment.PSEUDONYM, upstream, role=role) == made[:1]

    @pytest.mark.parametrize(
        ("recipient", "release"), [("county", "r1"), ("university", "r2"), ("county", "r2")]
    )
    def test_pseudonyms_of_two_recipients_or_releases_do_not_join(self, recipient: str, release: str) -> None:
        other = Pseudonyms(KEYS, recipient=recipient, release_id=release)
        own = TREATER.pseudonyms
        people = [f"p{i}" for i in range(50)]
        assert not {own.of("person_id", p) for p in people} & {other.of("person_id", p) for p in people}
        assert sorted(people, key=own.order) != sorted(people, key=other.order)
        assert [own.days(p, within=182) for p in people] != [other.days(p, within=182) for p in people]

    def test_another_key_makes_other_pseudonyms(self) -> None:
        other = Pseudonyms(Keys(b"x" * 32), recipient="university", release_id="r1")
        assert other.of("person_id", "p") != TREATER.pseudonyms.of("person_id", "p")

    @given(st.sets(st.text(max_size=10), max_size=30))
    def test_no_two_people_share_one_and_none_shows_its_person(self, people: set[str]) -> None:
        made = {TREATER.pseudonyms.of("person_id", person) for person in people}
        assert len(made) == len(people)
        assert all(set(name.removeprefix("person-")) <= set("0123456789abcdef") for name in made)


JSON_KEYS = {
    "DATE": ("event_date", Treatment.YEAR),
    "CODE": ("operational_code", Treatment.KEEP),
    "COUNT": ("count", Treatment.KEEP),
    "CHARGE": ("charge", Treatment.DROP),
    "BASIS": ("filing_basis", Treatment.WITHHOLD),
}


class TestJson:
    def treat(self, cell: str | None) -> str | None:
        column = ColumnPlan(
            name="charges",
            kind=None,
            category=None,
            title="",
            treatment=Treatment.KEEP,
            json_keys=JSON_KEYS,
        )
        array = TREATER.treat(column, [cell], ["somebody"])
        assert array.type == pa.string()
        result: str | None = array.to_pylist()[0]
        return result

    def test_each_key_gets_its_treatment(self) -> None:
        cell = (
            '[{"DATE": "2021-03-04", "CODE": "A1", "COUNT": 2, "CHARGE": "x", "BASIS": "VAWA", "NOTE": "y"}]'
        )
        assert json.loads(self.treat(cell) or "") == [{"DATE": 2021, "CODE": "A1", "COUNT": 2}]

    @pytest.mark.parametrize("cell", [None, "", "{", "[{]", "b(6)", "[" * 200_000])
    def test_what_cannot_be_read_is_withheld(self, cell: str | None) -> None:
        assert self.treat(cell) is None

    @pytest.mark.parametrize("nested", [{"SECRET": "VAWA"}, ["VAWA"], [{"SECRET": "VAWA"}]])
    def test_what_is_nested_under_a_planned_key_does_not_come_out(self, nested: object) -> None:
        assert json.loads(self.treat(json.dumps([{"CODE": nested, "COUNT": 1}])) or "") == [{"COUNT": 1}]

    @pytest.mark.parametrize(
        ("cell", "left"), [("null", None), ("5", None), ('"VAWA"', None), ('["VAWA", 5, null]', "[]")]
    )
    def test_what_is_no_record_does_not_come_out(self, cell: str, left: str | None) -> None:
        assert self.treat(cell) == left

    values = st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=6)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)
        ),
        max_leaves=8,
    )
    names = st.one_of(st.sampled_from(list(JSON_KEYS)), st.text(max_size=6))

    @given(st.lists(st.dictionaries(names, values, max_size=6), max_size=4))
    def test_no_key_that_is_not_planned_comes_out_at_any_depth(self, records: list[dict[str, Any]]) -> None:
        released = json.loads(self.treat(json.dumps(records)) or "")
        assert len(released) == len(records)
        for record in released:
            assert set(record) <= {"DATE", "CODE", "COUNT"}
            assert not any(isinstance(value, dict | list) for value in record.values())


def test_every_code_that_tells_shares_its_broad_class_with_many_that_do_not() -> None:
    """T and U, VAWA's and the doubtful ones: in the class of each are many codes that concern nobody protected."""
    table = load_benefits().table("classes_of_admission")
    classes = FIELDS.kinds["class_of_admission"].classes
    assert classes is not None
    harmless = Counter(classes.of(code) for code in (*table.no, *table.silent))
    for code in (*table.reveals, *table.ambiguous):
        assert harmless[classes.of(code)] >= 10, code
    assert {classes.of(code) for code in table.reveals} == classes.names()


@given(st.sampled_from(KINDS), st.sampled_from(CELLWISE), cells, st.data())
def test_a_column_is_its_cells_one_by_one(
    kind: str, treatment: Treatment, texts: list[str | None], data: st.DataObject
) -> None:
    people = data.draw(st.lists(st.sampled_from("pq"), min_size=len(texts), max_size=len(texts)))
    role = data.draw(st.sampled_from([None, "subject"]))
    together = treat(kind, treatment, *texts, role=role, people=people)
    of_cell = TREATER.of_cell(kind, treatment, personal=role is not None)
    assert together == [of_cell(text, who) for text, who in zip(texts, people, strict=True)]


dates = st.one_of(
    st.none(), st.dates().map(date.isoformat), st.sampled_from(["03/04/2021", "2021-02-30", ""])
)


@given(st.lists(dates, max_size=8), st.sampled_from(["p", "q", "row|subject|00"]))
def test_dates_shifted_together_are_those_shifted_one_by_one(texts: list[str | None], who: str) -> None:
    """Also at both ends of the calendar, which a shift may leave."""
    shift = TREATER.of_cell("event_date", Treatment.SHIFT, personal=True)
    ends = ["0001-01-01", "9999-12-31", *texts]
    assert treat("event_date", Treatment.SHIFT, *ends, people=[who] * len(ends)) == [
        shift(text, who) for text in ends
    ]


@given(st.integers(-(10**12), 10**12), st.sampled_from([2, 5, 10, 100, 1000]))
def test_rounding_is_to_the_nearest_and_written_as_the_format_says(number: int, step: int) -> None:
    near = rounded(str(number), step)
    assert near is not None
    assert near % step == 0
    assert abs(near - number) * 2 <= step
    shape = cell_format(
        Treatment.ROUND, name="count", kind=FIELDS.kinds["count"].model_copy(update={"step": step})
    )
    assert re.match(shape.regex or "", str(near))
    if number % step:
        assert not re.match(shape.regex or "", str(number))


class TestSeries:
    def test_releases_of_a_series_can_be_joined_and_no_others(self) -> None:
        def of(recipient: str, release: str, series: str | None) -> Pseudonyms:
            return Pseudonyms(KEYS, recipient=recipient, release_id=release, series=series)

        first = of("university", "r1", "yearly")
        assert first.of("person_id", "p") == of("university", "r2", "yearly").of("person_id", "p")
        assert first.days("p", within=100) == of("university", "r2", "yearly").days("p", within=100)
        for other in (
            of("university", "r1", None),
            of("university", "r1", "monthly"),
            of("county", "r1", "yearly"),
            of("university", "yearly", None),
        ):
            assert other.of("person_id", "p") != first.of("person_id", "p")

    def test_the_order_of_rows_is_each_releases_own(self) -> None:
        one, other = (Pseudonyms(KEYS, recipient="u", release_id=r, series="yearly") for r in ("r1", "r2"))
        assert one.order("row") != other.order("row")


days = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@given(st.dictionaries(st.sampled_from("pqrs"), st.tuples(days, days), min_size=1))
def test_intervals_of_a_person_stay_across_two_datasets_of_a_release(
    stays: dict[str, tuple[date, date]],
) -> None:
    """An arrest in one table, an entry in the other: years and months between them are what research asks."""
    people = list(stays)
    arrests, entries = ([stays[one][at].isoformat() for one in people] for at in (0, 1))
    elsewhere = Treater(FIELDS, Pseudonyms(KEYS, recipient="university", release_id="r1"), AS_OF)
    moved = treat("event_date", Treatment.SHIFT, *arrests, people=people)
    # In another order, by another process, of another kind.
    others = treat(
        "entry_date", Treatment.SHIFT, *reversed(entries), people=people[::-1], role="subject", by=elsewhere
    )[::-1]
    for one, arrest, entry in zip(people, moved, others, strict=True):
        assert arrest != stays[one][0]
        assert entry - arrest == stays[one][1] - stays[one][0]
