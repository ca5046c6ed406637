"""One viewer's connection through the fault proxy: two pumps, and what breaks them."""

from __future__ import annotations

import asyncio
import socket
import struct
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable
from contextlib import suppress
from random import Random

from tests.rtsp_wire import LIMIT, Interleaved, Message, Text, read_message
from tests.stream_faults import Faults, RtpAlteration
from tests.udp_relay import UdpRelay

HOST = "127.0.0.1"
NO_LINGER = struct.pack("ii", 1, 0)


class FaultConnection:
    """Carries requests to the server and answers and RTP back, as the present faults say."""

    def __init__(
        self, reader: StreamReader, writer: StreamWriter, present: Callable[[], Faults], seed: int
    ) -> None:
        self._viewer_reader = reader
        self._viewer_writer = writer
        self._present = present
        self._alteration = RtpAlteration(present, Random(seed))
        self._relay: UdpRelay | None = None
        self._viewer_ports: tuple[int, int] | None = None
        self._flows = asyncio.Event()
        self._flows.set()
        self._breaks_in_packet = False
        self._packets = 0

    async def run(self, upstream_port: int) -> None:
        """Pump until one end is gone."""
        if self._present().is_silent:
            with suppress(OSError):
                await self._viewer_reader.read()  # until the viewer gives up
            return
        reader, writer = await asyncio.open_connection(HOST, upstream_port, limit=LIMIT)
        pumps = [
            asyncio.ensure_future(self._requests(writer)),
            asyncio.ensure_future(self._answers(reader)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            writer.close()
            if self._relay is not None:
                self._relay.close()

    def stall(self) -> None:
        """Nothing reaches the viewer any more, but the connection stays."""
        self._flows.clear()

    def break_in_packet(self) -> None:
        """Reset in the middle of the next RTP packet."""
        self._breaks_in_packet = True

    def reset(self) -> None:
        """Reset now, as a host that lost its power and came back answers."""
        raw: socket.socket | None = self._viewer_writer.get_extra_info("socket")
        if raw is not None and not self._viewer_writer.is_closing():
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        self._viewer_writer.transport.abort()

    async def _requests(self, writer: StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, OSError):
            while True:
                message = await read_message(self._viewer_reader)
                if isinstance(message, Text):
                    message = await self._over_relay(message)
                writer.write(message.encoded())
                await writer.drain()

    async def _over_relay(self, request: Text) -> Text:
        """A set-up over UDP names the relay's ports instead of the viewer's."""
        self._viewer_ports = request.ports("client_port") or self._viewer_ports
        if request.ports("client_port") is None:
            return request
        self._relay = UdpRelay(self._altered_if_flowing)
        await self._relay.open()
        return request.with_transport("client_port", self._relay.server_side)

    def _altered_if_flowing(self, packet: bytes) -> bytes | None:
        return self._alteration.apply(packet) if self._flows.is_set() else None

    async def _answers(self, reader: StreamReader) -> None:
        with suppress(asyncio.IncompleteReadError, OSError):
            while True:
                message = await read_message(reader)
                await self._flows.wait()
                await self._hand_on(message)
                if self._packets == self._present().cut_after:
                    return

    async def _hand_on(self, message: Message) -> None:
        if isinstance(message, Text):
            if message.is_description:
                await asyncio.sleep(self._present().describe_delay_s)
            self._viewer_writer.write(self._from_relay(message).encoded())
        elif message.is_rtp:
            self._hand_on_rtp(message)
        else:
            self._viewer_writer.write(message.encoded())
        await self._viewer_writer.drain()

    def _from_relay(self, answer: Text) -> Text:
        ports = answer.ports("server_port")
        if ports is None or self._relay is None or self._viewer_ports is None:
            return answer
        self._relay.connect(client=self._viewer_ports, server=ports)
        renamed = answer.with_transport("client_port", self._viewer_ports)
        return renamed.with_transport("server_port", self._relay.client_side)

    def _hand_on_rtp(self, packet: Interleaved) -> None:
        payload = self._alteration.apply(packet.payload)
        if payload is None:
            return
        self._packets += 1
        wire = Interleaved(channel=packet.channel, payload=payload).encoded()
        if self._breaks_in_packet:
            self._viewer_writer.write(wire[: len(wire) // 2])
            self.reset()
        else:
            self._viewer_writer.write(wire)
