"""The encoded files of a plan, made once and kept."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import av

from deploy.bench import scene, stream_plan
from deploy.bench.scene import Picture, Scene
from deploy.bench.stream_plan import FPS, SIZE_WH, StreamPlan
from deploy.bench.walkers import Walkers

BIT_RATE = 1_500_000
"""What cameras of this size are usually set to."""

OPTIONS: dict[str, object] = {
    "preset": "veryfast",
    "tune": "zerolatency",
    "profile": "main",
    "bf": "0",
    "refs": "1",
    "sc_threshold": "0",  # keyframes come by the clock only, as from a camera
    "maxrate": str(BIT_RATE * 4 // 3),
    "bufsize": str(BIT_RATE),
    "threads": "1",  # one slice a picture, and the same bytes on every machine
}


def default_cache() -> Path:
    """Where files are kept unless told otherwise."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "xueliang" / "bench"


def stream_files(
    plan: StreamPlan, walkers: Walkers, cache: Path, say: Callable[[str], None]
) -> list[Path]:
    """The files of `plan`, encoded now where the cache has none made by this code from `walkers`.

    Raises:
        OSError: The recording cannot be read, or the cache not written.
    """
    digest = _digest(plan, walkers)
    files = [cache / f"{digest}-{number}.mp4" for number in range(plan.files)]
    missing = [number for number, file in enumerate(files) if not file.exists()]
    if missing:
        cache.mkdir(parents=True, exist_ok=True)
        say(f"encoding {len(missing)} files of {plan.loop_s} s into {cache}, once")
        made = Scene(plan, walkers)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(lambda n: _encode(made.pictures(n), files[n], plan.keyframe_s), missing))
    return files


def _digest(plan: StreamPlan, walkers: Walkers) -> str:
    """Names what the files depend on: plan, recording, and the code that makes them."""
    code = [Path(str(module.__file__)) for module in (scene, stream_plan)]
    settings = (plan, walkers.repeats, BIT_RATE, sorted(OPTIONS.items()))
    digest = hashlib.sha256(repr(settings).encode())
    for file in (walkers.file, *code, Path(__file__)):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _encode(pictures: Iterator[Picture], file: Path, keyframe_s: int) -> None:
    unfinished = file.with_suffix(f".{os.getpid()}.part")
    with av.open(str(unfinished), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width, stream.height = SIZE_WH
        stream.pix_fmt = "yuv420p"
        stream.bit_rate = BIT_RATE
        stream.gop_size = keyframe_s * FPS
        stream.options = OPTIONS
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    unfinished.replace(file)
