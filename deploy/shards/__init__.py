"""A node in several processes: each shard watches some cameras, the parent delivers for all."""
