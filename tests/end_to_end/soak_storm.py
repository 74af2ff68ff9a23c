"""Ten thousand events with kills all the way: `make soak-events` (some minutes on 2 idle cores).

Prints how it goes, what it came to, and what went wrong; the exit status tells whether anything did. The five
hundred of `make test` are in `test_storm.py`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.end_to_end.storm import Kill, storm_in

EVENTS = 10_000
MOST_GROWTH_MB = 25.0
# The last tenths are left in peace, so that one serving process lives long enough to see its memory.
KILLS = tuple(Kill(number / 40, ("function", "server")[number % 2]) for number in range(1, 21))


def main() -> int:
    """Run the storm."""
    parser = argparse.ArgumentParser(prog="soak_storm", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--events", type=int, default=EVENTS, help="how many (default %(default)s)")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        storm_in(Path(folder) / "sandbox") as storm,
    ):
        report = storm.run(options.events, KILLS, tell=lambda line: print(line, flush=True))
    print(report)
    found = report.problems()
    if report.growth_mb > MOST_GROWTH_MB:
        found.append(f"the server's memory grew by {report.growth_mb:.0f} MB (at most {MOST_GROWTH_MB:.0f})")
    for line in found[:100]:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
