"""A node whose model is too slow for its cameras, and then fast enough."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from prometheus_client.parser import text_string_to_metric_families

from deploy import pipeline as pipeline_module
from deploy.analyses import open_detectors
from deploy.pipeline import Pipeline
from deploy.settings import Site, SiteCamera
from detectors.detector import Detector
from tests.integration.paced_source import PacedSource
from tests.node_rig import NodeRig, eventually, running_node

pytestmark = [pytest.mark.mqtt, pytest.mark.timeout(120)]

FPS = 8.0
CAMERAS = 9
SLOW_S = 0.04
"""25 frames a second, of 72 that the cameras offer and some 11 that are the least."""
LOST = ("mailbox-full", "stale")


@dataclass
class SlowSession:
    """Sees nothing, after a while."""

    frame_s: float = SLOW_S

    def run(self, tensor: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        time.sleep(self.frame_s * len(tensor))
        return np.zeros((len(tensor), 1, 4), np.float32), np.zeros((len(tensor), 1, 80), np.float32)


@pytest.fixture(scope="module")
def session() -> SlowSession:
    return SlowSession()


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory, session: SlowSession) -> Iterator[NodeRig]:
    def open_slow(site: Site, cameras: tuple[SiteCamera, ...]) -> Mapping[str, Detector]:
        real = open_detectors(site, cameras)
        return {model_id: replace(each, session=session) for model_id, each in real.items()}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline_module, "open_detectors", open_slow)
        patch.setattr(pipeline_module, "RtspSource", PacedSource)
        cameras = [entry(number) for number in range(CAMERAS)]
        with running_node(tmp_path_factory.mktemp("node"), cameras) as rig:
            yield rig


def entry(number: int) -> dict[str, Any]:
    return {
        "id": f"c{number}",
        "class": 1 + number % 3,
        "area": "1",
        "url": "rtsp://192.0.2.1/x",
        "sample_fps": FPS,
    }


def dropped(rig: NodeRig) -> Counter[str]:
    """By reason, over all cameras, as the node's own port says it."""
    found: Counter[str] = Counter()
    for _, labels, value in samples(rig, "xueliang_frames_dropped"):
        found[labels["reason"]] += int(value)
    return found


def samples(rig: NodeRig, family: str) -> list[tuple[str, dict[str, str], float]]:
    text = httpx.get(f"http://127.0.0.1:{rig.node.http.port}/metrics").text
    families = {each.name: each for each in text_string_to_metric_families(text)}
    return [
        (each.name, each.labels, each.value)
        for each in families[family].samples
        if not each.name.endswith("_created")
    ]


def pipeline(rig: NodeRig) -> Pipeline:
    assert isinstance(rig.node.watch, Pipeline)
    return rig.node.watch


def states(rig: NodeRig) -> list[str]:
    """What the node said of itself, repetitions left out."""
    said = [message["state"] for message in rig.bus.on("/node/node-1/status")]
    return [state for state, before in zip(said, [None, *said], strict=False) if state != before]


def test_an_overloaded_node_says_reduced_and_loses_no_more_frames(rig: NodeRig) -> None:
    eventually(lambda: states(rig) == ["online", "reduced"], 20, "reduced")
    status = rig.bus.on("/node/node-1/status")[-1]
    assert [each["camera_class"] for each in status["reduced"]] == [1, 2, 3]
    rates = [each["fps"] for each in status["reduced"]]
    assert FPS > rates[0] > rates[1] > rates[2] >= 1.2
    time.sleep(4)  # what was in the mailboxes, and a second step if need be
    before = dropped(rig)
    time.sleep(5)
    after = dropped(rig)
    lost = sum(after[reason] - before[reason] for reason in LOST)
    assert lost <= 0.05 * 5 * FPS * CAMERAS  # before, two of three were
    assert after["reduced"] > before["reduced"]


def test_cameras_of_a_class_are_treated_alike_and_all_go_on_streaming(rig: NodeRig) -> None:
    before = {at: lane.thinner.kept for at, lane in pipeline(rig).lanes.items()}
    time.sleep(4)
    by_class: dict[int, list[int]] = {1: [], 2: [], 3: []}
    for at, lane in pipeline(rig).lanes.items():
        by_class[lane.camera_class].append(lane.thinner.kept - before[at])
    assert all(max(kept) - min(kept) <= 2 for kept in by_class.values())
    assert min(by_class[1]) > max(by_class[3])
    assert {camera.status.state for camera in pipeline(rig).cameras.values()} == {"streaming"}


def test_the_port_says_shares_and_rates(rig: NodeRig) -> None:
    shares = {labels["class"]: value for _, labels, value in samples(rig, "xueliang_sample_share")}
    assert 1 > shares["1"] > shares["2"] > shares["3"]
    rates = {labels["camera"]: value for _, labels, value in samples(rig, "xueliang_sample_fps")}
    assert len(rates) == CAMERAS
    assert FPS > rates["c0"] > rates["c2"]


def test_with_room_again_the_node_is_online_and_holds_nothing_back(
    rig: NodeRig, session: SlowSession
) -> None:
    session.frame_s = 0.0
    eventually(lambda: states(rig) == ["online", "reduced", "online"], 60, "online again")
    assert "reduced" not in rig.bus.on("/node/node-1/status")[-1]
    before = dropped(rig)
    time.sleep(2)
    assert dropped(rig) == before
