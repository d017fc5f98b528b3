"""What a cited exception covers in one release: whom, which rows, which field kinds."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from shield1367.config.authorities import ClosedWhen, Consequence, Oversight
from shield1367.config.fields import Category, FieldVocabulary, Treatment
from shield1367.config.loading import ConfigModel

# Opaque outside the release they are made for, so no personal information in the sense of (b)(6).
_OPAQUE = frozenset({Treatment.PSEUDONYM, Treatment.TOKEN, Treatment.WITHHOLD, Treatment.DROP})


class AuthorityScope(ConfigModel):
    """The part of an authority that decides about rows and columns; part of the plan.

    Attributes:
        name: the entry of ``authorities.yaml``; *paragraph* is written ``§ 1367(b)(7)``.
        authorization: reference of the official's decision.
        persons: registry ids of the people it covers.
        fields: field kinds that may go as they are.
        closed: dataset → how a row says that its case is closed; (b)(6) only.
    """

    name: str
    paragraph: str
    authorization: str
    consequence: Consequence
    persons: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    closed: dict[str, ClosedWhen] = Field(default_factory=dict)

    @property
    def words(self) -> str:
        """The ground of the release, for ledger, manifest and dossier."""
        return f"8 U.S.C. {self.paragraph}, authorization {self.authorization}"

    def is_closed(self, dataset: str, cells: Mapping[str, str | None]) -> bool:
        """Whether a row says that its case is closed; one that says nothing is open."""
        rule = self.closed.get(dataset)
        return rule is not None and (cells.get(rule.column) or "").strip().upper() in {
            value.strip().upper() for value in rule.values
        }


def treatment_under(
    scope: AuthorityScope | None, kind: str, treatment: Treatment, fields: FieldVocabulary, *, about: bool
) -> Treatment:
    """What becomes of a field kind under an exception.

    Args:
        treatment: what the profile says.
        about: whether the column is about the person the row is about, or about nobody; fields of other
            people in the row keep their treatment.
    """
    if scope is None:
        return treatment
    category = fields.kinds[kind].category
    if scope.consequence is Consequence.CLOSED_CASES:
        personal = category in Oversight.CLOSED_TO
        if personal and treatment not in _OPAQUE:
            return Treatment.DROP
        return Treatment.KEEP if kind in scope.fields and not personal else treatment
    loosened = kind in scope.fields and about and category is not Category.NARRATIVE
    return Treatment.KEEP if loosened else treatment
