"""What object stores refuse or fail to do, sorted into what another try may mend and what it cannot."""

from __future__ import annotations

from shield1367.errors import TerminalError, TransientError


class StoreUnavailableError(TransientError):
    """Error raised when a store did not answer, or not in whole, however often it was asked."""

    code = "E770"


class StoreDeniedError(TerminalError):
    """Error raised when a store does not let this process in, or not do this."""

    code = "E771"


class StoreMissingError(TerminalError):
    """Error raised when a bucket or container is not there. It is not made: a mistyped name would become ours."""

    code = "E772"


class StoreAddressError(TerminalError):
    """Error raised when a URL names no store that can be used, or nothing in it."""

    code = "E773"


class OtherContentError(TerminalError):
    """Error raised when a folder that is published once holds something else than what is to be published."""

    code = "E774"


class UnconditionalStoreError(TerminalError):
    """Error raised when a store overwrites what it was asked only to create: nothing can be published once there."""

    code = "E775"


class StoreRefusedError(TerminalError):
    """Error raised when a store understood the call and refuses it: an unknown encryption key, a bad setting."""

    code = "E776"
