"""Why a command is refused before the service layer is asked, and the reply that says so."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy.exc import SQLAlchemyError

from alerts.desk.api.faults import fault_of
from alerts.errors import AlertError
from alerts.schema import CommandReply, Text

_TEXTS: Mapping[str, Text] = MappingProxyType(
    {
        "bad-command": Text(zh="命令格式错误", en="The command is malformed"),
        "bad-fields": Text(zh="命令内容有误", en="The fields are not right"),
        "unknown-action": Text(zh="没有这种操作", en="There is no such action"),
        "no-account": Text(zh="没有对接账号或已停用", en="There is no such account, or no more"),
        "command-id-used": Text(
            zh="命令编号已用于其他命令", en="This command_id was used for another command"
        ),
        "too-many": Text(zh="命令过于频繁，请稍后重发", en="Too many commands; send it later"),
    }
)


class CommandFault(AlertError):  # noqa: N818 - named like the wire's and REST's Fault
    """A command that is not carried out; `error` is one of the words above."""

    def __init__(self, error: str, detail: str) -> None:
        super().__init__(detail)
        self.error = error
        self.text = _TEXTS[error]


def refusal_of(command_id: str, error: AlertError | SQLAlchemyError) -> CommandReply:
    """The reply to a command that failed, in the words of the REST API."""
    if isinstance(error, CommandFault):
        return CommandReply(
            command_id=command_id, ok=False, error=error.error, text=error.text, detail=str(error)
        )
    fault = fault_of(error)
    return CommandReply(
        command_id=command_id,
        ok=False,
        error=fault.error,
        text=Text(zh=fault.zh, en=fault.en),
        detail=fault.detail,
    )
