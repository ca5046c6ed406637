"""Leads the demo's first cases through their lives, by the desk's own REST calls.

Nothing is made up: the cases are those of the cameras, or opened by hand by an officer of the
demo, and every move goes through the service layer as that officer's.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import httpx

from deploy.demo.log_in import TOWN, DemoOfficer
from deploy.demo.stories import STORIES, Step, Story

KEPT_IN = "demo-stages.json"
TIMEOUT_S = 5.0


class Stages:
    """Advanced once a second; what was begun is kept in the demo's folder. A context manager."""

    def __init__(self, desk_url: str, password: str, data: Path) -> None:
        self._desk_url = desk_url
        self._password = password
        self._kept = data / KEPT_IN
        self._codes: dict[str, str] = _read(self._kept)
        self._left = [story for story in STORIES if story.name not in self._codes]
        self._running: list[tuple[Story, list[Step]]] = []
        self._unsure: set[str] = set()
        self._clients: dict[str, tuple[httpx.Client, int]] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def advance(self) -> None:
        """One step of every story that runs, and a beginning where its case is there.

        A visitor may have moved a case meanwhile: then it is theirs, and the story ends.
        """
        self._running = [
            (story, steps) for story, steps in self._running if self._step(story, steps)
        ]
        try:
            self._begin()
        except httpx.HTTPError:
            return  # the desk is busy or ending; `DemoParts.dead` says so if it has ended

    def _begin(self) -> None:
        for story in tuple(self._left):
            code = self._case_for(story)
            if code is not None:
                self._left.remove(story)
                self._codes[story.name] = code
                self._kept.write_text(json.dumps(self._codes), encoding="utf-8")
                self._running.append((story, list(story.steps)))

    def _case_for(self, story: Story) -> str | None:
        if story.opening is not None:
            by, said = story.opening
            return str(self._post(by, "/api/cases", dict(said))["code"])
        if any(self._is_waited_for(step) for step in story.steps):
            return None
        query = {"status": "pending", "camera": story.camera_id, "limit": 50}
        rows = self._desk(TOWN)[0].get("/api/cases", params=query).raise_for_status().json()["rows"]
        free = [row["code"] for row in rows if row["code"] not in self._codes.values()]
        return free[-1] if free else None  # the oldest

    def _is_waited_for(self, step: Step) -> bool:
        return step.into is not None and step.into not in self._codes

    def _step(self, story: Story, steps: list[Step]) -> bool:
        """Whether the story goes on."""
        try:
            self._move(self._codes[story.name], steps[0])
        except httpx.TransportError:
            self._unsure.add(story.name)  # it may have happened all the same
            return True
        except httpx.HTTPStatusError as error:
            if error.response.is_server_error:
                return True
            if story.name not in self._unsure:
                return False
        self._unsure.discard(story.name)
        del steps[0]
        return bool(steps)

    def _move(self, code: str, step: Step) -> None:
        body = dict(step.said)
        if step.move != "note":
            case = self._desk(step.by)[0].get(f"/api/cases/{code}").raise_for_status().json()
            body["expected_version"] = case["row"]["version"]
        if step.to is not None:
            body["handler_id"] = self._desk(step.to)[1]
        if step.into is not None:
            body["into"] = self._codes[step.into]
        self._post(step.by, f"/api/cases/{code}/{step.move}", body)

    def _post(self, by: DemoOfficer, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self._desk(by)[0].post(path, json=body).raise_for_status().json()
        return dict(answer)

    def _desk(self, officer: DemoOfficer) -> tuple[httpx.Client, int]:
        """The officer's session and id; logged in at the first use."""
        if officer.name not in self._clients:
            client = httpx.Client(base_url=self._desk_url, timeout=TIMEOUT_S)
            self._stack.callback(client.close)
            log_in = {"name": officer.name, "password": self._password}
            answer = client.post("/api/session", json=log_in).raise_for_status().json()
            self._clients[officer.name] = (client, int(answer["id"]))
        return self._clients[officer.name]


def _read(kept: Path) -> dict[str, str]:
    return dict(json.loads(kept.read_text(encoding="utf-8"))) if kept.exists() else {}
