"""Faults in the canaries: one that never got in, one that got through, and what tells of them elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from shield1367.canaries.person import Canary
from shield1367.intake.receipt import list_receipts
from shield1367.redaction.canaries import CANARIES, canaries_in
from shield1367.storage import read_json, write_json
from tests.sabotage.scene import CANARY_CHECKS, NARRATIVE, ROSTER, UNIVERSITY, After, Fault, Scene


def _canary(scene: Scene) -> Canary:
    return canaries_in(scene.site.keys, scene.site.project, scene.plan)[0]


def _redacted(scene: Scene) -> Path:
    return scene.work / CANARIES / ROSTER / "redacted.parquet"


def _never_planted(scene: Scene) -> None:
    for receipt in list_receipts(scene.home, "detention"):
        receipt.model_copy(update={"canaries": {}}).write(scene.home)


def _never_redacted(scene: Scene) -> None:
    _redacted(scene).with_suffix(".json").unlink()


def _one_left_out(scene: Scene) -> None:
    result = _redacted(scene).with_suffix(".json")
    counts = read_json(result)
    write_json(result, counts | {"released": counts["released"] - 1, "withheld": counts["withheld"] + 1})


def _alias_left(scene: Scene) -> None:
    table = pq.read_table(_redacted(scene))
    texts = [f"{cell or ''} {_canary(scene).values['alias']}" for cell in table[NARRATIVE].to_pylist()]
    at = table.column_names.index(NARRATIVE)
    pq.write_table(table.set_column(at, NARRATIVE, pa.array(texts, pa.string())), _redacted(scene))


def _in_a_log(scene: Scene) -> None:
    (scene.home.root / "task.log").write_text(f"could not parse {_canary(scene).values['a_number']}\n")


def _c(name: str, words: str, put_in: Callable[[Scene], None], after: After = After.REDACTED) -> Fault:
    return Fault(name, "canaries", UNIVERSITY, after, CANARY_CHECKS[words], put_in)


CANARY_FAULTS = (
    _c("a batch without canaries", "have no canary", _never_planted, After.NOTHING),
    _c("canaries that are not redacted", "were not redacted", _never_redacted),
    _c("a canary that is left out", "were not treated", _one_left_out),
    _c("an alias of a canary left in a narrative", "got through", _alias_left),
    _c("an identifier of a canary in a log", "a trace in", _in_a_log),
)
