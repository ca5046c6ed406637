"""Runs the desk under uvicorn: in the foreground for `xueliang desk`, in a thread for the demo."""

from __future__ import annotations

import signal
import socket
from collections.abc import Mapping
from contextlib import ExitStack
from threading import Event, Thread

import uvicorn

from alerts.desk.app import NO_LABELS, app_of
from alerts.desk.config import DeskSite
from alerts.desk.desk import Desk, LinkFactory, mqtt_link
from alerts.desk.errors import ServeError
from alerts.schema import Text

GRACE_S = 3
"""How long a stopping desk lets requests finish; open pages' sockets are closed then."""
STARTED_WITHIN_S = 30.0
MAX_CONNECTIONS = 1000
BACKLOG = 128


class _Server(uvicorn.Server):
    """Ends streams of events first: uvicorn waits for answers to end, and these never do."""

    def __init__(self, config: uvicorn.Config, desk: Desk) -> None:
        super().__init__(config)
        self._streams = desk.streams

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop in order."""
        self._streams.end()
        await super().shutdown(sockets)


class DeskServer:
    """One desk on one port."""

    def __init__(
        self,
        site: DeskSite,
        *,
        make_link: LinkFactory = mqtt_link,
        labels: Mapping[str, Text] = NO_LABELS,
    ) -> None:
        """Take the port and open the database, so that faults are said before anything runs.

        Raises:
            ServeError: The port is taken, or the address is not ours.
            StoreError: The database cannot be opened.
            PublishError: The broker's password file or certificates cannot be read.
        """
        self._desk = Desk(site, make_link=make_link)
        self._server = _server(self._desk, labels)
        self._has_died = Event()
        self._thread = Thread(target=self._serve, name="desk-http")
        self._socket = _listen(site.desk.bind)
        self._desk.on_death = self._ask_to_stop  # before the start: a part may die at once
        with ExitStack() as stack:
            stack.callback(self._socket.close)
            self._desk.start()
            stack.pop_all()

    @property
    def desk(self) -> Desk:
        """What is served: its `service.officers` makes accounts."""
        return self._desk

    @property
    def url(self) -> str:
        """Where it listens, with the real port where the site file says 0."""
        host, port = self._socket.getsockname()[:2]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"

    @property
    def is_serving(self) -> bool:
        """Whether the thread of `start` serves."""
        return self._thread.is_alive()

    def run(self) -> int:
        """Serve until SIGTERM or SIGINT; 0, or 1 where a part of the desk died.

        In the main thread only; the signals stay taken.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            # uvicorn raises the signal again after its clean stop: then it has done its work
            signal.signal(number, lambda *_: None)
        self._serve()
        return 1 if self._has_died.is_set() else 0

    def start(self) -> None:
        """Serve in a thread; returns once it answers. Raises ServeError."""
        self._thread.start()
        waited = Event()
        for _ in range(int(STARTED_WITHIN_S / 0.02)):
            if self._server.started or not self._thread.is_alive():
                break
            waited.wait(0.02)
        if not self._server.started:
            self.stop()
            raise ServeError("the desk did not start; its log says why")

    def stop(self) -> None:
        """Stop what `start` began, within some `GRACE_S`; idempotent."""
        self._server.should_exit = True
        if self._thread.ident is not None:
            self._thread.join(GRACE_S + 12.0)
        self._desk.stop()
        self._socket.close()

    def _serve(self) -> None:
        try:
            if not self._has_died.is_set():  # uvicorn would answer for a moment all the same
                self._server.run(sockets=[self._socket])
        finally:
            self._desk.stop()
            self._socket.close()

    def _ask_to_stop(self) -> None:
        self._has_died.set()
        self._server.should_exit = True


def _server(desk: Desk, labels: Mapping[str, Text]) -> uvicorn.Server:
    proxies = [str(network) for network in desk.site.desk.trusted_proxies]
    config = uvicorn.Config(
        app_of(desk, labels=labels),
        log_config=None,  # the command line sets logging up
        access_log=False,  # addresses hold case codes; the journal is the record
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
        limit_concurrency=MAX_CONNECTIONS,
        # Without a proxy nobody may say on whose behalf they ask.
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
        ws="websockets-sansio",
        ws_max_size=1_000_000,
    )
    config.load()  # NiceGUI looks into every server of the process, also one that never ran
    return _Server(config, desk)


def _listen(bind: str) -> socket.socket:
    host, _, port = bind.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, int(port)))
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        reason = getattr(error, "strerror", None) or str(error)
        raise ServeError(f"the desk cannot listen on {bind}: {reason}") from error
    return listener
