from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from models.convert import convert
from models.errors import BuildError
from models.graph import Graph, Port
from models.onnx_file import serialise
from models.tf_tensor import NCHW, Tensor
from models.tfjs import read_graph
from tests.unit.models.running import run_graph
from tests.unit.models.tfjs_files import Weights, node, window, write_graph

TO_NHWC = np.array([0, 2, 3, 1], np.int32)
SIZE = 8


def _graph(folder: Path, nodes: list[dict[str, Any]], weights: Weights, target: str) -> Graph:
    """A graph from NCHW float pictures `x` of three channels to `target`."""
    placeholder = node("in", "Placeholder")
    weights = {"nhwc": TO_NHWC, **weights}
    seen = node("seen", "Transpose", "in", "nhwc")
    source = read_graph(write_graph(folder, [placeholder, seen, *nodes], weights))
    graph = Graph(inputs=(Port(name="x", dtype="float32", shape=("N", 3, SIZE, SIZE)),))
    image = Tensor(name="x", axes=NCHW, channels=3, size=(SIZE, SIZE))
    (output,) = convert(source, graph, image, targets=(target,))
    graph.outputs = (Port(name=output, dtype="float32", shape=("N", "C", "H", "W")),)
    return graph


def _picture(seed: int = 1) -> NDArray[np.float32]:
    picture = np.random.default_rng(seed).standard_normal((2, 3, SIZE, SIZE))
    return picture.astype(np.float32)


def _pad(edge: int) -> NDArray[np.int32]:
    return np.array([[0, 0], [edge, edge], [edge, edge], [0, 0]], np.int32)


def test_a_padded_convolution_with_bias_matches_its_definition(tmp_path: Path) -> None:
    kernel = np.random.default_rng(2).standard_normal((3, 3, 3, 4)).astype(np.float16)
    bias = np.array([1, 2, 3, 4], np.float32)
    nodes = [
        node("pad", "Pad", "seen", "one"),
        node("conv", "Conv2D", "pad", "kernel", **window(stride=2)),
        node("biased", "Add", "conv", "bias"),
    ]
    weights = {"one": _pad(1), "kernel": kernel.astype(np.float32), "bias": bias}
    graph = _graph(tmp_path, nodes, weights, "biased")
    assert [n.op for n in graph.nodes] == ["Conv"], "transposes and padding cost nothing"

    picture = _picture()
    (result,) = run_graph(graph, "x", picture)
    padded = np.pad(picture, ((0, 0), (0, 0), (1, 1), (1, 1)))
    patch = padded[:, :, 2:5, 4:7]  # under output cell (1, 2)
    expected = np.einsum("nchw,hwco->no", patch, kernel.astype(np.float32)) + bias
    np.testing.assert_allclose(result[:, :, 1, 2], expected, rtol=1e-4)
    assert result.shape == (2, 4, 4, 4)


def test_halving_with_centres_at_half_a_pixel_is_the_mean_of_two_by_two(tmp_path: Path) -> None:
    nodes = [
        node(
            "small",
            "ResizeBilinear",
            "seen",
            "half",
            half_pixel_centers={"b": True},
        )
    ]
    weights: Weights = {"half": np.array([SIZE // 2, SIZE // 2], np.int32)}
    picture = _picture()
    (result,) = run_graph(_graph(tmp_path, nodes, weights, "small"), "x", picture)
    expected = picture.reshape(2, 3, SIZE // 2, 2, SIZE // 2, 2).mean(axis=(3, 5))
    np.testing.assert_allclose(result, expected, atol=1e-6)


def test_concatenation_follows_the_axis_tensorflow_means(tmp_path: Path) -> None:
    nodes = [
        node("doubled", "Add", "seen", "seen"),
        node("both", "ConcatV2", "seen", "doubled", "axis"),
    ]
    weights: Weights = {"axis": np.array(3, np.int32)}
    picture = _picture()
    (result,) = run_graph(_graph(tmp_path, nodes, weights, "both"), "x", picture)
    np.testing.assert_array_equal(result, np.concatenate([picture, 2 * picture], axis=1))


@pytest.mark.parametrize(
    ("nodes", "target", "message"),
    [
        ([node("odd", "Einsum", "seen")], "odd", "operation Einsum of 'odd' is not supported"),
        ([node("sum", "Add", "seen", "vector")], "sum", "a bias that follows no convolution"),
        ([node("sum", "Add", "in", "seen")], "sum", "laid out differently"),
        (
            [node("pad", "Pad", "seen", "one"), node("relu", "Relu", "pad")],
            "relu",
            "reads a padded tensor",
        ),
        (
            [node("conv", "Conv2D", "in", "kernel", **window())],
            "conv",
            "does not read NHWC",
        ),
        ([node("relu", "Relu", "missing")], "relu", "input 0 is no activation"),
        ([], "nowhere", r"has no nodes \['nowhere'\]"),
    ],
)
def test_what_cannot_be_converted_is_said(
    tmp_path: Path, nodes: list[dict[str, Any]], target: str, message: str
) -> None:
    weights: Weights = {
        "vector": np.ones(3, np.float32),
        "one": _pad(1),
        "kernel": np.ones((1, 1, 3, 3), np.float32),
    }
    # A bias must follow a convolution; here it follows the picture itself.
    nodes = [node("activated", "Relu", "seen"), *nodes]
    for entry in nodes:
        if entry["op"] == "Add" and entry["input"] == ["seen", "vector"]:
            entry["input"][0] = "activated"
    with pytest.raises(BuildError, match=message):
        _graph(tmp_path, nodes, weights, target)


def test_converting_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    nodes = [node("conv", "Conv2D", "seen", "kernel", **window("SAME"))]
    weights: Weights = {"kernel": np.ones((3, 3, 3, 2), np.float32)}
    first, second = (
        serialise(_graph(tmp_path, nodes, weights, "conv"), name="tiny", half_weights=True)
        for _ in range(2)
    )
    assert first == second


def test_half_weights_lose_nothing_that_came_from_float16(tmp_path: Path) -> None:
    kernel = np.random.default_rng(3).standard_normal((3, 3, 3, 2)).astype(np.float16)
    nodes = [node("conv", "Conv2D", "seen", "kernel", **window("SAME"))]
    graph = _graph(tmp_path, nodes, {"kernel": kernel.astype(np.float32)}, "conv")
    assert len(serialise(graph, name="t", half_weights=True)) < len(serialise(graph, name="t"))
    stored = next(value for value in graph.constants.values() if value.ndim == 4)
    np.testing.assert_array_equal(stored.astype(np.float16).astype(np.float32), stored)
