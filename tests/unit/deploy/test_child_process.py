"""A child process says that it is up, or why not, and ends with us."""

from __future__ import annotations

import pytest

from deploy.child_process import (
    ChildProcess,
    ChildStartError,
    announce_error,
    announce_ready,
)


def test_a_child_that_ends_at_once_is_an_error() -> None:
    with pytest.raises(ChildStartError, match="no_such_module ended at its start"):
        ChildProcess("no_such_module").start()


def test_a_child_that_says_nothing_is_ended() -> None:
    silent = ChildProcess("json.tool")  # waits for its stdin to end
    with pytest.raises(ChildStartError, match=r"not ready within 0\.3 s"):
        silent.start(timeout_s=0.3)
    assert not silent.is_running


def test_a_child_that_says_something_else_is_an_error() -> None:
    chatty = ChildProcess("this")
    with pytest.raises(ChildStartError, match="this ended at its start"):
        chatty.start()
    assert not chatty.is_running


def test_a_child_that_was_never_started_can_be_stopped() -> None:
    child = ChildProcess("json.tool")
    child.stop()
    assert (child.is_running, child.pid) == (False, None)


def test_what_a_child_says_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    announce_ready(1883)
    announce_error("port\ntaken")
    assert capsys.readouterr().out == "ready 1883\nerror port taken\n"
