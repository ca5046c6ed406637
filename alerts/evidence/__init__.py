"""Snapshot and clip of the moment: made on the node, spooled, stored, and said so."""
