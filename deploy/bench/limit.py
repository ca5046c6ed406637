"""The limit of a pipeline: what libav and ONNX Runtime alone cost, on one thread, without us."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import mean
from time import thread_time

import av
import numpy as np
from numpy.typing import NDArray

from deploy.errors import BenchError
from detectors.batch import FrameBatch
from detectors.detector import Detector
from detectors.session import cores
from ingest.frame import Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Bare:
    """CPU seconds without us: decoding one source frame, inference on one analysed frame."""

    decode_s: float
    inference_s: float

    def mean(self, other: Bare) -> Bare:
        """Halfway between two measurements."""
        return Bare(
            decode_s=mean((self.decode_s, other.decode_s)),
            inference_s=mean((self.inference_s, other.inference_s)),
        )


def bare_cpu_s(
    files: Sequence[Path], frames: int, detector: Detector, tensors: Sequence[NDArray[np.uint8]]
) -> Bare:
    """The mean of one single-threaded measurement a core, all at once.

    Raises:
        BenchError: A recording is damaged or empty.
    """

    def measure(_: int) -> Bare:
        return Bare(
            decode_s=mean(decode_cpu_s(file, frames) for file in files),
            inference_s=inference_cpu_s(detector, tensors),
        )

    with ThreadPoolExecutor(cores(), thread_name_prefix="limit") as threads:
        measured = list(threads.map(measure, range(cores())))
    return Bare(
        decode_s=mean(one.decode_s for one in measured),
        inference_s=mean(one.inference_s for one in measured),
    )


def decode_cpu_s(file: Path, frames: int) -> float:
    """CPU seconds a source frame of bare libav decoding on one thread.

    Raises:
        BenchError: The recording is damaged or empty.
    """
    try:
        with av.open(str(file)) as container:
            stream = container.streams.video[0]
            stream.thread_type = "NONE"
            stream.codec_context.thread_count = 1
            began = thread_time()
            count = sum(1 for _ in islice(container.decode(stream), frames))
            return (thread_time() - began) / count
    except (av.FFmpegError, IndexError, ZeroDivisionError) as error:
        raise BenchError(f"{file} is no recording to measure with: {error}") from error


def inference_cpu_s(detector: Detector, tensors: Sequence[NDArray[np.uint8]]) -> float:
    """CPU seconds a frame of bare ONNX Runtime; the session must have one thread.

    Each of `tensors` is (1, height, width, 3) and one run, so that no batch flatters it.
    """
    began = thread_time()
    for tensor in tensors:
        detector.session.run(tensor)
    return (thread_time() - began) / len(tensors)


def tensors_of(detector: Detector, frames: Sequence[Frame]) -> list[NDArray[np.uint8]]:
    """Each frame as a model input of its own."""
    return [FrameBatch.fill([frame], detector.input).tensor for frame in frames]
