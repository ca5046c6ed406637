"""Cameras: sources, decode policy, masks, packet ring, supervisor."""
