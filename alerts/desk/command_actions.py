"""What other platforms may command: action → its fields → the call of the service layer.

A new action is one more line in `ACTIONS` and in `CommandMessage.action`'s description; rights,
areas and the case's state are checked by the service layer, as for officers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from alerts.case import Verdict
from alerts.desk.cases import MAX_NOTE
from alerts.desk.command_faults import CommandFault
from alerts.desk.service import DeskService
from alerts.desk.views import CaseRow, Officer
from alerts.schema import CommandMessage

Note = Annotated[str, Field(max_length=MAX_NOTE)]
Reason = Annotated[str, Field(min_length=1, max_length=MAX_NOTE)]


class Fields(BaseModel):
    """Base of the fields of an action; by itself: none."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CloseFields(Fields):
    """What the case was found to be; verdict `false` needs a note."""

    verdict: Verdict
    note: Note = ""


class ReasonFields(Fields):
    """Why, or what is to be written down."""

    note: Reason


F = TypeVar("F", bound=Fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Who commands, and the case as they saw it; `version` is 0 where none is needed."""

    service: DeskService
    officer: Officer
    case: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandAction(Generic[F]):
    """One action.

    Attributes:
        fields: What its `fields` hold.
        perform: Calls the service layer.
        needs_version: Whether `expected_version` must be given: all that move a case.
    """

    fields: type[F]
    perform: Callable[[Target, F], CaseRow]
    needs_version: bool = True

    def run(self, service: DeskService, officer: Officer, command: CommandMessage) -> CaseRow:
        """Carry it out.

        Raises:
            CommandFault: Fields or version are not what the action takes.
            AlertError: What the service layer says.
        """
        if self.needs_version and command.expected_version is None:
            raise CommandFault("bad-fields", f"{command.action} needs expected_version")
        try:
            fields = self.fields.model_validate(command.fields)
        except ValidationError as error:
            raise CommandFault("bad-fields", _words(error)) from error
        version = command.expected_version or 0
        target = Target(service=service, officer=officer, case=command.case, version=version)
        return self.perform(target, fields)


def _accept(on: Target, _: Fields) -> CaseRow:
    return on.service.accept(on.officer, on.case, on.version)


def _close(on: Target, asked: CloseFields) -> CaseRow:
    return on.service.close(on.officer, on.case, on.version, verdict=asked.verdict, note=asked.note)


def _false_alarm(on: Target, asked: ReasonFields) -> CaseRow:
    return on.service.false_alarm(on.officer, on.case, on.version, asked.note)


def _note(on: Target, asked: ReasonFields) -> CaseRow:
    return on.service.note(on.officer, on.case, asked.note)


ACTIONS: Mapping[str, CommandAction[Any]] = MappingProxyType(
    {
        "accept": CommandAction(fields=Fields, perform=_accept),
        "close": CommandAction(fields=CloseFields, perform=_close),
        "false-alarm": CommandAction(fields=ReasonFields, perform=_false_alarm),
        "note": CommandAction(fields=ReasonFields, perform=_note, needs_version=False),
    }
)


def action_of(command: CommandMessage) -> CommandAction[Any]:
    """The action, or CommandFault."""
    action = ACTIONS.get(command.action)
    if action is None:
        raise CommandFault("unknown-action", f"actions are: {', '.join(ACTIONS)}")
    return action


def _words(error: ValidationError) -> str:
    """Where and what, never the value."""
    fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return f"fields.{'.'.join(str(part) for part in fault['loc'])[:100]}: {fault['msg']}"[:500]
