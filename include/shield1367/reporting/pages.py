"""Self-contained pages: one file, no script, nothing loaded from anywhere, everything escaped."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

_TEMPLATES = Path(__file__).parent / "templates"
_UNITS = ("bytes", "kB", "MB", "GB", "TB")
_THOUSAND = 1000


def render(template: str, **context: Any) -> str:
    """One page from a template of this package; equal input gives equal bytes.

    The style is allowed by its hash and nothing else is allowed at all, so that even text which got
    past the escaping could neither run nor load anything.
    """
    import jinja2
    from markupsafe import Markup

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["count"] = grouped
    environment.filters["size"] = human_size
    style = (_TEMPLATES / "style.css").read_text(encoding="utf-8")
    return environment.get_template(template).render(
        # Ours, from a file of this package; the policy names its hash.
        style=Markup(style),  # noqa: S704
        policy=content_policy(style),
        **context,
    )


def content_policy(style: str) -> str:
    """The content security policy of a page that has *style* and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def grouped(number: int) -> str:
    """A number with its thousands set apart."""
    return f"{number:,}"


def human_size(size: int) -> str:
    """Bytes in the unit a person would use, powers of 1000."""
    value = float(size)
    for unit in _UNITS:
        if value < _THOUSAND or unit == _UNITS[-1]:
            return f"{value:,.0f} {unit}" if unit == _UNITS[0] else f"{value:,.1f} {unit}"
        value /= _THOUSAND
    raise AssertionError("unreachable")
