"""A node or a desk as a child of the demo: `python -m deploy.demo.part node|desk SITE LOG`.

The child says that it is ready in one line on stdout, logs into a file, and ends in order when
its stdin does, however its parent died.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from threading import Thread

from deploy.child_process import announce_error, announce_ready
from deploy.cli import EXPECTED
from deploy.log import configure_logging
from deploy.settings import Site
from deploy.site_file import SiteFileError, load_site

SHARDS = 1
"""Processes that a node's cameras are divided over; a benchmark may want more."""


def main(arguments: list[str]) -> int:
    """Run the part until stdin ends or a signal comes; returns the exit status."""
    part, site, log = arguments
    _log_into(Path(log))
    Thread(target=_end_with_parent, name="parent-watch", daemon=True).start()
    try:
        PARTS[part](load_site(Path(site)))
    except (*EXPECTED, SiteFileError) as error:
        announce_error(str(error))
        return 1
    return 0


def _log_into(file: Path) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(descriptor, sys.stderr.fileno())
    os.close(descriptor)
    configure_logging()


def _end_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _node(site: Site) -> None:
    from deploy.node import run_node

    run_node(site, site.nodes[0].id, shards=SHARDS, on_ready=announce_ready)


def _desk(site: Site) -> None:
    from deploy.desk import run_desk

    run_desk(site, on_ready=announce_ready)


PARTS = {"node": _node, "desk": _desk}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
