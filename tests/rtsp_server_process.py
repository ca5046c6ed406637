"""The child process of `rtsp_server.py`: GStreamer's RTSP server, run by the system's Python.

Speaks one line on stdout, the port it listens on, and ends when its stdin closes, so that
it cannot outlive the tests.
"""

from __future__ import annotations

import argparse
import sys
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
    parser.add_argument("--password")
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


def _stall(_factory: GObject, media: GObject, after_s: float) -> None:
    """Shut the valve named `stall`: the connection stays open, but nothing comes."""
    valve = media.get_element().get_by_name_recurse_up("stall")
    if valve is not None:
        GLib.timeout_add(int(after_s * 1000), lambda: valve.set_property("drop", True))


def _mount(mounts: GObject, path: str, launch: str, stall_after: float | None) -> GObject:
    factory = GstRtspServer.RTSPMediaFactory.new()
    factory.set_launch(f"( {launch} )")
    # Not shared: GStreamer 1.22 dies (gst_rtsp_media_get_rates) when clients join at once.
    factory.set_shared(False)
    if stall_after is not None:
        factory.connect("media-configure", _stall, stall_after)
    mounts.add_factory(path, factory)
    return factory


def main() -> None:
    options = _arguments()
    Gst.init(None)
    server = GstRtspServer.RTSPServer.new()
    server.set_address("127.0.0.1")
    server.set_service(options.port)
    mounts = server.get_mount_points()
    factories = [
        _mount(mounts, path, launch, options.stall_after) for path, launch in options.mount
    ]
    if options.user:
        _require_login(server, factories, options.user, options.password)
    if not server.attach(None):
        sys.exit("the RTSP port is taken")
    loop = GLib.MainLoop()
    GLib.io_add_watch(sys.stdin.fileno(), GLib.IO_HUP | GLib.IO_IN, lambda *_: loop.quit())
    sys.stdout.write(f"{server.get_bound_port()}\n")
    sys.stdout.flush()
    loop.run()


main()
