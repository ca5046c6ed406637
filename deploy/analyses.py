"""Which model looks at which camera, and what is made of what it sees."""

from __future__ import annotations

from collections.abc import Mapping

from alerts.analysis import CameraAnalysis
from alerts.watch import CameraWatch
from deploy.settings import Site, SiteCamera
from detectors.detector import Detector, open_detector
from detectors.tracker import Tracker, TrackIds
from ingest.frame import CameraId
from ingest.stage_ledger import StageLedger
from models.catalogue import Catalogue


def build_analysis(
    site: Site,
    camera: SiteCamera,
    detector: Detector,
    ids: TrackIds,
    *,
    stages: StageLedger | None = None,
) -> CameraAnalysis:
    """The tracker and the rules of `camera` that go by the model of `detector`.

    `ids` is shared by all analyses of the camera. Only labels that a rule looks for are tracked;
    a camera without rules tracks all, so that `replay --tracks` has something to write. `stages`
    takes the times of all analyses on one thread.
    """
    camera_id = CameraId(camera.id)
    rules = [r for r in camera.rules if site.model_of(camera, r) == detector.model_id]
    wanted = {label for rule in rules for label in rule.labels} or set(detector.labels)
    watch = CameraWatch.build(
        rules, camera.zones, site=site.site, camera_id=camera_id, model_id=detector.model_id
    )
    return CameraAnalysis(
        [i for i, label in enumerate(detector.labels) if label in wanted],
        Tracker(camera_id, detector.labels, ids=ids),
        watch,
        stages=stages,
    )


def open_detectors(
    site: Site, cameras: tuple[SiteCamera, ...], *, threads: int | None = None
) -> Mapping[str, Detector]:
    """Every model that some of `cameras` need, by its id; `threads` overrides the site's."""
    catalogue = Catalogue.load()
    needed = {model for camera in cameras for model in site.models_of(camera)}
    return {m.id: open_detector(m, catalogue, threads) for m in site.models if m.id in needed}
