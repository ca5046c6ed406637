"""The whole service on recorded streams, with one command and nothing left behind."""
