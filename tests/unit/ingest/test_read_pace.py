from __future__ import annotations

import pytest

from ingest.read_pace import LATE_S, QUEUED_BYTES, RATE_S, WAITED_S, ReadPace

STEP_S = 0.04
SIZE = 6000
PATIENCE_S = 0.4


class Stream:
    """Packets every 40 ms, read as a source reads them: at once, or when it wakes."""

    def __init__(self, size: int = SIZE) -> None:
        self.pace = ReadPace()
        self.now_s = 100.0
        self.size = size
        self.wakings = 0
        self._number = 0

    def read(self, *, costs_s: float = 0.0, delay_s: float = 0.0) -> None:
        """One packet, which came `delay_s` late; reading it costs `costs_s`."""
        due_s = 100.0 + self._number * STEP_S + delay_s
        began_s = self.now_s
        self.wakings += due_s > began_s
        self.now_s = max(began_s, due_s) + costs_s
        self.pace.read(
            self.now_s,
            waited_s=self.now_s - began_s,
            decode_s=self._number * STEP_S,
            size=self.size,
        )
        self._number += 1

    def pause(self, patience_s: float = PATIENCE_S) -> float:
        pause_s = self.pace.pause_s(patience_s)
        self.now_s += pause_s
        self.wakings += pause_s > 0
        return pause_s

    def settled(self) -> Stream:
        """As long until its rate is known."""
        for _ in range(int(RATE_S / STEP_S) + 2):
            self.read()
        return self


def test_several_packets_are_taken_at_one_waking() -> None:
    stream = Stream().settled()
    stream.wakings = 0
    for _ in range(250):
        stream.read()
        stream.pause()
    assert stream.wakings <= 250 / 5
    assert stream.pace.late_s == pytest.approx(0, abs=PATIENCE_S)


def test_until_the_rate_is_known_each_packet_is_read_as_it_comes() -> None:
    stream = Stream()
    for _ in range(int(RATE_S / STEP_S)):
        stream.read()
        assert stream.pause() == 0


def test_without_patience_there_is_no_pause() -> None:
    stream = Stream().settled()
    assert stream.pause(0.0) == 0


def test_after_a_pause_what_is_queued_is_read_first() -> None:
    stream = Stream().settled()
    assert stream.pause() == pytest.approx(PATIENCE_S)
    queued = 0
    while True:
        stream.read()
        if stream.pause() > 0:
            break
        queued += 1
    assert queued == pytest.approx(PATIENCE_S / STEP_S, abs=1)


def test_no_more_queues_up_than_a_connection_holds() -> None:
    stream = Stream(size=40_000).settled()
    pause_s = stream.pause()
    assert pause_s == pytest.approx(QUEUED_BYTES / (40_000 / STEP_S), rel=0.1)


def test_on_a_machine_short_of_time_a_wait_is_no_sign_that_nothing_is_queued() -> None:
    stream = Stream().settled()
    for _ in range(20):
        stream.read(costs_s=STEP_S * 1.5)  # slower than they come
    assert stream.pace.late_s > LATE_S
    assert stream.pause() == 0
    while stream.pace.late_s > LATE_S:
        stream.read(costs_s=WAITED_S)
    assert stream.pause() > 0


def test_a_late_packet_of_the_network_is_no_reason_to_pause() -> None:
    stream = Stream().settled()
    stream.read(delay_s=LATE_S + 0.05)
    assert stream.pause() == 0


def test_the_camera_s_clock_may_be_slow() -> None:
    stream = Stream().settled()
    for number in range(10_000):
        stream.read(delay_s=number * STEP_S * 2e-4)
    assert stream.pace.late_s < LATE_S
    assert stream.pause() > 0
