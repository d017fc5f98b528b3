"""One look back: from what is new since the last one to cases in the ledger.

It costs what is new: people decided about of late, releases recorded of late, policies that changed. Run again it
finds nothing more; killed in between, it finds the rest.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property

import shield1367
from shield1367.config.fields import Treatment
from shield1367.config.lookback import LookbackSettings, TreatedAlike
from shield1367.config.project import Project
from shield1367.config.recipient import Membership
from shield1367.disclosure.plan import PLAN, ReleasePlan
from shield1367.home import Home
from shield1367.identities import Identity
from shield1367.keys import Keys
from shield1367.lookback.marks import Mark, compared_under, last_mark, rules_of, set_mark
from shield1367.lookback.people import Held, by_release, fingerprint_of, held_unshielded, known_at
from shield1367.lookback.policy import tightened
from shield1367.lookback.record import CaseBook
from shield1367.lookback.texts import texts_changed
from shield1367.protection.evaluate import decided_at
from shield1367.protection.history import newly_shielded
from shield1367.protection.registry.counts import statuses_on
from shield1367.protection.registry.store import Registry
from shield1367.release.ledger import Disclosure, Exposed, Ledger, Trigger, is_begun
from shield1367.release.manifest import MANIFEST
from shield1367.release.signing import Signer
from shield1367.storage import Location, folder_at_hand, is_published, locked
from shield1367.validation.audit import audit_package

_UNREADABLE = frozenset({Treatment.DROP, Treatment.WITHHOLD, Treatment.TOKEN})


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look found.

    Attributes:
        people: people looked at; *releases* earlier releases in question; *cases* opened or extended.
    """

    people: int
    releases: int
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Finding:
    """What is in question of one release.

    Attributes:
        fingerprints: what tells it from whatever was reported before.
        alike: whether every row was treated alike, and nothing of anybody concerned is found in it.
    """

    recipient: str
    exposed: Exposed
    fingerprints: frozenset[str]
    alike: bool = False


def look_back(
    home: Home, keys: Keys, project: Project, settings: LookbackSettings, *, everything: bool = True
) -> Looked:
    """Find the earlier releases that would be made otherwise today, and open or extend a case of each recipient.

    Args:
        everything: also what changed in policies and scrubber; without it, only who is newly shielded.

    Raises:
        TransientError: registry or ledger do not answer, or another look takes too long.
        LedgerBrokenError: the ledger does not hold.
    """
    if not is_begun(home):
        return Looked(0, 0, ())
    with locked(home.ledger.parent / "lookback.lock"):
        return _Look(home, keys, project, settings).run(everything=everything)


class _Look:
    """One look: everything it needs, and what it finds."""

    def __init__(self, home: Home, keys: Keys, project: Project, settings: LookbackSettings) -> None:
        self._home, self._keys, self._project, self._settings = home, keys, project, settings
        self._registry = Registry(home, keys)
        self._ledger = Ledger(home)
        self._today = datetime.now(UTC).date()
        self._people = 0

    def run(self, *, everything: bool) -> Looked:
        """Find, record, and keep how far it came."""
        last, rules = last_mark(self._registry), rules_of(self._project, self._today)
        # Read before anything is looked at: what comes in between is new to the next look.
        decided = decided_at(self._registry)
        numbered = self._ledger.disclosures_after(last.sequence)
        fresh = [release for _, release in numbered]
        found = defaultdict[str, list[_Finding]](list)
        if fresh or decided != last.decided or self._today != last.day:
            for finding in self._newly_shielded(last, fresh):
                found[finding.recipient].append(finding)
        changed = everything and compared_under(self._registry) != rules
        if everything:
            releases = [release for _, release in self._ledger.disclosures_after(0)] if changed else fresh
            for finding in self._stricter(releases):
                found[finding.recipient].append(finding)
        cases = tuple(self._record(recipient, findings) for recipient, findings in sorted(found.items()))
        sequence = max((number for number, _ in numbered), default=last.sequence)
        mark = Mark(decided, sequence, self._today)
        # Planning looks every time: where nothing is new, it waits for nobody who writes to the registry.
        if changed or mark != last:
            set_mark(self._registry, mark, rules=rules if everything else None)
        return Looked(self._people, sum(map(len, found.values())), cases)

    def _record(self, recipient: str, findings: Sequence[_Finding]) -> str:
        fingerprints = frozenset[str]().union(*(finding.fingerprints for finding in findings))
        book = CaseBook(self._home, self._ledger, Signer.of(self._home, self._keys))
        case = book.found(recipient, [finding.exposed for finding in findings], fingerprints)
        if self._settings.treated_alike is TreatedAlike.CLOSE and all(f.alike for f in findings):
            book.close_by_rule(case)
        return case

    def _newly_shielded(self, last: Mark, fresh: Sequence[Disclosure]) -> Iterator[_Finding]:
        """Releases that held somebody as clear who is shielded today."""
        # A release that went out since the last look may have known less than that look did.
        since = min([last.decided, *map(known_at, fresh)]) if last.decided else None
        days = (last.day, self._today) if last.day else None
        people = list(newly_shielded(self._registry, since=since, days=days, today=self._today))
        self._people = len(people)
        held = held_unshielded(people, self._ledger, self._keys, day_of=self._day_of)
        news = (one for one in held if one.fingerprint not in self._reported)
        for release_id, some in by_release(news).items():
            release = self._release(release_id)
            plan = self._plan_of(release)
            # Tables tell of nobody: § 1367(b)(1) permits them, whoever is counted.
            if plan is None or plan.tables is None:
                yield self._exposed(release, plan, some)

    def _exposed(self, release: Disclosure, plan: ReleasePlan | None, held: Sequence[Held]) -> _Finding:
        people = frozenset(one.person_id for one in held)
        findings = self._searched(release, plan, people)
        exposed = Exposed(
            release_id=release.release_id,
            trigger=Trigger.PROTECTION,
            released_at=release.recorded_at,
            membership=plan.membership if plan else None,
            people=len(people),
            columns=tuple(_readable(plan)) if plan else (),
            findings=findings or {},
            searched=findings is not None,
        )
        return _Finding(
            release.recipient,
            exposed,
            frozenset(one.fingerprint for one in held),
            alike=findings == {} and plan is not None and plan.membership is Membership.HIDDEN,
        )

    def _searched(
        self, release: Disclosure, plan: ReleasePlan | None, people: frozenset[str]
    ) -> dict[str, int] | None:
        """Kind of identifier → places in the package; ``None`` when it is not there to be searched."""
        folder = self._folder(release)
        if plan is None or not is_published(folder, last=MANIFEST):
            return None
        identities = [person for person in self._shielded if person.person_id in people]
        with folder_at_hand(folder) as package:
            report = audit_package(
                package, identities, outside=True, fingerprint=self._keys.fingerprint("audit").of, plan=plan
            )
        counts: Counter[str] = Counter()
        for tally in report.tallies:
            counts[tally.kind] += tally.count
        return dict(sorted(counts.items()))

    @cached_property
    def _reported(self) -> set[str]:
        return self._ledger.reported()

    @cached_property
    def _shielded(self) -> list[Identity]:
        statuses = statuses_on(self._registry, self._today)
        return list(self._registry.everybody(statuses, shielded=True))

    def _stricter(self, releases: Sequence[Disclosure]) -> Iterator[_Finding]:
        """Releases of which profile, floor or scrubber of today leave less."""
        for release in releases:
            if (plan := self._plan_of(release)) is None:
                continue
            columns = tuple(tightened(self._project, plan, self._today))
            mark = fingerprint_of(self._keys, release.release_id, Trigger.POLICY, *columns)
            if columns and mark not in self._reported:
                people = len(self._ledger.people_of(release.release_id))
                yield self._compared(release, plan, mark, Trigger.POLICY, people=people, columns=columns)
            folder, rules = (
                self._folder(release),
                f"{shield1367.__version__} {self._project.text.content_hash()}",
            )
            mark = fingerprint_of(self._keys, release.release_id, Trigger.TEXT, rules)
            if (
                rules == f"{plan.library_version} {plan.hashes.text}"
                or mark in self._reported
                or not is_published(folder, last=MANIFEST)
            ):
                continue
            with folder_at_hand(folder) as package:
                texts = texts_changed(self._home, self._keys, self._project, plan, package)
            if texts:
                yield self._compared(release, plan, mark, Trigger.TEXT, texts=texts)

    def _compared(
        self,
        release: Disclosure,
        plan: ReleasePlan,
        mark: str,
        trigger: Trigger,
        *,
        people: int = 0,
        columns: tuple[str, ...] = (),
        texts: int = 0,
    ) -> _Finding:
        exposed = Exposed(
            release_id=release.release_id,
            trigger=trigger,
            released_at=release.recorded_at,
            membership=plan.membership,
            people=people,
            columns=columns,
            texts=texts,
        )
        return _Finding(release.recipient, exposed, frozenset({mark}))

    def _release(self, release_id: str) -> Disclosure:
        release = self._ledger.find(release_id)
        if release is None:
            raise LookupError(release_id)
        return release

    def _folder(self, release: Disclosure) -> Location:
        return self._home.released / release.recipient / release.release_id

    def _plan_of(self, release: Disclosure) -> ReleasePlan | None:
        """The plan a release was made from; ``None`` for those of versions that kept none."""
        folder = self._home.plans / release.recipient / release.release_id
        return ReleasePlan.read(folder) if (folder / PLAN).exists() else None

    def _day_of(self, release: Disclosure) -> date:
        """The day a release was made for."""
        plan = self._plan_of(release)
        return date.fromisoformat(plan.as_of) if plan else datetime.fromisoformat(release.recorded_at).date()


def _readable(plan: ReleasePlan) -> Iterator[str]:
    """What could be read of a row, column by column, and as what."""
    for dataset in plan.datasets:
        for column in dataset.released_columns:
            if column.treatment not in _UNREADABLE:
                yield f"{dataset.name}.{column.name}: {column.treatment}"
