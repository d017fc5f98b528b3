"""Who is protected; what that changes of earlier releases; the account of a month."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from shield1367.pipeline.site import Site
from shield1367.protection.evaluate import EvaluationResult, evaluate

if TYPE_CHECKING:
    from shield1367.accounting.month import Month
    from shield1367.lookback.look import Looked


def protect(site: Site) -> EvaluationResult:
    """Bring the registry up to date with everything staged."""
    return evaluate(site.home, site.keys, site.project)


def look_back(site: Site, *, everything: bool = True) -> Looked:
    """Find the earlier releases that would be made otherwise today, and open or extend a case of each recipient.

    Args:
        everything: also what changed in policies and scrubber; without it, only who is newly shielded.
    """
    from shield1367.config.lookback import load_lookback
    from shield1367.lookback.look import look_back as look

    return look(site.home, site.keys, site.project, load_lookback(), everything=everything)


def report(site: Site, month: Month) -> tuple[Path, Path]:
    """Write the account of a month for compliance; returns page and table."""
    from shield1367.accounting.account import account
    from shield1367.accounting.report import write_report
    from shield1367.config.lookback import load_lookback

    return write_report(site.home, account(site.home, site.keys, site.project, load_lookback(), month))
