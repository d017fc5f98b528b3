"""The processes of an embedded Airflow: started together, stopped together."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from shield1367_airflow.environment import COMPONENTS, PREPARE

_PATIENCE_SECONDS = 20


@contextmanager
def running(environment: Mapping[str, str], logs: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Prepare the database, start every component, and stop all of them at the end."""
    airflow = Path(sys.executable).parent / "airflow"
    logs.mkdir(parents=True, exist_ok=True, mode=0o700)
    with ExitStack() as stack:
        prepared = stack.enter_context((logs / "prepare.log").open("wb"))
        for arguments in PREPARE:
            subprocess.run(  # noqa: S603
                [airflow, *arguments], env=environment, stdout=prepared, stderr=prepared, check=True
            )
        processes = []
        for name, arguments in COMPONENTS.items():
            log = stack.enter_context((logs / f"{name}.log").open("wb"))
            process = subprocess.Popen([airflow, *arguments], env=environment, stdout=log, stderr=log)  # noqa: S603
            processes.append(process)
        try:
            yield processes
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                try:
                    process.wait(_PATIENCE_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
