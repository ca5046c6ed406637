"""A pytest plugin: no secret that a test plants may appear in what the suite makes appear.

Read are: what each test wrote and logged, what programs it started answered, their command lines
and those of the programs that these started, log files in the tests' folders, and the desk's
answers over HTTP. A test that uses a credential writes `planted("…")` instead of the bare word.
The run fails at its end, and says where.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.leak_scanner import LeakScanner

LEAKS = "leaks"
ELSEWHERE: list[str] = []
"""What the processes of a run with several (`pytest -n 2`) found."""
LOG_FILES = ("*.log", "*.out", "*.err")
SUITE = LeakScanner()
planted = SUITE.plant


def watch_answer(answer: httpx.Response) -> None:
    """A hook for httpx clients: look through what a server answers."""
    answer.read()
    SUITE.scan(f"{answer.headers}", f"headers of {answer.request.url.path}")
    SUITE.scan(answer.content, f"answer of {answer.request.url.path}")


def pytest_configure() -> None:
    """Watch the programs that tests start."""
    sys.addaudithook(_watch_start)
    original = subprocess.Popen.communicate

    @wraps(original)
    def communicate(self: subprocess.Popen[Any], *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - as it is
        told = original(self, *arguments, **options)
        for text in told:
            if isinstance(text, str | bytes):
                SUITE.scan(text, f"output of {_name(self.args)}")
        return told

    subprocess.Popen.communicate = communicate  # type: ignore[method-assign]  # for all tests


def pytest_runtest_teardown(item: pytest.Item) -> None:
    """The programs still running are those of an acceptance test's fixtures."""
    if "acceptance" in item.path.parts:
        scan_processes(os.getpid(), item.nodeid)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """The last report of a test holds what it wrote in all its phases."""
    if report.when == "teardown":
        for title, text in report.sections:
            SUITE.scan(text, f"{report.nodeid}: {title}")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Look through log files; fail the run where anything was found."""
    folders: pytest.TempPathFactory | None = getattr(session.config, "_tmp_path_factory", None)
    if folders is not None and getattr(folders, "_basetemp", None) is not None:
        for pattern in LOG_FILES:
            for file in folders.getbasetemp().rglob(pattern):
                if file.is_file():
                    SUITE.scan(file.read_bytes(), str(file))
    for_parent: dict[str, object] | None = getattr(session.config, "workeroutput", None)
    if for_parent is not None:  # one of several processes: the parent says it at the end
        for_parent[LEAKS] = [str(leak) for leak in SUITE.leaks]
    if (SUITE.leaks or ELSEWHERE) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:  # noqa: ANN401 - pytest-xdist's, which may be absent
    """Take over what one of several processes found."""
    ELSEWHERE.extend(getattr(node, "workeroutput", {}).get(LEAKS, ()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say where secrets were found."""
    if found := [*map(str, SUITE.leaks), *ELSEWHERE]:
        terminalreporter.section("secrets that leaked", red=True)
        for leak in found:
            terminalreporter.line(leak)


def scan_processes(parent: int, where: str, scanner: LeakScanner = SUITE) -> None:
    """Look through the command lines of all that descend from `parent`."""
    for child in _children(parent):
        try:
            line = Path(f"/proc/{child}/cmdline").read_bytes()
        except OSError:  # it has ended
            continue
        scanner.scan(line.replace(b"\0", b" "), f"{where}: command line of a process")
        scan_processes(child, where, scanner)


def _children(parent: int) -> Iterator[int]:
    for file in Path(f"/proc/{parent}/task").glob("*/children"):
        try:
            yield from map(int, file.read_text().split())
        except OSError:
            continue


def _watch_start(event: str, arguments: tuple[object, ...]) -> None:
    if event == "subprocess.Popen":
        command = arguments[1]
        SUITE.scan(_line(command), f"command line of {_name(command)}")


def _line(command: object) -> str:
    words = command if isinstance(command, Sequence) and not isinstance(command, str) else [command]
    return " ".join(map(_text, words))


def _name(command: object) -> str:
    return Path(_line(command).partition(" ")[0]).name


def _text(word: object) -> str:
    return os.fsdecode(word) if isinstance(word, bytes | os.PathLike) else str(word)
