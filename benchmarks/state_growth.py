"""What an up costs when the engine writes its state at each step, against once at the end, as it grows.

Run: `.venv/bin/python -m benchmarks.state_growth [--sizes 100 200 400] [--to 2000]`. The program of
`provider_overhead` is deployed to an empty stack in every size, both ways in turn, after one up that is not
counted. Prints the seconds, the bytes that reached the disk, and what both come to at the size `--to`: the
first by the square that goes through the measured points, the second by the line. Exit status 1 if writing at
each step takes less than twice as long in the largest size: then there is nothing to gain by the other way.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.provider_overhead import prepare, pulumi
from sandbox.checkpoints import EACH, END, ENGINE_VARIABLE, engine_value

SIZES = (100, 200, 400)
LIMIT = 2.0
_BLOCK = 512

Points = list[tuple[int, float]]


def measured(place: Path, size: int, way: str) -> tuple[float, float]:
    """Seconds of one up of so many resources from nothing, and the megabytes it wrote."""
    program, environment = prepare(place, each_kind=size // 4)
    value = engine_value(way)
    environment |= {ENGINE_VARIABLE: value} if value else {}
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_oublock
    seconds = pulumi(program, environment, "up", "--yes", "--skip-preview", "--suppress-progress")
    blocks = resource.getrusage(resource.RUSAGE_CHILDREN).ru_oublock - before
    return seconds, blocks * _BLOCK / 1e6


def at(size: int, points: Points, degree: int) -> float:
    """The seconds at a size, by the polynomial of a degree that fits the points best."""
    return sum(value * float(size) ** power for power, value in enumerate(_fitted(points, degree)))


def _fitted(points: Points, degree: int) -> Sequence[float]:
    """Coefficients of least squares, lowest first, by elimination."""
    count = degree + 1
    rows = [
        [sum(float(size) ** (row + column) for size, _ in points) for column in range(count)]
        + [sum(seconds * float(size) ** row for size, seconds in points)]
        for row in range(count)
    ]
    for pivot in range(count):
        for row in range(count):
            if row != pivot:
                factor = rows[row][pivot] / rows[pivot][pivot]
                rows[row] = [each - factor * of for each, of in zip(rows[row], rows[pivot], strict=True)]
    return [rows[row][-1] / rows[row][row] for row in range(count)]


def main() -> int:
    """Print the table and what it comes to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=SIZES, help="how many resources, multiples of 4"
    )
    parser.add_argument("--to", type=int, default=2000, help="the size that is extrapolated (%(default)s)")
    options = parser.parse_args()
    if len(options.sizes) < 3:
        parser.error("--sizes: at least 3, so that a square can be told from a line")
    points: dict[str, Points] = {EACH: [], END: []}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for number, size in enumerate([options.sizes[0], *options.sizes]):
            for way, found in points.items():
                place = Path(folder) / f"{number}-{way}"
                place.mkdir()
                seconds, megabytes = measured(place, size, way)
                counted = "" if number else "  (not counted)"
                print(
                    f"{size:5} resources  {way:4} {seconds:7.2f} s {megabytes:8.0f} MB{counted}", flush=True
                )
                if number:
                    found.append((size, seconds))
    ratio = points[EACH][-1][1] / points[END][-1][1]
    each, end = at(options.to, points[EACH], 2), at(options.to, points[END], 1)
    print(
        f"{options.sizes[-1]} resources: {ratio:.1f} times as long at each step (at least {LIMIT});"
        f" {options.to} resources: about {each:.0f} s and {end:.0f} s"
    )
    return 0 if ratio >= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
