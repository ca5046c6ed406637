"""What officers' browsers load: nothing from outside, no text as HTML, enough contrast."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from alerts.desk.pages.elements import ASSETS
from alerts.desk.pages.html_template import TEMPLATES

PAGES = sorted((ASSETS.parent / "pages").glob("*.py"))
TEMPLATE_FILES = sorted(TEMPLATES.iterdir())
FILES = [*sorted(path for path in ASSETS.iterdir() if path.is_file()), *TEMPLATE_FILES]
CSS = (ASSETS / "desk.css").read_text(encoding="utf-8")
COLOURS = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", CSS.split("}", 1)[0]))
AA = 4.5


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.1."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_nothing_is_loaded_from_outside(file: Path) -> None:
    text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert "//" not in re.sub(r"^\s*//.*$|/\*.*?\*/|\s//\s.*$", "", text, flags=re.M | re.S)
    assert "@import" not in text


def test_what_is_served_raw_holds_no_page_with_gaps() -> None:
    assert len(TEMPLATE_FILES) == 2
    assert {path.suffix for path in ASSETS.iterdir()} <= {".css", ".js", ".svg"}


@pytest.mark.parametrize("script", sorted(ASSETS.glob("*.js")), ids=lambda path: path.name)
@pytest.mark.parametrize(
    "way", ["v-html", "innerHTML", "insertAdjacent", "eval(", "document.write"]
)
def test_no_script_makes_html_of_text(script: Path, way: str) -> None:
    assert way not in script.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_no_page_makes_html_of_text(page: Path) -> None:
    assert not re.search(r"ui\.(html|markdown|chat_message)\b", page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("ground", ["ground", "panel", "raised"])
@pytest.mark.parametrize("text", ["text", "muted", "accent", "good", "bad"])
def test_text_is_legible_on_every_ground(text: str, ground: str) -> None:
    assert contrast(COLOURS[text], COLOURS[ground]) >= AA


@pytest.mark.parametrize("severity", ["critical", "high", "medium", "low"])
def test_the_word_on_a_severity_is_legible(severity: str) -> None:
    word = "#ffffff" if severity == "critical" else COLOURS["severity-text"]
    assert contrast(COLOURS[severity], word) >= AA


def test_the_main_button_and_the_banner_are_legible() -> None:
    assert contrast(COLOURS["accent-deep"], "#ffffff") >= AA
    assert contrast("#8f1f28", "#ffffff") >= AA
    assert "#8f1f28" in CSS
