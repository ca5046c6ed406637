"""`xueliang check`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
import yaml

from deploy.site_file import load_site
from deploy.site_warnings import warnings
from ingest.redact import redact

SiteArgument = Annotated[Path, typer.Argument(help="The site file.", show_default=False)]


def check(
    site: SiteArgument,
    effective: Annotated[
        bool, typer.Option("--effective", help="Print the site with all defaults and overrides.")
    ] = False,
) -> None:
    """Say every fault of a site file with key path and line; status 2 if there is any.

    What this machine cannot do as the file says is a warning, on stderr.
    """
    loaded = load_site(site)
    for warning in warnings(loaded):
        typer.echo(f"{site}: warning: {warning}", err=True)
    if effective:
        settings = loaded.model_dump(mode="json", by_alias=True)
        text = yaml.safe_dump(settings, allow_unicode=True, sort_keys=False)
        typer.echo(redact(text))  # a database's URL may hold a password
    else:
        typer.echo(f"{site}: {len(loaded.cameras)} cameras in {len(loaded.areas)} areas, no fault")
