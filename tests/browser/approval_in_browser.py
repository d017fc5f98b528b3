"""A release from the trigger to the recipient, as people do it: in Airflow's pages and on the desk, with Chromium.

An engineer starts the export, an approver reads the dossier, rejects one release with a reason and approves the next,
and an analyst takes it and verifies it. `make test-browser` runs it.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.browser.scene import browser, playwright
from tests.browser.visits import check, picture, signed_in
from tests.end_to_end.approvals import DAG, Office, office
from tests.lookback.past import COUNTY
from tests.protection.site import application, encounter

__all__ = ["browser", "office", "playwright"]  # fixtures

pytestmark = pytest.mark.timeout(900)

PATIENCE = 120_000
WHY_NOT = "the fourth file is older than the agreement"
WHY = "reviewed under MOU-2026-07"


def test_one_release_is_rejected_and_the_next_approved(
    browser: Browser, office: Office, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    first = start(browser, office)
    name = office.work.name
    with signed_in(browser, office.url, "ada", office.password_of("ada")) as page:
        answer(page, name, "Reject", WHY_NOT, request, tmp_path)
        assert office.ended(first) == "failed"
        page.goto("/compliance/?state=held")
        row = page.get_by_role("row").filter(has_text=name)
        expect(row).to_contain_text("rejected")
        row.get_by_role("link", name=name).click()
        expect(page.get_by_role("definition").filter(has_text=WHY_NOT)).to_be_visible()
        check(page, "rejected", 1280)
        picture(page, request, "rejected-1280", tmp_path)
    assert office.released() == []

    # What was found is mended at the source, and delivered.
    office.desk.deliver("benefits", {"applications": [application(7)]}, batch="b2")
    office.desk.deliver("enforcement", {"encounters": [encounter(7)]}, batch="b2")
    office.desk.judge(now=datetime.now(UTC))

    second = start(browser, office)
    other = office.work.name
    assert other != name, "changed data are another release"
    with signed_in(browser, office.url, "ada", office.password_of("ada")) as page:
        answer(page, other, "Approve", WHY, request, tmp_path)
    assert office.ended(second) == "success"
    assert [entry.release_id for entry in office.released()] == [other]

    with signed_in(browser, office.url, "tia", office.password_of("tia")) as page:
        page.goto("/compliance/")
        assert page.get_by_text(name).count() == 0, "what was not given is nothing to a recipient"
        page.get_by_role("link", name=other).click()
        page.get_by_role("button", name="Verify now").click()
        expect(page.get_by_text("Verified: nothing missing")).to_be_visible()
        with page.expect_download() as waiting:
            page.get_by_role("link", name="Evidence as one archive").click()
        archive = zipfile.ZipFile(io.BytesIO(Path(waiting.value.path()).read_bytes()))
        assert "manifest.json" in archive.namelist()
    released = office.home.released
    command = [sys.executable, "-m", "shield1367", "verify", str(released / COUNTY / other), "--key"]
    done = subprocess.run([*command, str(released / "release-keys.pem")], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def start(browser: Browser, office: Office) -> str:
    """An engineer triggers the export in Airflow; returns the id of the run, once it waits."""
    since = datetime.now(UTC)
    with signed_in(browser, office.url, "bo", office.password_of("bo")) as page:
        page.goto(f"/dags/{DAG}")
        page.get_by_role("button", name="Trigger").first.click()
        page.get_by_role("dialog").get_by_role("button", name="Trigger").click()
        page.wait_for_url(re.compile("/runs/"), timeout=PATIENCE)
    return office.waits(since)


def answer(
    page: Page, name: str, option: str, reason: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """An approver reads the dossier, follows the link to Airflow, and answers there."""
    page.goto("/compliance/?state=waiting")
    page.get_by_role("link", name=name).click()
    dossier: FrameLocator = page.frame_locator("iframe[title=Dossier]")
    expect(dossier.get_by_role("heading").first).to_be_visible()
    code = page.locator("dt:text('Code of its bytes') + dd").inner_text()
    page.get_by_role("link", name="Required actions in Airflow").click()
    asked = page.get_by_role("dialog")
    expect(asked.get_by_text(code)).to_be_visible(timeout=PATIENCE)
    link = asked.get_by_role("link", name=f"the dossier of {name}")
    assert re.search(f"/compliance/releases/{name}$", link.get_attribute("href") or "")
    expect(asked.get_by_test_id(f"hitl-option-{option}")).to_be_disabled()
    asked.locator("#element_code").fill(code)
    asked.locator("#element_reason").fill(reason)
    picture(page, request, f"answer-{option.lower()}-1280", tmp_path)
    asked.get_by_test_id(f"hitl-option-{option}").click()
    expect(asked.get_by_text(code)).to_be_hidden(timeout=PATIENCE)
