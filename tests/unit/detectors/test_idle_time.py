from __future__ import annotations

from threading import Event, Thread

from detectors.idle_time import IdleTime


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_waits_are_summed_and_work_is_not() -> None:
    clock = Clock()
    idle = IdleTime(clock)
    for wait_s, work_s in ((1.0, 5.0), (0.5, 2.0)):
        with idle.waiting():
            clock.now += wait_s
        clock.now += work_s
    assert idle.seconds == 1.5
    assert idle.threads == 1


def test_a_wait_that_goes_on_counts_already() -> None:
    clock = Clock()
    idle = IdleTime(clock)
    is_waiting, may_end = Event(), Event()

    def wait() -> None:
        with idle.waiting():
            is_waiting.set()
            may_end.wait(5)

    threads = [Thread(target=wait) for _ in range(2)]
    for thread in threads:
        thread.start()
    is_waiting.wait(5)
    while idle.threads < 2:
        pass
    clock.now = 3.0
    assert idle.seconds == 6.0
    may_end.set()
    for thread in threads:
        thread.join(5)
    clock.now = 9.0
    assert idle.seconds == 6.0
