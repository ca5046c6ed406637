"""The composition root of the desk."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from alerts.desk.serve import DeskServer
from deploy.desk_site import desk_site
from deploy.label_words import label_words
from deploy.settings import Site


def run_desk(site: Site, *, on_ready: Callable[[int], None] | None = None) -> int:
    """Run the desk until SIGTERM or Ctrl-C; its exit status. `on_ready` gets its port.

    Raises:
        ServeError: The port is taken.
        StoreError: The database cannot be opened.
        PublishError: A password or certificate file cannot be read.
    """
    site.data.mkdir(parents=True, exist_ok=True)
    server = DeskServer(desk_site(site), labels=label_words())
    if on_ready is not None:
        on_ready(urlsplit(server.url).port or 0)  # it listens; what comes now is answered soon
    return server.run()
