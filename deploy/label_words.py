"""What officers read for labels, from `models/labels.yaml`."""

from __future__ import annotations

from collections.abc import Mapping

from alerts.schema import Text
from models.labels import allowed_labels


def label_words() -> Mapping[str, Text]:
    """Chinese and English names of every label, by label."""
    return {name: Text(zh=label.zh, en=label.en) for name, label in allowed_labels().items()}
