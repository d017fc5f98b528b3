"""Why intake refuses a row, a column or a file."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """A stable code; :data:`EXPLANATIONS` words it for people."""

    COLUMN_COUNT = "column_count"
    NUL_BYTE = "nul_byte"
    BAD_ENCODING = "bad_encoding"
    SHIFTED_ROW = "shifted_row"
    MISSING_KEY = "missing_key"
    DUPLICATE_KEY = "duplicate_key"
    UNKNOWN_COLUMN = "unknown_column"
    MISSING_COLUMN = "missing_column"
    DUPLICATE_COLUMN = "duplicate_column"
    MIXED_TIME_ZONES = "mixed_time_zones"
    MISSING_FILE = "missing_file"
    UNLISTED_FILE = "unlisted_file"
    UNKNOWN_DATASET = "unknown_dataset"
    WRONG_HASH = "wrong_hash"
    ROW_COUNT = "row_count"
    TRUNCATED = "truncated"
    UNREADABLE = "unreadable"


EXPLANATIONS: dict[Reason, str] = {
    Reason.COLUMN_COUNT: "the row has more or fewer cells than the header",
    Reason.NUL_BYTE: "the row holds NUL bytes",
    Reason.BAD_ENCODING: "the row holds bytes that are not in the contract's encoding",
    Reason.SHIFTED_ROW: "several cells do not fit their columns: the row is shifted",
    Reason.MISSING_KEY: "a key column is empty",
    Reason.DUPLICATE_KEY: "an earlier row of the batch has the same key",
    Reason.UNKNOWN_COLUMN: "the contract does not know this column; it is not staged",
    Reason.MISSING_COLUMN: "a column of the contract is not in the file",
    Reason.DUPLICATE_COLUMN: "the header names a column twice, be it in two spellings such as A_NUMBER and A Number",
    Reason.MIXED_TIME_ZONES: "the times of a column are in different time zones, or only some of them name one",
    Reason.MISSING_FILE: "the manifest lists a file that is not there",
    Reason.UNLISTED_FILE: "the file is not in the manifest",
    Reason.UNKNOWN_DATASET: "the file fits no dataset of the contract",
    Reason.WRONG_HASH: "the file's SHA-256 is not the manifest's",
    Reason.ROW_COUNT: "the file does not hold as many rows as the manifest says",
    Reason.TRUNCATED: "the file ends too early",
    Reason.UNREADABLE: "the file is not in the contract's format",
}
