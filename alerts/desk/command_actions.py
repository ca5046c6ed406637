"""What other platforms may command: action → its fields → the call of the service layer.

A new action is one more line in `ACTIONS` and in `CommandMessage.action`'s description; rights,
areas and the case's state are checked by the service layer, as for officers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from alerts.desk.command_faults import CommandFault
from alerts.desk.command_fields import (
    CloseFields,
    DispatchFields,
    Fields,
    FollowUpFields,
    NoteFields,
    ReasonFields,
    ReportFields,
    SendBackFields,
)
from alerts.desk.service import DeskService
from alerts.desk.views import CaseRow, Officer
from alerts.schema import CommandMessage

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


def _false_alarm(on: Target, asked: NoteFields) -> CaseRow:
    return on.service.false_alarm(on.officer, on.case, on.version, asked.note)


def _note(on: Target, asked: NoteFields) -> CaseRow:
    return on.service.note(on.officer, on.case, asked.note)


def _dispatch(on: Target, asked: DispatchFields) -> CaseRow:
    to, limit = asked.recipient(), asked.limit()
    moves = on.service.moves
    return moves.dispatch(on.officer, on.case, on.version, to=to, limit=limit, note=asked.note)


def _start(on: Target, _: Fields) -> CaseRow:
    return on.service.moves.start(on.officer, on.case, on.version)


def _report(on: Target, asked: ReportFields) -> CaseRow:
    return on.service.moves.report(on.officer, on.case, on.version, asked.feedback)


def _send_back(on: Target, asked: SendBackFields) -> CaseRow:
    moves, limit = on.service.moves, asked.limit()
    return moves.send_back(on.officer, on.case, on.version, asked.reason, limit=limit)


def _release(on: Target, asked: ReasonFields) -> CaseRow:
    return on.service.moves.release(on.officer, on.case, on.version, asked.reason)


def _reopen(on: Target, asked: ReasonFields) -> CaseRow:
    return on.service.moves.reopen(on.officer, on.case, on.version, asked.reason)


def _follow_up(on: Target, asked: FollowUpFields) -> CaseRow:
    moves, result = on.service.moves, asked.result
    return moves.follow_up(on.officer, on.case, on.version, result=result, note=asked.note)


ACTIONS: Mapping[str, CommandAction[Any]] = MappingProxyType(
    {
        "accept": CommandAction(fields=Fields, perform=_accept),
        "close": CommandAction(fields=CloseFields, perform=_close),
        "false-alarm": CommandAction(fields=NoteFields, perform=_false_alarm),
        "note": CommandAction(fields=NoteFields, perform=_note, needs_version=False),
        "dispatch": CommandAction(fields=DispatchFields, perform=_dispatch),
        "start": CommandAction(fields=Fields, perform=_start),
        "report": CommandAction(fields=ReportFields, perform=_report),
        "send-back": CommandAction(fields=SendBackFields, perform=_send_back),
        "release": CommandAction(fields=ReasonFields, perform=_release),
        "reopen": CommandAction(fields=ReasonFields, perform=_reopen),
        "follow-up": CommandAction(fields=FollowUpFields, perform=_follow_up),
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
