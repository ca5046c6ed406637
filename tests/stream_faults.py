"""Which faults a stream has now, and what they do to its RTP packets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.rtp_faults import corrupted, is_of_keyframe, shifted, stamped


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """What goes wrong now, with the connections there are and with those to come.

    Attributes:
        is_silent: A new connection is accepted, and stays without any answer for good.
        describe_delay_s: The stream's description comes so much later.
        cut_after: The connection breaks off after so many RTP packets.
        corrupt: Share of the RTP packets with bytes changed within their NAL unit.
        lose: Share of the RTP packets lost.
        has_no_keyframe: Packets of keyframes and parameter sets are lost (H.264).
        shift_s: Seconds the RTP timestamps are off.
        is_frozen: All RTP timestamps are the same.
    """

    is_silent: bool = False
    describe_delay_s: float = 0.0
    cut_after: int | None = None
    corrupt: float = 0.0
    lose: float = 0.0
    has_no_keyframe: bool = False
    shift_s: float = 0.0
    is_frozen: bool = False


NONE = Faults()


class RtpAlteration:
    """Applies the present faults to RTP packets; the same seed spoils the same ones."""

    def __init__(self, present: Callable[[], Faults], random: Random) -> None:
        self._present = present
        self._random = random

    def apply(self, packet: bytes) -> bytes | None:
        """The packet as it goes on; None when it is lost."""
        faults = self._present()
        if faults.lose and self._random.random() < faults.lose:
            return None
        if faults.has_no_keyframe and is_of_keyframe(packet):
            return None
        if faults.corrupt and self._random.random() < faults.corrupt:
            packet = corrupted(packet, self._random)
        if faults.shift_s:
            packet = shifted(packet, faults.shift_s)
        return stamped(packet, 0) if faults.is_frozen else packet
