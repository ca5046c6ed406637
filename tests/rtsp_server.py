"""A real RTSP server for tests: GStreamer's, as a child process of the system's Python.

`python3-gi` is a system package that a virtual environment does not see, hence the child.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import TracebackType

SYSTEM_PYTHON = "/usr/bin/python3"
PASSWORD_VARIABLE = "RTSP_PASSWORD"  # a command line is everybody's to read
PROBE = "import gi; gi.require_version('GstRtspServer', '1.0')"
WHAT_TO_INSTALL = (
    "GStreamer's RTSP server is absent: apt-get install gir1.2-gst-rtsp-server-1.0 python3-gi "
    "gstreamer1.0-plugins-{base,good,bad} gstreamer1.0-libav"
)

CAPS = "video/x-raw,format=I420,width=320,height=240,framerate=25/1"
ENCODED = f"videotestsrc is-live=true ! {CAPS} ! openh264enc gop-size=25 ! h264parse"
VIDEO = f"{ENCODED} ! rtph264pay name=pay0 config-interval=-1"
STALLING = f"{ENCODED} ! valve name=stall ! rtph264pay name=pay0 config-interval=-1"
RESIZING = (
    f"videotestsrc is-live=true ! capsfilter name=resize caps={CAPS} ! openh264enc gop-size=25"
    " ! h264parse ! rtph264pay name=pay0 config-interval=-1"
)
X265 = "x265enc tune=zerolatency speed-preset=ultrafast key-int-max=25 ! h265parse"
SWAPPING = (
    f"input-selector name=swap sync-streams=false ! identity name=pay0 {ENCODED}"
    f" ! rtph264pay pt=96 config-interval=-1 ! swap. videotestsrc is-live=true ! {CAPS}"
    f" ! {X265} ! rtph265pay pt=96 config-interval=-1 ! swap."
)
TONE = "audiotestsrc is-live=true ! mulawenc ! rtppcmupay"
MOUNTS: Mapping[str, str] = {
    "/video": VIDEO,
    "/with-audio": f"{VIDEO} {TONE} name=pay1",
    "/only-audio": f"{TONE} name=pay0",
    "/unsupported": f"videotestsrc is-live=true ! {CAPS} ! avenc_jpeg2000 ! jpeg2000parse"
    " ! rtpj2kpay name=pay0",
    "/h265": "videotestsrc is-live=true ! "
    f"{CAPS} ! {X265}"
    " ! rtph265pay name=pay0 config-interval=-1",
    "/mjpeg": f"videotestsrc is-live=true ! {CAPS} ! jpegenc ! jpegparse ! rtpjpegpay name=pay0",
    "/stalling": STALLING,
    "/resizing": RESIZING,
    "/swapping": SWAPPING,
}
"""What the server offers unless told otherwise; the last three obey `change`."""


@cache
def is_available() -> bool:
    """Whether the system has what the server needs."""
    if shutil.which(SYSTEM_PYTHON) is None:
        return False
    return subprocess.run([SYSTEM_PYTHON, "-c", PROBE], capture_output=True).returncode == 0


def file_mount(path: Path) -> str:
    """The GStreamer launch line that serves an MP4 file with H.264 once, at its own pace.

    Parameter sets are in the SDP only: repeated, GStreamer puts them before every slice.
    """
    return f'filesrc location="{path}" ! qtdemux ! h264parse ! rtph264pay name=pay0'


class RtspServer:
    """Serves mounts on a free port of 127.0.0.1 until closed.

    Args:
        mounts: Path → GStreamer launch line.
        port: 0 for a free one.
        login: User and password every mount then asks for (digest).
        stall_after_s: When the valve of `/stalling` shuts.
    """

    def __init__(
        self,
        mounts: Mapping[str, str] = MOUNTS,
        *,
        port: int = 0,
        login: tuple[str, str] | None = None,
        stall_after_s: float | None = None,
    ) -> None:
        command = [SYSTEM_PYTHON, str(Path(__file__).with_name("rtsp_server_process.py"))]
        command += ["--port", str(port)]
        for path, launch in mounts.items():
            command += ["--mount", path, launch]
        if login is not None:
            command += ["--user", login[0]]
        if stall_after_s is not None:
            command += ["--stall-after", str(stall_after_s)]
        secret = {} if login is None else {PASSWORD_VARIABLE: login[1]}
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | secret,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        if not line:
            self.close()
            raise RuntimeError("the RTSP server did not start")
        self.port = int(line)

    def url(self, path: str, login: str = "") -> str:
        """The address of a mount, with `user:password` where given."""
        return f"rtsp://{login + '@' if login else ''}127.0.0.1:{self.port}{path}"

    def change(self, name: str) -> None:
        """Change every stream now served: `stall`, `resize` or `swap` (the codec)."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{name}\n")
        self._process.stdin.flush()

    def close(self) -> None:
        """End the child; may be called twice."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        self._process.terminate()
        self._process.wait(timeout=10)

    def __enter__(self) -> RtspServer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
