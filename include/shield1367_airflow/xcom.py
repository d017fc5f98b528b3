"""The XCom guard: names, paths, counts and ids pass; anything that could carry case data does not."""

from __future__ import annotations

import re
from typing import Any

from airflow.sdk import BaseXCom

from shield1367.errors import TerminalError

MAX_BYTES = 48 * 1024
MAX_TEXT = 512

# Ids, paths and states have no spaces: free text and full names do.
_TEXT = re.compile(r"[A-Za-z0-9_./:=#@+,-]*")
# Between characters of no word, so that the hex digits of our own ids are not taken for numbers.
_IDENTIFIER = re.compile(
    r"""(?<![A-Za-z0-9])(?:
        [Aa][-.:#]?\d{1,3}[-._]?\d{3}[-._]?\d{3}                 # A-Number
      | (?!20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d))\d{8,9}  # bare; a day of this century passes
      | \d{3}[-._]\d{3}[-._]\d{3,4}                              # dashed A-Number, phone
      | \d{3}[-._]\d{2}[-._]\d{4}                                # SSN
      | (?:[A-Z]{3}|(?i:eac|ioe|lin|msc|nbc|src|wac|ysc))[-._]?\d{2}[-._]?\d{3}[-._]?\d{5}  # receipt
      | [A-Za-z0-9_.+-]+@[A-Za-z0-9-]+\.[A-Za-z]{2,}             # e-mail
    )(?![A-Za-z0-9])""",
    re.VERBOSE,
)


class XComRefusedError(TerminalError):
    """Error raised when a task hands on something else than names, paths, counts and ids."""

    code = "E902"

    def __init__(self, what: str) -> None:
        super().__init__(
            f"a task handed on {what}.",
            mend="write data into the home and hand on its path relative to it, counts and ids.",
        )


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
            raise XComRefusedError(f"more than {MAX_BYTES} bytes")
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
            if len(value) > MAX_TEXT or not _TEXT.fullmatch(value) or _IDENTIFIER.search(value):
                raise XComRefusedError("text that is no id, path or state")
        case list() | tuple():
            for item in value:
                check(item)
        case dict():
            for name, item in value.items():
                check(name)
                check(item)
        case _:
            raise XComRefusedError(f"a {type(value).__name__}; only ids, paths and counts go")
