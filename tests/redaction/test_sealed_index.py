"""The index of people in a sealed file says what one that is made of them says, and is nobody else's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings

from shield1367.config.text import Strictness, load_text_settings
from shield1367.identities import Identity
from shield1367.keys import Keys
from shield1367.protection.sealed_lines import SnapshotBrokenError
from shield1367.redaction import sealed_index
from shield1367.redaction.sealed_index import read_index, write_index
from shield1367.redaction.text import postings
from shield1367.redaction.text.lexicon import load_lexicon
from shield1367.redaction.text.people import People
from shield1367.redaction.text.scrub import Scrubber
from tests.redaction.text.test_knowing import PEOPLE, TEXTS

KEYS = Keys(b"k" * 32)
SETTINGS = load_text_settings().model_copy(update={"ner": "none"})
SOME = hypothesis_settings(
    max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
ONE = Identity("person-1", {"given_name": ("Zenaida",), "family_name": ("Okonkwo",)})
# What an index holds that compares as it is; the rest shows in what it finds.
SAME = "ids births words own everywhere called streets cities towns led lettered surnames rare index unspaced"


@pytest.mark.parametrize("few", [1, 2**18])
@given(people=PEOPLE, more=PEOPLE, texts=TEXTS)
@SOME
def test_it_says_what_one_made_of_the_same_people_says(
    tmp_path: Path, few: int, people: list[Identity], more: list[Identity], texts: list[str]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        # An index of many is kept otherwise than one of few, and is more than a line of a file.
        patch.setattr(postings.Entries.__init__, "__defaults__", (few,))
        patch.setattr(sealed_index, "_ITEMS", 2)
        patch.setattr(sealed_index, "_NUMBERS", 3)
        path = write_index(tmp_path / "index.sealed", KEYS, iter(people), release_id="r-1")
    stored, made = read_index(path, KEYS, release_id="r-1"), People(people, load_lexicon())
    assert vars(stored).keys() == vars(made).keys()
    for name in SAME.split():
        assert getattr(stored, name) == getattr(made, name), name
    assert stored.house_numbers == made.house_numbers
    for key in made.streets:
        assert stored.addresses[key] == made.addresses[key]
    linked = [["p1", "row-1-spouse"], ["p2"], []][: len(texts)]
    one, other = (
        Scrubber(index, settings=SETTINGS, strictness=Strictness.STRICT) for index in (stored, made)
    )
    assert one.find(texts, linked) == other.find(texts, linked)
    assert one.knowing(more).find(texts, linked) == other.knowing(more).find(texts, linked)


def test_numbers_keep_their_type_and_an_empty_part_is_there(tmp_path: Path) -> None:
    path = write_index(tmp_path / "index.sealed", KEYS, [], release_id="r-1")
    columns = read_index(path, KEYS, release_id="r-1").skeletons.columns
    assert len(columns.keys) == 0
    assert [column.dtype for column in (columns.keys, columns.people, columns.kinds)] == [
        np.uint64, np.int32, np.uint8,
    ]  # fmt: skip


def test_nothing_of_it_is_plain_and_it_opens_for_its_release_alone(tmp_path: Path) -> None:
    path = write_index(tmp_path / "index.sealed", KEYS, [ONE], release_id="r-1")
    content = path.read_bytes()
    assert b"okonkwo" not in content
    assert b"person-1" not in content
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(SnapshotBrokenError, match="plan the release again"):
        read_index(path, KEYS, release_id="r-2")
    with pytest.raises(SnapshotBrokenError):
        read_index(path, Keys(b"x" * 32), release_id="r-1")
    path.write_bytes(b"".join(content.splitlines(keepends=True)[:-1]))
    with pytest.raises(SnapshotBrokenError):
        read_index(path, KEYS, release_id="r-1")
