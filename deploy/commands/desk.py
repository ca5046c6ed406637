"""`xueliang desk`."""

from __future__ import annotations

import typer

from deploy.commands.check import SiteArgument
from deploy.site_file import load_site


def desk(site: SiteArgument) -> None:
    """Run the desk until SIGTERM or Ctrl-C."""
    from deploy.desk import run_desk

    raise typer.Exit(run_desk(load_site(site)))
