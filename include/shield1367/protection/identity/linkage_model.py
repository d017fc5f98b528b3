"""The linkage model in splink's words: which records are compared, how, and with which weights."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from shield1367.config.linkage import BirthAgreement, FamilyAgreement, GivenAgreement, LinkageSettings, Weight

if TYPE_CHECKING:
    from splink import SettingsCreator

# Records that share none of these keys are not compared, see :func:`~shield1367.protection.identity.linkage.blocks_of`.
_BLOCKING = {"blocking_rule": "l.blocks = r.blocks", "arrays_to_explode": ["blocks"]}

PARTS: dict[str, type[StrEnum]] = {
    "family": FamilyAgreement,
    "given": GivenAgreement,
    "birth": BirthAgreement,
}
_TRANSPOSED = (
    "list_has_any(family_sounds_l, given_sounds_r) and list_has_any(given_sounds_l, family_sounds_r)"
    " and not list_has_any(family_tokens_l, family_tokens_r)"
)
_UNKNOWN = "{0}_1_l is null or {0}_1_r is null"
_SHARED = "(list_has_all({0}_tokens_l, {0}_tokens_r) or list_has_all({0}_tokens_r, {0}_tokens_l))"


def splink_settings(settings: LinkageSettings, *, link_type: str) -> SettingsCreator:
    """Everything splink is told.

    Args:
        link_type: splink's ``link_only`` between two sets of records, ``dedupe_only`` inside one.
    """
    from splink import SettingsCreator

    return SettingsCreator(
        link_type=link_type,  # type: ignore[arg-type]  # splink's literal
        unique_id_column_name="key",
        probability_two_random_records_match=settings.prior,
        comparisons=[_family(settings), _given(settings), _birth(settings)],
        blocking_rules_to_generate_predictions=[_BLOCKING],
        retain_matching_columns=True,
        retain_intermediate_calculation_columns=True,
    )


def agreement_of(part: type[StrEnum], gamma: int) -> StrEnum | None:
    """What splink's number for a comparison means; ``None``: one of the records does not tell."""
    levels = list(part)
    return levels[len(levels) - 1 - gamma] if gamma >= 0 else None


def _family(settings: LinkageSettings) -> dict[str, Any]:
    similar = settings.similar_family
    return _comparison(
        "family",
        f"({_UNKNOWN.format('family')})",
        {
            FamilyAgreement.SAME: "family_tokens_l = family_tokens_r",
            FamilyAgreement.PART: _SHARED.format("family"),
            FamilyAgreement.TRANSPOSED: _TRANSPOSED,
            FamilyAgreement.SIMILAR: (
                f"jaro_winkler_similarity(family_l, family_r) >= {similar} or {_near('family_1', similar)}"
            ),
            FamilyAgreement.SOUND: "list_has_any(family_sounds_l, family_sounds_r)",
        },
        settings.family,
    )


def _given(settings: LinkageSettings) -> dict[str, Any]:
    # Names the other way round count once, with the family name: here they tell nothing more.
    return _comparison(
        "given",
        f"({_UNKNOWN.format('given')}) or ({_TRANSPOSED})",
        {
            GivenAgreement.SAME: "given_tokens_l = given_tokens_r",
            GivenAgreement.PART: _SHARED.format("given"),
            GivenAgreement.NICKNAME: "list_has_any(given_forms_l, given_forms_r)",
            GivenAgreement.SIMILAR: _near("given_1", settings.similar_given),
            GivenAgreement.SOUND: "list_has_any(given_sounds_l, given_sounds_r)",
        },
        settings.given,
    )


def _birth(settings: LinkageSettings) -> dict[str, Any]:
    years = "abs(cast(substr(born_l, 1, 4) as integer) - cast(substr(born_r, 1, 4) as integer))"
    return _comparison(
        "birth",
        "born_l is null or born_r is null",
        {
            BirthAgreement.SAME: "born_l = born_r",
            BirthAgreement.SWAPPED: "born_l = born_swapped_r",
            BirthAgreement.SLIP: "damerau_levenshtein(born_l, born_r) = 1",
            BirthAgreement.YEAR_OFF: (
                f"substr(born_l, 6) = substr(born_r, 6) and {years} <= {settings.years_off}"
            ),
        },
        settings.birth,
    )


def _near(column: str, similarity: float) -> str:
    """Similar by Jaro-Winkler, or one slip apart: in a short name one slip is a large part of it."""
    one, other = f"{column}_l", f"{column}_r"
    return (
        f"jaro_winkler_similarity({one}, {other}) >= {similarity}"
        f" or (least(length({one}), length({other})) > 2 and damerau_levenshtein({one}, {other}) = 1)"
    )


def _comparison(
    name: str, unknown: str, agreements: Mapping[Any, str], weights: Mapping[Any, Weight]
) -> dict[str, Any]:
    """One comparison; whatever fits no agreement is the last one, ``different``."""
    different = next(agreement for agreement in weights if agreement not in agreements)
    levels = [
        {"sql_condition": unknown, "label_for_charts": "unknown", "is_null_level": True},
        *(_level(sql, agreement, weights) for agreement, sql in agreements.items()),
        _level("ELSE", different, weights),
    ]
    return {"output_column_name": name, "comparison_levels": levels}


def _level(sql: str, agreement: Any, weights: Mapping[Any, Weight]) -> dict[str, Any]:
    weight = weights[agreement]
    return {
        "sql_condition": sql,
        "label_for_charts": str(agreement),
        "m_probability": weight.m,
        "u_probability": weight.u,
    }
