"""Evidence with nothing faked: real packets, a real MP4, a real desk over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import av
import httpx
import pytest
from pydantic import SecretStr

from alerts.config import EvidenceConfig
from alerts.errors import EvidenceError
from alerts.evidence.archive import SpoolArchive
from alerts.evidence.desk_store import CHUNK_BYTES, DeskStore
from alerts.evidence.footage import FootageSource
from alerts.evidence.keeper import EvidenceKeeper
from alerts.evidence.ledger import EvidenceLedger
from alerts.evidence.maker import EvidenceMaker
from alerts.evidence.spool import Spool, Spooled
from alerts.evidence.store import EvidenceStore, FolderStore
from alerts.outbox import Outbox
from alerts.schema import AlertMessage, EvidenceReference
from ingest.camera import Camera
from ingest.footage import Footage, make_footage
from ingest.frame import CameraId
from ingest.polygon import Polygon
from tests.desk_live import NODE_TOKEN, LiveDesk, live_desk
from tests.factories import frame
from tests.unit.alerts.builders import alert, compose
from tests.unit.ingest.clips import stored_packets

MASK: Polygon = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


class OverCamera:
    """A camera whose session of 12 s is over."""

    def __init__(self, masks: tuple[Polygon, ...] = ()) -> None:
        self._masks = masks
        self._stream, self._packets = stored_packets(frames=120)

    def position(self, session: str) -> float | None:
        return None

    def is_still_due(self, session: str, time_s: float) -> bool:
        return False

    def still(self, session: str, time_s: float) -> av.VideoFrame | None:
        return None

    def footage(self, session: str, from_s: float, to_s: float) -> Footage:
        kept = [packet for packet in self._packets if from_s <= packet.time_s <= to_s]
        return make_footage(self._stream, kept, self._masks)


def a_camera_is_a_source(camera: Camera) -> FootageSource:
    """Checked by mypy: what the node hands over fits."""
    return camera


def fail(name: str, error: BaseException) -> None:
    pytest.fail(f"{name}: {error!r}")


def keep(folder: Path, source: FootageSource, store: EvidenceStore) -> AlertMessage:
    """The last message of an alert raised at 8 s, its evidence made and stored."""
    with Outbox(folder / "outbox.db") as outbox:
        ledger, spool = EvidenceLedger(outbox.file), Spool(folder / "spool")
        keeper = EvidenceKeeper(ledger, spool, store, on_message=lambda: None, on_death=fail)
        cameras = {CameraId("gate"): source}
        config = EvidenceConfig(pre_roll_s=5, post_roll_s=3)
        archive = SpoolArchive(ledger, spool, on_spooled=lambda: None, on_message=lambda: None)
        maker = EvidenceMaker(archive, spool, cameras, config, on_death=fail)
        raised = alert(time_s=8.0)
        outbox.commit([raised], compose)
        maker.take([raised], frame(raised.at))
        while maker.step():
            pass
        keeper.step()
        store.close()
        return AlertMessage.model_validate_json(outbox.due(0.0, 100)[-1].payload)


def clip_of(message: AlertMessage) -> EvidenceReference:
    snapshot, clip = message.evidence
    assert (snapshot.state, clip.state) == ("stored", "stored")
    return clip


def test_a_clip_plays_and_shows_the_time_around_the_alert(tmp_path: Path) -> None:
    message = keep(tmp_path, OverCamera(), FolderStore(tmp_path / "store"))
    sha256 = clip_of(message).sha256
    assert sha256 is not None
    with av.open(tmp_path / "store" / sha256[:2] / sha256) as container:
        assert [stream.type for stream in container.streams] == ["video"]
        pictures = list(container.decode(video=0))
    assert len(pictures) == 81  # 3 s to 11 s at 10 fps, both ends
    assert pictures[0].key_frame


def test_a_masked_cameras_clip_shows_nothing_of_what_is_masked(tmp_path: Path) -> None:
    message = keep(tmp_path, OverCamera((MASK,)), FolderStore(tmp_path / "store"))
    sha256 = clip_of(message).sha256
    assert sha256 is not None
    with av.open(tmp_path / "store" / sha256[:2] / sha256) as container:
        brightest = max(int(p.to_ndarray(format="gray").max()) for p in container.decode(video=0))
    assert brightest < 40


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveDesk]:
    with live_desk(tmp_path_factory.mktemp("desk")) as live:
        yield live


def test_the_desk_takes_a_clip_over_http(tmp_path: Path, desk: LiveDesk) -> None:
    message = keep(tmp_path, OverCamera(), DeskStore(desk.server.url, SecretStr(NODE_TOKEN)))
    clip = clip_of(message)
    answer = httpx.head(
        f"{desk.server.url}/api/evidence/{clip.sha256}",
        headers={"Authorization": f"Bearer {NODE_TOKEN}"},
    )
    assert answer.headers["Upload-Offset"] == str(clip.bytes)
    assert list((tmp_path / "spool").iterdir()) == []


def spooled(folder: Path, content: bytes) -> Spooled:
    kept: list[Spooled] = []

    def write(path: Path) -> None:
        path.write_bytes(content)

    spool = Spool(folder)
    with spool.drafted(write, "video/mp4") as draft:
        spool.adopt(draft, kept.append)
    return kept[0]


class Breaking(httpx.BaseTransport):
    """A network that breaks at the third request."""

    def __init__(self) -> None:
        self._inner = httpx.HTTPTransport()
        self._requests = count(1)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if next(self._requests) == 3:
            raise httpx.ReadError("the cable was pulled", request=request)
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


def test_an_upload_that_broke_goes_on_at_the_desk(tmp_path: Path, desk: LiveDesk) -> None:
    item = spooled(tmp_path / "spool", bytes(range(251)) * 10_000)
    store = DeskStore(desk.server.url, SecretStr(NODE_TOKEN), transport=Breaking())
    with pytest.raises(EvidenceError, match="cable"):
        store.put(item)
    assert store._offset(item) == CHUNK_BYTES
    store.put(item)
    assert store._offset(item) == item.size
    store.close()


def test_a_wrong_token_is_said_without_naming_it(tmp_path: Path, desk: LiveDesk) -> None:
    store = DeskStore(desk.server.url, SecretStr("wrong-token"))
    with pytest.raises(EvidenceError, match="node_token_file") as caught:
        store.put(spooled(tmp_path / "spool", b"x"))
    assert "wrong-token" not in str(caught.value)
    store.close()
