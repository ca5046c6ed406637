"""The limit of a pipeline: what libav and ONNX Runtime alone cost, on one thread, without us."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from time import thread_time

import av
import numpy as np
from numpy.typing import NDArray

from deploy.errors import BenchError
from detectors.batch import FrameBatch
from detectors.detector import Detector
from ingest.frame import Frame


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
