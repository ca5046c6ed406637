"""Our components in the browser: each a Vue file of `alerts/desk/assets` and its props.

Their templates put every text into `{{ }}`, so what comes from outside is shown, not interpreted.
"""

from __future__ import annotations

from pathlib import Path

from nicegui.element import Element

ASSETS = Path(__file__).resolve().parent.parent / "assets"


class DeskElement(Element):
    """A component that is told everything through its props."""

    def show(self, props: dict[str, object]) -> None:
        """Replace these props in the browser; on the page's loop only."""
        self._props.update(props)
        self.update()


class Shell(DeskElement, component=ASSETS / "desk_shell.js"):
    """The bar at the top."""


class Queue(DeskElement, component=ASSETS / "desk_queue.js"):
    """The cases."""


class Equipment(DeskElement, component=ASSETS / "desk_equipment.js"):
    """Cameras not streaming and nodes offline."""


class Facts(DeskElement, component=ASSETS / "desk_facts.js"):
    """Head of a case."""


class Evidence(DeskElement, component=ASSETS / "desk_evidence.js"):
    """Snapshot with box and zone, and the clip."""


class Actions(DeskElement, component=ASSETS / "desk_actions.js"):
    """What the officer can do; emits `act`."""


class Files(DeskElement, component=ASSETS / "desk_files.js"):
    """What officers attached."""


class NewCaseForm(DeskElement, component=ASSETS / "desk_new_case.js"):
    """A case opened by hand; emits `open-case`."""


class Related(DeskElement, component=ASSETS / "desk_related.js"):
    """Other cases that belong to it."""


class Officers(DeskElement, component=ASSETS / "desk_officers.js"):
    """Accounts; emits `act`."""


class WebhookList(DeskElement, component=ASSETS / "desk_webhooks.js"):
    """Webhooks and what became of their messages; emits `act` and `secret-kept`."""


class Journal(DeskElement, component=ASSETS / "desk_journal.js"):
    """What happened to the case."""


class RegisterList(DeskElement, component=ASSETS / "desk_register.js"):
    """Who looked at what, with the filters."""
