"""The leak audit: reopens finished files with code of its own and searches them.

It shares no module with the redactor, and no parser or matcher either: pages read by its own code, DuckDB and ``csv``
instead of pyarrow, hashed windows of tokens instead of an automaton.
"""

from shield1367.validation.audit.report import AuditReport, Finding
from shield1367.validation.audit.search import audit_files, audit_finished, audit_package

__all__ = ["AuditReport", "Finding", "audit_files", "audit_finished", "audit_package"]
