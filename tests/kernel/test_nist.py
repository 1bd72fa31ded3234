"""Digits that are right, on the univariate reference data of NIST (public domain).

The data and the certified values are from the Statistical Reference Datasets,
https://www.itl.nist.gov/div898/strd/univ/homepage.html.
"""

import json
import math
from pathlib import Path

import pytest

from agensium.data.kernel import ScanOptions, scan_csv

DATA = Path(__file__).parent / "data"
CERTIFIED = json.loads((DATA / "certified.json").read_text())
DEVIATION_DIGITS = {"numacc3": 9, "numacc4": 8}


def right_digits(found: float, certified: float) -> float:
    if found == certified:
        return 15
    return min(15, -math.log10(abs(found - certified) / abs(certified)))


@pytest.mark.parametrize("name", sorted(CERTIFIED))
@pytest.mark.parametrize("chunk_bytes", [None, 64, 1000])
def test_mean_and_deviation_have_the_certified_digits(name: str, chunk_bytes: int | None) -> None:
    options = ScanOptions(chunk_bytes=chunk_bytes, threads=3)
    numbers = scan_csv(DATA / f"{name}.csv", options).columns[0].numbers
    assert numbers is not None
    assert numbers.deviation is not None
    assert right_digits(numbers.mean, float(CERTIFIED[name]["Mean"])) >= 14
    deviation = float(CERTIFIED[name]["StandardDeviationSample"])
    assert right_digits(numbers.deviation, deviation) >= DEVIATION_DIGITS.get(name, 12)
