"""Who canaries are: always the same, nobody's, and masked by the scrubber in every form they are planted in."""

from __future__ import annotations

import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.canaries.person import canary_of
from shield1367.canaries.rows import canaries_of, canary_rows
from shield1367.config.fields import Category
from shield1367.config.project import load_project
from shield1367.config.text import Strictness
from shield1367.identifiers import canonical
from shield1367.keys import Keys
from shield1367.redaction.text.scrub import Scrubber

PROJECT = load_project()
KEYS = Keys(b"k" * 32)
DATASETS = [(source, name) for source, contract in PROJECT.contracts.items() for name in contract.datasets]


@given(st.binary(min_size=32, max_size=32), st.text(max_size=8), st.text(max_size=8))
def test_a_canary_is_the_same_every_time_and_another_for_another_key_batch_or_role(
    key: bytes, batch: str, role: str
) -> None:
    keys = Keys(key)
    first = canary_of(keys, "benefits", batch, role)
    assert first == canary_of(keys, "benefits", batch, role)
    for other in (
        canary_of(Keys(key[::-1] + b"x"), "benefits", batch, role),
        canary_of(keys, "court", batch, role),
        canary_of(keys, "benefits", batch + "'", role),
        canary_of(keys, "benefits", batch, role + "'"),
    ):
        assert not set(first.needles) & set(other.needles) or first.person_id != other.person_id


@given(st.integers(0, 10**6))
def test_its_numbers_are_well_formed_and_never_issued(number: int) -> None:
    of = canary_of(KEYS, "benefits", str(number), "subject").values
    for kind in ("a_number", "ssn", "receipt_number", "passport_number", "fin"):
        assert canonical(kind, of[kind]), kind
    assert of["a_number"].startswith("A9")  # A-Numbers have come to A2…
    assert re.fullmatch(
        r"9\d\d-[1-4]\d-\d{4}", of["ssn"]
    )  # neither an SSN (area 9) nor an ITIN (group 50 and up)
    assert re.fullmatch(r"\([2-8]9\d\) \d{3}-\d{4}", of["phone"])  # no area code has a 9 in the middle
    assert of["email"].endswith(".example")  # RFC 2606


def test_nobody_reads_a_canary_off_its_repr() -> None:
    canary = canary_of(KEYS, "benefits", "b1", "subject")
    assert not any(needle in repr([canary]).lower() for needle in canary.needles)


@pytest.mark.parametrize(("source", "name"), DATASETS, ids=".".join)
def test_every_dataset_has_every_identifier_it_has_a_column_for_and_every_narrative(
    source: str, name: str
) -> None:
    dataset = PROJECT.contracts[source].datasets[name]
    rows = list(canary_rows(KEYS, PROJECT.fields, source, "b1", dataset))
    people = canaries_of(KEYS, source, "b1", dataset)
    assert len(rows) == 5
    assert len({tuple(row.cells[column] for column in dataset.key) for row in rows}) in (1, 5)
    for role, columns in dataset.people.items():
        for kind, column in columns.items():
            if kind in people[role].values:
                assert {row.cells[column] for row in rows} == {people[role].values[kind]}
    for column, described in dataset.columns.items():
        if described.kind and PROJECT.fields.kinds[described.kind].category is Category.NARRATIVE:
            assert len({row.cells[column] for row in rows}) == 5


@pytest.mark.parametrize("strictness", Strictness)
def test_the_scrubber_masks_every_form(strictness: Strictness) -> None:
    """A canary that it cannot mask would stop every release: a hundred of them, in all forms."""
    dataset = PROJECT.contracts["enforcement"].datasets["encounters"]
    batches = [str(number) for number in range(100)]
    canaries = {batch: canaries_of(KEYS, "enforcement", batch, dataset) for batch in batches}
    everybody = [canary.identity for of in canaries.values() for canary in of.values()]
    scrubber = Scrubber(
        everybody, settings=PROJECT.text.model_copy(update={"ner": "none"}), strictness=strictness
    )
    texts, people = [], []
    for batch in batches:
        for row in canary_rows(KEYS, PROJECT.fields, "enforcement", batch, dataset):
            texts.append(row.cells["narrative"] or "")
            people.append([canary.person_id for canary in row.people.values()])
    answers = scrubber.scrub(texts, people)
    left = [
        (batch, needle)
        for (batch, _), answer in zip(product(batches, range(5)), answers, strict=True)
        for canary in canaries[batch].values()
        for needle in (*canary.needles, canary.values["alias"])
        if needle in answer.text.lower()
    ]
    assert [batch for batch, _ in left] == []
