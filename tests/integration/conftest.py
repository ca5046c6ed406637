"""Fixtures of the integration tests."""

from __future__ import annotations

from tests.databases import database_url, postgres, whole
from tests.integration.rtsp_rig import proxy, server, watch

__all__ = ["database_url", "postgres", "proxy", "server", "watch", "whole"]
