"""`xueliang schema …`: the contracts as documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
import yaml

from deploy.commands.check import SiteArgument

app = typer.Typer(
    help="The contracts as documents: site, asyncapi, openapi, mosquitto-acl.",
    no_args_is_help=True,
)


@app.command()
def site() -> None:
    """JSON Schema of the site file."""
    from deploy.settings import Site

    typer.echo(json.dumps(Site.model_json_schema(), ensure_ascii=False, indent=2))


@app.command()
def asyncapi() -> None:
    """AsyncAPI of the topics, as `deploy/asyncapi.yaml` keeps it."""
    from alerts.asyncapi import asyncapi as document

    typer.echo(yaml.safe_dump(document(), allow_unicode=True, sort_keys=False), nl=False)


@app.command()
def openapi() -> None:
    """OpenAPI of the desk."""
    from alerts.desk.app import rest_app

    typer.echo(json.dumps(rest_app().openapi(), ensure_ascii=False, indent=2))


@app.command("mosquitto-acl")
def mosquitto_acl(
    site: SiteArgument,
    out: Annotated[Path | None, typer.Option(help="Write here instead of stdout.")] = None,
) -> None:
    """Mosquitto's acl_file for a site: each node, the desk, each integrator, nothing else."""
    from deploy.mosquitto_acl import mosquitto_acl as generate
    from deploy.site_file import load_site

    text = generate(load_site(site))
    if out is None:
        typer.echo(text, nl=False)
        return
    out.write_text(text, encoding="utf-8")
