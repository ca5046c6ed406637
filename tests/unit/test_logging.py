"""Every line that is logged says what happened in a word that programs can look for."""

from __future__ import annotations

import ast
import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.log import JsonFormatter, StderrHandler

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGES = ("ingest", "detectors", "alerts", "models", "deploy")
LEVELS = {"info", "warning", "error", "exception", "critical"}
LOGGERS = {"logger", "log", "_log", "_logger"}
ACTION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def log_calls() -> Iterator[tuple[str, ast.Call]]:
    """All calls on loggers, with where they are."""
    for package in PACKAGES:
        for file in sorted((REPOSITORY / package).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and is_log_call(node.func):
                    yield f"{file.relative_to(REPOSITORY)}:{node.lineno}", node


def is_log_call(function: ast.expr) -> bool:
    if not isinstance(function, ast.Attribute) or function.attr not in LEVELS:
        return False
    owner = function.value
    name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
    return name in LOGGERS


def action_of(call: ast.Call) -> ast.expr | None:
    extra = next((keyword.value for keyword in call.keywords if keyword.arg == "extra"), None)
    if not isinstance(extra, ast.Dict):
        return None
    named = zip(extra.keys, extra.values, strict=True)
    return next((v for k, v in named if isinstance(k, ast.Constant) and k.value == "action"), None)


def test_every_line_has_its_action() -> None:
    calls = list(log_calls())
    assert len(calls) > 25
    assert [where for where, call in calls if action_of(call) is None] == []


def test_actions_are_written_alike() -> None:
    actions = [action for _, call in log_calls() if (action := action_of(call)) is not None]
    words = [str(action.value) for action in actions if isinstance(action, ast.Constant)]
    assert [word for word in words if not ACTION.fullmatch(word)] == []


def test_nothing_is_logged_without_a_logger_of_its_module() -> None:
    found = [
        f"{file.relative_to(REPOSITORY)}:{node.lineno}"
        for package in PACKAGES
        for file in sorted((REPOSITORY / package).rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and (node.func.value.id, node.func.attr) in {("logging", level) for level in LEVELS}
    ]
    assert found == []


@pytest.mark.parametrize("text", ["摄像机离线", 'with "quotes"', "two\nlines"])
def test_a_line_for_machines_is_one_object_with_action_and_ids(text: str) -> None:
    record = logging.LogRecord("ingest.camera", logging.WARNING, "", 1, text, (), None)
    record.__dict__.update(action="camera-fault", camera_id="gate-li")
    line = JsonFormatter().format(record)
    assert "\n" not in line
    entry = json.loads(line)
    assert (entry["message"], entry["action"], entry["camera_id"], entry["level"]) == (
        text,
        "camera-fault",
        "gate-li",
        "warning",
    )


def test_a_line_that_cannot_be_written_tells_nothing_of_what_was_handled(
    capsys: pytest.CaptureFixture[str],
) -> None:
    stream = io.StringIO()
    stream.close()
    record = logging.LogRecord("ingest.attempts", logging.ERROR, "", 1, "hidden", (), None)
    try:
        raise RuntimeError("rtsp://a:password@camera/1")
    except RuntimeError:
        StderrHandler(stream).handle(record)
    assert capsys.readouterr().err == "a line of ingest.attempts is lost: ValueError\n"
