"""The page *Quality*: sampled narratives before and after, side by side, for cleared reviewers.

A narrative is shown in answer to a form only, so that it is asked for on purpose, within a quarter of an hour, and
written down like any question about those in it; it leaves the screen by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse, RedirectResponse

from shield1367.config.text import Strictness
from shield1367.desk.errors import BadRequestError, NotFoundError, SampleChangedError
from shield1367.desk.evidence import evidence_of
from shield1367.desk.guard import session_of
from shield1367.desk.listing import ListedRelease, ReleaseState
from shield1367.desk.lookup import require_registry
from shield1367.desk.sampling import (
    MOST,
    Marks,
    Sample,
    Sampled,
    Samples,
    case_of,
    marks_now,
    plan_of,
    precision_of,
    recall_of,
)
from shield1367.desk.site import site_of
from shield1367.desk.stretches import group_of, runs, stretches, tokens
from shield1367.desk.templating import page
from shield1367.desk.tokens import CLEARED_SECONDS
from shield1367.protection.registry.questions import Question, record_question
from shield1367.protection.registry.store import Registry
from shield1367.redaction.cases import QualityCases
from shield1367.redaction.terms import Change, TermBook, TermList, TermRefusedError
from shield1367.redaction.text.explained import says

router = APIRouter()
log = logging.getLogger(__name__)
Number = Annotated[int, InPath(ge=1, le=MOST)]

SIZES = (10, 25, 50, MOST)
_SEE_OTHER = 303


@router.get("/quality", name="quality", response_class=HTMLResponse)
def show(request: Request) -> HTMLResponse:
    """The samples that were drawn."""
    home = site_of(request).home
    drawn = _samples(request).all() if home.quality.exists() else []
    rows = [(sample, recall_of(sample)) for sample in drawn]
    return page("quality.html", request, session_of(request), title="Quality", rows=rows)


@router.get("/quality/{release_id}", name="sample", response_class=HTMLResponse)
def show_sample(request: Request, release_id: str) -> HTMLResponse:
    """The sample of one release: how far it is marked, and what that says."""
    site, release = site_of(request), _release(request, release_id)
    sample = _samples(request).get(release_id) if site.home.quality.exists() else None
    return page(
        "sample.html",
        request,
        session_of(request),
        title=f"Quality of {release_id}",
        release=release,
        sample=sample,
        following=sample.next_unmarked() if sample else None,
        recall=recall_of(sample) if sample else None,
        precision=precision_of(sample) if sample else None,
        sizes=SIZES,
        has_narratives=plan_of(site.home, release) is not None,
    )


@router.post("/quality/{release_id}/draw", name="draw")
def draw(request: Request, release_id: str) -> RedirectResponse:
    """Draw the sample, or draw it larger."""
    site, session = site_of(request), session_of(request)
    release, size = _release(request, release_id), session.form.get("size", "")
    if size not in map(str, SIZES):
        raise BadRequestError
    require_registry(site.home)
    _samples(request).draw(site.load_project(), release, int(size), by=session.visitor.name)
    return _to_sample(request, release_id)


@router.post("/quality/{release_id}/narratives/{number}", name="look", response_class=HTMLResponse)
def look(request: Request, release_id: str, number: Number) -> HTMLResponse:
    """One narrative, before and after."""
    return _narrative(request, _sample(request, release_id), number - 1)


@router.post("/quality/{release_id}/narratives/{number}/marks", name="mark")
def mark(request: Request, release_id: str, number: Number) -> Response:
    """Keep the marks in one narrative, and show the next that nobody has marked."""
    form, sample = session_of(request).form, _sample(request, release_id)
    if form.get("drawn") != sample.drawn_at:
        raise SampleChangedError
    if number > len(sample.texts):
        raise NotFoundError("narrative")
    text = sample.texts[number - 1]
    pieces = stretches(text.text, text.spans)
    missed, over = _numbers(form, "m"), _numbers(form, "o")
    if not missed <= {p.start for p in pieces if p.is_word} or not over <= set(range(len(text.spans))):
        raise BadRequestError
    made = marks_now(session_of(request).visitor.name, runs(pieces, missed), over)
    site, name = site_of(request), session_of(request).visitor.name
    sample = _samples(request).mark(sample, number - 1, made)
    keys, profile = (
        site.load_keys(site.home),
        site.load_project().recipients.get(_release(request, release_id).recipient),
    )
    strictness = profile.strictness if profile else Strictness.STRICT
    QualityCases(site.home, keys).keep(case_of(sample, number - 1, strictness))
    if form.get("propose"):
        _propose(TermBook(site.home, keys), text, made, by=name, release_id=release_id)
    following = sample.next_unmarked(number - 1)
    if following is None:
        return _to_sample(request, release_id)
    return _narrative(request, sample, following)


def _propose(book: TermBook, text: Sampled, marks: Marks, *, by: str, release_id: str) -> None:
    """What was missed as words that are always masked, what needed no mask as words that are left."""
    missed = [(TermList.DENY, text.text[start:end]) for start, end in marks.missed]
    needless = [(TermList.ALLOW, text.text[text.spans[n].start : text.spans[n].end]) for n in marks.over]
    for of, words in dict.fromkeys(missed + needless):
        try:
            book.propose(Change.ADD, of, words, by=by, release_id=release_id)
        except TermRefusedError:
            # In force already, or no word: the marks are kept and the case fails as long as something is left.
            log.info("a stretch of %s is no term to be proposed", release_id)


def _narrative(request: Request, sample: Sample, number: int) -> HTMLResponse:
    site, session = site_of(request), session_of(request)
    if number >= len(sample.texts):
        raise NotFoundError("narrative")
    text, marks = sample.texts[number], sample.marks.get(number)
    keys = site.load_keys(site.home)
    registry = Registry(site.home, keys)
    for person in dict.fromkeys(text.people) or (None,):
        record_question(
            registry, keys, Question.SAMPLED_NARRATIVE, person_id=person, asked_by=session.visitor.name
        )
    made = page(
        "narrative.html",
        request,
        session,
        title=f"Narrative {number + 1} of {len(sample.texts)}",
        sample=sample,
        number=number + 1,
        pieces=stretches(text.text, text.spans),
        after=tokens(text.scrubbed),
        spans=[(span, group_of(span.entity), says(span.rule)) for span in text.spans],
        text=text.text,
        marks=marks,
        missed=marks.missed if marks else (),
        minutes=CLEARED_SECONDS // 60,
    )
    base = request.scope.get("root_path", "")
    made.headers["Refresh"] = f"{CLEARED_SECONDS}; url={base}/quality/{sample.release_id}"
    return made


def _samples(request: Request) -> Samples:
    site = site_of(request)
    return Samples(site.home, site.load_keys(site.home))


def _sample(request: Request, release_id: str) -> Sample:
    _release(request, release_id)
    sample = _samples(request).get(release_id) if site_of(request).home.quality.exists() else None
    if sample is None:
        raise NotFoundError("sample")
    return sample


def _release(request: Request, release_id: str) -> ListedRelease:
    """A released release by its id, which then can lead to no other file."""
    site = site_of(request)
    listed = site.catalogue.one(release_id)
    if listed is None or listed.state is not ReleaseState.RELEASED:
        raise NotFoundError("release")
    return evidence_of(site.home, listed).listed


def _numbers(form: Mapping[str, str], prefix: str) -> frozenset[int]:
    """The numbers of the boxes that were ticked, ``m17`` or ``o3``."""
    names = (name.removeprefix(prefix) for name in form if name.startswith(prefix))
    return frozenset(int(name) for name in names if name.isascii() and name.isdigit() and len(name) < 9)


def _to_sample(request: Request, release_id: str) -> RedirectResponse:
    base = request.scope.get("root_path", "")
    return RedirectResponse(f"{base}/quality/{release_id}", status_code=_SEE_OTHER)
