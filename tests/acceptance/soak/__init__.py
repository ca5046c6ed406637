"""Cameras that drop all the time; what node, desk and broker hold must not grow."""
