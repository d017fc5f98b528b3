"""The protect stage judges nobody by a table that is past its day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shield1367.config.reviews import StaleTableError
from tests.protection.site import PROJECT, Desk, a_number, application


@pytest.mark.parametrize("name", ["benefits", "indicators", "safeguards", "linkage"])
def test_nobody_is_judged_by_a_table_past_its_day(desk: Desk, name: str) -> None:
    desk.deliver("benefits", {"applications": [application(1, form_type="I-918")]})
    table = getattr(PROJECT, name)
    desk.project = replace(PROJECT, **{name: table.model_copy(update={"max_age_days": 1})})
    (first, *_) = table.reviews()
    late = datetime.combine(first.reviewed, datetime.min.time(), UTC) + timedelta(days=2)
    with pytest.raises(StaleTableError, match=rf"{name}\.yaml"):
        desk.judge(now=late)
    assert desk.registry.evaluated() == {}
    desk.project = PROJECT
    desk.judge(now=late)
    assert desk.rules(a_number(1))


def test_the_linkage_of_the_project_is_what_decides(desk: Desk) -> None:
    """Another threshold is another way of deciding: everything is decided anew."""
    desk.deliver("benefits", {"applications": [application(1)]})
    assert desk.judge().changed
    assert not desk.judge().changed
    other = PROJECT.linkage.model_copy(update={"threshold": PROJECT.linkage.threshold / 2})
    desk.project = replace(PROJECT, linkage=other)
    assert desk.judge().changed
