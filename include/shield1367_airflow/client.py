"""A small client of Airflow's REST API: trigger a DAG, see how its runs stand."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

import httpx

_POLL_SECONDS = 1.0


class AirflowUnavailableError(RuntimeError):
    """Error raised when Airflow does not answer, or a DAG run does not end, in time."""


@dataclass(frozen=True, slots=True)
class Run:
    """One DAG run, by its id and state."""

    run_id: str
    state: str

    @property
    def is_over(self) -> bool:
        """Whether the run has ended."""
        return self.state in ("success", "failed")


class AirflowClient:
    """Talks to the API server of an embedded Airflow on this machine; to be used with ``with``.

    Args:
        patience: seconds to wait for anything, at the most.
    """

    def __init__(self, url: str, user: str, password: str, *, patience: float) -> None:
        self._http = httpx.Client(base_url=url, timeout=150, trust_env=False)
        self._login = {"username": user, "password": password}
        self._patience = patience

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def wait_until_ready(self, dags: list[str]) -> None:
        """Wait until the API answers and knows these DAGs.

        Raises:
            AirflowUnavailableError: it does not in time.
        """
        self._wait("the API server", self._authenticate)
        for dag in dags:
            self._wait(f"DAG {dag}", lambda dag=dag: self._get(f"/api/v2/dags/{dag}") is not None)

    def trigger(self, dag: str) -> None:
        """Start a run of *dag* now; a server that is busy is asked again.

        Raises:
            AirflowUnavailableError: it does not take the run in time.
        """
        now = datetime.now(UTC)
        # The id is ours, so that a second try cannot start a second run.
        body = {"dag_run_id": f"demo__{now:%Y%m%dT%H%M%S%f}", "logical_date": now.isoformat()}

        def taken() -> bool:
            answer = self._http.post(f"/api/v2/dags/{dag}/dagRuns", json=body)
            if answer.is_server_error:
                return False
            if answer.status_code != httpx.codes.CONFLICT:
                answer.raise_for_status()
            return True

        self._wait(f"a run of {dag}", taken)

    def finish(self, dag: str, *, since: datetime) -> Run:
        """Wait until a run of *dag* queued after *since* is over and none is under way; the last one.

        Raises:
            AirflowUnavailableError: there is none in time.
        """
        latest: list[Run] = []

        def settled() -> bool:
            answer = self._get(f"/api/v2/dags/{dag}/dagRuns?order_by=-run_after&limit=20") or {}
            found = [
                self._run(item)
                for item in answer.get("dag_runs", [])
                if item["queued_at"] and datetime.fromisoformat(item["queued_at"]) >= since
            ]
            latest[:] = found[:1]
            return bool(found) and all(run.is_over for run in found)

        self._wait(f"a run of {dag}", settled)
        return latest[0]

    def _authenticate(self) -> bool:
        try:
            answer = self._http.post("/auth/token", json=self._login)
        except httpx.TransportError:
            return False
        if answer.status_code != httpx.codes.CREATED:
            return False
        self._http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return True

    def _get(self, path: str) -> dict[str, Any] | None:
        answer = self._http.get(path)
        if answer.status_code == httpx.codes.NOT_FOUND or answer.is_server_error:
            return None
        answer.raise_for_status()
        content: dict[str, Any] = answer.json()
        return content

    def _wait(self, what: str, condition: Any) -> None:
        deadline = time.monotonic() + self._patience
        while not condition():
            if time.monotonic() > deadline:
                raise AirflowUnavailableError(f"{what} was not there within {self._patience:.0f} seconds")
            time.sleep(_POLL_SECONDS)

    @staticmethod
    def _run(item: dict[str, Any]) -> Run:
        return Run(item["dag_run_id"], item["state"])
