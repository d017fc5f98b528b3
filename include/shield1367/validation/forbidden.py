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

# Codes that show a protected benefit by themselves (docs/architecture.md, "Codes"), as whole cells only and written
# without what is neither letter nor digit: in a sentence "T1" may be a vertebra.
BENEFIT_CODES = frozenset(
    (
        *(f"T{n}" for n in range(1, 7)),
        *(f"U{n}" for n in range(1, 6)),
        *("ST6", "ST7", "ST8", "ST9", "ST0"),
        *("SU6", "SU7", "SU8", "SU9", "SU0", "SU3", "SU4"),
        *(f"SA{n}" for n in range(1, 4)),
        *("IB1", "IB2", "IB3", "IB5", "IB6", "IB7", "IB8", "IB0"),
        *("B11", "B12", "B16", "B17", "B31", "B32", "B33", "B36", "B37", "B38"),
        *(f"B2{n}" for n in range(10)),
        *("BX1", "BX2", "BX3", "BX6", "BX7", "BX8", "Z14"),
        *("A16", "A19", "A20", "C25", "C31", "C40"),
        *("I914", "I914A", "I914B", "I918", "I918A", "I918B", "I929", "I765V"),
        *(
            "VAWA",
            "SELFPETITION",
            "SELFPETITIONER",
            "BATTERED",
            "BATTERY",
            "EXTREMECRUELTY",
            "CONTINUEDPRESENCE",
        ),
        *("245L", "245M", "240AB2", "TNONIMMIGRANT", "UNONIMMIGRANT", "TVISA", "UVISA"),
    )
)

ANY_IDENTIFIER = "|".join(f"(?:{pattern})" for pattern in IDENTIFIER_PATTERNS.values())
