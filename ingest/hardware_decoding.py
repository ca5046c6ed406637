"""Decoding in hardware where a camera's settings ask for it, and in software where that fails."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial

from av.codec.codec import Codec, UnknownCodecError

from ingest.config import CameraConfig, DecoderChoice
from ingest.counters import CameraCounters
from ingest.fallback_decoding import Candidate, FallbackDecoder
from ingest.stream_format import StreamFormat
from ingest.video_input import PictureDecoder, VideoInput

HARDWARE: tuple[DecoderChoice, ...] = ("cuvid", "qsv", "v4l2m2m")
"""The kinds that `auto` tries, in this order."""

UNRESETTABLE = "v4l2m2m"
"""libav has no flush for it: once drained, it gives no more."""

_log = logging.getLogger(__name__)


def decoder_names(codec: str, choice: DecoderChoice) -> tuple[str, ...]:
    """Libav's names of the hardware decoders to try for a codec; none for software."""
    if choice == "software":
        return ()
    return tuple(f"{codec}_{kind}" for kind in (HARDWARE if choice == "auto" else (choice,)))


def is_offered(name: str) -> bool:
    """Whether the installed libav has a decoder of this name, with the hardware or without."""
    try:
        Codec(name, "r")
    except UnknownCodecError:
        return False
    return True


def with_chosen_decoder(
    video: VideoInput, camera: CameraConfig, counters: CameraCounters
) -> VideoInput:
    """The input, to be decoded as the camera's settings say."""
    choice = camera.decoder or "software"
    codec = video.format.codec
    counters.decoder = codec
    names = decoder_names(codec, choice)
    if not names:
        return video

    def on_use(name: str) -> None:
        counters.decoder = name

    def on_last(reasons: list[str]) -> None:
        counters.decoder_fallbacks += 1
        if counters.decoder_fallbacks == 1:  # each connection tries again, but says no more
            _say(camera.id, choice, reasons)

    candidates = [_candidate(video.format, name) for name in names]
    candidates.append(Candidate(name=codec, open=lambda: video.decoder))
    return replace(video, decoder=FallbackDecoder(candidates, on_use=on_use, on_last=on_last))


def _candidate(stream: StreamFormat, name: str) -> Candidate:
    return Candidate(
        name=name,
        open=partial(_open, stream, name),
        is_resettable=not name.endswith(UNRESETTABLE),
    )


def _open(stream: StreamFormat, name: str) -> PictureDecoder:
    context = stream.decoder(name)
    context.open()  # now, not at the first packet: most of what is missing shows here
    return context


def _say(camera_id: str, choice: DecoderChoice, reasons: list[str]) -> None:
    _log.log(
        logging.INFO if choice == "auto" else logging.WARNING,
        "camera %s: decoded in software, decoder: %s does not work here (%s); mend the driver or "
        "the access to its device, or set decoder: software",
        camera_id,
        choice,
        "; ".join(reasons),
        extra={"action": "decoder-fallback", "camera_id": camera_id},
    )
