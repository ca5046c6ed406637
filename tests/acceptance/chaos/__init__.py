"""Node, broker and desk as processes, broken every few seconds; nothing may be lost or doubled."""
