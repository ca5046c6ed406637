"""Cameras come and go; who looks at the roster meanwhile sees one state of it."""

from __future__ import annotations

import pytest

from ingest.frame import CameraId
from ingest.roster import CameraRoster
from ingest.supervisor import Supervisor
from tests.unit.ingest.clips import camera
from tests.unit.ingest.world import World

A, B = CameraId("a"), CameraId("b")


def world(camera_id: str) -> World:
    return World(config=camera(id=camera_id))


def test_who_iterates_is_not_disturbed() -> None:
    roster = CameraRoster([world("a").camera])
    looks = iter(roster.items())
    roster.add(world("b").camera)
    roster.remove(A)
    assert [key for key, _ in looks] == ["a"]
    assert list(roster) == ["b"]
    assert len(roster) == 1
    assert A not in roster


def test_two_cameras_of_one_id_are_refused() -> None:
    roster = CameraRoster([world("a").camera])
    with pytest.raises(ValueError, match="two cameras are called a"):
        roster.add(world("a").camera)


def test_a_camera_is_started_with_the_others_or_at_once() -> None:
    first, second = world("a"), world("b")
    supervisor = Supervisor([first.camera])
    with supervisor:
        supervisor.add(second.camera)
        supervisor.halt([A, B])
        assert set(supervisor.cameras) == {A, B}  # their footage is still wanted
        supervisor.forget(A)
        assert set(supervisor.cameras) == {B}


def test_a_camera_added_after_the_stop_is_not_started() -> None:
    supervisor, late = Supervisor([]), world("a")
    with supervisor:
        pass
    supervisor.add(late.camera)
    assert late.sessions == []
