"""The pages officers work with: log-in, queue, case. NiceGUI inside the desk's FastAPI app."""

from __future__ import annotations

from alerts.desk.pages.mount import mount

__all__ = ["mount"]
