"""The scanner that guards the suite's own output can fail."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.conftest import REPOSITORY
from tests.leak_scanner import LeakScanner
from tests.leaks import scan_processes

SECRET = "pa'ss wörd/of a test"


@pytest.mark.parametrize(
    "text",
    [
        f"login failed for {SECRET}",
        f"{SECRET!r}",
        f"rtsp://admin:{quote(SECRET)}@camera/",
        f"rtsp://admin:{quote(SECRET, safe='')}@camera/",
        "Authorization: Basic " + base64.b64encode(f"admin:{SECRET}".encode()).decode(),
        "Authorization: Basic " + base64.b64encode(f"root:{SECRET}!".encode()).decode(),
        f"x {SECRET} y".encode(),
        json.dumps({"password": SECRET}, ensure_ascii=False),
    ],
)
def test_a_secret_is_found_in_every_form(text: str | bytes) -> None:
    scanner = LeakScanner()
    scanner.plant(SECRET)
    scanner.scan(text, "here")
    scanner.scan(text, "here")
    (leak,) = scanner.leaks
    assert leak.where == "here"
    assert SECRET not in str(leak)


def test_what_holds_no_secret_is_no_leak() -> None:
    scanner = LeakScanner()
    scanner.plant(SECRET)
    scanner.scan("password_file: /run/secrets/node_mqtt_password", "here")
    assert scanner.leaks == []


def test_a_word_that_would_be_found_by_chance_is_no_secret() -> None:
    with pytest.raises(ValueError, match="at least"):
        LeakScanner().plant("abc")


def test_a_secret_on_the_command_line_of_a_grandchild_is_found() -> None:
    word = f"word-{time.monotonic_ns()}"  # not planted for this run
    scanner = LeakScanner()
    scanner.plant(word)
    runs = "import sys; print(flush=True); sys.stdin.read()"
    grandchild = f"{sys.executable} -c '{runs}' {word}; true"
    pipe = subprocess.PIPE
    with subprocess.Popen(["sh", "-c", grandchild], stdin=pipe, stdout=pipe) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdout.readline()  # it runs
        scan_processes(child.pid, "here", scanner)
        child.stdin.close()
    assert [leak.where for leak in scanner.leaks] == ["here: command line of a process"]


LEAKY = """\
import logging, subprocess, sys
from tests.leaks import planted
WORD = planted("{word}")
def test_logs():
    logging.getLogger("alerts").warning("the password is %s", WORD)
def test_starts():
    subprocess.run([sys.executable, "-c", "pass", WORD])
def test_hears():
    program = [sys.executable, "-c", "import os; print(os.environ['W'])"]
    subprocess.run(program, env={{"W": WORD}}, capture_output=True)
def test_files(tmp_path):
    (tmp_path / "node.log").write_text(WORD)
def test_is_quiet():
    print("nothing")
"""


def test_a_run_that_leaks_fails_and_says_where(tmp_path: Path) -> None:
    word = f"word-{time.monotonic_ns()}"  # none of the secrets of the run this test is in
    file = tmp_path / "test_leaky.py"
    file.write_text(LEAKY.format(word=word))
    options = ["-c", str(tmp_path / "none.ini"), "--rootdir", str(tmp_path), "-p", "tests.leaks"]
    (tmp_path / "none.ini").write_text("[pytest]\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, str(file)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    summary = done.stdout.partition("secrets that leaked")[2]
    for where in ("test_logs", "command line of python", "output of python", "node.log"):
        assert where in summary, where
    assert "test_is_quiet" not in summary
    assert word not in summary
