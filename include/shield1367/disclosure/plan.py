"""The plan of one release: which columns of which partitions, treated how, under which policy.

A plan holds paths, kinds, counts and hashes, never a value, so it may be handed from task to task
and read by people. Its id is derived from everything that shapes the release: the same inputs give
the same id, and a finished release is recognised instead of made twice.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pydantic import Field

from shield1367.config.fields import Category, Treatment
from shield1367.config.loading import ConfigModel
from shield1367.config.recipient import Membership
from shield1367.config.recipient.tables import Tabulations
from shield1367.disclosure.classes import ClassesPlan
from shield1367.disclosure.scope import AuthorityScope
from shield1367.storage import read_json, write_json

PLAN = "plan.json"


class ColumnPlan(ConfigModel):
    """One column on its way out.

    Attributes:
        kind: its field kind; ``None`` for JSON columns.
        treatment: what happens to its cells; for JSON columns what happens to each key is in *json_keys*.
        excepted: whether an exception of § 1367(b) lets its values go that the floor would not.
        role: the person of the row whose field it is, where it is one's.
        json_keys: key inside the JSON, dotted where it is nested → (field kind, treatment); keys not listed are
            removed.
    """

    name: str
    kind: str | None
    category: Category | None
    title: str
    treatment: Treatment
    role: str | None = None
    excepted: bool = False
    json_keys: dict[str, tuple[str, Treatment]] | None = None

    @property
    def is_released(self) -> bool:
        """Whether the column exists in the release at all."""
        return self.treatment is not Treatment.DROP

    @property
    def scrubs(self) -> bool:
        """Whether it holds narratives that are scrubbed, as its cells or inside its JSON."""
        inside = (self.json_keys or {}).values()
        return self.treatment is Treatment.SCRUB or any(how is Treatment.SCRUB for _, how in inside)


class PartPlan(ConfigModel):
    """One partition: a staged file, or some rows of it; its *sha256* is checked when it is read.

    Attributes:
        index: number inside the release, unique over all its datasets.
        staged: path of the staged file below the home.
        links: path of the file's person links below the home.
        rows: rows of the partition.
        first: the row of the file that it begins with.
        sha256: of the whole file.
        weight: what it costs, see :mod:`shield1367.disclosure.partitions`; follows from the file.
    """

    index: int
    staged: str
    links: str
    rows: int
    sha256: str
    first: int = 0
    weight: int = 0


class DatasetPlan(ConfigModel):
    """One table of the release.

    Attributes:
        key: the contract's key columns; validation looks for records that occur twice.
        canaries: the planted rows of all its batches; they are redacted and go nowhere.
        kept_out: names of rows that this or an earlier release to the recipient leaves out for somebody who
            cannot be told, see :mod:`shield1367.redaction.kept_out`; they stay out when that is settled.
    """

    source: str
    dataset: str
    title: str
    key: tuple[str, ...] = ()
    columns: tuple[ColumnPlan, ...]
    parts: tuple[PartPlan, ...]
    canaries: PartPlan | None = None
    kept_out: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """``source.dataset``, also the folder below ``data/``."""
        return f"{self.source}.{self.dataset}"

    @property
    def released_columns(self) -> tuple[ColumnPlan, ...]:
        """The columns of the release, in order."""
        return tuple(column for column in self.columns if column.is_released)

    @property
    def rows(self) -> int:
        """Staged rows that enter the release."""
        return sum(part.rows for part in self.parts)


class PolicyHashes(ConfigModel):
    """Hashes (hex SHA-256) of everything that decided the outcome; quoted in the manifest.

    Attributes:
        profile: of the recipient's profile; *fields* of ``fields.yaml``, which holds the floor.
        authority: of the exception of § 1367(b) the profile cites.
        safeguards: only where rows carry a notice: outside, nothing follows what compliance verified.
    """

    profile: str
    fields: str
    authority: str | None = None
    benefits: str
    contracts: dict[str, str]
    text: str
    registry: str
    safeguards: str | None = None


class PolicyApproval(ConfigModel):
    """Which versions of the policy a release was made under, and who signed them.

    Attributes:
        profile_signed_by: ids of the approvers; *floor_signed_by* likewise.
        by_examples: whether they are the example keys, which nobody holds: nobody has approved anything.
    """

    profile_version: int
    profile_signed_by: tuple[str, ...]
    floor_version: int
    floor_signed_by: tuple[str, ...]
    by_examples: bool


class ReleasePlan(ConfigModel):
    """``work/<recipient>/<release_id>/plan.json``.

    Attributes:
        pseudonym_series: what its pseudonyms are keyed to in place of the release itself.
        known_at: from when on the decision about everybody is known that the registry held then.
        scope: what the exception of § 1367(b) covers that the profile cites, if it cites one.
        tables: what is computed of the datasets instead of sending their rows.
        cover: ids of people who are left out besides those who have to be, so that no difference from an
            earlier release, or from a known total, tells who these are.
        withheld_whole: deliveries, ``source.dataset folder``, of which nobody known goes: they are all protected, or
            too few came for one to be missing unseen.
        classes: what keeps the quasi-identifiers from finding anybody, where the profile asks for it.
        uncounted: field kinds that go, may find somebody, and are no part of that.
    """

    release_id: str
    recipient: str
    membership: Membership
    outside: bool
    as_of: str
    known_at: datetime | None = None
    library_version: str
    hashes: PolicyHashes
    approval: PolicyApproval | None = None
    scope: AuthorityScope | None = None
    pseudonym_series: str | None = None
    tables: Tabulations | None = None
    classes: ClassesPlan | None = None
    uncounted: tuple[str, ...] = ()
    cover: tuple[str, ...] = ()
    withheld_whole: tuple[str, ...] = ()
    datasets: tuple[DatasetPlan, ...]

    @property
    def rows(self) -> int:
        """Staged rows that enter the release."""
        return sum(dataset.rows for dataset in self.datasets)

    @property
    def scrubs(self) -> bool:
        """Whether a narrative goes at all."""
        return any(column.scrubs for dataset in self.datasets for column in dataset.released_columns)

    def parts(self) -> list[tuple[DatasetPlan, PartPlan]]:
        """Every partition with its dataset, by index."""
        pairs = [(dataset, part) for dataset in self.datasets for part in dataset.parts]
        return sorted(pairs, key=lambda pair: pair[1].index)

    def canaries(self) -> list[tuple[DatasetPlan, PartPlan]]:
        """The partitions of planted rows with their datasets."""
        return [(dataset, dataset.canaries) for dataset in self.datasets if dataset.canaries is not None]

    def write(self, folder: Path) -> Path:
        """Write the plan into the release's work folder."""
        return write_json(folder / PLAN, self.model_dump(mode="json"))

    @classmethod
    def read(cls, folder: Path) -> ReleasePlan:
        """Read the plan back from the release's work folder."""
        return cls.model_validate(read_json(folder / PLAN))


class PartResult(ConfigModel):
    """What redaction did to one partition: counts only.

    Attributes:
        rows_in: staged rows read; always ``released + withheld``.
        withheld: rows left out because somebody in them is, or may be, protected, or because no exception
            covers them; the latter are *not_covered*.
        for_cover: rows left out though nobody in them is protected, for the plan's *cover*.
        protected_rows: rows with a PROTECTED or INDETERMINATE person; for compliance only, never in a
            file that an outside recipient gets.
        spans: entity type → spans replaced in narratives.
        texts: narratives scrubbed; *texts_withheld* of them as a whole.
        unfit: released column → cells that are not what its kind says, none of which goes out as it is.
        drift: column of JSON → keys removed that the contract does not name, or names otherwise.
    """

    index: int
    dataset: str
    rows_in: int
    released: int
    withheld: int
    protected_rows: int
    not_covered: int = 0
    for_cover: int = 0
    spans: dict[str, int]
    texts: int
    texts_withheld: int
    unfit: dict[str, int] = Field(default_factory=dict)
    drift: dict[str, int] = Field(default_factory=dict)
