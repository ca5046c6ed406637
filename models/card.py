"""What a model is: its card, read from `cards/*.yaml`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from models.labels import allowed_labels

Edge = Annotated[int, Field(ge=32, le=4096)]
Share = Annotated[float, Field(ge=0, le=1)]
Text = Annotated[str, Field(min_length=1)]


class Decoder(StrEnum):
    """How the outputs become boxes and scores."""

    BOXES_SCORES = "boxes-scores"  # decoded in the graph: `boxes` (N, A, 4), `scores` (N, A, C)


class Letterboxing(StrEnum):
    """Where the undistorted picture lies in the model's input."""

    CENTRE = "centre"
    TOP_LEFT = "top-left"


class Precision(StrEnum):
    """Arithmetic of the convolutions."""

    FP32 = "fp32"
    INT8 = "int8"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ModelInput(_Part):
    """The one input: uint8 (N, height, width, 3), blue green red, normalised by the graph.

    Attributes:
        size_wh: Width and height; of a model with `stride` the largest.
        stride: Width and height may be any multiple of this, so that a wide picture costs
            no rows of padding; None: they are fixed.
        least_px: With `stride`, the fewest pixels an input may have.
    """

    name: Text
    size_wh: tuple[Edge, Edge]
    stride: Annotated[int, Field(ge=1, le=256)] | None = None
    least_px: Annotated[int, Field(ge=1)] = 1
    dtype: Literal["uint8"] = "uint8"
    layout: Literal["NHWC"] = "NHWC"
    colour: Literal["BGR"] = "BGR"
    letterbox: Letterboxing
    pad: Annotated[int, Field(ge=0, le=255)]  # grey value around the picture

    @model_validator(mode="after")
    def _largest_is_allowed(self) -> Self:
        width, height = self.size_wh
        if self.stride is not None and (width % self.stride or height % self.stride):
            raise ValueError(f"size_wh {width}x{height} is no multiple of stride {self.stride}")
        if width * height < self.least_px:
            raise ValueError(f"size_wh {width}x{height} has fewer than {self.least_px} pixels")
        return self


class ModelOutput(_Part):
    """One output; a string in `shape` is a free axis of that name."""

    name: Text
    dtype: Literal["float32"] = "float32"
    shape: tuple[int | str, ...] = Field(min_length=1)


class Measured(_Part):
    """Accuracy and speed as `xueliang models evaluate` gave them."""

    map: Share  # mean over IoU 0.50–0.95
    map50: Share
    ms: Annotated[float, Field(gt=0)]  # median of one image
    where: Text  # pictures and machine


class ModelCard(_Part):
    """Everything a node must know to run a model, and a reader to judge it."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    name: Text
    version: Text
    origin: Text
    licence: Text
    licence_file: Text
    file: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+\.onnx$")]  # beside the card
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    precision: Precision
    float_twin: str | None = None  # of an int8 card: the same network in float32
    decoder: Decoder
    input: ModelInput
    outputs: tuple[ModelOutput, ...] = Field(min_length=1)
    classes: tuple[str, ...] = Field(min_length=1)  # by class id
    min_confidence: Annotated[float, Field(gt=0, lt=1)]  # default threshold
    nms_iou: Annotated[float, Field(gt=0, le=1)]
    measured: Measured

    @field_validator("classes")
    @classmethod
    def _only_allowed(cls, classes: tuple[str, ...]) -> tuple[str, ...]:
        refused = [label for label in classes if label not in allowed_labels()]
        if refused:
            raise ValueError(f"labels refused, not in labels.yaml: {', '.join(map(repr, refused))}")
        if len(set(classes)) != len(classes):
            raise ValueError("a label stands twice")
        return classes

    @model_validator(mode="after")
    def _outputs_fit_decoder(self) -> Self:
        shapes = {output.name: output.shape for output in self.outputs}
        boxes, scores = shapes.get("boxes", ()), shapes.get("scores", ())
        if len(boxes) != 3 or len(scores) != 3:
            raise ValueError(f"decoder {self.decoder} needs outputs 'boxes' and 'scores' of 3 axes")
        if boxes[2] != 4 or boxes[1] != scores[1] or scores[2] != len(self.classes):
            raise ValueError(
                "outputs must be boxes (N, A, 4) and scores (N, A, C) with one C for each class"
            )
        return self
