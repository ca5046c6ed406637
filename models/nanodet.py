"""NanoDet-g 416 from the TensorFlow.js package: backbone, neck, head and normalisation."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from models.convert import convert
from models.errors import BuildError
from models.graph import Graph, Port
from models.nanodet_head import NanoDetHead, append_head
from models.normalise import PLANES, append_normalisation
from models.pixels import PictureInput
from models.tf_tensor import NCHW, Tensor
from models.tfjs import TfGraph

SIZE = 416
# Blue, green, red on 0–255: the training configuration of nanodet_g (RangiLyu/nanodet).
MEAN = np.array([103.53, 116.28, 123.675], np.float32)
STD = np.array([57.375, 57.12, 58.395], np.float32)

# The last convolution of each level, with strides 8, 16, 32, before scores and sides part.
_LEVELS = ("PartitionedCall/Add_29", "PartitionedCall/Add_33", "PartitionedCall/Add_37")

LOGIT_FLOOR = -5.3
"""A score of 0.005, below every threshold: no need to tell it from lower ones."""

# How pixels enter the int8 graph.
PICTURE = PictureInput(images="images", planes=PLANES, mean=MEAN, std=STD)


def nanodet_graph(source: TfGraph) -> Graph:
    """The float graph: uint8 pictures in, boxes and scores out.

    Raises:
        BuildError: `source` is not the graph this was written for.
    """
    graph = Graph(inputs=(Port(name="images", dtype="uint8", shape=("N", "H", "W", 3)),))
    planes = append_normalisation(graph, "images", mean=MEAN, std=STD)
    image = Tensor(name=planes, axes=NCHW, channels=3, size=(SIZE, SIZE))
    append_head(graph, convert(source, graph, image, targets=_LEVELS), NanoDetHead())
    return graph


def logit_floors(tensors: Iterable[str]) -> dict[str, float]:
    """`LOGIT_FLOOR` for those of `tensors` that the head splits off as scores.

    Raises:
        BuildError: not one for each level; the head was named otherwise.
    """
    floors = {name: LOGIT_FLOOR for name in tensors if name.endswith(".logits")}
    if len(floors) != len(_LEVELS):
        raise BuildError(f"{len(_LEVELS)} tensors of logits expected, found {list(floors)}")
    return floors
