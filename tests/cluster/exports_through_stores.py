"""Staged and released data in an object store, several workers: ``make test-cluster-stores``.

It runs as the first process of namespaces of its own (``deploy.enter``): everything of docker-compose.yaml, natively.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.interruptions.clustered import BUCKET, EXPORT, RECIPIENT, Office
from deploy.native import AIRFLOW

# Starting everything alone takes minutes on two cores.
pytestmark = pytest.mark.timeout(3600)

STAGED = "shield1367-staged"
PLACES = {"SHIELD1367_STAGED": f"s3://{STAGED}/staged", "SHIELD1367_RELEASED": f"s3://{BUCKET}/released"}
# After the store is well again.
RECOVERY_SECONDS = 180.0

_MAKE_BUCKET = """
import json, sys
import s3fs
s3fs.S3FileSystem().mkdir(sys.argv[1])
print(json.dumps({}))
"""
# The last release once more, of a home that lies on a disk as a whole: the same registry, for people's ids are drawn.
_COMPARE = """
import json, shutil, sys
from pathlib import Path
from shield1367.config.project import load_project
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.pipeline import Site, plan, redact_parts, validate
from shield1367.release.package import PACKAGE
from shield1367.storage import RemotePath, sha256

recipient = sys.argv[1]
there, here = Home.from_environment(), Home(root=Path("/tmp/local"))
shutil.copytree(there.root, here.root)

def tree(folder):
    if isinstance(folder, RemotePath):
        names = list(folder.store.tree(folder.key))
    else:
        names = [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()]
    return {name: sha256(folder / name) for name in names}

for name in there.staged.store.tree(there.staged.key):
    (here.staged / name).parent.mkdir(parents=True, exist_ok=True)
    there.staged.store.fetch((there.staged / name).key, here.staged / name)
site = Site(home=here, keys=Keys.load(there), project=load_project(recipients=[recipient]))
planned = plan(site, recipient)
redact_parts(site, planned.work, planned.parts)
assert validate(site, planned.work)
made = tree(planned.work / PACKAGE / "data")
released = tree(there.released / recipient / planned.release_id / "data")
print(json.dumps({
    "files": len(made),
    "differing": sorted(name for name in made.keys() | released.keys() if made.get(name) != released.get(name)),
}))
"""


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with Office.open(changed=PLACES) as office:
        office.ask(_MAKE_BUCKET, STAGED)
        for name in ("worker", "worker-io"):
            for twin in office.cluster.scale(name, 2):
                twin.start()
        yield office


def test_an_export_is_released_once_and_delivered_whole(office: Office) -> None:
    run = office.deliver()
    office.finish(EXPORT, run)
    assert office.outcome().troubles(releases=1) == []


def test_a_store_that_freezes_delays_a_release_and_no_more(office: Office) -> None:
    run = office.deliver()
    office.wait_for_task(EXPORT, run, "redact", "running")
    with office.cluster.services["object-storage"].frozen():
        # Longer than a request is waited for, so that it is given up and made again.
        time.sleep(90)
    seconds = office.wait_for_tasks(EXPORT, run, "redact")
    office.finish(EXPORT, run)
    assert seconds < RECOVERY_SECONDS
    assert office.outcome().troubles(releases=2) == []


def test_nothing_protected_is_left_where_it_does_not_belong(office: Office) -> None:
    code, said = office.traces()
    assert code == 0, said
    for name in ("worker", "worker-2", "worker-intake", "worker-io", "worker-io-2"):
        # As its processes see it, which have it for themselves.
        temporary = Path(f"/proc/{office.cluster.services[name].pids()[-1]}/root/tmp")
        left = [path.name for path in temporary.rglob("*") if path.is_file() and path.stat().st_size]
        assert [file for file in left if file.startswith((".tmp-", "tmp")) or ".parquet" in file] == []


def test_every_service_stayed_up(office: Office) -> None:
    assert {name: office.cluster.services[name].restarts for name in AIRFLOW} == dict.fromkeys(AIRFLOW, 0)


def test_the_bytes_are_those_of_a_local_disk(office: Office) -> None:
    found = office.ask(_COMPARE, RECIPIENT)
    assert found["files"] >= 3
    assert found["differing"] == []
