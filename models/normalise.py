"""The front of a graph: uint8 (N, H, W, 3) to normalised float32 (N, 3, H, W)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.graph import Graph

_FLOAT = 1  # TensorProto.FLOAT
PLANES = "planes"


def append_normalisation(
    graph: Graph, images: str, *, mean: NDArray[np.float32], std: NDArray[np.float32]
) -> str:
    """Appends (x - mean) / std for each colour; returns the tensor of planes."""
    wide = graph.emit("Cast", images, name="images.float", to=_FLOAT)
    centred = graph.emit("Sub", wide, graph.constant("mean", mean), name="images.centred")
    scale = graph.constant("scale", (1 / std).astype(np.float32))
    scaled = graph.emit("Mul", centred, scale, name="images.normalised")
    return graph.emit("Transpose", scaled, name=PLANES, perm=[0, 3, 1, 2])
