"""Errors of the composition roots."""

from __future__ import annotations


class DeployError(Exception):
    """Base: something that a person or the process manager can mend."""


class NodeDiedError(DeployError):
    """A part of the node died; the process manager should start the node again."""


class AclError(DeployError):
    """The site file does not say who is who at the broker."""


class DemoError(DeployError):
    """The demo cannot be set up, or one of its parts ended."""


class BenchError(DeployError):
    """A benchmark cannot be run on what it was given."""
