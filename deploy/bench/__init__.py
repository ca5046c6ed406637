"""Benchmarks, each beside its own limit measured in the same run."""
