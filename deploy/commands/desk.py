"""`xueliang desk`."""

from __future__ import annotations

from deploy.commands.check import SiteArgument
from deploy.site_file import load_site


def desk(site: SiteArgument) -> None:
    """Run the desk until SIGTERM or Ctrl-C."""
    from alerts.desk.serve import serve

    from deploy.desk_site import desk_site

    serve(desk_site(load_site(site)))
