"""A network of the desk's own, whose cable can be pulled or made bad."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.free_port import LOOPBACK

LOSSY = ("loss", "25%", "delay", "40ms", "20ms")
DROP = ("numgen", "random", "mod", "100", "<", "25", "drop")
"""For kernels without `netem`; nothing is late then."""
COMMAND_S = 10.0
NAMESPACES = Path("/run/netns")


class Link:
    """A network namespace and a pair of virtual interfaces; where it cannot be made, loopback.

    Attributes:
        address: Ours, as seen from inside.
        inside: Where those inside listen, as seen from here.
        is_real: Whether there is a namespace.
        can_lose: Whether this kernel has `netem`, or nftables are there.
    """

    def __init__(self) -> None:
        number = os.getpid()
        self._name = f"chaos-{number}"
        self._near, self._far = f"ca{number}", f"cb{number}"
        self._network = f"10.213.{number % 250}"
        self.address = self.inside = LOOPBACK
        self.is_real = False
        self.can_lose = False

    @property
    def prefix(self) -> list[str]:
        """Goes before a command that is to run inside."""
        return ["ip", "netns", "exec", self._name] if self.is_real else []

    def __enter__(self) -> Self:
        _remove_leftovers()
        inside = ("-n", self._name)
        steps = (
            ("netns", "add", self._name),
            ("link", "add", self._near, "type", "veth", "peer", self._far, "netns", self._name),
            ("address", "add", f"{self._network}.1/30", "dev", self._near),
            (*inside, "address", "add", f"{self._network}.2/30", "dev", self._far),
            ("link", "set", self._near, "up"),
            (*inside, "link", "set", self._far, "up"),
            (*inside, "link", "set", "lo", "up"),
        )
        if all(_does("ip", *step) for step in steps):
            self.is_real = True
            self.address, self.inside = f"{self._network}.1", f"{self._network}.2"
            self.can_lose = self._lose()
            self.heal()
        else:
            self._remove()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._remove()

    def pull(self) -> None:
        """No packet passes; nobody is told."""
        if self.is_real:
            _does("ip", "link", "set", self._near, "down")

    def lose(self) -> None:
        """A quarter of all packets towards the desk disappears."""
        if self.can_lose:
            self._lose()

    def heal(self) -> None:
        """As at the start."""
        if self.is_real:
            _does("ip", "link", "set", self._near, "up")
        if self.can_lose:
            _does("tc", "qdisc", "del", "dev", self._near, "root")
            _does("nft", "delete", "table", "netdev", self._name)

    def _lose(self) -> bool:
        if _does("tc", "qdisc", "replace", "dev", self._near, "root", "netem", *LOSSY):
            return True
        table = ("netdev", self._name)
        hook = f"{{ type filter hook egress device {self._near} priority 0 ; }}"
        return (
            _does("nft", "add", "table", *table)
            and _does("nft", "add", "chain", *table, "out", hook)
            and _does("nft", "flush", "chain", *table, "out")
            and _does("nft", "add", "rule", *table, "out", *DROP)
        )

    def _remove(self) -> None:
        _does("nft", "delete", "table", "netdev", self._name)
        _does("ip", "link", "del", self._near)
        _does("ip", "netns", "del", self._name)


def _remove_leftovers() -> None:
    """Of runs that were killed: nobody else would, and their addresses may be ours."""
    for entry in NAMESPACES.glob("chaos-*"):
        if not Path("/proc", entry.name.removeprefix("chaos-")).exists():
            _does("ip", "netns", "del", entry.name)
            _does("nft", "delete", "table", "netdev", entry.name)


def _does(*command: str) -> bool:
    try:
        done = subprocess.run(command, check=False, capture_output=True, timeout=COMMAND_S)
    except OSError:
        return False
    return done.returncode == 0
