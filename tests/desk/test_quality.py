"""Quality sampling: what a cleared reviewer sees, what is recorded of it, and what the marks are worth."""

from __future__ import annotations

import html
import logging
import re
import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shield1367.desk.sampling import Marks, Sample, Sampled, Samples, precision_of, recall_of
from shield1367.desk.stretches import Masked, runs, stretches, tokens
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.protection.registry.questions import Question, questions
from shield1367.protection.registry.store import Registry
from tests.desk.desks import Visit, app_of

UNIVERSITY = "state-university-research"


@pytest.fixture(scope="module")
def root(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished home of this file's own, to be written into."""
    return Path(shutil.copytree(finished, tmp_path_factory.mktemp("quality") / "home"))


@pytest.fixture(scope="module")
def drawn(root: Path, releases: dict[str, str]) -> str:
    """The university's release, of which ten narratives are drawn."""
    visit, name = Visit(app_of(root), "cleared_reviewer"), releases[UNIVERSITY]
    assert "Draw a sample" in visit.get(f"/quality/{name}").text
    assert visit.post(f"/quality/{name}/draw", form_on=f"/quality/{name}", size="10").status_code == 303
    return name


@pytest.fixture
def visit(root: Path) -> Visit:
    return Visit(app_of(root), "cleared_reviewer")


def sample_of(home: Path, name: str) -> Sample:
    made = Home(root=home)
    sample = Samples(made, Keys.load(made)).get(name)
    assert sample is not None
    return sample


def plain(page: str) -> str:
    """What a reader sees of a page."""
    return html.unescape(re.sub(r"<[^>]+>", "", page))


def words_of(page: str) -> list[str]:
    return re.findall(r'name="(m[0-9]+)"', page)


def test_a_narrative_is_shown_before_and_after_and_the_look_is_recorded(
    root: Path, drawn: str, visit: Visit, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    home = Home(root=root)
    registry = Registry(home, Keys.load(home))
    before = len(questions(registry, Keys.load(home)))
    sample = sample_of(root, drawn)
    number = next(n for n, text in enumerate(sample.texts, 1) if text.spans and text.people)
    text = sample.texts[number - 1]
    answer = visit.post(f"/quality/{drawn}/narratives/{number}", form_on=f"/quality/{drawn}")
    assert answer.status_code == 200
    assert answer.headers["refresh"].startswith("900;")
    page = re.sub(r"<sup>.*?</sup>|<style>.*?</style>", "", answer.text, flags=re.DOTALL)
    original, scrubbed = page.split('aria-labelledby="after"')
    assert text.text in plain(original)
    assert text.scrubbed in plain(scrubbed)
    assert not any(text.text[:40] in record.getMessage() for record in caplog.records)
    asked = questions(registry, Keys.load(home))[before:]
    assert len(asked) == len(set(text.people))
    assert {(one.asked_by, one.question) for one in asked} == {
        ("cleared_reviewer", Question.SAMPLED_NARRATIVE)
    }


def test_marks_are_kept_encrypted_and_make_an_estimate(root: Path, drawn: str, visit: Visit) -> None:
    sample = sample_of(root, drawn)
    number = next(n for n, text in enumerate(sample.texts, 1) if text.spans and n < len(sample.texts))
    look = f"/quality/{drawn}/narratives/{number}"
    page = visit.post(look, form_on=f"/quality/{drawn}").text
    at = sample.drawn_at
    first, second, *_ = words_of(page)
    answer = visit.post(
        f"{look}/marks", form_on=f"/quality/{drawn}", drawn=at, o0="1", **{first: "1", second: "1"}
    )
    assert answer.status_code == 200
    assert f"Narrative {number + 1} of 10" in answer.text, "the next one is shown"
    marks = sample_of(root, drawn).marks[number - 1]
    assert (marks.by, marks.over) == ("cleared_reviewer", (0,))
    sealed = (root / "quality" / f"{drawn}.json").read_bytes()
    assert b"cleared_reviewer" not in sealed
    assert (root / "quality" / f"{drawn}.json").stat().st_mode & 0o077 == 0
    overview = visit.get(f"/quality/{drawn}").text
    assert "1 of 10" in overview
    assert "of what had to be masked was masked" in overview
    assert drawn in visit.get("/quality").text
    assert sample_of(root, drawn).texts[0].text not in overview


def test_drawn_larger_it_begins_with_the_same_and_keeps_the_marks(
    home_after_a_run: Path, releases: dict[str, str]
) -> None:
    home, name = Home(root=home_after_a_run), releases[UNIVERSITY]
    visit = Visit(app_of(home_after_a_run), "cleared_reviewer")
    for size in ("10", "25"):
        visit.post(f"/quality/{name}/draw", form_on=f"/quality/{name}", size=size)
        if size == "10":
            small = sample_of(home_after_a_run, name)
            Samples(home, Keys.load(home)).mark(small, 3, Marks(by="mara", at="2026-10-01T00:00:00"))
    large = sample_of(home_after_a_run, name)
    assert large.texts[:10] == small.texts
    assert set(large.marks) == {3}
    stale = visit.post(
        f"/quality/{name}/narratives/1/marks", form_on=f"/quality/{name}", drawn=small.drawn_at
    )
    assert (stale.status_code, "E673" in stale.text) == (409, True)


@pytest.mark.parametrize(
    ("number", "fields", "status"),
    [
        ("1", {"m999999": "1"}, 400),
        ("1", {"o999": "1"}, 400),
        ("99", {}, 404),
        ("0", {}, 400),
        ("101", {}, 400),
        ("x", {}, 400),
    ],
)
def test_marks_that_fit_nothing_are_refused(
    root: Path, drawn: str, visit: Visit, number: str, fields: dict[str, str], status: int
) -> None:
    at = sample_of(root, drawn).drawn_at
    answer = visit.post(
        f"/quality/{drawn}/narratives/{number}/marks", form_on=f"/quality/{drawn}", drawn=at, **fields
    )
    assert answer.status_code == status


def test_a_release_without_scrubbed_narratives_has_no_sample(
    visit: Visit, county: str, releases: dict[str, str]
) -> None:
    assert "no scrubbed narratives" in visit.get(f"/quality/{county}").text
    answer = visit.post(f"/quality/{county}/draw", form_on="/quality/" + releases[UNIVERSITY], size="10")
    assert (answer.status_code, "E672" in answer.text) == (404, True)
    for name in ("r-none", "..%2fkeys", "%00"):
        assert visit.get(f"/quality/{name}").status_code in (400, 404)


def test_a_kept_sample_that_is_none_is_said_to_be(home_after_a_run: Path, releases: dict[str, str]) -> None:
    home, name = Home(root=home_after_a_run), releases[UNIVERSITY]
    path = home.quality / f"{name}.json"
    path.parent.mkdir()
    visit = Visit(app_of(home_after_a_run), "cleared_reviewer")
    for content, code in (
        (b"{}", "E102"),
        (Keys.load(home).cipher("quality").encrypt(b'{"texts": "A204567891"}'), "E674"),
    ):
        path.write_bytes(content)
        answer = visit.get(f"/quality/{name}")
        assert (answer.status_code, code in answer.text) == (500, True)
        assert "204567891" not in answer.text


def test_what_is_sampled_shows_in_no_repr() -> None:
    text = Sampled(text="Ana Lopez", scrubbed="[PERSON]", spans=(), people=("p",))
    assert "Ana" not in repr(text) + repr(stretches("Ana Lopez", ()))


@given(st.text(max_size=60), st.data())
def test_the_pieces_are_the_text(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    spans = [
        Masked(start=a, end=b, entity="PERSON", rule="known.name")
        for a, b in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    pieces = stretches(text, spans)
    assert "".join(piece.text for piece in pieces) == text
    assert [p.masked for p in pieces if p.masked is not None] == list(range(len(spans)))
    assert "".join(piece.text for piece in tokens(text)) == text
    words = [p for p in pieces if p.is_word]
    every = runs(pieces, frozenset(p.start for p in words))
    assert all(a < b <= c for (a, b), (c, _) in pairwise(every))
    assert all(any(a <= p.start < b for a, b in every) for p in words)


def test_words_side_by_side_are_one_miss() -> None:
    pieces = stretches("called Ana Maria Lopez, then Lopez", ())
    assert runs(pieces, frozenset({7, 11, 17, 29})) == ((7, 23), (29, 34))


@pytest.mark.parametrize(
    ("missed", "over", "recall", "precision"),
    [(0, 0, (20, 20), (20, 20)), (2, 0, (20, 22), (20, 20)), (1, 5, (15, 16), (15, 20))],
)
def test_the_estimate(missed: int, over: int, recall: tuple[int, int], precision: tuple[int, int]) -> None:
    spans = tuple(Masked(start=n, end=n + 1, entity="ID", rule="known.id") for n in range(20))
    text = Sampled(text="x" * 40, scrubbed="", spans=spans, people=())
    marks = Marks(
        by="m", at="t", missed=tuple((20 + n, 21 + n) for n in range(missed)), over=tuple(range(over))
    )
    sample = Sample(
        release_id="r", drawn_at="t", drawn_by="m", narratives=9, texts=(text, text), marks={0: marks}
    )
    share = recall_of(sample)
    assert (share.right, share.trials) == recall
    assert 0 <= share.lower <= share.right / share.trials <= share.upper <= 1
    assert (precision_of(sample).right, precision_of(sample).trials) == precision


def test_twenty_of_twenty_are_at_least_86_percent() -> None:
    """Clopper and Pearson: 0.05 ** (1 / 20)."""
    spans = tuple(Masked(start=n, end=n + 1, entity="ID", rule="known.id") for n in range(20))
    text = Sampled(text="x" * 20, scrubbed="", spans=spans, people=())
    sample = Sample(
        release_id="r",
        drawn_at="t",
        drawn_by="m",
        narratives=1,
        texts=(text,),
        marks={0: Marks(by="m", at="t")},
    )
    assert recall_of(sample).lower == pytest.approx(0.05 ** (1 / 20), abs=1e-6)
    assert recall_of(sample).upper == 1.0
