"""The faults a camera is struck with, one entry each."""

from __future__ import annotations

from functools import partial

from ingest.errors import Fault
from ingest.status import CameraState
from tests.fault_proxy import FaultProxy
from tests.integration.camera_trouble import Trouble
from tests.long_runs import IS_LONG
from tests.rtsp_server import RtspServer
from tests.stream_faults import NONE, Faults

OFFLINE, STALLED = CameraState.OFFLINE, CameraState.STALLED


def spoil(proxy: FaultProxy, faults: Faults) -> None:
    proxy.faults = faults


def reset_and(proxy: FaultProxy, faults: Faults = NONE, upstream_port: int = 0) -> None:
    proxy.faults = faults
    proxy.upstream_port = upstream_port or proxy.upstream_port
    proxy.reset()


def refuse(proxy: FaultProxy) -> None:
    proxy.refuse()
    proxy.reset()


heal = partial(spoil, faults=NONE)
UDP = {"transport": "udp"}

LOST_CONNECTIONS = (
    Trouble(
        name="refused",
        strike=refuse,
        heal=FaultProxy.answer,
        told=(OFFLINE, Fault.REFUSED),
        lasts_s=4.0,  # the waits have grown to their longest
    ),
    Trouble(
        name="half-open",
        strike=partial(reset_and, faults=Faults(is_silent=True)),
        heal=heal,
        told=(OFFLINE, Fault.TIMEOUT),
        lasts_s=0.7,  # the next attempt has just begun to wait
    ),
    Trouble(name="reset-in-packet", strike=FaultProxy.break_in_packet, told=(OFFLINE, Fault.ENDED)),
    Trouble(
        name="cut-after-a-packet",
        strike=partial(reset_and, faults=Faults(cut_after=1)),
        heal=heal,
        told=(OFFLINE, Fault.ENDED),
        lasts_s=3.0,
    ),
    Trouble(
        name="description-too-late",
        strike=partial(reset_and, faults=Faults(describe_delay_s=4.0)),
        heal=heal,
        told=(OFFLINE, Fault.TIMEOUT),
    ),
    Trouble(
        name="description-late",
        strike=partial(reset_and, faults=Faults(describe_delay_s=1.5)),
        told=(OFFLINE, Fault.ENDED),
    ),
)
"""The camera says so, and takes the first connection that works."""

HELD_CONNECTIONS = (
    Trouble(name="stalled", strike=FaultProxy.stall, told=(STALLED, Fault.STALLED)),
    Trouble(name="stalled-udp", strike=FaultProxy.stall, told=(STALLED, Fault.STALLED), fields=UDP),
)
"""The server answers all the while, but the connection there is gives nothing more."""

SPOILT_STREAMS = (
    Trouble(
        name="corrupt-some", strike=partial(spoil, faults=Faults(corrupt=0.1)), heal=heal, lasts_s=3
    ),
    Trouble(
        name="corrupt-most", strike=partial(spoil, faults=Faults(corrupt=0.7)), heal=heal, lasts_s=3
    ),
    Trouble(
        name="udp-5-percent",
        strike=partial(spoil, faults=Faults(lose=0.05)),
        heal=heal,
        lasts_s=3,
        fields=UDP,
    ),
    Trouble(
        name="udp-30-percent",
        strike=partial(spoil, faults=Faults(lose=0.3)),
        heal=heal,
        lasts_s=3,
        fields=UDP,
    ),
)
"""The stream goes on; what cannot be decoded is counted."""

WRONG_TIMES = tuple(
    Trouble(name=name, strike=partial(spoil, faults=faults), heal=heal, lasts_s=3)
    for name, faults in {
        "an-hour-on": Faults(shift_s=3600.0),
        "an-hour-back": Faults(shift_s=-3600.0),
        "a-moment-back": Faults(shift_s=-0.6),
        "standing-still": Faults(is_frozen=True),
    }.items()
)
"""The stream goes on; `time_s` runs on as if nothing had been."""

NO_KEYFRAME = Trouble(
    name="no-keyframe",
    strike=partial(reset_and, faults=Faults(has_no_keyframe=True)),
    heal=heal,
    told=(STALLED, Fault.STALLED),
    lasts_s=60.0 if IS_LONG else 1.0,
)
KEYFRAME_WAIT_S = 10.0 if IS_LONG else 2.0


def away(name: str, fault: Fault, *, at_port: int, home_port: int) -> Trouble:
    """The camera's address leads elsewhere for a while."""
    return Trouble(
        name=name,
        strike=partial(reset_and, upstream_port=at_port),
        heal=partial(reset_and, upstream_port=home_port),
        told=(OFFLINE, fault),
    )


def other_pictures(server: RtspServer) -> tuple[Trouble, Trouble]:
    """The stream that is watched changes, and its connection stays."""
    return (
        Trouble(
            name="other-size",
            mount="/resizing",
            strike=lambda _: server.change("resize"),
            told=(OFFLINE, Fault.ENDED),
        ),
        Trouble(
            name="other-codec",
            mount="/swapping",
            strike=lambda _: server.change("swap"),
            told=(STALLED, Fault.STALLED),
        ),
    )
