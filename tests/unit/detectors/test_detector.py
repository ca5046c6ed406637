from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.typing import NDArray

from detectors.config import ModelConfig, Provider
from detectors.detector import Detector, open_detector
from detectors.errors import SessionError
from detectors.nms import NmsConfig
from detectors.processor import has_integer_dot_products
from ingest.frame import Box, Frame
from models.card import Letterboxing, ModelInput
from models.catalogue import Catalogue
from models.errors import CatalogueError, ModelContractError
from tests.factories import frame, frame_time
from tests.unit.detectors.test_letterbox import FREE


class FakeSession:
    """Sees one box of class 1 in the middle of every input, and remembers the inputs."""

    def __init__(self) -> None:
        self.inputs: list[NDArray[np.uint8]] = []

    def run(self, tensor: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        self.inputs.append(tensor)
        boxes = np.tile(np.array([[[40, 40, 60, 60]]], np.float32), (len(tensor), 1, 1))
        scores = np.tile(np.array([[[0.1, 0.9]]], np.float32), (len(tensor), 1, 1))
        return boxes, scores


def detector(session: FakeSession, stride: int | None = None) -> Detector:
    return Detector(
        model_id="coco",
        labels=("person", "car"),
        input=ModelInput(
            name="images",
            size_wh=(100, 100),
            stride=stride,
            letterbox=Letterboxing.CENTRE,
            pad=114,
        ),
        nms=NmsConfig(min_confidence=0.5, iou=0.5),
        session=session,
    )


def test_frames_of_several_sizes_share_a_batch_and_get_boxes_in_their_own_pixels() -> None:
    session = FakeSession()
    frames = [
        frame(frame_time(camera="wide"), wh=(200, 100)),
        frame(frame_time(camera="high"), wh=(64, 128)),
    ]
    wide, high = detector(session).detect(frames)
    assert session.inputs[0].shape == (2, 100, 100, 3)
    assert wide.at.camera_id == "wide"
    assert wide.xyxy.tolist() == [[80, 30, 120, 70]]
    assert np.allclose(high.xyxy, [[19.2, 51.2, 44.8, 76.8]], atol=0.01)
    assert wide.class_id.tolist() == [1]


def test_pictures_of_other_shapes_are_other_runs_and_come_back_in_order() -> None:
    session = FakeSession()
    frames = [
        frame(frame_time(camera=name), wh=wh)
        for name, wh in (("a", (200, 100)), ("b", (64, 128)), ("c", (400, 200)))
    ]
    seen = detector(session, stride=10).detect(frames)
    assert [tensor.shape for tensor in session.inputs] == [(2, 50, 100, 3), (1, 100, 50, 3)]
    assert [detections.at.camera_id for detections in seen] == ["a", "b", "c"]
    assert [detections.source_wh for detections in seen] == [(200, 100), (64, 128), (400, 200)]


def looking(camera: str, *look_at: Box, wh: tuple[int, int] = (704, 576)) -> Frame:
    return replace(frame(frame_time(camera=camera), wh=wh), look_at=look_at)


def cutting(session: FakeSession) -> Detector:
    return replace(detector(session), input=FREE, cuts=True)


def test_parts_of_two_cameras_are_one_run_and_its_box_is_of_the_one_it_lies_in() -> None:
    session = FakeSession()
    frames = [looking("a", (300, 300, 320, 360)), looking("b", (500, 300, 520, 360))]
    seen = cutting(session).detect(frames)
    assert len(session.inputs) == 1
    assert [detections.at.camera_id for detections in seen] == ["a", "b"]
    assert sorted(len(detections) for detections in seen) == [0, 1]
    (own,) = (each.xyxy[0] for each in seen if len(each))
    assert own[2] - own[0] == pytest.approx(20)


def test_where_nothing_needs_looking_at_nothing_is_run() -> None:
    session = FakeSession()
    (seen,) = cutting(session).detect([looking("a")])
    assert (len(seen), session.inputs) == (0, [])


def test_frames_seen_whole_and_in_parts_come_back_in_order() -> None:
    session = FakeSession()
    frames = [
        frame(frame_time(camera="a"), wh=(704, 576)),
        looking("b", (300, 300, 320, 360)),
        frame(frame_time(camera="c"), wh=(704, 576)),
    ]
    seen = cutting(session).detect(frames)
    assert [detections.at.camera_id for detections in seen] == ["a", "b", "c"]
    assert {tensor.shape[0] for tensor in session.inputs} == {1, 2}


def test_where_parts_are_not_cheaper_the_whole_picture_is_seen() -> None:
    session = FakeSession()
    plain = replace(cutting(session), cuts=False)
    plain.detect([looking("a", (300, 300, 320, 360))])
    assert session.inputs[0].shape == (1, 352, 416, 3)


def test_the_letterbox_is_grey_around_the_picture() -> None:
    session = FakeSession()
    detector(session).detect([frame(wh=(200, 100), grey=250)])
    tensor = session.inputs[0][0]
    assert (tensor[:24] == 114).all()
    assert (tensor[26:74] > 200).all()


def test_a_provider_that_is_not_installed_is_named() -> None:
    config = ModelConfig(id="coco", card="nanodet-g", providers=(Provider.OPENVINO,))
    with pytest.raises(SessionError, match="provider openvino is not installed"):
        open_detector(config, Catalogue.load())


def test_an_unknown_card_is_named() -> None:
    with pytest.raises(CatalogueError, match="no-such-card"):
        open_detector(ModelConfig(id="coco", card="no-such-card"), Catalogue.load())


def test_without_vnni_the_float_twin_is_used_and_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("detectors.detector.has_integer_dot_products", lambda: False)
    opened: list[str] = []

    def session(file: Path, **_: object) -> SimpleNamespace:
        opened.append(file.name)
        return SimpleNamespace(inputs=(), outputs=())

    monkeypatch.setattr("detectors.detector.OnnxSession", session)
    monkeypatch.setattr("detectors.detector.check_ports", lambda *_: None)
    with caplog.at_level(logging.WARNING):
        open_detector(ModelConfig(id="coco", card="nanodet-g-int8"), Catalogue.load())
    assert opened == ["nanodet-g.onnx"]
    assert "nanodet-g is used instead of nanodet-g-int8" in caplog.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("flags : fpu avx512_vnni avx2\n", True),
        ("flags\t\t: fpu avx2\n", False),
        ("Features : fp asimddp\n", True),
        ("nothing known\n", True),
    ],
)
def test_the_processor_says_whether_int8_is_fast(tmp_path: Path, text: str, expected: bool) -> None:
    file = tmp_path / "cpuinfo"
    file.write_text(text)
    assert has_integer_dot_products(file) is expected


def test_a_file_that_is_not_what_its_card_says_is_named_when_it_is_opened(tmp_path: Path) -> None:
    catalogue = Catalogue.load()
    card = catalogue.card("nanodet-g-int8")
    wrong = card.model_copy(update={"input": card.input.model_copy(update={"stride": None})})
    altered = Catalogue(folder=catalogue.folder, cards={"nanodet-g-int8": wrong})
    with pytest.raises(ModelContractError, match=r"nanodet-g-int8\.onnx.*input\.images"):
        open_detector(ModelConfig(id="coco", card="nanodet-g-int8"), altered)
