"""What is no fault of a site file, but will not be as it says, or is hardly meant."""

from __future__ import annotations

from collections.abc import Iterator

from deploy.desk_warnings import desk_warnings
from deploy.settings import Site
from ingest.config import DecoderChoice
from ingest.hardware_decoding import decoder_names, is_offered

CODECS = ("h264", "hevc")
"""What cameras send; which of them is known only when one is opened."""


def warnings(site: Site) -> Iterator[str]:
    """Each with its key path."""
    for index, node in enumerate(site.nodes):
        for name in _absent(node.decoder):
            yield f"nodes[{index}].decoder: {_words(name)}"
    for index, camera in enumerate(site.cameras):
        for name in _absent(camera.decoder or "software"):
            yield f"cameras[{index}].decoder: camera {camera.id}: {_words(name)}"
    yield from desk_warnings(site.desk)


def _absent(choice: DecoderChoice) -> list[str]:
    if choice == "auto":  # it takes what there is
        return []
    named = [name for codec in CODECS for name in decoder_names(codec, choice)]
    return [name for name in named if not is_offered(name)]


def _words(name: str) -> str:
    return f"the installed libav has no {name}; such streams are decoded in software"
