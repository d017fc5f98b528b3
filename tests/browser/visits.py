"""A person at a browser, signed in by Airflow's own form, nothing going wrong on the way; and what a page must be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, StorageState

AXE = (files("axe_core_python") / "axe.min.js").read_text()


@contextmanager
def signed_in(
    browser: Browser,
    url: str,
    user: str,
    password: str | None = None,
    *,
    width: int = 1280,
    scheme: Literal["light", "dark"] = "light",
) -> Iterator[Page]:
    """A page of somebody who has signed in; fails when anything went wrong in the browser.

    Args:
        password: the user's name where it is not given.
    """
    context = browser.new_context(
        base_url=url,
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        storage_state=_session(browser, url, user, password or user),
    )
    page = context.new_page()
    wrong: list[str] = []
    # What a test asks for and is refused is an error of the console too.
    page.on(
        "console",
        lambda m: wrong.append(m.text) if m.type == "error" and "status of 40" not in m.text else None,
    )
    page.on("pageerror", lambda error: wrong.append(str(error)))
    ours = (url, "about:", "data:", "blob:")
    page.on("request", lambda asked: None if asked.url.startswith(ours) else wrong.append(asked.url))
    yield page
    assert wrong == [], wrong
    context.close()


_sessions: dict[tuple[str, str], StorageState] = {}


def _session(browser: Browser, url: str, user: str, password: str) -> StorageState:
    """The cookies of somebody who signed in by Airflow's own form."""
    if (url, user) not in _sessions:
        with browser.new_context(base_url=url) as context:
            page = context.new_page()
            page.goto("/auth/login")
            page.get_by_role("textbox", name="Username").fill(user)
            page.locator("input[type=password]").fill(password)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(lambda url: "/auth/" not in url)
            page.wait_for_load_state("networkidle")
            _sessions[url, user] = context.storage_state()
    return _sessions[url, user]


def picture(page: Page, request: pytest.FixtureRequest, name: str, tmp_path: Path) -> None:
    """A picture of what is on the screen."""
    folder = Path(request.config.getoption("--screenshots") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png")


def check(page: Page, name: str, width: int) -> None:
    """It fits, nothing serious is wrong with it, and its head says where one is."""
    across = page.evaluate("document.documentElement.scrollWidth")
    assert across <= width, f"{name} is {across} pixels wide"
    assert violations(page) == [], name
    assert page.locator("h1").count() == 1, name
    assert page.locator("html[lang=en]").count() == 1, name


def violations(page: Page) -> list[str]:
    """What axe-core finds serious or critical on a page."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations'], iframes: false})")["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:120]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
