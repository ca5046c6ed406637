"""The HTML of pages that stand without NiceGUI; outside the served assets, for it has gaps."""

from __future__ import annotations

from pathlib import Path
from string import Template

TEMPLATES = Path(__file__).resolve().parent / "templates"


def template(name: str) -> Template:
    """The template `name`; whoever fills it escapes what comes from outside."""
    return Template((TEMPLATES / name).read_text(encoding="utf-8"))
