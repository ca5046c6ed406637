"""The names of all topics, in one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topics:
    """All topics of one site."""

    site: str

    @property
    def root(self) -> str:
        """What every topic of the site begins with."""
        return f"xueliang/v1/{self.site}"

    def node_status(self, node: str) -> str:
        """Retained; written by the node and by its will."""
        return f"{self.root}/node/{node}/status"

    def node_dropped(self, node: str) -> str:
        """Numbers that no alert message of this node will ever have."""
        return f"{self.root}/node/{node}/dropped"

    def receipt(self, node: str) -> str:
        """The desk's receipts for one node."""
        return f"{self.root}/node/{node}/receipt"

    def camera_status(self, camera: str) -> str:
        """Retained; written by the camera's node."""
        return f"{self.root}/camera/{camera}/status"

    def alert(self, camera: str) -> str:
        """Alert messages of one camera."""
        return f"{self.root}/camera/{camera}/alert"

    def case(self, case: str) -> str:
        """Moves of one case."""
        return f"{self.root}/case/{case}"

    def camera_health(self, camera: str) -> str:
        """Retained; picture diagnosis of one camera."""
        return f"{self.root}/camera/{camera}/health"

    def camera_settings(self, camera: str) -> str:
        """Retained; what the desk sets of one camera."""
        return f"{self.root}/camera/{camera}/settings"

    def command(self, integrator: str) -> str:
        """What another platform asks of the desk."""
        return f"{self.root}/integrator/{integrator}/command"

    def reply(self, integrator: str) -> str:
        """What the desk answers another platform."""
        return f"{self.root}/integrator/{integrator}/reply"

    def broadcast(self, area: str) -> str:
        """A text for an area's loudspeaker."""
        return f"{self.root}/broadcast/{area}"
