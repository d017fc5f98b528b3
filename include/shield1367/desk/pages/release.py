"""The page of one release: its verdict, documents, files, lineage; *verify now*; the evidence in one archive."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from markupsafe import Markup
from pydantic import ValidationError

from shield1367.desk.errors import DocumentGoneError, NotFoundError
from shield1367.desk.evidence import DOCUMENTS, Evidence, bundle, evidence_of, read_plainly, reasons
from shield1367.desk.guard import session_of
from shield1367.desk.in_question import in_question
from shield1367.desk.listing import ReleaseState
from shield1367.desk.pages.releases import standing
from shield1367.desk.site import site_of
from shield1367.desk.templating import page, sandboxed
from shield1367.desk.waiting import answers_to, waits_of
from shield1367.home import Home
from shield1367.release.ledger import Disclosure, kept_until
from shield1367.release.ledger.browse import disclosure_and_place
from shield1367.release.manifest import MANIFEST, ReleaseManifest
from shield1367.release.signing import PUBLISHED
from shield1367.release.verify import NotVerifiedError, verify_package
from shield1367.reporting.charts import bar_chart
from shield1367.storage import folder_at_hand

router = APIRouter()

_SHOWN_FILES = 200
_TITLES = {"dossier": "Dossier", "validation": "Validation report"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What *verify now* found: *failures* in words, none when everything holds."""

    checked_at: str
    key: str
    files: int
    size: int
    failures: tuple[str, ...]


@router.get("/releases/{release_id}", name="release", response_class=HTMLResponse)
def show(request: Request, release_id: str, document: str = "") -> HTMLResponse:
    """The page, with one of the documents in a frame."""
    return _page(request, _find(request, release_id), document, verdict=None)


@router.get("/releases/{release_id}/documents/{name}", name="document")
def document(request: Request, release_id: str, name: str) -> Response:
    """A document as it lies in the folder, in a sandbox."""
    return sandboxed(_find(request, release_id).document(name))


@router.get("/releases/{release_id}/evidence.zip", name="evidence")
def evidence(request: Request, release_id: str) -> Response:
    """The evidence of a release to keep or hand on; only of what was released."""
    found, visitor = _find(request, release_id), session_of(request).visitor
    if found.listed.state is not ReleaseState.RELEASED:
        raise NotFoundError("evidence")
    recorded = disclosure_and_place(site_of(request).home, release_id) if visitor.may_count else None
    content = bundle(site_of(request).home, found, recorded[1] if recorded else None)
    return Response(
        content,
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="evidence-{release_id}.zip"'},
    )


@router.post("/releases/{release_id}/verify", name="verify", response_class=HTMLResponse)
def verify(request: Request, release_id: str) -> HTMLResponse:
    """Verify the folder now, and show the page with what was found; nothing is kept of it."""
    found = _find(request, release_id)
    if found.listed.state is not ReleaseState.RELEASED or not found.is_there:
        raise NotFoundError("release")
    return _page(request, found, "", verdict=verified(site_of(request).home, found))


def verified(home: Home, found: Evidence) -> Verdict:
    """A released folder against its signed manifest, and the manifest against the ledger."""
    failures, key, files, size = [], "", 0, 0
    try:
        with folder_at_hand(found.folder) as folder:
            done = verify_package(folder, read_plainly(home.released / PUBLISHED))
        key, files, size = done.key, done.files, done.size
        if (done.release_id, done.recipient) != (found.listed.release_id, found.listed.recipient):
            failures.append("the package is signed as another release than the one whose folder it lies in")
    except NotVerifiedError as error:
        failures.append(str(error))
    except DocumentGoneError:
        failures.append(f"the public keys, {PUBLISHED}, are not beside the releases")
    except OSError as error:
        failures.append(f"a file cannot be read: {error.strerror or type(error).__name__}")
    recorded = disclosure_and_place(home, found.listed.release_id)
    if recorded is None:
        failures.append("the ledger has no entry for it")
    elif recorded[1].manifest and not failures:
        digest = hashlib.sha256(found.file(MANIFEST)).hexdigest()
        if digest != recorded[1].manifest:
            failures.append("the ledger recorded another manifest than the one that lies here")
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Verdict(now, key, files, size, tuple(failures))


def _find(request: Request, release_id: str) -> Evidence:
    """The release, if there is one and the visitor may see it; otherwise nobody learns which of the two."""
    site, mine = site_of(request), session_of(request).visitor.confined_to
    listed = site.catalogue.one(release_id)
    if listed is None:
        raise NotFoundError("release")
    if mine is not None and (listed.recipient not in mine or listed.state is not ReleaseState.RELEASED):
        raise NotFoundError("release")
    return evidence_of(site.home, listed)


def _page(request: Request, found: Evidence, document: str, *, verdict: Verdict | None) -> HTMLResponse:
    site, session = site_of(request), session_of(request)
    recorded = disclosure_and_place(site.home, found.listed.release_id)
    manifest = _manifest(found)
    there = [name for name in DOCUMENTS if found.has(name)]
    # Of a held release the first question is what failed.
    first = "validation" if found.listed.state is ReleaseState.HELD else "dossier"
    shown = next((name for name in (document, first, *there) if name in there), "")
    return page(
        "release.html",
        request,
        session,
        title=f"Release {found.listed.release_id}",
        release=found.listed,
        standing=standing(
            found,
            datetime.now(UTC),
            in_question(site.home),
            shows_cases=session.visitor.may_call("cases"),
        ),
        charts=_charts(recorded[1], may_count=session.visitor.may_count) if recorded else (),
        reasons=_all_reasons(found),
        is_released=found.listed.state is ReleaseState.RELEASED,
        is_there=found.is_there,
        manifest=manifest,
        files=manifest.files[:_SHOWN_FILES] if manifest else (),
        entry=recorded[1] if recorded else None,
        sequence=recorded[0] if recorded else None,
        datasets=_datasets(recorded[1]) if recorded else (),
        kept_until=kept_until(recorded[1].recorded_at) if recorded else "",
        may_count=session.visitor.may_count,
        documents={name: _TITLES[name] for name in there},
        shown=shown,
        may_sample=session.visitor.may_call("sample") and bool(recorded and recorded[1].narratives),
        verdict=verdict,
        waits=waits_of(site, found),
        answers=answers_to(site, found),
        # Where Airflow stands, whatever its address: the desk is mounted in it.
        airflow=request.scope.get("root_path", "").rpartition("/")[0],
    )


def _manifest(found: Evidence) -> ReleaseManifest | None:
    """The manifest, if the release has one that this version reads; *verify now* says what is wrong with it."""
    if found.listed.state is not ReleaseState.RELEASED:
        return None
    try:
        return ReleaseManifest.model_validate(found.json(MANIFEST))
    except (DocumentGoneError, ValidationError):
        return None


def _all_reasons(found: Evidence) -> tuple[str, ...]:
    if found.listed.state is not ReleaseState.HELD:
        return ()
    try:
        return reasons(found)
    except DocumentGoneError:
        return ("its reasons cannot be read",)


def _charts(entry: Disclosure, *, may_count: bool) -> tuple[tuple[str, Markup], ...]:
    """What became of the rows, for those who may know, and what was replaced in its narratives; with their heads."""
    rows = {"released": entry.rows_released, "withheld": entry.rows_withheld} if may_count else {}
    spans = {kind.replace("_", " ").lower(): count for kind, count in entry.spans.items() if count}
    charts = {
        "What became of the rows": rows,
        "What was replaced in the narratives": dict(sorted(spans.items(), key=lambda one: -one[1])),
    }
    return tuple((title, bar_chart(counts, title=title)) for title, counts in charts.items() if counts)


def _datasets(entry: Disclosure) -> tuple[str, ...]:
    """The datasets of a ledger entry's *nature*, which begins with their names as JSON."""
    try:
        names, _ = json.JSONDecoder().raw_decode(entry.nature)
    except ValueError:
        return (entry.nature,)
    return tuple(map(str, names)) if isinstance(names, list) else (entry.nature,)
