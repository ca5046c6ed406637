from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.errors import BuildError
from models.tfjs import read_graph
from tests.unit.models.tfjs_files import node, write_graph


def test_weights_and_nodes_are_read_in_order(tmp_path: Path) -> None:
    weights = {
        "a": np.array([[1.5, -2.0]], np.float32),
        "empty": np.zeros((0, 1), np.int32),
        "b": np.array(7, np.int32),
    }
    nodes = [node("in", "Placeholder"), node("sum", "Add", "in", "a", "^control")]
    graph = read_graph(write_graph(tmp_path, nodes, weights))
    assert [(n.name, n.op, n.inputs) for n in graph.nodes] == [
        ("in", "Placeholder", ()),
        ("sum", "Add", ("in", "a")),
    ]
    assert graph.constants["a"].dtype == np.float32
    np.testing.assert_array_equal(graph.constants["a"], weights["a"])
    assert graph.constants["empty"].shape == (0, 1)
    assert graph.constants["b"] == 7


def test_weights_cut_short_name_the_first_incomplete_one(tmp_path: Path) -> None:
    path = write_graph(tmp_path, [], {"whole": np.ones(2, np.float32), "cut": np.ones(9)})
    packed = tmp_path / "tiny.bin"
    packed.write_bytes(packed.read_bytes()[:6])
    with pytest.raises(BuildError, match="before 'cut' is complete"):
        read_graph(path)


@pytest.mark.parametrize("text", ["", "{}", '{"modelTopology": {"node": [{}]}}', "[1]"])
def test_a_file_that_is_no_graph_model_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "tiny.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BuildError, match=r"tiny\.json: not a TensorFlow\.js graph model"):
        read_graph(path)
