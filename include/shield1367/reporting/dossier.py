"""The dossier of a release: what went to whom, why it is allowed, and how it was proved.

It lies in the released folder, so for an outside recipient it does not say how many rows were left
out: that number tells of protected people (rules R-12 and R-30) and is in the ledger only.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from shield1367.reporting.dictionary import treatment_words
from shield1367.reporting.facts import ReleaseFacts
from shield1367.reporting.pages import write_page
from shield1367.reporting.words import MEMBERSHIPS


def write_dossier(package: Path, facts: ReleaseFacts) -> Path:
    """Write ``dossier.html``, which opens offline."""
    spans: Counter[str] = Counter()
    rows: Counter[str] = Counter()
    for result in facts.results:
        spans.update(result.spans)
        rows[result.dataset] += result.released
    content = {
        "facts": facts,
        "membership": MEMBERSHIPS[facts.plan.membership],
        "spans": spans.most_common(),
        "most": max(spans.values(), default=1),
        "rows": rows,
        "treatment": treatment_words,
    }
    return write_page(package / "dossier.html", "dossier.html", content)
