"""Commands of other platforms: checked, carried out once, answered the same however often asked.

The effect and the reply are one transaction. Whatever kills the desk between them and the reply's
way out: the broker brings the command again, and the kept reply goes out.
"""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import delete, select
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from alerts.desk.clock import Clock, utc_now
from alerts.desk.command_actions import action_of
from alerts.desk.command_faults import CommandFault, refusal_of
from alerts.desk.command_tables import CommandRecord
from alerts.desk.errors import StoreError
from alerts.desk.intake import RefusalKind, RefusedMessage
from alerts.desk.officers import officer
from alerts.desk.recorder import UNSTORABLE, is_unstorable
from alerts.desk.service import DeskService
from alerts.desk.store import Store
from alerts.desk.tables import OfficerRecord
from alerts.desk.token_buckets import TokenBuckets
from alerts.desk.views import Officer, Role
from alerts.errors import AlertError
from alerts.schema import CommandId, CommandMessage, CommandReply

MAX_COMMAND = 16_000
"""Bytes; the longest note takes half of it."""
PER_S, BURST = 20.0, 200.0
"""Commands of one integrator: a clerk's work many times over, a program gone mad not."""
KEPT = timedelta(days=30)
"""How long the same command brings the same reply. Brokers keep a session as long."""
UNKNOWN = "?"


class _Numbered(BaseModel):
    """What of a malformed command must be readable to be answered."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    command_id: CommandId


class Commands:
    """Carries commands out; for one thread."""

    def __init__(
        self,
        store: Store,
        service: DeskService,
        *,
        limits: TokenBuckets | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self._store = store
        self._service = service
        self._limits = limits or TokenBuckets(PER_S, BURST)
        self._clock = clock

    def answer(self, name: str, payload: bytes) -> CommandReply:
        """Carry out what integrator `name` asks.

        Raises:
            RefusedMessage: Not even the number of the command can be read.
            SQLAlchemyError, StoreError: The store is away; ask again later.
        """
        if len(payload) > MAX_COMMAND:
            raise RefusedMessage(RefusalKind.OVERSIZED, f"{len(payload)} bytes")
        try:
            command = CommandMessage.model_validate_json(payload)
        except ValidationError as error:
            return _malformed(payload, error)
        try:
            return self._carry_out(name, command)
        except CommandFault as fault:
            return refusal_of(command.command_id, fault)
        except (*UNSTORABLE, StatementError) as error:
            if not is_unstorable(error):
                raise
            unstorable = CommandFault("bad-fields", type(error).__name__)
            return refusal_of(command.command_id, unstorable)

    def forget_old(self) -> None:
        """Delete replies that nobody asks for any more."""
        oldest = self._clock() - KEPT
        with self._store.writing() as session:
            session.execute(delete(CommandRecord).where(CommandRecord.at < oldest))

    def _carry_out(self, name: str, command: CommandMessage) -> CommandReply:
        with self._service.changes.held(), self._store.joined() as session:
            known = session.get(CommandRecord, (name, command.command_id))
            if known is not None:
                return _again(known, command)
            caller = _account(session, name)
            if not self._limits.take(UNKNOWN if caller is None else name):
                raise CommandFault("too-many", f"{PER_S:g} a second, {BURST:g} at once")
            if caller is None:
                raise CommandFault("no-account", f"no active integrator account {name[:64]!r}")
            reply = self._performed(session, caller, command)
            session.add(
                CommandRecord(
                    integrator=name,
                    command_id=command.command_id,
                    digest=_digest(command),
                    reply=reply.model_dump_json(),
                    at=self._clock(),
                )
            )
        return reply

    def _performed(
        self, session: Session, caller: Officer, command: CommandMessage
    ) -> CommandReply:
        action = action_of(command)
        try:
            with session.begin_nested():  # all of it or nothing: the refusal is kept in its place
                row = action.run(self._service, caller, command)
        except CommandFault:
            raise  # mended fields may come under the same number: nothing is kept
        except StoreError:
            raise
        except AlertError as error:
            return refusal_of(command.command_id, error)
        return CommandReply(command_id=command.command_id, ok=True, version=row.version)


def _account(session: Session, name: str) -> Officer | None:
    """The account that commands run as: the broker has checked who writes under this name."""
    query = select(OfficerRecord).where(
        OfficerRecord.name == name[:64],
        OfficerRecord.role == Role.INTEGRATOR.value,
        OfficerRecord.disabled_at.is_(None),
    )
    record = session.scalars(query).one_or_none()
    return None if record is None else officer(record)


def _again(known: CommandRecord, command: CommandMessage) -> CommandReply:
    if known.digest != _digest(command):
        raise CommandFault("command-id-used", "give each command a command_id of its own")
    return CommandReply.model_validate_json(known.reply)


def _digest(command: CommandMessage) -> str:
    asked = command.model_dump(mode="json", exclude={"command_id", "schema_version"})
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def _malformed(payload: bytes, error: ValidationError) -> CommandReply:
    fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in fault["loc"])[:100]
    detail = f"{where}: {fault['msg']}"[:500]
    try:
        number = _Numbered.model_validate_json(payload).command_id
    except ValidationError:
        raise RefusedMessage(RefusalKind.MALFORMED, detail) from error
    return refusal_of(number, CommandFault("bad-command", detail))
