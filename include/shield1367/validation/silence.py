"""Great Expectations without its voice: what it logs and warns quotes cells."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

_LOGGER = "great_expectations"


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
