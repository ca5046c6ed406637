"""The composition root of the desk."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from alerts.desk.desk import Desk
from alerts.desk.serve import DeskServer
from deploy.desk_site import desk_site
from deploy.garbage import leave_out_what_is_there
from deploy.label_words import label_words
from deploy.settings import Site
from deploy.site_change import desk_change
from deploy.site_file import SiteFile
from deploy.site_reload import SiteReload


def run_desk(
    site: Site, *, file: SiteFile | None = None, on_ready: Callable[[int], None] | None = None
) -> int:
    """Run the desk until SIGTERM or Ctrl-C; its exit status.

    Args:
        site: The whole site.
        file: Where `site` was read from: reloaded when it changes, and on SIGHUP.
        on_ready: Gets the desk's port.

    Raises:
        ServeError: The port is taken.
        StoreError: The database cannot be opened.
        PublishError: A password or certificate file cannot be read.
    """
    site.data.mkdir(parents=True, exist_ok=True)
    leave_out_what_is_there()  # before alerts come: a burst makes Python look every second
    server = DeskServer(desk_site(site), labels=label_words())
    if on_ready is not None:
        on_ready(urlsplit(server.url).port or 0)  # it listens; what comes now is answered soon
    with _reloading(server.desk, site, file):
        return server.run()


@contextmanager
def _reloading(desk: Desk, site: Site, file: SiteFile | None) -> Iterator[None]:
    """Alerts of a camera that the desk does not know are refused: it must learn of new ones."""
    if file is None:
        yield
        return
    reload = SiteReload(
        site,
        desk_change,
        load=file.load,
        files=file.files,
        apply=lambda new, _: desk.service.directory.take(desk_site(new)),
        on_death=desk.died,
    )
    signal.signal(signal.SIGHUP, lambda *_: reload.ask())
    reload.start()
    try:
        yield
    finally:
        reload.stop()
