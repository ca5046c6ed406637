"""What is sent with the moves of a case: nothing but what the table of actions asks for."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, model_validator

from alerts.area import AreaId
from alerts.case import FollowUp, Verdict
from alerts.desk.case_hold import MAX_NOTE
from alerts.desk.new_case_fields import NewCaseFields
from alerts.desk.recipients import MAX_DEPARTMENT, Recipient
from alerts.desk.time_limits import LONGEST, TimeLimit
from ingest.config import Identifier

Version = Annotated[int, Field(ge=1, description="`version` of the case as it was read.")]
Note = Annotated[str, Field(max_length=MAX_NOTE)]
Reason = Annotated[str, Field(min_length=1, max_length=MAX_NOTE)]
Code = Annotated[str, Field(min_length=1, max_length=64)]
Minutes = Annotated[float, Field(gt=0, le=LONGEST.total_seconds() / 60, allow_inf_nan=False)]


def _example(**values: JsonValue) -> ConfigDict:
    return ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [values]})


class Accept(BaseModel):
    """Take a case, or begin to handle it."""

    model_config = _example(expected_version=1)

    expected_version: Version


class Close(BaseModel):
    """Close a case with what it was found to be."""

    model_config = _example(expected_version=2, verdict="true", note="已到现场劝离")

    expected_version: Version
    verdict: Verdict
    note: Note = ""


class FalseAlarm(BaseModel):
    """Close a case as a false alarm."""

    model_config = _example(expected_version=1, note="树影晃动")

    expected_version: Version
    note: Reason


class NewNote(BaseModel):
    """Write into the journal."""

    model_config = _example(note="已电话通知村干部")

    note: Reason


class WithLimit(BaseModel):
    """Until when: minutes from now or a date; neither: as the severity says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    minutes: Minutes | None = None
    due_at: AwareDatetime | None = None

    def limit(self) -> TimeLimit:
        """As the service takes it."""
        return TimeLimit(minutes=self.minutes, due_at=self.due_at)


class WithRecipient(BaseModel):
    """To whom: a department, an officer, or an officer of a department."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    department: Annotated[str, Field(min_length=1, max_length=MAX_DEPARTMENT)] | None = None
    handler_id: Annotated[int, Field(ge=1, lt=2**31)] | None = None

    @model_validator(mode="after")
    def _names_somebody(self) -> Self:
        if self.department is None and self.handler_id is None:
            raise ValueError("name a department or a handler_id")
        return self

    def recipient(self) -> Recipient:
        """As the service takes it."""
        return Recipient(department=self.department, handler_id=self.handler_id)


class Dispatch(WithRecipient, WithLimit):
    """Hand a case on, with a time limit."""

    model_config = _example(
        expected_version=2, department="公安", minutes=120, note="请派员到现场处置"
    )

    expected_version: Version
    note: Note = ""


class HandOver(WithRecipient):
    """Give a case to somebody else where it stands."""

    model_config = _example(expected_version=3, handler_id=7, note="交接班")

    expected_version: Version
    note: Note = ""


class Report(BaseModel):
    """Say what was done."""

    model_config = _example(expected_version=4, feedback="已到现场，人员已劝离")

    expected_version: Version
    feedback: Reason


class Backwards(BaseModel):
    """A step back, or a decision from above, with its reason."""

    model_config = _example(expected_version=5, reason="处置情况不清，请补充")

    expected_version: Version
    reason: Reason


class SendBack(Backwards, WithLimit):
    """The same people go at it again."""

    model_config = _example(expected_version=5, reason="现场照片不清，请重新核实", minutes=60)


class Extend(Backwards, WithLimit):
    """Another end for the step that runs now."""

    model_config = _example(expected_version=3, reason="道路不通，需延时到达", minutes=120)


class FollowUpBody(BaseModel):
    """What those concerned say."""

    model_config = _example(expected_version=6, result="satisfied", note="电话回访，群众满意")

    expected_version: Version
    result: FollowUp
    note: Note = ""


class Merge(BaseModel):
    """Close the case as a duplicate of another."""

    model_config = _example(expected_version=1, into="620725101-20261122-0001", note="同一事件")

    expected_version: Version
    into: Code
    note: Note = ""


class Split(BaseModel):
    """Take alerts out of a case."""

    model_config = _example(
        expected_version=3,
        alerts=["6f1c2d7e-5f0a-5f7e-9a5e-3f2b1c0d9e8f"],
        reason="不是同一事件",
    )

    expected_version: Version
    alerts: Annotated[frozenset[UUID], Field(min_length=1, max_length=100)]
    reason: Reason


class Relate(BaseModel):
    """Say that another case belongs to this one."""

    model_config = _example(case="620725101-20261122-0002", note="同一批人员")

    case: Code
    note: Note = ""


class OpenByHand(NewCaseFields):
    """A case that no camera saw."""

    model_config = _example(
        origin="telephone",
        category="security",
        severity="medium",
        area="620725101",
        place="文化广场北侧停车场",
        text="群众来电：有车辆长时间堵塞消防通道",
    )

    area: AreaId
    text: Reason
    camera: Identifier | None = None
