"""The door to Great Expectations: loaded late, and silently."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shield1367.validation.expectations import Validator

_LOGGER = "great_expectations"


def open_validator() -> Validator:
    """A validator; the first call of a process loads Great Expectations, which takes seconds."""
    with quiet():
        from shield1367.validation.expectations import Validator

        return Validator()


@contextmanager
def quiet() -> Iterator[None]:
    """Silence what Great Expectations logs and warns meanwhile: its messages quote cells."""
    loggers = [
        logger
        for name, logger in logging.root.manager.loggerDict.items()
        if isinstance(logger, logging.Logger) and f"{name}.".startswith(f"{_LOGGER}.") and not logger.disabled
    ]
    for logger in loggers:
        logger.disabled = True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger in loggers:
            logger.disabled = False
