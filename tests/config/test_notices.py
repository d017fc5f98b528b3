from __future__ import annotations

from pathlib import Path

import pytest

from shield1367.config.loading import DEFAULT_CONFIG
from shield1367.config.notices import Event, Notices, load_notices
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
        ("[]", ""),
    ],
)
def test_what_does_not_hold_is_named(tmp_path: Path, line: str, key: str) -> None:
    (tmp_path / "notices.yaml").write_text(line)
    with pytest.raises(ConfigError) as raised:
        load_notices(tmp_path)
    assert raised.value.problems[0].key.startswith(key)
