"""Errors of the desk, below `alerts.errors.AlertError`.

AlertError
├── NotSignedInError         no session, or it ran out
├── SignInError              wrong name or password
│   └── LockedOutError       too many failures; wait
├── RequestError             a note, cursor or filter is not what the service takes (a ValueError)
│   └── OpenedAlreadyError   a case was opened under this key, with other words
├── OfficerError             an account or token cannot be made or changed as asked
│   └── OfficerNotFoundError there is none of that name in the officer's areas
├── EvidenceMissingError     the snapshot or clip is not in the store
├── EvidenceStoreError       the desk's disk is full or cannot be read or written
├── AttachmentError          it cannot be attached
│   ├── AttachmentSizeError  more than the limit
│   ├── AttachmentTypeError  neither JPEG, PNG, PDF nor MP4
│   └── AttachmentCountError the case has as many as it may
├── TooManyStreamsError      no more streams of events for this caller
├── ReasonNeededError        footage of a household's camera needs a stated reason
├── RegisterAwayError        the look could not be registered, so nothing is shown
├── VerifyError              a file cannot be read, or is nothing that can be verified
├── UploadError              an upload does not continue where it stopped, or is not what it says
├── StoreError               the database cannot be opened or migrated
└── ServeError               the desk cannot listen on its address
"""

from __future__ import annotations

from alerts.errors import AlertError


class NotSignedInError(AlertError):
    """There is no session, or it ran out."""


class SignInError(AlertError):
    """Wrong name or password; which of them is not said."""


class LockedOutError(SignInError):
    """Too many failures for this account or address."""

    retryable = True

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"too many failed log-ins; try again in {retry_after_s} s")
        self.retry_after_s = retry_after_s


class RequestError(AlertError, ValueError):
    """A note, cursor or filter is not what the service takes."""


class OpenedAlreadyError(RequestError):
    """A case was opened under this key with other words; `code` is its code."""

    def __init__(self, code: str) -> None:
        super().__init__(f"case {code} was opened under this key, with other words")
        self.code = code


class OfficerError(AlertError):
    """An account or token cannot be made or changed as asked."""


class OfficerNotFoundError(OfficerError):
    """There is no such account or token, or it lies outside the officer's areas."""


class EvidenceMissingError(AlertError):
    """The snapshot or clip is not stored yet, or not any more."""


class EvidenceStoreError(AlertError):
    """The desk's disk is full, or cannot be read or written; may be better later."""

    retryable = True


class TooManyStreamsError(AlertError):
    """No more streams of events for this caller, or for anybody; one must end first."""

    retryable = True


class ReasonNeededError(AlertError):
    """Footage of a household's camera whose case is over, and no reason was stated."""


class RegisterAwayError(AlertError):
    """The look could not be registered, so nothing is shown; may be better later."""

    retryable = True


class VerifyError(AlertError):
    """A file cannot be read, or is nothing that can be verified."""


class UploadError(AlertError):
    """An upload that cannot go on; `offset` is where the desk stands."""

    def __init__(self, message: str, *, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


class StoreError(AlertError):
    """The database cannot be opened or migrated."""


class ServeError(AlertError):
    """The desk cannot listen on its address."""


class AttachmentError(AlertError):
    """It cannot be attached."""


class AttachmentSizeError(AttachmentError):
    """It is larger than an attachment may be."""


class AttachmentTypeError(AttachmentError):
    """It is neither JPEG, PNG, PDF nor MP4, or cannot be read as what it is."""


class AttachmentCountError(AttachmentError):
    """The case has as many attachments as it may."""
