"""Which of many mailboxes hold frames, and the condition under which that changes."""

from __future__ import annotations

from threading import Condition, RLock
from typing import TYPE_CHECKING

from ingest.frame import CameraId

if TYPE_CHECKING:
    from ingest.mailbox import Mailbox


class Arrivals:
    """Mailboxes with frames, the one longest unserved first; all under one lock.

    So whoever takes frames looks at those that have some, not at a thousand cameras' each time.

    Attributes:
        changed: Holds the lock of all these mailboxes; notified when a frame arrives.
        late: Of the same lock; notified when a frame arrives that is to be caught up on.
        waiting: By camera, to be read under that lock.
    """

    def __init__(self) -> None:
        lock = RLock()
        self.changed = Condition(lock)
        self.late = Condition(lock)
        self.waiting: dict[CameraId, Mailbox] = {}

    def arrived(self, mailbox: Mailbox) -> None:
        """A frame was put; one of those who wait takes it."""
        self.waiting.setdefault(mailbox.camera_id, mailbox)
        self.changed.notify()
        if mailbox.is_late:
            self.late.notify()

    def served(self, mailbox: Mailbox) -> None:
        """A frame was taken: the mailbox goes to the end, or out."""
        self.left(mailbox)
        if len(mailbox):
            self.waiting.setdefault(mailbox.camera_id, mailbox)

    def left(self, mailbox: Mailbox) -> None:
        """Its frames are not to be taken; another one of the same camera is left alone."""
        if self.waiting.get(mailbox.camera_id) is mailbox:
            del self.waiting[mailbox.camera_id]
