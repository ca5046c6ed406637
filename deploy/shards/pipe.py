"""One end of a pipe between a shard and its parent."""

from __future__ import annotations

from multiprocessing.connection import Connection
from threading import Lock
from typing import Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from deploy.errors import DeployError
from deploy.shards.messages import PipeMessage

MAX_BYTES = 8_000_000
"""Of one message: some 10,000 alerts, or the counters of 4,000 cameras."""

In = TypeVar("In", bound=PipeMessage)


class PipeClosedError(DeployError):
    """The process at the other end is gone."""


class PipeFaultError(DeployError):
    """Something that is no message came, or one too large was to be sent."""


class Pipe(Generic[In]):
    """Sends any message, receives those of one kind. The kernel's buffer is its only queue.

    Several threads may send; one receives.
    """

    def __init__(self, connection: Connection, incoming: TypeAdapter[In]) -> None:
        self._connection = connection
        self._incoming = incoming
        self._sending = Lock()

    def send(self, message: PipeMessage) -> None:
        """Blocks while the other end does not read.

        Raises:
            PipeClosedError: Nobody is there.
            PipeFaultError: The message is too large; nothing was sent.
        """
        content = message.model_dump_json().encode()
        if len(content) > MAX_BYTES:
            raise PipeFaultError(f"{type(message).__name__} has {len(content)} bytes")
        try:
            with self._sending:
                self._connection.send_bytes(content)
        except OSError as error:
            raise PipeClosedError("the process at the other end is gone") from error

    def receive(self) -> In:
        """Blocks until a message comes.

        Raises:
            PipeClosedError: Nobody is there, or this end was closed.
            PipeFaultError: What came is no such message.
        """
        try:
            content = self._connection.recv_bytes(MAX_BYTES)
        except (EOFError, OSError) as error:  # OSError: too long; the pipe is then closed
            raise PipeClosedError("the process at the other end is gone") from error
        try:
            return self._incoming.validate_json(content)
        except ValidationError as error:
            raise PipeFaultError(f"no message: {error.errors(include_input=False)}") from error

    def close(self) -> None:
        """Close this end; for the thread that receives, or when there is none. Idempotent."""
        with self._sending:
            self._connection.close()
