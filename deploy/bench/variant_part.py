"""A node with one idea switched off: `python -m deploy.bench.variant_part VARIANT SITE LOG`."""

from __future__ import annotations

import sys

from deploy.bench.variants import EVERYTHING_ON, VARIANTS
from deploy.demo.part import main as run_part


def main(arguments: list[str]) -> int:
    """Exchange what the variant says, then run the node as ever; returns the exit status."""
    name, site, log = arguments
    variant = next(each for each in (EVERYTHING_ON, *VARIANTS) if each.name == name)
    for exchange in variant.exchanges:
        exchange.make()
    return run_part(["node", site, log])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
