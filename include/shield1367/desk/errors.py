"""What the desk refuses, each with the HTTP status it is answered with."""

from __future__ import annotations

from http import HTTPStatus

from shield1367.errors import TerminalError, TransientError
from shield1367.intake.mended import MendedRefusedError
from shield1367.intake.mending import NothingHoldsError, NothingWaitsError
from shield1367.lookback.record import CaseStepError
from shield1367.protection.safeguards.verifications import ReferenceRefusedError
from shield1367.redaction.terms import TermRefusedError


class NotSignedInError(TerminalError):
    """Error raised when a request carries no valid login of Airflow."""

    code = "E660"

    def __init__(self) -> None:
        super().__init__("Nobody is signed in.", mend="sign in to Airflow, then open the page again.")


class NotOnTheDeskError(TerminalError):
    """Error raised for somebody whom ``desk.yaml`` gives no role."""

    code = "E661"

    def __init__(self) -> None:
        super().__init__(
            "This account has no role on the compliance desk.",
            mend="have compliance enter it in include/config/desk.yaml.",
        )


class NotAllowedError(TerminalError):
    """Error raised for a page that the roles of the visitor do not open."""

    code = "E662"

    def __init__(self) -> None:
        super().__init__(
            "Your roles do not open this page.",
            mend="ask somebody who has the role; docs/compliance.md lists which page needs which.",
        )


class ForgedRequestError(TerminalError):
    """Error raised for a form that did not come from a page of the desk, or from one that is too old."""

    code = "E663"

    def __init__(self) -> None:
        super().__init__(
            "The form is too old, or was not sent from a page of the desk.",
            mend="open the page again and send it from there.",
        )


class TooManyQuestionsError(TransientError):
    """Error raised when one reviewer asks about more people than ``desk.yaml`` allows for the time."""

    code = "E664"

    def __init__(self, most: int, minutes: int) -> None:
        super().__init__(
            f"More than {most} questions within {minutes} minutes are not answered.",
            mend="wait; if the work needs more, have compliance raise look_ups in include/config/desk.yaml.",
        )


class NotFoundError(TerminalError):
    """Error raised for a page, release, recipient, batch or document that there is not, or not for the visitor."""

    code = "E665"

    def __init__(self, what: str = "page") -> None:
        super().__init__(
            f"There is no such {what}, or it is not yours.", mend="go back and choose from a list."
        )


class BadRequestError(TerminalError):
    """Error raised for a request of the wrong method, form or size; it never says with what."""

    code = "E666"

    def __init__(self, message: str = "The request is not one that this page sends.") -> None:
        super().__init__(message, mend="open the page again and send it from there.")


class DocumentGoneError(TerminalError):
    """Error raised when a document of a release is missing from its folder, or is not a plain file."""

    code = "E667"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} is not in the folder of this release, or is no plain file of a sensible size.",
            mend="restore the release from backup and verify it; report it as an incident if nobody removed it.",
        )


class NothingJudgedError(TerminalError):
    """Error raised when a person is asked about before the registry was ever filled."""

    code = "E668"

    def __init__(self) -> None:
        super().__init__(
            "No batch has been evaluated yet: the registry is empty.", mend="run the DAG protect, then ask."
        )


class CaseMovedOnError(TerminalError):
    """Error raised for a step that was chosen on a page which showed the case as it was before."""

    code = "E670"

    def __init__(self) -> None:
        super().__init__(
            "The case has moved on since this page was opened, and nothing was recorded.",
            mend="open the case again, read what is new, and choose again.",
        )


class NoticeNotDrawnUpError(TerminalError):
    """Error raised when a notice is to be shown or recorded as sent that nobody has drawn up."""

    code = "E671"

    def __init__(self) -> None:
        super().__init__(
            "Nobody has drawn up this notice yet.", mend="draw it up on the page of the case, and read it."
        )


class NoNarrativesError(TerminalError):
    """Error raised when a sample is wanted of a release that has no scrubbed narrative, or whose plan is gone."""

    code = "E672"

    def __init__(self) -> None:
        super().__init__(
            "This release has no scrubbed narratives, or the plan it was made by is not kept.",
            mend="sample a release whose profile scrubs narratives.",
        )


class SampleChangedError(TerminalError):
    """Error raised for marks in a narrative as it was before the sample was drawn again."""

    code = "E673"

    def __init__(self) -> None:
        super().__init__(
            "The sample was drawn again since this narrative was shown, and nothing was recorded.",
            mend="open the narrative again and mark it anew.",
        )


class SampleBrokenError(TerminalError):
    """Error raised when a kept sample opens with the key and is not of this version."""

    code = "E674"

    def __init__(self, release_id: str) -> None:
        super().__init__(
            f"The sample kept of {release_id} cannot be read.",
            mend="restore it from backup; or move it away, and draw the sample again.",
        )


class SessionOverError(TerminalError):
    """Error raised on a cleared page for somebody who has neither signed in nor done anything here of late."""

    code = "E718"

    def __init__(self, minutes: int) -> None:
        super().__init__(
            f"Nothing was done on the desk for {minutes} minutes: the session on its cleared pages is over.",
            mend="sign out of Airflow and in again, then open the page.",
        )


class NotOnThisServerError(TerminalError):
    """Error raised for what needs the master key, on a server of the desk that was given a key for lookups alone."""

    code = "E675"

    def __init__(self) -> None:
        super().__init__(
            "This server of the desk has no key to open protected values or to sign.",
            mend="do it with the command shield1367 where the master key is; docs/deployment.md says what goes here.",
        )


_STATUSES: dict[type[Exception], HTTPStatus] = {
    NotSignedInError: HTTPStatus.UNAUTHORIZED,
    NotOnTheDeskError: HTTPStatus.FORBIDDEN,
    NotAllowedError: HTTPStatus.FORBIDDEN,
    ForgedRequestError: HTTPStatus.FORBIDDEN,
    TooManyQuestionsError: HTTPStatus.TOO_MANY_REQUESTS,
    NotFoundError: HTTPStatus.NOT_FOUND,
    BadRequestError: HTTPStatus.BAD_REQUEST,
    DocumentGoneError: HTTPStatus.NOT_FOUND,
    NothingJudgedError: HTTPStatus.CONFLICT,
    CaseMovedOnError: HTTPStatus.CONFLICT,
    NoticeNotDrawnUpError: HTTPStatus.CONFLICT,
    NoNarrativesError: HTTPStatus.NOT_FOUND,
    SampleChangedError: HTTPStatus.CONFLICT,
    SessionOverError: HTTPStatus.UNAUTHORIZED,
    NotOnThisServerError: HTTPStatus.NOT_IMPLEMENTED,
}
# Refusals of the library that a form of the desk may run into; those to whom they are shown are of the agency.
_OF_THE_LIBRARY: dict[type[Exception], HTTPStatus] = {
    CaseStepError: HTTPStatus.CONFLICT,
    MendedRefusedError: HTTPStatus.CONFLICT,
    NothingHoldsError: HTTPStatus.CONFLICT,
    NothingWaitsError: HTTPStatus.CONFLICT,
    TermRefusedError: HTTPStatus.CONFLICT,
    ReferenceRefusedError: HTTPStatus.BAD_REQUEST,
}


def is_of_the_desk(error: Exception) -> bool:
    """Whether it is one of the above, which say nothing that not everybody may read."""
    return type(error) in _STATUSES


def status_of(error: Exception) -> HTTPStatus:
    """The HTTP status for any error of the library."""
    if isinstance(error, TransientError) and not is_of_the_desk(error):
        return HTTPStatus.SERVICE_UNAVAILABLE
    return (_STATUSES | _OF_THE_LIBRARY).get(type(error), HTTPStatus.INTERNAL_SERVER_ERROR)
