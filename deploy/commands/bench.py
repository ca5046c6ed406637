"""`xueliang bench …`: each benchmark beside its own limit, measured in the same run."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from deploy.errors import BenchError

app = typer.Typer(help="Benchmarks beside their own limit.", no_args_is_help=True)

JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
SecondsOption = Annotated[
    float, typer.Option(min=1, help="Measured time; best a multiple of the streams' 60 s.")
]
KeyframeOption = Annotated[
    int, typer.Option(min=1, max=4, help="Seconds from keyframe to keyframe: 1, 2 or 4.")
]
WalkersOption = Annotated[
    Path | None,
    typer.Option(
        "--video", help="Walkers, played at 25 fps; default: vtest.avi, else a sample of it."
    ),
]
CountsOption = Annotated[str, typer.Option("--cameras", help="Numbers of cameras, one run each.")]
DataOption = Annotated[Path | None, typer.Option(help="Keep logs and databases here.")]


@app.command()
def pipeline(
    as_json: JsonOption = False,
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


@app.command()
def cameras(
    counts: CountsOption = "4,16,64",
    seconds: SecondsOption = 240.0,
    keyframe_s: KeyframeOption = 1,
    video: WalkersOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Live RTSP cameras, busy 10 % of the time: what each costs, what is missed, how late."""
    from deploy.bench.cameras import run_cameras_bench
    from deploy.bench.stream_plan import StreamPlan
    from deploy.bench.streams import open_streams

    streams = open_streams(StreamPlan(keyframe_s=keyframe_s), video, _say)
    numbers = _numbers(counts)
    result = run_cameras_bench(streams, numbers, seconds=seconds, data=data, say=_say)
    typer.echo(json.dumps(result.as_json()) if as_json else result.table())


@app.command()
def latency(
    count: Annotated[
        int, typer.Option("--cameras", min=1, help="Half of what `bench cameras` can hold.")
    ] = 4,
    seconds: SecondsOption = 120.0,
    keyframe_s: KeyframeOption = 1,
    video: WalkersOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Live RTSP cameras, all busy all the time: how long an alert takes to the desk."""
    from deploy.bench.latency import run_latency_bench
    from deploy.bench.stream_plan import StreamPlan
    from deploy.bench.streams import open_streams

    streams = open_streams(StreamPlan(keyframe_s=keyframe_s, busy_share=1), video, _say)
    result = run_latency_bench(streams, count, seconds=seconds, data=data, say=_say)
    typer.echo(json.dumps(result.as_json()) if as_json else result.table())


@app.command()
def ablation(
    count: Annotated[
        int, typer.Option("--cameras", min=1, help="As many as are held with the gate off.")
    ] = 16,
    variant: Annotated[
        list[str] | None, typer.Option(help="Only this one, or these; default: all.")
    ] = None,
    seconds: SecondsOption = 120.0,
    video: WalkersOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """The same minutes of live RTSP cameras with each idea switched off: what each is worth."""
    from deploy.bench.ablation import run_ablation
    from deploy.bench.stream_plan import StreamPlan
    from deploy.bench.streams import open_streams
    from deploy.bench.variants import VARIANTS

    chosen = [each for each in VARIANTS if variant is None or each.name in variant]
    if variant and len(chosen) < len(set(variant)):
        raise typer.BadParameter(f"there are {', '.join(each.name for each in VARIANTS)}")
    streams = open_streams(StreamPlan(), video, _say)
    result = run_ablation(streams, count, variants=chosen, seconds=seconds, data=data, say=_say)
    typer.echo(json.dumps(result.as_json()) if as_json else result.table())


DESK_PARTS = ("api", "burst", "pages", "live")


@app.command()
def desk(
    cases: Annotated[int, typer.Option(min=1000, help="How many the database holds.")] = 1_000_000,
    database: Annotated[
        str, typer.Option(help="sqlite, postgres (a server of its own), or the URL of one to fill.")
    ] = "sqlite",
    part: Annotated[
        list[str] | None, typer.Option(help=f"Of {', '.join(DESK_PARTS)}; default: all.")
    ] = None,
    memory_s: Annotated[
        float, typer.Option(min=0, help="How long memory is watched with 50 clients; 0: not.")
    ] = 0.0,
    as_json: JsonOption = False,
) -> None:
    """The desk with a million cases: queue, search, pages, push, and a night's alerts at once."""
    from deploy.bench.desk import run_desk_bench

    if unknown := set(part or ()) - set(DESK_PARTS):
        raise typer.BadParameter(f"there is no {', '.join(unknown)}", param_hint="--part")
    parts = frozenset(part or DESK_PARTS)
    result = run_desk_bench(database, cases, parts=parts, memory_s=memory_s, say=_say)
    typer.echo(json.dumps(result.as_json()) if as_json else result.table())


@app.command("all")
def every(
    results: Annotated[Path, typer.Option(help="Folder for results and plot.")],
    parts: Annotated[
        list[str] | None, typer.Argument(help="pipeline, cameras …; default: all.")
    ] = None,
    counts: CountsOption = "4,16,64",
    seconds: SecondsOption = 240.0,
    video: WalkersOption = None,
) -> None:
    """Every benchmark, an hour and more; writes a result each and draws them."""
    from deploy.bench.suite import Suite, parts_named, run_suite

    draw, named = _drawing(), parts_named(parts or ())
    numbers = tuple(_numbers(counts))
    suite = Suite(folder=results, counts=numbers, seconds=seconds, video=video, say=_say)
    run_suite(suite, named)
    drawn = draw(results)
    _say(f"drew {drawn.name}" if drawn else "no result of cameras to draw")


def _drawing() -> Callable[[Path], Path | None]:
    """Asked for first: an hour later is late to hear that something is missing."""
    try:
        from deploy.bench.plot import draw
    except ModuleNotFoundError as error:
        raise BenchError(f"the plot needs {error.name}: pip install '.[dev]'") from error
    return draw


def _numbers(text: str) -> list[int]:
    parts = text.split(",")
    if not all(part.strip().isdigit() and int(part) for part in parts):
        raise typer.BadParameter(f"{text!r} is not like 4,16,64", param_hint="--cameras")
    return [int(part) for part in parts]


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
