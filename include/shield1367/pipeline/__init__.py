"""The stages in the order the data flows, each safe to run again; called by the DAGs and by ``run``.

Every function takes and returns names, paths and counts. Imports of the heavier packages are inside
the functions: a stage loads what it needs and no more.
"""

from shield1367.pipeline.approval import answer_request, request_approval
from shield1367.pipeline.auditing import audit, audit_release
from shield1367.pipeline.canaries import search_traces
from shield1367.pipeline.documents import document
from shield1367.pipeline.exporting import export
from shield1367.pipeline.intake import (
    mend,
    mend_file,
    new_batches,
    release_from_quarantine,
    stage,
    waiting_batches,
)
from shield1367.pipeline.outcomes import ExportOutcome, Planned, State
from shield1367.pipeline.planning import plan
from shield1367.pipeline.protection import look_back, protect, report
from shield1367.pipeline.publication import release
from shield1367.pipeline.redaction import redact, redact_parts, redact_task, redacting_tasks, redaction_site
from shield1367.pipeline.site import Site, UnknownBatchError
from shield1367.pipeline.validation import validate

__all__ = [
    "ExportOutcome",
    "Planned",
    "Site",
    "State",
    "UnknownBatchError",
    "answer_request",
    "audit",
    "audit_release",
    "document",
    "export",
    "look_back",
    "mend",
    "mend_file",
    "new_batches",
    "plan",
    "protect",
    "redact",
    "redact_parts",
    "redact_task",
    "redacting_tasks",
    "redaction_site",
    "release",
    "release_from_quarantine",
    "report",
    "request_approval",
    "search_traces",
    "stage",
    "validate",
    "waiting_batches",
]
