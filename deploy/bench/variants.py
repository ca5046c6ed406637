"""The ideas that make the pipeline fast, each with what it takes to switch it off.

An idea that a setting of the site file switches off names the setting. Others name what a node of
the benchmark finds in a module instead of what is there: nobody but the benchmark can want them
off, so they are no settings, and the pipeline knows nothing of the benchmark.

A new idea is a new line in `VARIANTS`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module

from detectors.letterbox import Wh
from detectors.session import cores
from models.card import ModelInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """`module.name` is `value`, for the life of the process."""

    module: str
    name: str
    value: object

    def make(self) -> None:
        """Exchange it; raises AttributeError where there is no such name to exchange."""
        module = import_module(self.module)
        getattr(module, self.name)
        setattr(module, self.name, self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """The pipeline with one idea switched off.

    Attributes:
        name: On the command line and in results.
        without: The idea, in words.
        camera: Keys of every camera in the site file.
        model: Keys of the model in the site file.
        exchanges: Made in the node's process before it starts.
    """

    name: str
    without: str
    camera: Mapping[str, object] = field(default_factory=dict)
    model: Mapping[str, object] = field(default_factory=dict)
    exchanges: tuple[Exchange, ...] = ()


def _largest(_: Wh, model_input: ModelInput) -> Wh:
    return model_input.size_wh


EVERYTHING_ON = Variant(name="everything-on", without="nothing")

SHARDS = max(2, cores())
"""One a core; two on a machine of one, where they cost a little and say so."""

SHARD_A_CORE = Variant(
    name="shard-a-core",
    without="one process for all cameras: one a core, as a node of many cameras is run",
    exchanges=(Exchange(module="deploy.demo.part", name="SHARDS", value=SHARDS),),
)
"""The others' exchanges reach one process only, so they are measured in one."""

VARIANTS: tuple[Variant, ...] = (
    Variant(
        name="no-gate",
        without="the motion gate: every frame decoded, five a second analysed",
        camera={"gate": "off"},
    ),
    Variant(
        name="every-packet",
        without="decoding keyframes only while quiet: all decoded, the gate says what is analysed",
        exchanges=(Exchange(module="ingest.gated_decoding", name="LONGEST_GROUP_S", value=-1.0),),
    ),
    Variant(
        name="deblocked",
        without="decoding without the deblocking filter",
        exchanges=(Exchange(module="ingest.video_input", name="UNFILTERED", value=frozenset()),),
    ),
    Variant(
        name="no-catch-up",
        without="frames handed over late, from before the gate opened",
        exchanges=(Exchange(module="ingest.catch_up", name="CATCH_UP_S", value=0.0),),
    ),
    Variant(
        name="no-heartbeat",
        without="a frame analysed every few seconds while nothing moves",
        exchanges=(Exchange(module="ingest.gated_decoding", name="HEARTBEAT_S", value=math.inf),),
    ),
    Variant(
        name="never-settled",
        without="fewer frames analysed while all rules of a camera wait for an end",
        exchanges=(Exchange(module="ingest.settled_pace", name="SETTLED_S", value=0.0),),
    ),
    Variant(
        name="look-more",
        without="looking at every second keyframe only where nobody was just now",
        exchanges=(Exchange(module="ingest.gated_decoding", name="LOOK_S", value=0.9),),
    ),
    Variant(
        name="square-input",
        without="model inputs only as wide and tall as the picture needs",
        exchanges=(Exchange(module="detectors.letterbox", name="_input_wh", value=_largest),),
    ),
    Variant(
        name="regions",
        without="seeing whole pictures: only what moves and who is followed (off by default)",
        camera={"regions": "auto"},
    ),
    Variant(
        name="one-lane",
        without="single-threaded inferences side by side: one at a time, on all cores",
        exchanges=(
            Exchange(module="detectors.arrangement", name="MOST_LANES", value=1),
            Exchange(module="detectors.arrangement", name="LATE_LANES", value=0),
        ),
    ),
    SHARD_A_CORE,
)
