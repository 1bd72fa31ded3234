//! Sums of doubles without rounding, so that no order and no split changes them.
//!
//! A double is an integer of 53 bits times a power of two. Numbers whose exponents share their upper
//! bits are added as integers into one 128-bit bin, which holds 2^42 of them.

const BIN_BITS: u32 = 5;
/// The exponent of the last bit of the smallest double.
const LOWEST: i32 = -1075;

/// An exact sum.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExactSum {
    pub(crate) base: usize,
    pub(crate) bins: Vec<i128>,
}

impl ExactSum {
    /// Add a finite number `weight` times.
    #[inline]
    pub fn add(&mut self, value: f64, weight: u64) {
        let bits = value.to_bits();
        let exponent = ((bits >> 52) & 0x7ff) as usize;
        let fraction = bits & ((1 << 52) - 1);
        let (mantissa, exponent) = if exponent == 0 { (fraction, 1) } else { (fraction | 1 << 52, exponent) };
        let bin = exponent >> BIN_BITS;
        let shift = exponent & ((1 << BIN_BITS) - 1);
        // Almost every number comes once, and the long multiplication is slow.
        let times = if weight == 1 { i128::from(mantissa) } else { i128::from(mantissa) * i128::from(weight) };
        let size = times << shift;
        let signed = if bits >> 63 == 0 { size } else { -size };
        let at = bin.wrapping_sub(self.base);
        if let Some(slot) = self.bins.get_mut(at) {
            *slot += signed;
        } else {
            *self.grow(bin) += signed;
        }
    }

    /// Add an integer.
    pub fn add_integer(&mut self, number: i128) {
        // The exponent with which a double's bits are a whole number.
        const UNIT: usize = (-LOWEST) as usize;
        let mut rest = number;
        let mut bin = UNIT >> BIN_BITS;
        while rest != 0 && rest != -1 {
            *self.grow(bin) += (rest & 0xffff_ffff) << (UNIT & ((1 << BIN_BITS) - 1));
            rest >>= 1 << BIN_BITS;
            bin += 1;
        }
        if rest == -1 {
            *self.grow(bin) -= 1 << (UNIT & ((1 << BIN_BITS) - 1));
        }
    }

    #[cold]
    fn grow(&mut self, bin: usize) -> &mut i128 {
        if self.bins.is_empty() {
            self.base = bin;
        }
        if bin < self.base {
            let missing = self.base - bin;
            self.bins.splice(0..0, std::iter::repeat_n(0, missing));
            self.base = bin;
        }
        let at = bin - self.base;
        if at >= self.bins.len() {
            self.bins.resize(at + 1, 0);
        }
        &mut self.bins[at]
    }

    /// Add another sum.
    pub fn merge(&mut self, other: &Self) {
        for (offset, value) in other.bins.iter().enumerate() {
            *self.grow(other.base + offset) += value;
        }
    }

    /// The sum as a rounded double and what the rounding left over.
    pub fn parts(&self) -> (f64, f64) {
        let mut bins = self.bins.clone();
        bins.extend([0; 4]);
        for at in 1..bins.len() {
            let carry = bins[at - 1] >> (1 << BIN_BITS);
            bins[at - 1] -= carry << (1 << BIN_BITS);
            bins[at] += carry;
        }
        let negative = bins[bins.len() - 1] < 0;
        if negative {
            let mirrored = Self { base: self.base, bins: self.bins.iter().map(|bin| -bin).collect() };
            let (high, low) = mirrored.parts();
            return (-high, -low);
        }
        let (mut high, mut low) = (0.0, 0.0);
        for (at, &bin) in bins.iter().enumerate().rev() {
            let unit = LOWEST + (((self.base + at) as i32) << BIN_BITS);
            // A carried bin has at most 32 bits, so it is a double exactly.
            let (sum, error) = two_sum(high, scale(bin as f64, unit));
            let (sum, error) = two_sum(sum, low + error);
            (high, low) = (sum, error);
        }
        (high, low)
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.bins.is_empty()
    }

    /// The sum as a double.
    pub fn value(&self) -> f64 {
        self.parts().0
    }
}

/// The sum and its rounding error.
#[inline]
pub fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let of_b = sum - a;
    (sum, (a - (sum - of_b)) + (b - of_b))
}

/// `value * 2^power`, in steps that do not overflow on the way.
fn scale(mut value: f64, mut power: i32) -> f64 {
    if value == 0.0 {
        return 0.0;
    }
    while power > 1000 {
        value *= 2f64.powi(1000);
        power -= 1000;
    }
    while power < -1000 {
        value *= 2f64.powi(-1000);
        power += 1000;
    }
    value * 2f64.powi(power)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(values: &[f64]) -> f64 {
        let mut exact = ExactSum::default();
        for &value in values {
            exact.add(value, 1);
        }
        exact.value()
    }

    #[test]
    fn nothing_is_lost() {
        assert_eq!(sum(&[1e100, 1.0, -1e100]), 1.0);
        assert_eq!(sum(&[0.1; 10]), 1.0);
        assert_eq!(sum(&[-0.5, 0.25]), -0.25);
        assert_eq!(sum(&[]), 0.0);
        assert_eq!(sum(&[5e-324, 5e-324]), 1e-323);
        assert_eq!(sum(&[1e308, -1e308, 3.0]), 3.0);
    }

    #[test]
    fn a_weight_is_a_repetition() {
        let mut weighted = ExactSum::default();
        weighted.add(-0.3, 1000);
        assert_eq!(weighted.value(), sum(&[-0.3; 1000]));
    }

    #[test]
    fn integers_are_added_whole() {
        for number in [0, 1, -1, 4_294_967_295, -4_294_967_296, 1 << 70, -(1 << 90) + 12_345, i128::from(i64::MIN)] {
            let mut exact = ExactSum::default();
            exact.add(0.5, 1);
            exact.add_integer(number);
            exact.add_integer(1 - number);
            assert_eq!(exact.value(), 1.5, "{number}");
            exact.add_integer(number);
            exact.add(-0.5, 1);
            let (high, low) = exact.parts();
            assert_eq!(high as i128 + low as i128, number + 1, "{number}");
        }
    }

    #[test]
    fn any_split_and_order_give_the_same_sum() {
        let values: Vec<f64> = (0..1000).map(|n| (f64::from(n) * 0.37).sin() * 10f64.powi(n % 40 - 20)).collect();
        let (mut left, mut right) = (ExactSum::default(), ExactSum::default());
        values.iter().rev().enumerate().for_each(|(n, &v)| if n % 3 == 0 { left.add(v, 1) } else { right.add(v, 1) });
        left.merge(&right);
        assert_eq!(left.value(), sum(&values));
    }
}
