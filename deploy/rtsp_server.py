"""The demo's cameras: recordings of one folder, served over RTSP and looped without end.

`python -m deploy.rtsp_server FOLDER --port N` serves until its stdin ends. Only what
`aio-rtsp-toolkit` can serve: MP4 or MKV with H.264 or H.265, over TCP, without log-in; so it
listens on the loopback interface only.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from aio_rtsp_toolkit import server_streaming
from aio_rtsp_toolkit.server import RtspServer as FileServer

from deploy.child_process import ChildProcess, announce_error, announce_ready, exit_with_parent
from deploy.free_port import LOOPBACK, free_port

# The library keeps one thread of asyncio's default pool for each viewer; that pool holds
# `cores + 4`, so the seventh camera of a two-core machine would wait for ever.
VIEWERS_MAX = 128

# The library's file reader gives up waiting for room in the viewer's queue after this time and
# puts the packet again; when room came at that very moment, the packet is sent twice and the
# viewer's decoder stumbles. With the default of 0.05 s one frame in twenty of a 10 or 20 fps clip
# came double. No clip keeps a queue full for as long as this.
QUEUE_WAIT_S = 10.0

logger = logging.getLogger(__name__)


def stream_url(port: int, file_name: str) -> str:
    """Address of a file of the served folder, played again and again with rising timestamps."""
    return f"rtsp://{LOOPBACK}:{port}/{quote(file_name)}?play_count=0"


class RtspServer:
    """The server as a child process; a context manager.

    Args:
        folder: the recordings.
        port: 0 to let it choose a free one.
    """

    def __init__(self, folder: Path, *, port: int = 0) -> None:
        self.folder = folder
        self.port = port
        self._child: ChildProcess | None = None

    @property
    def is_running(self) -> bool:
        """Whether the server's process lives."""
        return self._child is not None and self._child.is_running

    def start(self) -> Self:
        """Start it, or again on the port it had; returns when it listens.

        Raises:
            ChildStartError: the port is taken or the folder missing.
        """
        arguments = [str(self.folder), "--port", str(self.port)]
        self._child = ChildProcess("deploy.rtsp_server", arguments)
        self.port = self._child.start()
        logger.info("RTSP server on port %s", self.port, extra={"action": "rtsp-server-up"})
        return self

    def url(self, file_name: str) -> str:
        """Address of a file of the folder."""
        return stream_url(self.port, file_name)

    def stop(self) -> None:
        """Stop it. Safe to call twice."""
        if self._child is not None:
            self._child.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


async def _serve(folder: Path, port: int) -> None:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(VIEWERS_MAX, thread_name_prefix="rtsp-file"))
    server_streaming.QUEUE_PUT_POLL_INTERVAL = QUEUE_WAIT_S
    server = FileServer(str(folder), host=LOOPBACK, port=port)
    # The library's own logger prints every request on stdout.
    server.logger = logger
    await server.start()
    announce_ready(port)
    await server.serve_forever()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the server in this process until stdin ends; returns the exit status."""
    parser = argparse.ArgumentParser(description="serve recordings over RTSP on 127.0.0.1")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=0, help="0: choose a free one")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING)
    exit_with_parent()
    if not given.folder.is_dir():
        announce_error(f"no such folder: {given.folder}")
        return 2
    port = given.port or free_port()
    try:
        asyncio.run(_serve(given.folder, port))
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        announce_error(f"RTSP server: cannot listen on {LOOPBACK}:{port}: {error.strerror}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
