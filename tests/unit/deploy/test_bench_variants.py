"""Each idea can be switched off, does what it says then, and stays what it was elsewhere."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from deploy.bench import variant_part
from deploy.bench.live_site import WHOLE, BenchPorts, Watch, live_site, with_variant, write_site
from deploy.bench.variants import EVERYTHING_ON, VARIANTS, Exchange, Variant
from deploy.site_file import load_site
from ingest.counters import CameraCounters
from ingest.file_source import FileSource
from ingest.frame import Frame
from ingest.gate_hold import GateHold
from tests.unit.ingest.clips import START, camera
from tests.unit.ingest.scenes import FPS, write_scene

BY_NAME = {variant.name: variant for variant in (EVERYTHING_ON, *VARIANTS)}
SECONDS = 18
WALK_S = (9.3, 12.3)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scenes")
    return write_scene(folder / "walk.mp4", seconds=SECONDS, walks_s=[WALK_S])


def read(
    clip: Path, variant: Variant, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[Frame], CameraCounters]:
    for exchange in variant.exchanges:
        monkeypatch.setattr(import_module(exchange.module), exchange.name, exchange.value)
    source = FileSource(camera(), clip, start=START, sample_fps=5, hold=GateHold())
    return list(source.frames()), source.counters


def test_each_has_a_name_of_its_own() -> None:
    assert len(BY_NAME) == 1 + len(VARIANTS)


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_it_changes_something_that_is_there(variant: Variant) -> None:
    assert variant.camera or variant.model or variant.exchanges
    for exchange in variant.exchanges:
        there = getattr(import_module(exchange.module), exchange.name)
        assert there != exchange.value
        assert type(there) is type(exchange.value)


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_its_site_loads(variant: Variant, tmp_path: Path) -> None:
    watch = Watch(zones=WHOLE, cooldown_s=20)
    ports = BenchPorts(mqtt=1, node=2, desk=3)
    entries = live_site(2, lambda _: "rtsp://127.0.0.1:9/a", watch, data=tmp_path, ports=ports)
    site = load_site(write_site(with_variant(entries, variant), tmp_path / "site.yaml"))
    gates = {each.gate for each in site.cameras}
    assert gates == {variant.camera.get("gate", "auto")}
    assert {each.regions for each in site.cameras} == {variant.camera.get("regions", "off")}
    assert site.models[0].threads == variant.model.get("threads")


def test_without_the_heartbeat_nothing_is_analysed_while_quiet(
    clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read(clip, EVERYTHING_ON, monkeypatch)[1].heartbeats > 0
    assert read(clip, BY_NAME["no-heartbeat"], monkeypatch)[1].heartbeats == 0


def test_without_catching_up_frames_from_before_the_gate_opened_are_gone(
    clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read(clip, EVERYTHING_ON, monkeypatch)[1].frames_caught_up > 0
    frames, counted = read(clip, BY_NAME["no-catch-up"], monkeypatch)
    assert counted.frames_caught_up == 0
    assert counted.gate_opened == 1
    assert frames


def test_with_every_packet_decoded_motion_says_what_is_analysed(
    clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames, counted = read(clip, BY_NAME["every-packet"], monkeypatch)
    assert counted.frames_decoded == SECONDS * FPS
    assert counted.frames_analysed == len(frames) < SECONDS * 5
    assert counted.frames_analysed + counted.frames_glanced == SECONDS * 5
    assert counted.heartbeats > 0
    walking = [f.at.time_s for f in frames if WALK_S[0] + 0.5 <= f.at.time_s < WALK_S[1]]
    assert len(walking) == pytest.approx(5 * (WALK_S[1] - WALK_S[0] - 0.5), abs=1)


def test_what_is_not_there_cannot_be_exchanged() -> None:
    with pytest.raises(AttributeError, match="NO_SUCH"):
        Exchange(module="ingest.gated_decoding", name="NO_SUCH", value=1).make()


def test_the_node_is_started_after_the_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    catch_up = import_module("ingest.catch_up")
    monkeypatch.setattr(catch_up, "CATCH_UP_S", 4.0)
    seen: list[tuple[list[str], float]] = []

    def run(arguments: list[str]) -> int:
        seen.append((arguments, catch_up.CATCH_UP_S))
        return 0

    monkeypatch.setattr(variant_part, "run_part", run)
    assert variant_part.main(["no-catch-up", "site.yaml", "node.log"]) == 0
    assert seen == [(["node", "site.yaml", "node.log"], 0.0)]
