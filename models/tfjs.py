"""Reads TensorFlow.js graph models: a JSON topology and files of packed weights."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.errors import BuildError

_DTYPES = {"float32": np.float32, "float16": np.float16, "int32": np.int32, "bool": np.bool_}

Array: TypeAlias = NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TfNode:
    """One operation: `inputs` are names of nodes, `:k` for outputs other than the first."""

    name: str
    op: str
    inputs: tuple[str, ...]
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TfGraph:
    """A topology in topological order, with the values of its constants."""

    nodes: tuple[TfNode, ...]
    constants: Mapping[str, Array]


def read_graph(path: Path) -> TfGraph:
    """Reads `path` (the .json) and the weight files it names beside it.

    Raises:
        BuildError: the file is no graph model, or its weights are cut short.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        nodes = tuple(_node(entry) for entry in document["modelTopology"]["node"])
        constants = dict(_constants(path.parent, document["weightsManifest"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BuildError(f"{path}: not a TensorFlow.js graph model: {error!r}") from error
    return TfGraph(nodes=tuple(n for n in nodes if n.op != "Const"), constants=constants)


def _node(entry: Mapping[str, Any]) -> TfNode:
    inputs = tuple(name for name in entry.get("input", ()) if not name.startswith("^"))
    return TfNode(
        name=entry["name"], op=entry["op"], inputs=inputs, attributes=entry.get("attr", {})
    )


def _constants(folder: Path, manifest: list[Any]) -> Iterator[tuple[str, Array]]:
    for group in manifest:
        packed = b"".join((folder / name).read_bytes() for name in group["paths"])
        offset = 0
        for weight in group["weights"]:
            value, offset = _unpack(packed, offset, weight)
            yield weight["name"], value


def _unpack(packed: bytes, offset: int, weight: Mapping[str, Any]) -> tuple[Array, int]:
    stored = np.dtype(_DTYPES[weight.get("quantization", weight)["dtype"]])
    count = math.prod(weight["shape"])
    end = offset + count * stored.itemsize
    if end > len(packed):
        raise BuildError(f"weights end before {weight['name']!r} is complete")
    value = np.frombuffer(packed, stored, count, offset).reshape(weight["shape"])
    return value.astype(_DTYPES[weight["dtype"]]), end
