"""RTSP as it goes over a TCP connection: messages of text, and RTP between them."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace

INTERLEAVED = b"$"
HEADER_BYTES = 4
LIMIT = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A request or an answer: head with its blank line, and body."""

    head: str
    body: bytes = b""

    @property
    def is_description(self) -> bool:
        return re.search(r"(?im)^content-type: *application/sdp", self.head) is not None

    def with_transport(self, name: str, ports: tuple[int, int]) -> Text:
        """The same with other `client_port` or `server_port`; unchanged where there is none."""
        both = f"{name}={ports[0]}-{ports[1]}"
        return replace(self, head=re.sub(rf"{name}=\d+-\d+", both, self.head))

    def ports(self, name: str) -> tuple[int, int] | None:
        found = re.search(rf"{name}=(\d+)-(\d+)", self.head)
        return None if found is None else (int(found[1]), int(found[2]))

    def encoded(self) -> bytes:
        return self.head.encode() + self.body


@dataclass(frozen=True, slots=True, kw_only=True)
class Interleaved:
    """One RTP (even channel) or RTCP packet within the connection."""

    channel: int
    payload: bytes

    @property
    def is_rtp(self) -> bool:
        return self.channel % 2 == 0

    def encoded(self) -> bytes:
        size = len(self.payload)
        return INTERLEAVED + bytes([self.channel]) + size.to_bytes(2, "big") + self.payload


Message = Text | Interleaved


async def read_message(reader: asyncio.StreamReader) -> Message:
    """The next message.

    Raises:
        asyncio.IncompleteReadError: the connection ended.
    """
    first = await reader.readexactly(1)
    if first == INTERLEAVED:
        header = await reader.readexactly(HEADER_BYTES - 1)
        payload = await reader.readexactly(int.from_bytes(header[1:], "big"))
        return Interleaved(channel=header[0], payload=payload)
    head = (first + await reader.readuntil(b"\r\n\r\n")).decode()
    length = re.search(r"(?im)^content-length: *(\d+)", head)
    body = await reader.readexactly(int(length[1])) if length else b""
    return Text(head=head, body=body)
