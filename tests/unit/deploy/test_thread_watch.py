"""A thread that is gone ends the node, one that just starts does not."""

from __future__ import annotations

from deploy.thread_watch import ThreadWatch


class Machine:
    def __init__(self, *running: str) -> None:
        self.running = set(running)
        self.deaths: list[str] = []
        self.watch = ThreadWatch(
            lambda: ["rules", "publisher"],
            on_death=lambda name, error: self.deaths.append(f"{name}: {error}"),
            names=lambda: self.running,
        )


def test_threads_that_run_are_left_alone() -> None:
    machine = Machine("rules", "publisher", "another")
    assert [machine.watch.look() for _ in range(3)] == [True, True, True]


def test_a_thread_that_starts_late_is_waited_for_one_look() -> None:
    machine = Machine("rules")
    assert machine.watch.look()
    machine.running.add("publisher")
    assert machine.watch.look()
    assert machine.deaths == []


def test_a_thread_that_is_gone_is_named_once() -> None:
    machine = Machine("rules", "publisher")
    assert machine.watch.look()
    machine.running.remove("rules")
    assert machine.watch.look()
    assert not machine.watch.look()
    assert machine.deaths == ["rules: the thread is gone"]


def test_the_watch_itself_ends_when_asked() -> None:
    machine = Machine("rules", "publisher")
    machine.watch.start()
    machine.watch.stop()
    machine.watch.stop()
