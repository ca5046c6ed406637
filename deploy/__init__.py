"""Composition roots, command line, settings, demo, benchmarks, deployment files."""
