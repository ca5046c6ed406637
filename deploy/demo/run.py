"""The demo from start to Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import FrameType

import httpx

from deploy.demo.figures import DemoFigures, collect
from deploy.demo.log_in import DEMO_OFFICERS
from deploy.demo.parts import DemoParts, DemoPlan, Say
from deploy.demo.site import sample_cameras, visitor_cameras
from deploy.demo.stages import Stages
from deploy.errors import DemoError
from deploy.samples.cameras import CAMERAS, FOLDER
from deploy.video_import import prepare_video

LOOK_S = 1.0
"""How often it is looked whether a part has ended by itself."""


def run_demo(
    videos: Sequence[Path],
    *,
    data: Path | None,
    seconds: float | None,
    is_headless: bool,
    wants_figures: bool,
    say: Say,
) -> DemoFigures | None:
    """Run the demo until Ctrl-C, SIGTERM or `seconds`; says where to look.

    Returns:
        What it did, where `wants_figures`.

    Raises:
        KeyboardInterrupt: Ctrl-C or SIGTERM came before it was up.
        DemoError: A part ended by itself.
        ChildStartError: A part cannot start.
        VideoImportError: A recording cannot be used.
    """
    with ExitStack() as stack:
        stack.enter_context(_interruptible())
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="xueliang-")))
        folder.mkdir(parents=True, exist_ok=True)
        plan = _visitors(videos, folder, say) if videos else _samples(folder)
        parts = stack.enter_context(DemoParts(plan, say))
        with suppress(KeyboardInterrupt):
            _greet(parts, is_headless, say)
            _wait(parts, seconds, None if videos else _stages(parts, folder, stack))
        say("正在停止 stopping …")
        return _figures(parts, len(videos) or len(CAMERAS)) if wants_figures else None


def _stages(parts: DemoParts, data: Path, stack: ExitStack) -> Stages:
    return stack.enter_context(Stages(parts.desk_url, parts.log_in[1], data))


def _samples(data: Path) -> DemoPlan:
    return DemoPlan(data=data, clips=FOLDER, cameras=sample_cameras)


def _visitors(videos: Sequence[Path], data: Path, say: Say) -> DemoPlan:
    clips = data / "clips"
    clips.mkdir(exist_ok=True)
    prepared = [prepare_video(video, clips, _progress(video, say)) for video in videos]
    return DemoPlan(
        data=data, clips=clips, cameras=lambda url: visitor_cameras(prepared, videos, url)
    )


def _progress(video: Path, say: Say) -> Callable[[float], None]:
    told = -1

    def tell(share: float) -> None:
        nonlocal told
        if int(share * 10) > told:
            told = int(share * 10)
            say(f"转换 converting {video.name}: {told * 10} %")

    return tell


def _greet(parts: DemoParts, is_headless: bool, say: Say) -> None:
    say("")
    say(f"  雪亮演示已启动 The demo is up:  {parts.desk_url}")
    say(f"  密码 password (所有账号 all accounts): {parts.log_in[1]}")
    for officer in DEMO_OFFICERS:
        say(f"    {officer.name:<8}{officer.role_name}（{officer.area_name}）  {officer.role}")
    say("  按 Ctrl-C 结束 Ctrl-C ends it.")
    say("")
    if not is_headless and _has_screen():
        webbrowser.open(parts.desk_url)


def _has_screen() -> bool:
    """Without one, `webbrowser` would start a text browser in this terminal, and wait for it."""
    is_desktop = sys.platform in {"darwin", "win32"}
    return is_desktop or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _wait(parts: DemoParts, seconds: float | None, stages: Stages | None) -> None:
    end = float("inf") if seconds is None else time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(LOOK_S, left))
        if stages is not None:
            stages.advance()
        if parts.dead:
            names = ", ".join(parts.dead)
            raise DemoError(f"{names} ended by itself; --data DIR keeps the logs")


def _figures(parts: DemoParts, cameras: int) -> DemoFigures:
    try:
        return collect(parts.node_url, parts.desk_url, parts.log_in, cameras)
    except httpx.HTTPError as error:
        raise DemoError(f"node or desk does not answer: {error}") from error


@contextmanager
def _interruptible() -> Iterator[None]:
    """The first SIGINT or SIGTERM raises KeyboardInterrupt; then stopping is not disturbed."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        for number in before:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {n: signal.signal(n, interrupt) for n in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
