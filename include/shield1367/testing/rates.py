"""How often what happens in synthetic data: the one place where rates are set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from shield1367.testing.limbs import Outcome

OutcomeTable = tuple[tuple[Outcome, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares between 0 and 1, of the households, people or rows named.

    About 12 % of the *people* come out protected: protected households are larger than others, and
    bring outsiders who are not.
    """

    # Households
    household_protected: float = 0.092
    household_indeterminate: float = 0.07
    protected_female: float = 0.78
    abuser_in_data: float = 0.5
    acquaintance_in_data: float = 0.3
    alias: float = 0.08
    # Applications
    ead_beside_application: float = 0.5
    derivative_by_court_link_only: float = 0.15
    protected_outcomes: OutcomeTable = (
        (
            Outcome.PENDING, Outcome.APPROVED, Outcome.DENIED, Outcome.DENIED_UNDER_APPEAL,
            Outcome.DENIED_OTHER, Outcome.DENIED_FINAL, Outcome.WITHDRAWN, Outcome.REVOKED,
            Outcome.REJECTED, Outcome.ADMIN_CLOSED,
        ),
        (42, 30, 5, 3, 4, 5, 4, 3, 2, 2),
    )  # fmt: skip
    open_outcomes: OutcomeTable = ((Outcome.PENDING, Outcome.APPROVED), (60, 40))
    clear_outcomes: OutcomeTable = (
        (Outcome.PENDING, Outcome.APPROVED, Outcome.DENIED, Outcome.DENIED_FINAL, Outcome.WITHDRAWN),
        (45, 38, 8, 5, 4),
    )
    # Presence in sources
    encounter: float = 0.55
    encounter_of_child: float = 0.15
    court: float = 0.35
    detained_after_encounter: float = 0.4
    second_encounter: float = 0.05
    granted_class_shown: float = 0.3
    # Rows
    a_number_missing: float = 0.10
    a_number_missing_in_court: float = 0.25
    a_number_typo: float = 0.01
    name_typo: float = 0.02
    names_transposed: float = 0.012
    one_surname: float = 0.22
    marks_lost: float = 0.35
    middle_name_lost: float = 0.4
    # Of the dates that are a date either way round, about four in ten.
    day_month_swapped: float = 0.015
    open_quote_in_court: float = 0.01
    redaction_mark: float = 0.02
    # Narratives
    narrative_of_relative_names_protected: float = 0.85
    narrative_upper: float = 0.12
    narrative_lower: float = 0.04
    remarks_on_application: float = 0.3
    name_typo_in_narrative: float = 0.015
    # The two other safeguards, of encounters
    prohibited_source: float = 0.2
    prohibited_source_of_others: float = 0.01
    unclear_source: float = 0.05
    named_source: float = 0.4
    second_source: float = 0.15
    source_verified: float = 0.4
    certified_at_place: float = 0.5
    certified_elsewhere: float = 0.01


RATES: Final = Rates()
