from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from shield1367.config.linkage import load_linkage_settings
from shield1367.config.loading import DEFAULT_CONFIG
from shield1367.errors import ConfigError


def broken(folder: Path, old: str, new: str) -> str:
    """The problems of the shipped file with one thing changed."""
    content = (DEFAULT_CONFIG / "linkage.yaml").read_text(encoding="utf-8")
    assert old in content
    (folder / "linkage.yaml").write_text(content.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_linkage_settings(folder)
    return str(caught.value)


def test_the_file_that_is_shipped_holds(tmp_path: Path) -> None:
    shutil.copy(DEFAULT_CONFIG / "linkage.yaml", tmp_path)
    assert load_linkage_settings(tmp_path) == load_linkage_settings()


@pytest.mark.parametrize("value", ["0", "1", "1.5", "-0.1"])
def test_a_threshold_that_lets_all_or_nothing_through_is_refused(tmp_path: Path, value: str) -> None:
    settings = load_linkage_settings()
    assert "threshold" in broken(tmp_path, f"threshold: {settings.threshold}", f"threshold: {value}")


def test_an_agreement_without_a_weight_is_named(tmp_path: Path) -> None:
    message = broken(tmp_path, "  swapped:", "  # swapped:")
    assert "`birth` gives no weight for swapped" in message


def test_an_unknown_key_is_refused(tmp_path: Path) -> None:
    assert "is not a known key" in broken(tmp_path, "years_off:", "months_off:")


def test_a_threshold_that_equal_names_alone_would_pass_is_refused(tmp_path: Path) -> None:
    settings = load_linkage_settings()
    message = broken(tmp_path, f"threshold: {settings.threshold}", "threshold: 0.05")
    assert "equal names with different dates of birth" in message
