"""The desk as people use it: Airflow's own pages, its login, Chromium, a keyboard. `make test-browser` runs it.

Not named ``test_…``: it needs a browser, which the other tests do not.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from shield1367.desk.pages.cases import cases
from tests.browser.scene import (
    COUNTY,
    CRCL,
    INES,
    MARA,
    ROLES,
    TO_MEND,
    UNIVERSITY,
    Desk,
    browser,
    desk,
    playwright,
)
from tests.browser.visits import check, picture, signed_in, violations
from tests.protection.site import a_number

__all__ = ["browser", "desk", "playwright"]  # fixtures

pytestmark = pytest.mark.timeout(600)

WIDTHS = (1280, 400)
IN_THE_DARK = {("releases", 1280), ("case", 1280), ("sample", 400), ("waiting", 400)}


def pages(desk: Desk) -> dict[str, tuple[str, str]]:
    """Name of a picture → who opens which page."""
    county = desk.releases[COUNTY]
    batch = next(path for path in sorted(desk.home.staged.glob("enforcement/_batches/*.json")))
    return {
        "releases": ("compliance", "/compliance/"),
        "releases-analyst": ("analyst", "/compliance/"),
        "release": ("compliance", f"/compliance/releases/{county}"),
        "held": ("compliance", f"/compliance/releases/{desk.held}"),
        "waiting": ("approver", f"/compliance/releases/{desk.waiting}"),
        "recipients": ("approver", "/compliance/recipients"),
        "recipient": ("approver", f"/compliance/recipients/{COUNTY}"),
        "preview": ("engineer", f"/compliance/recipients/{COUNTY}/preview"),
        "look-back": ("compliance", "/compliance/lookback?show=all"),
        "case": ("compliance", f"/compliance/lookback/{case_of(desk, CRCL)}"),
        "safeguards": ("compliance", "/compliance/safeguards"),
        "quarantine": ("engineer", "/compliance/quarantine"),
        "batch": ("engineer", f"/compliance/quarantine/enforcement/{batch.stem}"),
        "mending": (INES, "/compliance/quarantine/{}/{}".format(*TO_MEND)),
        "terms": (MARA, "/compliance/terms"),
        "accounts": ("auditor", "/compliance/accounts"),
        "quality": ("cleared_reviewer", "/compliance/quality"),
        "sample": ("cleared_reviewer", f"/compliance/quality/{desk.releases[UNIVERSITY]}"),
        "ask": ("cleared_reviewer", "/compliance/who-received"),
        "refused": ("auditor", "/compliance/who-received"),
    }


def case_of(desk: Desk, recipient: str) -> str:
    return next(case.name for case in cases(desk.home).values() if case.recipient == recipient)


@pytest.fixture(scope="session")
def used(browser: Browser, desk: Desk) -> Desk:
    """The desk after somebody wrote the account of the month, drew a sample and marked a narrative."""
    with signed_in(browser, desk.url, "compliance") as page:
        page.goto("/compliance/accounts")
        page.get_by_role("button", name=re.compile("^Write")).click()
        expect(page.locator("iframe")).to_be_visible()
    with signed_in(browser, desk.url, "cleared_reviewer") as page:
        page.goto(f"/compliance/releases/{desk.releases[UNIVERSITY]}")
        page.get_by_role("link", name="Sample its narratives").click()
        page.get_by_label("Narratives").select_option("10")
        page.get_by_role("button", name="Draw").click()
        expect(page.get_by_role("button", name="Show narrative 1")).to_be_visible(timeout=120_000)
        page.goto("/compliance/terms")
        propose(page, "Casa Bluebell")
        propose(page, "Docket Sheet", "take for no name")
    return desk


def propose(page: Page, term: str, said: str = "always mask") -> None:
    page.get_by_label("Term").fill(term)
    page.get_by_label("From now on").select_option(label=said)
    page.get_by_role("button", name="Propose").click()
    expect(page.get_by_role("cell", name=term)).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_and_can_be_read(
    browser: Browser, used: Desk, request: pytest.FixtureRequest, tmp_path: Path, width: int, scheme: str
) -> None:
    for name, (user, address) in pages(used).items():
        with signed_in(browser, used.url, user, width=width, scheme=scheme) as page:
            page.goto(address)
            page.wait_for_load_state("networkidle")
            check(page, name, width)
            if scheme == "light" or (name, width) in IN_THE_DARK:
                picture(page, request, f"{name}-{width}{'-dark' if scheme == 'dark' else ''}", tmp_path)


def test_it_is_opened_from_airflows_navigation(
    browser: Browser, desk: Desk, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with signed_in(browser, desk.url, "compliance") as page:
        page.goto("/plugin/compliance-desk")
        frame = page.frame_locator("iframe")
        expect(frame.get_by_role("heading", name="Releases")).to_be_visible(timeout=30_000)
        frame.get_by_role("link", name=desk.releases[COUNTY]).click()
        expect(frame.get_by_role("heading", name=f"Release {desk.releases[COUNTY]}")).to_be_visible()
        frame.get_by_role("button", name="Verify now").click()
        expect(frame.get_by_text("Verified: nothing missing")).to_be_visible()
        # The dossier, in its own sandbox inside the frame.
        dossier = frame.frame_locator("iframe[title=Dossier]")
        expect(dossier.get_by_text("every check holds").first).to_be_visible()
        picture(page, request, "in-airflow-1280", tmp_path)


@pytest.mark.parametrize(("airflow", "system"), [("dark", "light"), ("light", "dark")])
def test_inside_airflow_it_is_as_dark_as_airflow(
    browser: Browser, desk: Desk, airflow: str, system: Literal["light", "dark"]
) -> None:
    with signed_in(browser, desk.url, "compliance", scheme=system) as page:
        page.goto("/")
        page.evaluate("theme => localStorage.setItem('theme', theme)", airflow)
        page.goto("/plugin/compliance-desk")
        frame = page.frame_locator("iframe")
        expect(frame.get_by_role("heading", name="Releases")).to_be_visible(timeout=30_000)
        paper = frame.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
        assert paper == {"dark": "rgb(13, 17, 23)", "light": "rgb(255, 255, 255)"}[airflow]


def test_the_navigation_names_it(browser: Browser, desk: Desk) -> None:
    with signed_in(browser, desk.url, "compliance") as page:
        page.goto("/")
        page.wait_for_load_state("networkidle")
        page.get_by_role("button", name=re.compile("Browse|Plugins|Compliance desk")).first.click()
        assert (
            page.get_by_text("Compliance desk").count() or page.locator('a[href*="compliance-desk"]').count()
        )


@pytest.mark.parametrize("width", WIDTHS)
def test_who_received(
    browser: Browser, desk: Desk, request: pytest.FixtureRequest, tmp_path: Path, width: int
) -> None:
    with signed_in(browser, desk.url, "cleared_reviewer", width=width) as page:
        page.goto("/compliance/who-received")
        page.get_by_label("A-Number").fill(f"A{desk.a_number}")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=re.compile("held this person"))).to_be_visible()
        assert desk.a_number not in page.url
        assert desk.a_number not in page.content()
        assert violations(page) == []
        picture(page, request, f"who-received-{width}", tmp_path)


def test_the_keyboard_alone_is_enough(browser: Browser, desk: Desk) -> None:
    with signed_in(browser, desk.url, "auditor") as page:
        page.goto("/compliance/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        for _ in range(40):
            if page.evaluate("document.activeElement.textContent") == desk.releases[COUNTY]:
                break
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=f"Release {desk.releases[COUNTY]}")).to_be_visible()


def test_a_recall_is_worked_from_finding_to_closure(
    browser: Browser, used: Desk, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    name = case_of(used, CRCL)
    with signed_in(browser, used.url, "compliance") as page:
        page.goto("/compliance/lookback")
        page.get_by_role("link", name=name).click()
        expect(page.get_by_text(f"Releases to {CRCL} are frozen")).to_be_visible()
        page.get_by_label("Recall: the recipient returns").check()
        page.get_by_label("Reference of the decision").fill("INC-2026-120")
        page.get_by_role("button", name="Decide").click()
        for words in ("Incident notice", "Recall, to the recipient"):
            page.get_by_role("button", name=re.compile(f"^Draw up.*{words}")).click()
            expect(page.locator("iframe")).to_be_visible()
        picture(page, request, "case-notices-1280", tmp_path)
        for number in (1, 2):
            page.get_by_label("Where it was sent, or its number").first.fill(f"OUT-{number}")
            with page.expect_navigation():
                page.get_by_role("button", name="Record as sent").first.click()
        page.get_by_label("Reference of the certificate").fill("CERT-2026-9")
        page.get_by_role("button", name="Record the answer").click()
        page.get_by_label("Reference", exact=True).fill("INC-2026-120")
        page.get_by_role("button", name=re.compile("^Close")).click()
        expect(page.get_by_text("Closed", exact=True)).to_be_visible()
        picture(page, request, "case-closed-1280", tmp_path)
        page.goto("/compliance/lookback")
        assert page.get_by_role("link", name=name, exact=True).count() == 0
    with signed_in(browser, used.url, "auditor") as page:
        page.goto(f"/compliance/lookback/{name}")
        assert page.locator("form").count() == 0, "an auditor reads and changes nothing"
        expect(page.get_by_text("CERT-2026-9")).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_missed_word_is_marked_with_the_keyboard(
    browser: Browser, used: Desk, request: pytest.FixtureRequest, tmp_path: Path, width: int, scheme: str
) -> None:
    with signed_in(browser, used.url, "cleared_reviewer", width=width, scheme=scheme) as page:
        page.goto(f"/compliance/quality/{used.releases[UNIVERSITY]}")
        page.get_by_role("button", name="Show 2", exact=True).click()
        expect(page.get_by_role("heading", name="Original")).to_be_visible()
        check(page, "narrative", width)
        word = page.locator("label.word input").first
        word.focus()
        if not word.is_checked():
            page.keyboard.press("Space")
        assert word.is_checked()
        picture(page, request, f"narrative-{width}{'-dark' if scheme == 'dark' else ''}", tmp_path)
        page.get_by_role("button", name="Keep, and go on").focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        page.goto(f"/compliance/quality/{used.releases[UNIVERSITY]}")
        row = page.locator("tr", has=page.get_by_role("button", name="Show 2", exact=True))
        expect(row).to_contain_text("by cleared_reviewer")
        expect(page.get_by_text("of what had to be masked was masked")).to_be_visible()


def test_a_release_that_waits_is_read_and_answered_in_airflow(browser: Browser, used: Desk) -> None:
    with signed_in(browser, used.url, "approver") as page:
        page.goto("/compliance/")
        page.get_by_role("link", name="wait for approval").click()
        page.get_by_role("link", name=used.waiting).click()
        expect(page.get_by_text("approver, compliance")).to_be_visible()
        expect(page.get_by_text("none yet")).to_be_visible()
        dossier = page.frame_locator("iframe[title=Dossier]")
        expect(dossier.get_by_role("heading").first).to_be_visible()
        link = page.get_by_role("link", name="Required actions in Airflow")
        assert link.get_attribute("href") == f"/dags/export_{COUNTY}/required_actions"
        assert page.get_by_role("link", name="Evidence as one archive").count() == 0
    with signed_in(browser, used.url, "analyst") as page:
        answer = page.goto(f"/compliance/releases/{used.waiting}")
        assert answer is not None
        assert answer.status == 404


def test_what_was_refused_is_found_by_batch(browser: Browser, used: Desk) -> None:
    with signed_in(browser, used.url, "engineer") as page:
        page.goto("/compliance/quarantine")
        page.get_by_role("table").last.get_by_role("link").first.click()
        expect(page.get_by_text("rows read")).to_be_visible()
        assert page.get_by_role("table").locator("tbody tr").count() > 0


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_refused_row_is_opened(
    browser: Browser, used: Desk, request: pytest.FixtureRequest, tmp_path: Path, width: int, scheme: str
) -> None:
    with signed_in(browser, used.url, INES, width=width, scheme=scheme) as page:
        page.goto("/compliance/quarantine/{}/{}".format(*TO_MEND))
        page.get_by_role("button", name=re.compile("^Mend row 1 of")).click()
        expect(page.get_by_role("heading", name="As it should be")).to_be_visible()
        assert "A-NONE" not in page.url
        check(page, "refused-row", width)
        if scheme == "light":
            picture(page, request, f"refused-row-{width}", tmp_path)


def test_a_refused_row_is_mended_and_released_into_its_batch(
    browser: Browser, used: Desk, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    address = "/compliance/quarantine/{}/{}".format(*TO_MEND)
    with signed_in(browser, used.url, INES) as page:
        page.goto(address)
        page.get_by_role("button", name=re.compile("^Mend row 1 of")).click()
        page.get_by_label("IDNCASE", exact=True).fill("910000001")
        page.get_by_label("ALIEN_NBR", exact=True).fill(a_number(1))
        page.get_by_role("button", name="Keep the row as mended").click()
        expect(page.get_by_text("2 rows read, 1 staged, 1 refused")).to_be_visible()
        page.get_by_label("The record that says why").fill("TICKET-118")
        page.get_by_role("button", name="Release", exact=True).click()
        expect(page.get_by_text("2 rows read, 2 staged, 0 refused")).to_be_visible()
        expect(page.get_by_role("row").filter(has_text="TICKET-118")).to_contain_text("ines")
        check(page, "mended", 1280)
        picture(page, request, "mended-1280", tmp_path)
    with signed_in(browser, used.url, "engineer") as page:
        page.goto(address)
        assert page.locator("main form").count() == 0, "an engineer who is not cleared mends nothing"


def test_a_term_takes_two_reviewers(browser: Browser, used: Desk) -> None:
    with signed_in(browser, used.url, "cleared_reviewer") as page:
        page.goto("/compliance/terms")
        propose(page, "Harbor Bluebell")
        row = page.get_by_role("row").filter(has_text="Harbor Bluebell")
        assert [button.inner_text().split()[0] for button in row.get_by_role("button").all()] == ["Take"]
    with signed_in(browser, used.url, MARA) as page:
        page.goto("/compliance/terms")
        row = page.get_by_role("row").filter(has_text="Harbor Bluebell")
        row.get_by_role("button", name=re.compile("^Put in force")).click()
        expect(page.get_by_role("row").filter(has_text="Harbor Bluebell")).to_contain_text("in force")


def test_the_account_comes_as_a_table(browser: Browser, used: Desk) -> None:
    with signed_in(browser, used.url, "auditor") as page:
        page.goto("/compliance/accounts")
        assert page.get_by_role("button").count() == 0, "an auditor changes nothing"
        with page.expect_download() as waiting:
            page.get_by_role("link", name=re.compile("as a table")).click()
        assert Path(waiting.value.path()).read_text().startswith("section")


def test_verify_now_finds_a_changed_byte(
    browser: Browser, used: Desk, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    folder = used.home.released / CRCL / used.releases[CRCL]
    file = folder / "data_dictionary.csv"
    before = file.read_bytes()
    try:
        file.write_bytes(before + b" ")
        with signed_in(browser, used.url, "auditor") as page:
            page.goto(f"/compliance/releases/{used.releases[CRCL]}")
            page.get_by_role("button", name="Verify now").click()
            expect(page.get_by_role("alert")).to_contain_text("data_dictionary.csv")
            check(page, "not-verified", 1280)
            picture(page, request, "not-verified-1280", tmp_path)
    finally:
        file.write_bytes(before)


def test_the_search_sends_no_number_of_a_person(browser: Browser, desk: Desk) -> None:
    with signed_in(browser, desk.url, "auditor") as page:
        page.goto("/compliance/")
        page.get_by_role("searchbox").fill(desk.a_number)
        page.get_by_role("button", name="Show", exact=True).click()
        assert "q=" not in page.url
        page.get_by_role("searchbox").fill(desk.releases[COUNTY])
        page.get_by_role("button", name="Show", exact=True).click()
        page.wait_for_url(re.compile("q="))
        expect(page.get_by_text("1 release", exact=True)).to_be_visible()


def test_a_document_can_act_for_nobody(browser: Browser, desk: Desk) -> None:
    """A dossier that somebody planted a script in, opened by an approver."""
    folder = desk.home.released / "crcl-oversight" / desk.releases["crcl-oversight"]
    before = (folder / "dossier.html").read_bytes()
    script = b"<script>document.title = 'acted'; fetch('/api/v2/dags')</script><h1>planted</h1>"
    try:
        (folder / "dossier.html").write_bytes(script)
        with signed_in(browser, desk.url, "approver") as page:
            asked: list[str] = []
            page.on("request", lambda request: asked.append(request.url))
            page.goto(f"/compliance/releases/{desk.releases['crcl-oversight']}")
            frame = page.frame_locator("iframe[title=Dossier]")
            expect(frame.get_by_role("heading", name="planted")).to_be_visible()
            page.wait_for_load_state("networkidle")
            assert not [url for url in asked if "/api/" in url]
            page.goto(f"/compliance/releases/{desk.releases['crcl-oversight']}/documents/dossier")
            assert page.title() != "acted"
    except AssertionError as error:
        # Chromium says in its console that it blocked the script, which is what this is about.
        if "Blocked script execution" not in str(error):
            raise
    finally:
        (folder / "dossier.html").write_bytes(before)


def test_the_evidence_comes_as_a_file(browser: Browser, desk: Desk) -> None:
    with signed_in(browser, desk.url, "analyst") as page:
        page.goto(f"/compliance/releases/{desk.releases[COUNTY]}")
        with page.expect_download() as waiting:
            page.get_by_role("link", name="Evidence as one archive").click()
        content = Path(waiting.value.path()).read_bytes()
        assert "manifest.json" in zipfile.ZipFile(io.BytesIO(content)).namelist()


def test_nobody_and_strangers_see_nothing(browser: Browser, desk: Desk) -> None:
    context: BrowserContext = browser.new_context(base_url=desk.url)
    page = context.new_page()
    assert page.goto("/compliance/").status == 401  # type: ignore[union-attr]
    context.close()
    with signed_in(browser, desk.url, "stranger") as page:
        assert page.goto("/compliance/").status == 403  # type: ignore[union-attr]
    for role in ROLES:
        with signed_in(browser, desk.url, role) as page:
            answer = page.goto("/compliance/who-received")
            assert answer is not None
            assert answer.status == (200 if role == "cleared_reviewer" else 403)
