"""What a model's entry in the site file says."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ingest.config import Identifier


class Provider(StrEnum):
    """Execution providers of ONNX Runtime that may be asked for; CPU is always the last resort."""

    CPU = "cpu"
    CUDA = "cuda"
    TENSORRT = "tensorrt"
    OPENVINO = "openvino"


class ModelConfig(BaseModel):
    """One model of the site: a card, and how it is run here."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Identifier
    card: Annotated[str, Field(min_length=1, max_length=100)]
    providers: Annotated[tuple[Provider, ...], Field(min_length=1)] = (Provider.CPU,)
    threads: Annotated[int, Field(ge=1, le=256)] | None = None  # default: all cores
    max_batch: Annotated[int, Field(ge=1, le=256)] | None = None  # default: by the provider
    min_confidence: Annotated[float, Field(gt=0, lt=1)] | None = None  # default: the card's
