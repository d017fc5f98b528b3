"""The pages of releases: what is listed, what each reader sees of it, and what nobody gets out of it."""

from __future__ import annotations

import html
import io
import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from fastapi import FastAPI

from shield1367.home import Home
from shield1367.release.ledger import Ledger
from shield1367.release.verify import NotVerifiedError, verify_package
from tests.desk.desks import COUNTY, PREFIX, Visit, app_of

PARTS = {
    "manifest.json",
    "release.dsse.json",
    "release-keys.pem",
    "dossier.html",
    "validation.html",
    "README.txt",
}


def folder_of(home: Path, release_id: str) -> Path:
    return home / "released" / COUNTY / release_id


def held(home: Path, release_id: str = "r-0123456789abcdef0123", *failures: str) -> Path:
    """A release that did not pass."""
    folder = home / "held" / COUNTY / release_id
    folder.mkdir(parents=True)
    (folder / "held.json").write_text(json.dumps({"release_id": release_id, "failures": failures}))
    return folder


def test_the_list_says_what_is_and_what_to_do_next(home_after_a_run: Path) -> None:
    held(home_after_a_run, "r-0123456789abcdef0123", "audit: name in data", "recall: 3 of 9", "gate: x")
    (home_after_a_run / "work" / COUNTY / "r-ffff").mkdir(parents=True)
    page = Visit(app_of(home_after_a_run), "compliance").get("/").text
    assert "5 releases" in page
    for words in (
        "Nothing to do.",
        "Read the validation report",
        "audit: name in data",
        "and 1 more",
        "being made",
    ):
        assert words in page


def test_filter_search_and_sort_are_in_the_address(app: FastAPI, releases: dict[str, str]) -> None:
    visit = Visit(app, "auditor")
    shown = lambda query: set(re.findall(r'/compliance/releases/([^"]+)"', visit.get(f"/?{query}").text))  # noqa: E731
    assert shown("") == set(releases.values())
    assert shown(f"recipient={COUNTY}") == {releases[COUNTY]}
    assert shown("q=riverbend") == {releases[COUNTY]}
    assert shown(f"q={releases[COUNTY][:9]}") == {releases[COUNTY]}
    assert shown("state=held") == set()
    assert shown("state=king&order=king&number=king&recipient=king") == set()
    assert "No release fits" in visit.get("/?q=nothing+like+it").text


def test_one_leafs_through_a_long_list_with_the_same_question(tmp_path: Path) -> None:
    for number in range(60):
        held(tmp_path, f"r-{number:020x}")
    visit = Visit(app_of(tmp_path), "auditor")
    seen: list[str] = []
    address: str | None = "/?state=held&q=r-0&order=oldest"
    while address:
        page = visit.get(address).text
        assert "60 releases, page" in page
        seen += re.findall(r'/compliance/releases/([^"]+)"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = f"/{html.unescape(following[1])}" if following else None
        assert address is None or "state=held&q=r-0&order=oldest" in address
    assert (len(seen), len(set(seen))) == (60, 60)
    assert 'rel="prev"' in page


def test_a_release_shows_ledger_documents_lineage_and_files(app: FastAPI, county: str) -> None:
    page = Visit(app, "compliance").get(f"/releases/{county}").text
    for words in (
        "What the ledger says",
        "Rows withheld",
        "MOU-2026-07",
        "nobody was asked",
        "Lineage",
        "data_dictionary.csv",
        "SHA-256",
    ):
        assert words in page
    assert '<iframe sandbox title="Dossier"' in page
    assert '<iframe sandbox title="Validation report"' in Visit(app, "compliance").get(
        f"/releases/{county}?document=validation"
    ).text  # fmt: skip


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        ("compliance", True),
        ("approver", True),
        ("cleared_reviewer", True),
        ("auditor", True),
        ("engineer", False),
        ("analyst", False),
    ],
)
def test_how_much_was_withheld_is_for_those_who_may_know(
    app: FastAPI, finished: Path, county: str, role: str, sees: bool
) -> None:
    visit = Visit(app, role)
    page = visit.get(f"/releases/{county}").text
    for words in ("Rows withheld", "What became of the rows", "withheld 1", "withheld 2"):
        assert sees or words not in page
    assert ("Rows withheld" in page) is ("What became of the rows" in page) is sees
    archive = zipfile.ZipFile(io.BytesIO(visit.get(f"/releases/{county}/evidence.zip").content))
    assert set(archive.namelist()) == PARTS | ({"ledger-entry.json"} if sees else set())
    entry = Ledger(Home(root=finished)).find(county)
    assert entry is not None
    assert entry.rows_withheld
    if not sees:
        everything = b"".join(archive.read(name) for name in archive.namelist())
        assert b"rows_withheld" not in everything


def test_the_evidence_is_what_lies_there_and_always_the_same(
    app: FastAPI, finished: Path, county: str
) -> None:
    visit = Visit(app, "auditor")
    answer = visit.get(f"/releases/{county}/evidence.zip")
    assert answer.headers["content-disposition"] == f'attachment; filename="evidence-{county}.zip"'
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    for name in ("manifest.json", "release.dsse.json", "dossier.html"):
        assert archive.read(name) == (folder_of(finished, county) / name).read_bytes()
    assert visit.get(f"/releases/{county}/evidence.zip").content == answer.content


def test_an_analyst_sees_what_their_recipient_received_and_nothing_else(
    home_after_a_run: Path, releases: dict[str, str]
) -> None:
    home = Home(root=home_after_a_run)
    ids = {entry.recipient: entry.release_id for _, entry in Ledger(home).entries()}
    not_given = held(home_after_a_run).name
    visit = Visit(app_of(home_after_a_run), "analyst")
    for query in ("", "?state=held", "?recipient=crcl-oversight", "?q=crcl", "?order=state"):
        page = visit.get(f"/{query}").text
        assert "crcl-oversight" not in re.sub(r'value="[^"]*"', "", page)
        assert not_given not in page
    assert ids[COUNTY] in visit.get("/").text
    others = [ids["crcl-oversight"], ids["state-university-research"], not_given, "r-none"]
    answers = [
        visit.get(f"/releases/{one}{rest}")
        for one in others
        for rest in ("", "/documents/dossier", "/evidence.zip")
    ]
    # Not theirs and not there look the same.
    assert {answer.status_code for answer in answers} == {404}
    assert len({re.sub(r'name="token" value="[^"]+"', "", answer.text) for answer in answers[-3:]}) == 1
    assert visit.get("/recipients").status_code == 403


def test_verify_now_finds_what_was_changed(home_after_a_run: Path, county: str) -> None:
    # The copy is of the same home, so the release has the same id.
    visit = Visit(app_of(home_after_a_run), "auditor")
    ask = lambda: visit.post(f"/releases/{county}/verify", form_on=f"/releases/{county}").text  # noqa: E731
    assert "Verified: nothing missing" in ask()
    dictionary = folder_of(home_after_a_run, county) / "data_dictionary.csv"
    dictionary.write_bytes(dictionary.read_bytes() + b"x")
    assert "Not verified" in (found := ask())
    assert "data_dictionary.csv has" in found
    (home_after_a_run / "released" / "release-keys.pem").unlink()
    assert "release-keys.pem, are not beside" in ask()


def test_a_package_signed_anew_is_not_what_the_ledger_recorded(home_after_a_run: Path, county: str) -> None:
    """Whoever has the key can sign another manifest; the ledger still knows which one was released."""
    from shield1367.keys import Keys
    from shield1367.release.manifest import ReleaseManifest
    from shield1367.release.signing import Signer
    from shield1367.release.statement import write_statement

    home, folder = Home(root=home_after_a_run), folder_of(home_after_a_run, county)
    manifest = ReleaseManifest.read(folder).model_copy(update={"purpose": "another"})
    manifest.write(folder)
    write_statement(folder, manifest, Signer.of(home, Keys.load(home)))
    verify_package(folder, (home.released / "release-keys.pem").read_bytes())
    page = Visit(app_of(home_after_a_run), "auditor").post(
        f"/releases/{county}/verify", form_on=f"/releases/{county}"
    )
    assert "the ledger recorded another manifest" in page.text


def test_a_release_moved_into_another_folder_is_not_verified(
    home_after_a_run: Path, releases: dict[str, str]
) -> None:
    ids = {e.recipient: e.release_id for _, e in Ledger(Home(root=home_after_a_run)).entries()}
    county, other = folder_of(home_after_a_run, ids[COUNTY]), home_after_a_run / "released" / "crcl-oversight"
    shutil.rmtree(county)
    shutil.copytree(other / ids["crcl-oversight"], county)
    page = Visit(app_of(home_after_a_run), "auditor").post(
        f"/releases/{ids[COUNTY]}/verify", form_on=f"/releases/{ids[COUNTY]}"
    )
    assert "signed as another release" in page.text


@pytest.mark.parametrize("name", ["dossier.html", "validation.html"])
@pytest.mark.parametrize("how", ["deleted", "linked", "folder", "pipe"])
def test_a_document_that_is_gone_or_no_file_is_said_to_be(
    home_after_a_run: Path, county: str, name: str, how: str
) -> None:
    import os

    path = folder_of(home_after_a_run, county) / name
    path.unlink()
    if how == "linked":
        path.symlink_to(home_after_a_run / "truth" / "people.jsonl")
    elif how == "folder":
        path.mkdir()
    elif how == "pipe":
        os.mkfifo(path)
    visit = Visit(app_of(home_after_a_run), "compliance")
    document = visit.get(f"/releases/{county}/documents/{name.partition('.')[0]}")
    assert (document.status_code, "E667" in document.text) == (404, True)
    assert visit.get(f"/releases/{county}/evidence.zip").status_code == 404
    # The page itself still stands.
    assert visit.get(f"/releases/{county}").status_code == 200


def test_a_folder_that_leads_elsewhere_is_not_followed(
    home_after_a_run: Path, county: str, tmp_path: Path
) -> None:
    folder = folder_of(home_after_a_run, county)
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    visit = Visit(app_of(home_after_a_run), "compliance")
    assert "released, folder gone" in visit.get("/").text
    assert visit.get(f"/releases/{county}/documents/dossier").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/releases/..%2f..%2fkeys/documents/dossier",
        "/releases/%2e%2e/documents/dossier",
        "/releases/{id}/documents/..%2fmanifest.json",
        "/releases/{id}/documents/%2e%2e%2f%2e%2e%2fkeys%2fmaster.key",
        "/releases/{id}/documents/manifest.json",
        "/releases/{id}%00/documents/dossier",
        "/releases/'%20OR%201=1%20--/documents/dossier",
        "/releases/{id}'%20--",
    ],
)
def test_no_address_leads_out_of_the_documents(app: FastAPI, county: str, path: str) -> None:
    answer = Visit(app, "compliance").get(path.format(id=county))
    assert answer.status_code in (400, 404)
    assert "root:" not in answer.text


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "=HYPERLINK(0)",
    "'; DROP TABLE release; --",
    "{{ 'exec' * 2 }}",
    "..",
    "javascript:alert(1)",
    "%2e%2e%2f",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_names_are_shown_inert(tmp_path: Path, hostile: str) -> None:
    if "/" not in hostile and hostile != "..":
        held(tmp_path, hostile, hostile)
    held(tmp_path, "r-1", hostile)
    visit = Visit(app_of(tmp_path), "compliance")
    asked = dict.fromkeys(("q", "recipient", "state", "order", "number"), hostile)
    search = visit.client.get(f"{PREFIX}/", params=asked)
    pages = [visit.get("/"), search, visit.get("/releases/r-1")]
    for page in pages:
        assert page.status_code == 200
        assert "<script>" not in page.text
        assert "<img" not in page.text
        # No number: it may be a minute of the clock on the page.
        assert "execexec" not in page.text
        assert not re.search(r'(href|src|action)="\s*(javascript|data):', page.text)
    assert html.escape(hostile) in pages[0].text.replace("&#34;", "&quot;").replace("&#39;", "&#x27;")
    for link in re.findall(r'href="(/compliance/releases/[^"]*)"', pages[0].text):
        assert visit.client.get(html.unescape(link)).status_code == 200, link


def test_a_hostile_entry_of_the_ledger_is_shown_inert(tmp_path: Path) -> None:
    from tests.desk.test_catalogue import Books, entry

    bad = "<svg onload=alert(1)>"
    books = Books(tmp_path)
    fields = ("address", "authority", "purpose", "agreement", "nature", "validation")
    books.record(entry(1, organization=bad).model_copy(update=dict.fromkeys(fields, bad)))
    visit = Visit(app_of(tmp_path), "auditor")
    for page in (visit.get("/"), visit.get(f"/releases/{entry(1).release_id}")):
        assert "<svg onload" not in page.text
        assert "&lt;svg onload" in page.text


def test_a_document_with_a_script_can_do_nothing(home_after_a_run: Path, county: str) -> None:
    (folder_of(home_after_a_run, county) / "dossier.html").write_text(
        "<script>fetch('/api/v2/dags')</script>"
    )
    answer = Visit(app_of(home_after_a_run), "approver").get(f"/releases/{county}/documents/dossier")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "allow-scripts" not in policy


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"failures": 7}', b"\xff", b"[" * 100_000])
def test_reasons_that_cannot_be_read_are_said_to_be(tmp_path: Path, content: bytes) -> None:
    (held(tmp_path) / "held.json").write_bytes(content)
    visit = Visit(app_of(tmp_path), "compliance")
    assert "its reasons cannot be read" in visit.get("/").text
    assert visit.get("/releases/r-0123456789abcdef0123").status_code == 200


def test_a_release_without_readable_manifest_is_shown_as_such(home_after_a_run: Path, county: str) -> None:
    (folder_of(home_after_a_run, county) / "manifest.json").write_text('{"files": 7}')
    visit = Visit(app_of(home_after_a_run), "compliance")
    assert "The manifest is missing or cannot be read" in visit.get(f"/releases/{county}").text
    assert "Not verified" in visit.post(f"/releases/{county}/verify", form_on=f"/releases/{county}").text


def test_nothing_but_a_released_release_has_evidence(tmp_path: Path) -> None:
    held(tmp_path)
    assert (
        Visit(app_of(tmp_path), "compliance").get("/releases/r-0123456789abcdef0123/evidence.zip").status_code
        == 404
    )


def test_verification_needs_the_folder(tmp_path: Path) -> None:
    with pytest.raises(NotVerifiedError):
        verify_package(tmp_path, b"")
