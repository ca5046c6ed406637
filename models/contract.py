"""Compares a model file with its card; the one place of this package that runs models."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from models.card import ModelCard
from models.errors import ModelContractError

_DTYPES = {"uint8": "tensor(uint8)", "float32": "tensor(float)"}


class Port(Protocol):
    """An input or output as ONNX Runtime tells of it."""

    name: str
    type: str
    shape: Sequence[int | str | None]


def check_contract(card: ModelCard, path: Path) -> None:
    """Loads the file and compares names, types and shapes with the card.

    Raises:
        ModelContractError: names the file and the input or output that differs.
    """
    check_ports(card, path, *_ports(path))


def check_ports(
    card: ModelCard, path: Path, inputs: Sequence[Port], outputs: Sequence[Port]
) -> None:
    """Compare what a session that is open anyway says of its file.

    Raises:
        ModelContractError: names the file and the input or output that differs.
    """
    width, height = card.input.size_wh
    sides = (height, width) if card.input.stride is None else ("H", "W")
    shapes: dict[str, tuple[str, tuple[int | str, ...]]] = {
        card.input.name: (card.input.dtype, ("N", *sides, 3))
    }
    _compare(path, "input", inputs, shapes)
    _compare(path, "outputs", outputs, {o.name: (o.dtype, o.shape) for o in card.outputs})


def _ports(path: Path) -> tuple[Sequence[Port], Sequence[Port]]:
    import onnxruntime  # slow to import, and a card alone does not need it
    from onnxruntime.capi import onnxruntime_pybind11_state as library

    kinds = [each for each in vars(library).values() if isinstance(each, type)]
    failures: tuple[type[Exception], ...] = (  # ONNX Runtime's errors share no base of their own
        *(each for each in kinds if issubclass(each, Exception)),
        UnicodeDecodeError,  # of its own words, where names in the file are no text
    )
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(
            str(path),
            sess_options=options,
            providers=["CPUExecutionProvider"],
            enable_fallback=0,  # else it tries the same again, and says so on stdout
        )
        inputs, outputs = session.get_inputs(), session.get_outputs()
        _ = [(port.name, port.type, port.shape) for port in (*inputs, *outputs)]  # all readable
    except failures as error:
        raise ModelContractError(path=path, field="file", problem=str(error)) from error
    return inputs, outputs


def _compare(
    path: Path,
    field: str,
    ports: Sequence[Port],
    wanted: dict[str, tuple[str, tuple[int | str, ...]]],
) -> None:
    there = {port.name: port for port in ports}
    if set(there) != set(wanted):
        problem = f"the card names {sorted(wanted)}, the file has {sorted(there)}"
        raise ModelContractError(path=path, field=field, problem=problem)
    for name, (dtype, shape) in wanted.items():
        port = there[name]
        if port.type != _DTYPES[dtype] or not _fits(port.shape, shape):
            problem = f"the card says {dtype} {list(shape)}, the file has {port.type} {port.shape}"
            raise ModelContractError(path=path, field=f"{field}.{name}", problem=problem)


def _fits(actual: Sequence[int | str | None], wanted: tuple[int | str, ...]) -> bool:
    """Fixed axes must be equal; a free axis of the card must be free in the file."""
    return len(actual) == len(wanted) and all(
        there == want if isinstance(want, int) else not isinstance(there, int)
        for there, want in zip(actual, wanted, strict=True)
    )
