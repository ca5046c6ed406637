"""A masked camera: nothing that a node publishes or stores shows what the household hides."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from deploy.rtsp_server import RtspServer
from deploy.samples.cameras import CAMERAS
from tests.node_rig import NodeRig, eventually, running_node

SAMPLE = next(camera for camera in CAMERAS if camera.camera_id == "gate-li")
HIDDEN = (0.2, 0.0, 1.0, 0.15)  # x1, y1, x2, y2: painted red in the source, masked in the site
CLIP_S = 20
SIGNATURE_BYTES = 48

pytestmark = pytest.mark.timeout(180)


def painted_clip(path: Path) -> list[bytes]:
    """A recording whose hidden part is glaring red; returns its packets."""
    noise = np.random.default_rng(7)
    with av.open(str(SAMPLE.path)) as source, av.open(str(path), "w") as target:
        video = source.streams.video[0]
        rate = round(float(video.average_rate or 25))
        stream = target.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = video.width, video.height, "yuv420p"
        stream.options = {"preset": "ultrafast", "tune": "zerolatency", "g": str(rate)}
        packets = []
        for number, frame in enumerate(islice(source.decode(video), CLIP_S * rate)):
            picture = paint(pixels(frame), noise)
            painted = av.VideoFrame.from_ndarray(picture, format="bgr24")
            painted.pts = number
            packets += stream.encode(painted)
        packets += stream.encode(None)
        contents = [bytes(packet) for packet in packets]
        target.mux(packets)
    return contents


def pixels(frame: av.VideoFrame) -> NDArray[np.uint8]:
    return np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)


def paint(picture: NDArray[np.uint8], noise: np.random.Generator) -> NDArray[np.uint8]:
    part = hidden_part(picture)
    part[:] = (0, 0, 255)
    part[:, ::2] -= noise.integers(0, 60, part[:, ::2].shape, dtype=np.uint8)
    return picture


def hidden_part(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = picture.shape[:2]
    x1, y1, x2, y2 = HIDDEN
    return picture[int(y1 * height) : int(y2 * height), int(x1 * width) : int(x2 * width)]


def camera(url: str) -> dict[str, object]:
    x1, y1, x2, y2 = HIDDEN
    return {
        "id": SAMPLE.camera_id,
        "area": "1",
        "url": url,
        "privacy_masks": [[[x1, y1], [x2, y1], [x2, y2], [x1, y2]]],
        "zones": [{"id": zone, "polygon": shape} for zone, shape in SAMPLE.zones.items()],
        "rules": [{"id": "r", "kind": "presence", "labels": ["person"], "zone": "gate"}],
    }


def has_evidence(rig: NodeRig) -> bool:
    messages = rig.bus.on("/alert")
    return any(
        {"stored"} == {piece["state"] for piece in message["evidence"]} for message in messages
    )


def pictures(path: Path) -> list[NDArray[np.uint8]]:
    if path.read_bytes()[:2] == b"\xff\xd8":
        return [np.asarray(cv2.imread(str(path)), np.uint8)]
    with av.open(str(path)) as container:
        return [pixels(frame) for frame in container.decode(video=0)]


def test_no_byte_of_a_masked_camera_shows_what_is_hidden(tmp_path: Path) -> None:
    clips = tmp_path / "clips"
    clips.mkdir()
    source = painted_clip(clips / "painted.mp4")
    data = tmp_path / "data"
    with (
        RtspServer(clips) as server,
        running_node(data, [camera(server.url("painted.mp4"))]) as rig,
    ):
        eventually(lambda: has_evidence(rig), 90, "snapshot and clip stored")
    evidence = [path for path in (data / "evidence").rglob("*") if path.is_file()]
    shown = [picture for path in evidence for picture in pictures(path)]
    assert len(shown) > 50  # a snapshot and some seconds of clip
    for picture in shown:
        # to the last pixel: what subsampling and coding smear is within the masks' dilation
        blue, _, red = cv2.split(hidden_part(picture).astype(int))
        assert (red - blue).max() < 30  # the source has 195 to 255 there
    everything = b"".join(
        [path.read_bytes() for path in rig.stored_files()]
        + [payload for _, payload in rig.bus.messages]
    )
    for packet in source:
        if len(packet) > 4 * SIGNATURE_BYTES:
            middle = len(packet) // 2
            assert packet[middle : middle + SIGNATURE_BYTES] not in everything
