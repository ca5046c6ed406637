"""The two READMEs say the same, and what they show works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

from deploy.cli import app
from deploy.site_file import load_site

REPOSITORY = Path(__file__).resolve().parents[2]
ENGLISH = (REPOSITORY / "README.md").read_text(encoding="utf-8")
CHINESE = (REPOSITORY / "README.zh-CN.md").read_text(encoding="utf-8")
USERS_PART = ENGLISH.split("<!-- README.zh-CN.md")[0]


def code_blocks(text: str) -> list[tuple[str, str]]:
    return re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def heading_levels(text: str) -> list[int]:
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return [len(marks) for marks in re.findall(r"^(#+) ", prose, re.MULTILINE)]


def links(text: str) -> list[str]:
    return [link for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]


def test_the_chinese_readme_has_the_headings_of_the_users_part() -> None:
    assert heading_levels(CHINESE) == heading_levels(USERS_PART)


def test_the_chinese_readme_has_the_same_code_blocks() -> None:
    assert code_blocks(CHINESE) == code_blocks(USERS_PART)


def test_the_tables_have_the_same_topics() -> None:
    topics = [re.findall(r"^\| (`…/[^`]+`)", text, re.MULTILINE) for text in (CHINESE, USERS_PART)]
    assert topics[0] == topics[1] != []


@pytest.mark.parametrize("link", sorted({*links(ENGLISH), *links(CHINESE)}))
def test_what_is_linked_is_there(link: str) -> None:
    assert (REPOSITORY / link).exists()


def test_the_site_file_shown_is_without_fault(tmp_path: Path) -> None:
    shown = next(text for language, text in code_blocks(ENGLISH) if language == "yaml")
    file = tmp_path / "site.yaml"
    file.write_text(shown, encoding="utf-8")
    assert len(load_site(file).cameras) == 2


def test_the_commands_shown_exist() -> None:
    shell = "".join(text for language, text in code_blocks(ENGLISH) if language == "sh")
    group = typer.main.get_command(app)
    known = set(getattr(group, "commands", {}))
    shown = set(re.findall(r"xueliang (\w+)", shell))
    assert shown <= known
    targets = set(re.findall(r"^make (\w+)", shell, re.MULTILINE))
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    assert targets <= set(re.findall(r"^(\w+):", makefile, re.MULTILINE))
    assert {"demo", "test"} <= targets


@pytest.mark.parametrize("text", [ENGLISH, CHINESE], ids=["english", "chinese"])
def test_no_placeholder_is_left(text: str) -> None:
    assert re.findall(r"\b[A-Z]{4,}-[A-Z]{4,}\b|TODO|FIXME|XXX", text) == []
