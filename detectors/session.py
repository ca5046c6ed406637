"""The one place that talks to ONNX Runtime."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as library

from detectors.config import Provider
from detectors.errors import InferenceError, SessionError
from detectors.session_counts import SessionCounts
from models.contract import Port

NAMES = {
    Provider.CPU: "CPUExecutionProvider",
    Provider.CUDA: "CUDAExecutionProvider",
    Provider.TENSORRT: "TensorrtExecutionProvider",
    Provider.OPENVINO: "OpenVINOExecutionProvider",
}

ORT_ERRORS: tuple[type[Exception], ...] = (
    library.EPFail,
    library.EngineError,
    library.Fail,
    library.InvalidArgument,
    library.InvalidGraph,
    library.InvalidProtobuf,
    library.NoSuchFile,
    library.NotImplemented,
    library.RuntimeException,
    UnicodeDecodeError,  # of the library's own words, where a damaged file's names are in them
)
"""ONNX Runtime's errors share no base of their own."""


def cores() -> int:
    """Processor cores this process may use."""
    return len(os.sched_getaffinity(0))


def _options(threads: int) -> ort.SessionOptions:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Spinning threads burn three times the CPU of a paced model, as measured.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return options


def _installed(wanted: Sequence[Provider], model_id: str) -> list[str]:
    there = ort.get_available_providers()
    absent = [p for p in wanted if NAMES[p] not in there]
    if absent:
        raise SessionError(
            f"provider {', '.join(absent)} is not installed; available: {', '.join(there)}",
            model_id=model_id,
        )
    names = [NAMES[p] for p in wanted]
    return names if NAMES[Provider.CPU] in names else [*names, NAMES[Provider.CPU]]


class OnnxSession:
    """One opened model: uint8 (N, H, W, 3) in, boxes and scores out. Safe to share."""

    def __init__(
        self, file: Path, *, model_id: str, providers: Sequence[Provider], threads: int
    ) -> None:
        self.model_id = model_id
        names = _installed(providers, model_id)
        try:
            self._session = ort.InferenceSession(
                str(file), sess_options=_options(threads), providers=names
            )
        except ORT_ERRORS as error:
            raise SessionError(f"{file} cannot be opened: {error}", model_id=model_id) from error
        self._input = self.inputs[0].name
        self.counts = SessionCounts()

    @property
    def inputs(self) -> Sequence[Port]:
        """The file's inputs, for comparison with its card."""
        ports: Sequence[Port] = self._session.get_inputs()
        return ports

    @property
    def outputs(self) -> Sequence[Port]:
        """The file's outputs, for comparison with its card."""
        ports: Sequence[Port] = self._session.get_outputs()
        return ports

    def run(self, tensor: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Boxes (N, anchors, 4) in input pixels and scores (N, anchors, classes)."""
        try:
            boxes, scores = self._session.run(["boxes", "scores"], {self._input: tensor})
        except ORT_ERRORS as error:
            raise InferenceError(str(error), model_id=self.model_id) from error
        self.counts.add(len(tensor), tensor.nbytes)
        return boxes, scores
