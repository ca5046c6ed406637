"""One file a rule kind; a rule is `update(tracks, at) -> list[Alert]` and reads no clock."""
