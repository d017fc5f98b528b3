"""What must not occur in text that leaves the three departments, whoever is concerned.

Written for this package alone: the redactor has lists of its own, and a gap in one should be found
by the other. Every pattern is in the common ground of ``re`` and RE2 (no lookaround, no capturing
group) and in lower case; match it against folded text, or with ``(?i)``.

Sources: identifier formats and revealing phrases of docs/architecture.md, "Identifiers" and "Codes".
Words that also occur in ordinary case text (shelter, protection order, trafficking of drugs, parole)
are left out on purpose: they would hold back clean releases.
"""

from __future__ import annotations

IDENTIFIER_PATTERNS: dict[str, str] = {
    "a_number": r"\ba[-#:]{0,2} ?(?:\d{2,3}[-. ]\d{3}[-. ]\d{3}|\d{7,9})\b",
    "receipt_number": r"\b[a-z]{3}[- ]?(?:\d{2}[- ]?\d{3}[- ]?\d{5}|\*\d{9})\b",
    "ssn": r"\b\d{3}-\d{2}-\d{4}\b",
    "phone": r"(?:\(\d{3}\) ?|\b\d{3}[-. ])\d{3}[-. ]\d{4}\b",
    "email": r"[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b",
}

TRIGGER_PHRASES = "|".join(
    (
        r"\bvawa\b",
        r"\bself[- ]?petition",
        r"\bbattered (?:spouse|wife|husband|child|children|parent|woman|women|alien|immigrant)",
        r"\bextreme cruelty\b",
        r"\bbona fide determination\b",
        r"\bprima facie determination\b",
        r"\b[tu](?:/[tu])?[- ](?:visas?|nonimmigrants?|adjustment|certification)\b",
        r"\b[tu]-?[1-6] (?:visas?|nonimmigrants?|status)\b",
        r"\bvisas? [tu]\b",
        r"\bi[- ]?9(?:14|18|29) ?[ab]?\b",
        r"\bi[- ]?765v\b",
        r"\bsevere forms? of traffick",
        r"\btraffick(?:ing|ed) victim",
        r"\bvictims? of (?:human |sex |labor |severe )?(?:forms? of )?traffick",
        r"\bcontinued presence\b",
        r"\b(?:hhs|otip) (?:eligibility|certification) letter",
        r"\b1367\b",
        r"(?:\bsection|§) ?384\b",
        r"\bsafe address\b",
        r"\bautopetici",
        r"\bpresencia continua\b",
    )
)

# Markers of protection itself. As whole cells only: "protected ground" is ordinary asylum language.
MARKER_CELLS = r"^ *(?:protected|indeterminate|384|batt|ivic|cui//.*|.*\b(?:vawa|1367)\b.*) *$"

ANY_IDENTIFIER = "|".join(f"(?:{pattern})" for pattern in IDENTIFIER_PATTERNS.values())
