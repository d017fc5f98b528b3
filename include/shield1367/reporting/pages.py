"""Rendering: Jinja2 with autoescape, one self-contained file, nothing from another host."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from shield1367.storage import write_text


def write_page(path: Path, template: str, content: dict[str, Any]) -> Path:
    """Render *template* to *path*."""
    environment = Environment(
        loader=PackageLoader("shield1367.reporting"), autoescape=True, undefined=StrictUndefined
    )
    return write_text(path, environment.get_template(template).render(content))
