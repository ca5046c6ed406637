"""`xueliang schema …`: the contracts as documents."""

from __future__ import annotations

import json

import typer
import yaml

app = typer.Typer(help="The contracts as documents: site, asyncapi, openapi.", no_args_is_help=True)


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
