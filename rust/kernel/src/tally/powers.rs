//! Powers of the distances from a pivot, added up.

use crate::exact_sum::{ExactSum, two_sum};

/// Integers up to here are doubles exactly.
const WHOLE: f64 = 9_007_199_254_740_992.0;
/// Distances below have squares that many fit a 64-bit sum, and fourth powers that many fit one of 128.
const NEAR: u64 = 1 << 24;

/// Sums of the second to fourth power of the distances from a pivot. They are exact sums of rounded
/// powers, so a pivot far from the numbers would cost all digits: without one it is the first number.
#[derive(Debug, Clone)]
pub struct Powers {
    /// About where the middle is.
    pub pivot: Option<f64>,
    /// The sums.
    pub sums: [ExactSum; 3],
    /// Whether a power was too large for a double.
    pub overflowed: bool,
}

impl Powers {
    /// No powers yet, of distances from `pivot` or from the first number.
    pub fn new(pivot: Option<f64>) -> Self {
        Self { pivot, sums: [const { ExactSum { base: 0, bins: Vec::new() } }; 3], overflowed: false }
    }

    /// Add the powers of a finite number `weight` times.
    #[inline]
    pub fn add(&mut self, value: f64, weight: u64) {
        let distance = value - *self.pivot.get_or_insert(value);
        let square = distance * distance;
        let fourth = square * square;
        if fourth.is_finite() {
            self.sums[0].add(square, weight);
            self.sums[1].add(square * distance, weight);
            self.sums[2].add(fourth, weight);
        } else {
            self.overflowed = true;
        }
    }

    /// Add the powers of an integer `weight` times: without any rounding, where it is near the pivot.
    #[inline]
    pub fn add_whole(&mut self, whole: i64, weight: u64) {
        match self.steps(whole) {
            None => self.add(whole as f64, weight),
            Some(steps) => {
                let square = i128::from(steps * steps);
                let cube = square * i128::from(steps);
                let powers = [square, cube, square * square].map(|power| power * i128::from(weight));
                self.sums.iter_mut().zip(powers).for_each(|(sum, power)| sum.add_integer(power));
            }
        }
    }

    /// How far an integer is from the pivot, if that is little and a whole number.
    #[inline]
    fn steps(&mut self, whole: i64) -> Option<i64> {
        let pivot = *self.pivot.get_or_insert(whole as f64);
        let start = pivot as i64;
        let steps = whole.wrapping_sub(start);
        (start as f64 == pivot && pivot.abs() < WHOLE && steps.unsigned_abs() < NEAR).then_some(steps)
    }

    /// Add the powers of integers.
    pub fn add_wholes(&mut self, wholes: &[i64]) {
        // Sums of this many powers fit their integers.
        for part in wholes.chunks(1 << 12) {
            self.add_some(part);
        }
    }

    fn add_some(&mut self, wholes: &[i64]) {
        let (mut squares, mut cubes, mut fourths) = (0, 0, 0);
        for &whole in wholes {
            let Some(steps) = self.steps(whole) else {
                self.add(whole as f64, 1);
                continue;
            };
            let square = (steps * steps) as u64;
            squares += square;
            cubes += i128::from(square as i64) * i128::from(steps);
            fourths += u128::from(square) * u128::from(square);
        }
        let powers = [i128::from(squares), cubes, fourths as i128];
        self.sums.iter_mut().zip(powers).for_each(|(sum, power)| sum.add_integer(power));
    }

    /// The sum of the distances of `count` numbers from the pivot; `total` is their sum and what its
    /// rounding left over.
    pub fn distance(&self, count: u64, total: (f64, f64)) -> f64 {
        let (n, pivot) = (count as f64, self.pivot.unwrap_or_default());
        let product = n * pivot;
        // What rounding the product loses counts: the difference may be as small as that.
        total.0 - product + (total.1 - n.mul_add(pivot, -product))
    }

    /// Add those of `count` other numbers with the sum `total`.
    pub fn merge(&mut self, other: &Self, count: u64, total: (f64, f64)) {
        self.overflowed |= other.overflowed;
        let Some(theirs) = other.pivot.filter(|_| count > 0) else { return };
        let (shift, lost) = two_sum(theirs, -*self.pivot.get_or_insert(theirs));
        self.sums.iter_mut().zip(&other.sums).for_each(|(mine, theirs)| mine.merge(theirs));
        if shift == 0.0 {
            return;
        }
        let first = other.distance(count, total);
        let [second, third, _] = other.sums.each_ref().map(ExactSum::value);
        let (n, d) = (count as f64, shift + lost);
        let moved = [
            [2.0 * d * first, n * d * d, 0.0, 0.0],
            [3.0 * d * second, 3.0 * d * d * first, n * d * d * d, 0.0],
            [4.0 * d * third, 6.0 * d * d * second, 4.0 * d * d * d * first, n * d * d * d * d],
        ];
        if moved.as_flattened().iter().any(|term| !term.is_finite()) {
            self.overflowed = true;
            return;
        }
        for (sum, terms) in self.sums.iter_mut().zip(moved) {
            terms.into_iter().for_each(|term| sum.add(term, 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_about_different_pivots_merge() {
        let numbers = [1e9 + 0.25, 1e9 + 0.5, 1e9 + 2.0, 1e9 - 4.0];
        let mut whole = Powers::new(Some(numbers[0]));
        numbers.iter().for_each(|&number| whole.add(number, 1));
        let mut parts = [Powers::new(None), Powers::new(None)];
        numbers.iter().enumerate().for_each(|(at, &number)| parts[at / 2].add(number, 1));
        let [mut left, right] = parts;
        left.merge(&right, 2, (numbers[2] + numbers[3], 0.0));
        for (found, expected) in left.sums.iter().zip(&whole.sums) {
            assert!((found.value() - expected.value()).abs() < 1e-9 * expected.value().abs());
        }
    }
}
