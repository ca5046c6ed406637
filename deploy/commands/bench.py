"""`xueliang bench …`: each benchmark beside its own limit, measured in the same run."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Benchmarks beside their own limit.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep `bench NAME` a group while there is one benchmark."""


@app.command()
def pipeline(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    rounds: Annotated[int, typer.Option(min=1, help="Interleaved rounds; medians count.")] = 5,
    video: Annotated[
        list[Path] | None, typer.Option(help="Recorded files; default: the demo's samples.")
    ] = None,
) -> None:
    """Recorded files as fast as possible, whole path to rules, beside decode + inference alone."""
    from deploy.bench.pipeline import run_pipeline_bench

    result = run_pipeline_bench(tuple(video or ()), rounds=rounds, say=_say)
    if as_json:
        typer.echo(json.dumps(asdict(result), ensure_ascii=False))
    else:
        typer.echo(result.table())


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
