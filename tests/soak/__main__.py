"""`python -m tests.soak --rounds 300`: exit code 0 when nothing was lost, doubled or stale."""

import argparse
import asyncio
import sys
import time

from tests.soak.process import Sabotage
from tests.soak.run import soak


def main() -> int:
    """Read the arguments, soak, print the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=None, help="random when left out")
    parser.add_argument("--sabotage", type=Sabotage, choices=list(Sabotage), default=None)
    given = parser.parse_args()
    seed = given.seed if given.seed is not None else time.time_ns() % 1_000_000
    began = time.monotonic()
    verdict = asyncio.run(soak(given.rounds, seed, given.sabotage))
    print(*verdict.lines(), f"seed {seed}, {time.monotonic() - began:.0f} s", sep="\n")
    return 1 if verdict.complaints else 0


if __name__ == "__main__":
    sys.exit(main())
