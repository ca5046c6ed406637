"""The benchmark's broker ends with the benchmark, however that ends."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy.bench import bench_broker
from deploy.errors import BenchError
from deploy.free_port import LOOPBACK

pytestmark = pytest.mark.mqtt

PROGRAM = """
import sys, time
from pathlib import Path
from deploy.bench.bench_broker import bench_broker
with bench_broker(Path(sys.argv[1])) as broker:
    print(broker.pid, flush=True)
    time.sleep(60)
"""


def is_running(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    # A zombie has ended; on a bare machine nobody may be there to collect it.
    return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_what_mosquitto_said_is_told_when_it_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if bench_broker.broker_name() != "mosquitto":
        pytest.skip("needs Mosquitto: apt-get install mosquitto")
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        taken.listen()
        monkeypatch.setattr(bench_broker, "free_port", lambda: taken.getsockname()[1])
        monkeypatch.setattr(bench_broker, "_is_open", lambda process, _: process.wait(10) == 0)
        with (
            pytest.raises(BenchError, match="in use"),
            bench_broker.bench_broker(tmp_path),
        ):
            pytest.fail("it started")


def test_mosquitto_ends_when_the_benchmark_is_killed(tmp_path: Path) -> None:
    if not shutil.which("mosquitto", path="/usr/sbin:/usr/bin") or not shutil.which("setpriv"):
        pytest.skip("needs Mosquitto and setpriv: apt-get install mosquitto util-linux")
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as bench:
        assert bench.stdout is not None
        broker = int(bench.stdout.readline())
        assert is_running(broker)
        bench.kill()
    deadline = time.monotonic() + 10
    while is_running(broker) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not is_running(broker)
