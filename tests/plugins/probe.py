"""Asks the real API server of Airflow, in this process and on a database of its own, for the desk. Prints JSON.

Run with the environment of an embedded Airflow; the argument is the file of passwords.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def main(passwords: Path) -> None:
    from airflow.utils.db import initdb

    initdb()
    from airflow import plugins_manager

    plugins_manager.ensure_plugins_loaded()
    before = [name for name in sys.modules if name.startswith("shield1367.desk")]
    from airflow.api_fastapi.app import create_app
    from starlette.testclient import TestClient

    client = TestClient(create_app(), base_url="http://localhost", follow_redirects=False)
    tokens = {
        user: client.post("/auth/token", json={"username": user, "password": password}).json()["access_token"]
        for user, password in json.loads(passwords.read_text()).items()
    }

    def ask(path: str, **options: Any) -> dict[str, Any]:
        client.cookies.clear()
        answer = client.get(path, **options)
        return {"status": answer.status_code, "text": answer.text, "headers": dict(answer.headers)}

    def by_cookie(token: str) -> Mapping[str, str]:
        return {"Cookie": f"_token={token}"}

    found = {
        "imported_before": before,
        "nobody": ask("/compliance/"),
        "forged": ask("/compliance/", headers=by_cookie(tokens["admin"][:-2] + "xx")),
        "header": ask("/compliance/", headers={"Authorization": f"Bearer {tokens['admin']}"}),
        "cookie": ask("/compliance/", headers=by_cookie(tokens["admin"])),
        "viewer": ask("/compliance/", headers=by_cookie(tokens["vera"])),
        "reviewer": ask("/compliance/who-received", headers=by_cookie(tokens["mara"])),
        "not_cleared": ask("/compliance/who-received", headers=by_cookie(tokens["admin"])),
        "plugins": ask("/api/v2/plugins", headers=by_cookie(tokens["admin"])),
    }
    sys.stdout.write(f"\nFOUND {json.dumps(found)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
