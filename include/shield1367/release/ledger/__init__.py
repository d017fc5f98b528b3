"""The ledger: one entry per disclosure or notice, append-only, hash-chained and signed.

It answers what was released, to whom, for what and on which evidence (5 U.S.C. § 552a(c)), and, by
keyed fingerprint, which releases held a given person.
"""

from shield1367.release.ledger.book import Ledger
from shield1367.release.ledger.cases import CaseEvent, CaseStep, Decision, Exposed, NoticeForm, Trigger
from shield1367.release.ledger.chain import Head, digest_of_people
from shield1367.release.ledger.entries import Disclosure, Notice, NoticeKind, kept_until, now
from shield1367.release.ledger.opening import is_begun
from shield1367.release.ledger.session import LedgerBrokenError
from shield1367.release.ledger.verification import Verified, verify_growth, verify_ledger

__all__ = [
    "CaseEvent",
    "CaseStep",
    "Decision",
    "Disclosure",
    "Exposed",
    "Head",
    "Ledger",
    "LedgerBrokenError",
    "Notice",
    "NoticeForm",
    "NoticeKind",
    "Trigger",
    "Verified",
    "digest_of_people",
    "is_begun",
    "kept_until",
    "now",
    "verify_growth",
    "verify_ledger",
]
