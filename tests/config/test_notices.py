from __future__ import annotations

from pathlib import Path

import pytest

from shield1367.config.loading import DEFAULT_CONFIG
from shield1367.config.notices import TEXTS, Event, Notices, load_notices
from shield1367.errors import ConfigError


def test_as_shipped_nobody_is_told(tmp_path: Path) -> None:
    assert load_notices(DEFAULT_CONFIG) == load_notices(tmp_path) == Notices()


def test_the_example_in_the_shipped_file_holds(tmp_path: Path) -> None:
    lines = (DEFAULT_CONFIG / "notices.yaml").read_text().splitlines()
    example = [line.removeprefix("# ") for line in lines[lines.index("#") + 1 :]]
    (tmp_path / "notices.yaml").write_text("\n".join(example))
    found = load_notices(tmp_path)
    assert found.mails[0].about == frozenset(Event)
    assert [hook.form for hook in found.webhooks] == ["slack", "teams"]
    assert found.text_of(Event.APPROVAL_REMINDER).subject == "{release} still waits"
    assert found.text_of(Event.RELEASE_READY) == TEXTS[Event.RELEASE_READY]


def test_every_kind_of_notice_has_words_that_the_file_may_give_too() -> None:
    assert set(TEXTS) == set(Event)
    assert Notices(texts=dict(TEXTS)).texts == TEXTS


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("mails: [{to: []}]", "mails.0.to"),
        ('mails: [{to: ["a@b.example, c@d.example"]}]', "mails.0.to.0"),
        ('mails: [{to: ["a@b.example\\nBcc: c@d.example"]}]', "mails.0.to.0"),
        ("mails: [{to: [a@b.example], about: [everything]}]", "mails.0.about"),
        ("webhooks: [{form: slack}]", "webhooks.0.connection"),
        ("webhooks: [{connection: x, form: pager}]", "webhooks.0.form"),
        ('webhooks: [{connection: "https://hooks.example", form: slack}]', "webhooks.0.connection"),
        ("mail: []", "mail"),
        ('texts: {lookback_case: {subject: "{release}", text: x}}', "texts"),
        ('texts: {release_ready: {subject: x, text: "{release.__class__}"}}', "texts"),
        ('texts: {release_ready: {subject: x, text: "{release!r}"}}', "texts"),
        ('texts: {release_ready: {subject: x, text: "{release:>9999999}"}}', "texts"),
        ('texts: {release_ready: {subject: x, text: "{"}}', "texts"),
        ('texts: {release_ready: {subject: "x\\nBcc: y", text: x}}', "texts.release_ready.subject"),
        ("escalations: https://hooks.example", "escalations"),
        ("[]", ""),
    ],
)
def test_what_does_not_hold_is_named(tmp_path: Path, line: str, key: str) -> None:
    (tmp_path / "notices.yaml").write_text(line)
    with pytest.raises(ConfigError) as raised:
        load_notices(tmp_path)
    assert raised.value.problems[0].key.startswith(key)
