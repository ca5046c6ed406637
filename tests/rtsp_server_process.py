"""The child process of `rtsp_server.py`: GStreamer's RTSP server, run by the system's Python.

Speaks one line on stdout, the port it listens on, and ends when its stdin closes, so that
it cannot outlive the tests. A line on stdin changes every stream now served; a size or a
codec changed so stays:

stall
    Shuts the valve of that name: the connection stays open, but nothing comes.
resize
    Gives the capsfilter of that name another size of picture.
swap
    Turns the selector of that name to its other input: another codec in the same stream.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from typing import Any, TypeAlias

import gi  # type: ignore[import-not-found,unused-ignore]  # a system package without stubs

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import (  # type: ignore[import-not-found,unused-ignore] # noqa: E402 - after require_version
    GLib,
    Gst,
    GstRtsp,
    GstRtspServer,
)

GObject: TypeAlias = Any
"""GStreamer's objects, for which there are no stubs."""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", default="0")
    parser.add_argument("--user")
    parser.add_argument("--stall-after", type=float)
    parser.add_argument("--mount", action="append", nargs=2, metavar=("PATH", "LAUNCH"))
    return parser.parse_args()


def _require_login(server: GObject, factories: list[GObject], user: str, password: str) -> None:
    auth = GstRtspServer.RTSPAuth.new()
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    auth.add_digest(user, password, token)
    server.set_auth(auth)
    for factory in factories:
        permissions = GstRtspServer.RTSPPermissions()
        permissions.add_role("viewer")
        permissions.add_permission_for_role("viewer", "media.factory.access", True)
        permissions.add_permission_for_role("viewer", "media.factory.construct", True)
        factory.set_permissions(permissions)


class _Served:
    """The media now served, each the pipeline of one viewer."""

    def __init__(self, stall_after_s: float | None) -> None:
        self._stall_after_s = stall_after_s
        self._media: list[GObject] = []
        self._lasting: set[str] = set()
        self.loop = GLib.MainLoop()

    def configured(self, _factory: GObject, media: GObject) -> None:
        self._media.append(media)
        media.connect("unprepared", self._media.remove)
        for name in self._lasting:
            _change(media, name)
        if self._stall_after_s is not None:
            GLib.timeout_add(int(self._stall_after_s * 1000), _change, media, "stall")

    def read_changes(self, stdin: int, _condition: GObject) -> bool:
        """Apply the lines that came; at the end of stdin the process ends."""
        text = os.read(stdin, 4096).decode()
        for name in text.split():
            self._lasting |= {name} - {"stall"}
            for media in list(self._media):
                _change(media, name)
        if not text:
            self.loop.quit()
        return bool(text)


def _change(media: GObject, name: str) -> bool:
    element = media.get_element().get_by_name_recurse_up(name)
    if element is not None:
        CHANGES[name](element)
    return False  # as a timer: once


def _shut(valve: GObject) -> None:
    valve.set_property("drop", True)


def _resize(capsfilter: GObject) -> None:
    capsfilter.set_property("caps", Gst.Caps.from_string(OTHER_SIZE))


def _swap(selector: GObject) -> None:
    active = selector.get_property("active-pad")
    others = [pad for pad in selector.sinkpads if pad != active]
    selector.set_property("active-pad", others[0])


CHANGES: dict[str, Callable[[GObject], None]] = {"stall": _shut, "resize": _resize, "swap": _swap}
OTHER_SIZE = "video/x-raw,format=I420,width=640,height=360,framerate=25/1"


def _mount(mounts: GObject, path: str, launch: str, served: _Served) -> GObject:
    factory = GstRtspServer.RTSPMediaFactory.new()
    factory.set_launch(f"( {launch} )")
    # Not shared: GStreamer 1.22 dies (gst_rtsp_media_get_rates) when clients join at once.
    factory.set_shared(False)
    factory.connect("media-configure", served.configured)
    mounts.add_factory(path, factory)
    return factory


def main() -> None:
    options = _arguments()
    Gst.init(None)
    server = GstRtspServer.RTSPServer.new()
    server.set_address("127.0.0.1")
    server.set_service(options.port)
    mounts = server.get_mount_points()
    served = _Served(options.stall_after)
    factories = [_mount(mounts, path, launch, served) for path, launch in options.mount]
    if options.user:
        _require_login(server, factories, options.user, os.environ["RTSP_PASSWORD"])
    if not server.attach(None):
        sys.exit("the RTSP port is taken")
    GLib.io_add_watch(sys.stdin.fileno(), GLib.IO_HUP | GLib.IO_IN, served.read_changes)
    sys.stdout.write(f"{server.get_bound_port()}\n")
    sys.stdout.flush()
    served.loop.run()


main()
