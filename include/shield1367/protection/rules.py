"""The rules by which somebody is protected, each with plain words and its citation."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Rule(StrEnum):
    """Stable code of a rule; :data:`RULES` explains it."""

    COVERED_APPLICATION = "covered_application"
    REVEALING_CODE = "revealing_code"
    AMBIGUOUS_CODE = "ambiguous_code"
    UNKNOWN_CODE = "unknown_code"
    UNRELATED_CODE = "unrelated_code"
    APPLICATION_STATUS = "application_status"
    NATURALIZED = "naturalized"
    CONTRADICTORY_HISTORY = "contradictory_history"
    IMPOSSIBLE_DATE = "impossible_date"
    UNKNOWN_STATUS = "unknown_status"
    INVALID_CELL = "invalid_cell"
    MISSING_COLUMN = "missing_column"
    REFUSED_ROW = "refused_row"
    REASON_TO_BELIEVE = "reason_to_believe"
    CERTIFICATION = "certification"
    CONTRADICTION = "contradiction"
    POSSIBLE_MATCH = "possible_match"
    FAMILY = "family"
    NO_EVIDENCE = "no_evidence"
    CLEARED = "cleared"


class Explanation(NamedTuple):
    """What a rule says to a person, and where it comes from."""

    words: str
    citation: str


_STATUTE = "8 U.S.C. § 1367(a)(2)"

RULES: dict[Rule, Explanation] = {
    Rule.COVERED_APPLICATION: Explanation(
        "is the beneficiary of an application for T, U or VAWA relief; protection runs from its filing",
        _STATUTE,
    ),
    Rule.REVEALING_CODE: Explanation("carries a code that shows such an application or grant", _STATUTE),
    Rule.AMBIGUOUS_CODE: Explanation(
        "carries a code that may or may not concern such an application", f"{_STATUTE}; rule R-03"
    ),
    Rule.UNKNOWN_CODE: Explanation("carries a code that no table knows", "rules R-03, R-28"),
    Rule.UNRELATED_CODE: Explanation("carries a known code that concerns no such application", "rule R-03"),
    Rule.APPLICATION_STATUS: Explanation(
        "protection ends only when the application is denied and every appeal is exhausted",
        "8 U.S.C. § 1367(a), closing sentence",
    ),
    Rule.NATURALIZED: Explanation(
        "naturalization ends protection, since the tables switch that policy on",
        "USCIS Policy Manual vol. 1 pt. A ch. 7; rule R-08",
    ),
    Rule.CONTRADICTORY_HISTORY: Explanation(
        "an application is both granted and finally denied, so its denial ends nothing",
        "8 U.S.C. § 1367(a), closing sentence; rule R-06",
    ),
    Rule.IMPOSSIBLE_DATE: Explanation(
        "a date that decides about protection cannot be true: in the future, or before the birth",
        "rule R-03",
    ),
    Rule.UNKNOWN_STATUS: Explanation("an application has a status that no table knows", "rule R-03"),
    Rule.INVALID_CELL: Explanation("a cell that decides about protection cannot be read", "rule R-03"),
    Rule.MISSING_COLUMN: Explanation(
        "the export lacks a column that decides about protection", "rule R-03 (schema drift)"
    ),
    Rule.REFUSED_ROW: Explanation(
        "a row with an identifier of this person waits in quarantine", "rules R-03, R-23"
    ),
    Rule.REASON_TO_BELIEVE: Explanation(
        "a narrative gives reason to believe that there is such an application",
        "8 U.S.C. § 1367(a)(2); ICE Directive 10036.2; rule R-08",
    ),
    Rule.CERTIFICATION: Explanation(
        "the Notice to Appear is certified for a protected location", "8 U.S.C. § 1229(e); rule R-08"
    ),
    Rule.CONTRADICTION: Explanation(
        "one identifier is used for people who do not look like one person", "rules R-03, R-07"
    ),
    Rule.POSSIBLE_MATCH: Explanation(
        "may be the same person as somebody protected (name and date of birth)", "rule R-07"
    ),
    Rule.FAMILY: Explanation(
        "belongs to the family group of somebody protected",
        f"{_STATUTE}; INA 101(a)(15)(T)(ii), (U)(ii), (51)",
    ),
    Rule.NO_EVIDENCE: Explanation("nothing says that this person is not protected", "rule R-03"),
    Rule.CLEARED: Explanation(
        "known codes, none of which concerns protection, and nothing else", "rule R-03"
    ),
}
