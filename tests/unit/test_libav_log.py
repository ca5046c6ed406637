from __future__ import annotations

import logging

import av.logging
import pytest

from deploy.log import configure_logging


def test_libav_does_not_ask_for_pythons_lock_to_log_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    root = logging.getLogger()
    before = root.level, root.handlers[:]
    try:
        configure_logging()
        assert av.logging.get_level() is None
        errors = av.logging.get_last_error()[0]
        av.logging.log(av.logging.ERROR, "test", "rtsp://user:secret@192.0.2.1/ cannot be opened")
        assert av.logging.get_last_error()[0] == errors, "nobody hears it"
    finally:
        root.handlers[:] = before[1]
        root.setLevel(before[0])
    assert "secret" not in caplog.text
