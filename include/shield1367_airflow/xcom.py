"""The XCom guard: names, paths, counts and ids pass; anything that could carry case data does not."""

from __future__ import annotations

import re
from typing import Any

from airflow.sdk import BaseXCom

MAX_BYTES = 48 * 1024
MAX_TEXT = 512

# Ids, paths and states have no spaces, and no name of a person is made of these characters alone
# together with a digit, slash or dash rule below.
_TEXT = re.compile(r"^[A-Za-z0-9_./:=#@+,-]*$")
_IDENTIFIER = re.compile(r"(?<![A-Za-z0-9])A?-?\d{8,9}(?![A-Za-z0-9])|\d{3}-\d{2}-\d{4}|[A-Z]{3}\d{10}")


class XComRefusedError(TypeError):
    """Error raised when a task hands on something else than names, paths, counts and ids."""


class GuardedXCom(BaseXCom):
    """Airflow's XCom behind an allow-list of shapes.

    With pandas and pyarrow installed, Airflow would store a returned frame in its database as it is;
    here that fails the task instead. The message names types only.
    """

    @staticmethod
    def serialize_value(
        value: Any,
        *,
        key: str | None = None,
        task_id: str | None = None,
        dag_id: str | None = None,
        run_id: str | None = None,
        map_index: int | None = None,
    ) -> str:
        """Serialize *value*, or refuse it.

        Raises:
            XComRefusedError: the value holds free text, an identifier or an object.
        """
        check(value)
        serialized = BaseXCom.serialize_value(
            value, key=key, task_id=task_id, dag_id=dag_id, run_id=run_id, map_index=map_index
        )
        if len(str(serialized)) > MAX_BYTES:
            raise XComRefusedError(f"a task handed on more than {MAX_BYTES} bytes")
        return serialized


def check(value: Any) -> None:
    """Refuse everything that is not made of names, paths, counts and ids.

    Raises:
        XComRefusedError: naming the type, never the value.
    """
    match value:
        case None | bool() | int() | float():
            return
        case str():
            if len(value) > MAX_TEXT or not _TEXT.match(value) or _IDENTIFIER.search(value):
                raise XComRefusedError("a task handed on text that is no id, path or state")
        case list() | tuple():
            for item in value:
                check(item)
        case dict():
            for name, item in value.items():
                check(name)
                check(item)
        case _:
            raise XComRefusedError(
                f"a task handed on a {type(value).__name__}; only ids, paths and counts go"
            )
