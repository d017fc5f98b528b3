"""The validation report: verdict first, then every expectation in plain words."""

from __future__ import annotations

from pathlib import Path

from shield1367.reporting.facts import ReleaseFacts
from shield1367.reporting.pages import write_page


def write_validation_report(package: Path, facts: ReleaseFacts) -> Path:
    """Write ``validation.html``, which opens offline."""
    return write_page(package / "validation.html", "validation.html", {"facts": facts})
