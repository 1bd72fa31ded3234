"""Statistics of numbers, slowly and exactly."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite, sqrt

PROBABILITIES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)


@dataclass(frozen=True)
class Moments:
    """Mean, variance (n - 1), G1 and G2; None where there is none or it has no double."""

    mean: float
    variance: float | None
    skewness: float | None
    kurtosis: float | None


def moments(values: Sequence[Fraction]) -> Moments:
    """Return the moments of at least one value."""
    n = len(values)
    mean = sum(values, Fraction(0)) / n
    second, third, fourth = (sum(((x - mean) ** k for x in values), Fraction(0)) for k in (2, 3, 4))
    variance = second / (n - 1) if n > 1 else None
    skewness = kurtosis = None
    if second and n > 2:
        # The root is taken of a number near one, so that nothing overflows.
        g1_squared = Fraction(n) * third**2 / second**3
        size = sqrt(float(g1_squared)) * sqrt(n * (n - 1)) / (n - 2)
        skewness = size if third >= 0 else -size
    if second and n > 3:
        g2 = n * fourth / second**2 - 3
        kurtosis = float(Fraction(n - 1, (n - 2) * (n - 3)) * ((n + 1) * g2 + 6))
    return Moments(float(mean), double(variance), skewness, kurtosis)


def double(value: Fraction | None) -> float | None:
    """Return the nearest double, or None where there is none."""
    try:
        return None if value is None else float(value)
    except OverflowError:
        return None


def quantile(ordered: Sequence[Fraction], probability: float) -> Fraction:
    """Interpolate between neighbours (Hyndman and Fan's type 7)."""
    place = Fraction(probability) * (len(ordered) - 1)
    below = int(place)
    upper = ordered[min(below + 1, len(ordered) - 1)]
    return ordered[below] + (upper - ordered[below]) * (place - below)


def median_distance(ordered: Sequence[Fraction]) -> Fraction:
    """Return the median absolute deviation from the median."""
    center = quantile(ordered, 0.5)
    return quantile(sorted(abs(value - center) for value in ordered), 0.5)


def beyond(values: Sequence[Fraction], lower: float, upper: float) -> tuple[int, int]:
    """Count the values below and above two fences."""
    if not (isfinite(lower) and isfinite(upper)):
        return 0, 0
    low, high = Fraction(lower), Fraction(upper)
    return sum(value < low for value in values), sum(value > high for value in values)
