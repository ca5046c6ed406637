"""The allow-list of labels, with the names people read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from models.errors import CardError

LABELS_FILE = Path(__file__).with_name("labels.yaml")


class Label(BaseModel):
    """What an officer reads for one label."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


_LABELS = TypeAdapter(dict[str, Label])


@cache
def allowed_labels(path: Path = LABELS_FILE) -> Mapping[str, Label]:
    """Every label a model may have, by its name in cards, rules and messages.

    Raises:
        CardError: the file is malformed; names file and label.
    """
    try:
        return _LABELS.validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError) as error:
        raise CardError(path=path, field="file", problem=str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "file"
        raise CardError(path=path, field=field, problem=first["msg"]) from error
