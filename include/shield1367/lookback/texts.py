"""The narratives of an earlier release, scrubbed once more by the scrubber of today.

Scrubbing what is scrubbed changes nothing under the same rules: what changes is what would be masked today.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from shield1367.config.project import Project
from shield1367.disclosure.plan import ColumnPlan, ReleasePlan
from shield1367.home import Home
from shield1367.keys import Keys
from shield1367.redaction.again import Again, Narrative
from shield1367.redaction.json_cells import passages_in
from shield1367.validation.reading import read_part

_AT_ONCE = 5_000


def texts_changed(home: Home, keys: Keys, project: Project, plan: ReleasePlan, package: Path) -> int:
    """How many narratives of a finished release the scrubber changes today.

    Raises:
        UnreadablePartError: a file of the package cannot be read.
    """
    columns = {
        dataset.name: [column for column in dataset.released_columns if column.scrubs]
        for dataset in plan.datasets
    }
    if not any(columns.values()) or plan.recipient not in project.recipients:
        return 0
    again = Again(home, keys, project, plan)
    changed = 0
    for texts in _texts(package, columns):
        # Whom a row concerns is not told by the release; everybody shielded is known to the scrubber all the same.
        narratives = [Narrative(str(number), text, (), ()) for number, text in enumerate(texts)]
        answers = again.scrub(texts, narratives)
        changed += sum(answer != text for answer, text in zip(answers, texts, strict=True))
    return changed


def _texts(package: Path, columns: dict[str, list[ColumnPlan]]) -> Iterator[list[str]]:
    number = 0
    for name, wanted in columns.items():
        for path in sorted((package / "data" / name).rglob("*")) if wanted else ():
            if path.suffix not in (".parquet", ".csv"):
                continue
            part = read_part(path, number, "parquet" if path.suffix == ".parquet" else "csv")
            number += 1
            cells = [
                text
                for column in wanted
                for cell in part.frame[column.name].dropna().tolist()
                if cell
                for text in ([cell] if column.json_keys is None else passages_in(column.json_keys, cell))
            ]
            for start in range(0, len(cells), _AT_ONCE):
                yield cells[start : start + _AT_ONCE]
