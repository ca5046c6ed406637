"""A node's one HTTP port: is it alive, is it ready, what has it counted."""

from __future__ import annotations

from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST

if TYPE_CHECKING:
    from deploy.node import Node

TEXT = "text/plain; charset=utf-8"


class NodeHttp:
    """`/healthz`, `/readyz` and `/metrics` on a thread of their own.

    There is no picture here: officers see footage through the desk, which asks who they are.
    """

    def __init__(self, bind: str, node: Node) -> None:
        """Take the port.

        Raises:
            OSError: It is taken; names it.
        """
        host, _, port = bind.rpartition(":")
        try:
            self._server = _Server((host, int(port)), _Handler)
        except OSError as error:
            raise OSError(f"nodes: {bind} cannot be listened on: {error.strerror}") from error
        self._server.node = node
        self._thread = Thread(target=self._server.serve_forever, name="http", daemon=True)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Release the port; idempotent."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join(2.0)
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    node: Node


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 5.0  # a silent client must not keep a thread

    def do_GET(self) -> None:
        """Answer one request."""
        node = self.server.node
        if self.path == "/healthz":
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE if node.is_dying else HTTPStatus.OK)
        elif self.path == "/readyz":
            is_ready = node.link.connection is not None and not node.is_dying
            self._answer(HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE)
        elif self.path == "/metrics":
            self._answer(HTTPStatus.OK, node.metrics.text(), CONTENT_TYPE_LATEST)
        else:
            self._answer(HTTPStatus.NOT_FOUND)

    def _answer(self, status: HTTPStatus, body: bytes | None = None, media: str = TEXT) -> None:
        content = body if body is not None else f"{status.phrase}\n".encode()
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not logged: Prometheus asks every few seconds."""
