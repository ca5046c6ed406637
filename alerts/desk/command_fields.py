"""What each command of other platforms says besides case and version, in the names of REST."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from alerts.case import FollowUp, Verdict
from alerts.desk.api.case_bodies import Note, Reason, WithLimit, WithRecipient


class Fields(BaseModel):
    """Base of the fields of an action; by itself: none."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CloseFields(Fields):
    """What the case was found to be; verdict `false` needs a note."""

    verdict: Verdict
    note: Note = ""


class NoteFields(Fields):
    """Why, or what is to be written down."""

    note: Reason


class DispatchFields(Fields, WithRecipient, WithLimit):
    """To whom, and until when."""

    note: Note = ""


class ReportFields(Fields):
    """What was done."""

    feedback: Reason


class ReasonFields(Fields):
    """A step back, with its reason."""

    reason: Reason


class SendBackFields(ReasonFields, WithLimit):
    """And until when."""


class FollowUpFields(Fields):
    """What those concerned say; `unsatisfied` needs a note."""

    result: FollowUp
    note: Note = ""
