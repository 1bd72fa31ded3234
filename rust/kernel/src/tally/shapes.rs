//! Plain numbers and ISO dates as text: their shape tells their pattern, so no mask is needed.

use super::block::SHAPES;

/// Digits before and after the point are told apart up to here.
const MOST: usize = 24;

/// Cells by shape: sign (none, minus, plus), digits before the point, digits after it.
#[derive(Debug, Clone, Default)]
pub struct Shapes {
    /// Place of the shape and count; the most frequent ones drift to the front.
    numbers: Vec<(u16, u64)>,
    dates: [u64; DATES.len()],
}

/// The patterns of ISO dates and timestamps.
const DATES: [&str; 3] = ["9999-99-99", "9999-99-99 99:99:99", "9999-99-99T99:99:99"];

impl Shapes {
    /// Count a plain number; false when its shape is not of those that are told apart.
    #[inline]
    pub fn add(&mut self, cell: &[u8], decimals: usize, weight: u64) -> bool {
        let sign = match cell.first() {
            Some(b'-') => 1,
            Some(b'+') => 2,
            _ => 0,
        };
        let point = usize::from(decimals > 0);
        let front = cell.len().wrapping_sub(decimals + point + usize::from(sign > 0));
        if front >= MOST || decimals >= MOST {
            return false;
        }
        self.count(((sign * MOST + front) * MOST + decimals) as u16, weight);
        true
    }

    /// Count the plain numbers of a block.
    pub fn add_block(&mut self, counts: &[u32; SHAPES]) {
        for (shape, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let (sign, front, decimals) = (shape >> 9, shape >> 5 & 15, shape & 31);
            self.count(((sign * MOST + front) * MOST + decimals) as u16, count.into());
        }
    }

    /// Count the dates of a block by how they are written.
    pub fn add_dates(&mut self, joints: [u64; DATES.len()]) {
        self.dates.iter_mut().zip(joints).for_each(|(mine, more)| *mine += more);
    }

    #[inline]
    fn count(&mut self, shape: u16, weight: u64) {
        match self.numbers.iter().position(|(known, _)| *known == shape) {
            Some(0) => self.numbers[0].1 += weight,
            Some(at) => {
                self.numbers[at].1 += weight;
                if self.numbers[at].1 > self.numbers[at - 1].1 {
                    self.numbers.swap(at, at - 1);
                }
            }
            None => self.numbers.push((shape, weight)),
        }
    }

    /// Count an ISO date, or a timestamp with its seconds after this joint.
    #[inline]
    pub fn add_date(&mut self, joint: u8, weight: u64) {
        let at = match joint {
            0 => 0,
            b' ' => 1,
            _ => 2,
        };
        self.dates[at] += weight;
    }

    /// The patterns and their counts.
    pub fn patterns(&self) -> impl Iterator<Item = (String, u64)> {
        let dates = DATES.iter().zip(self.dates).filter(|(_, count)| *count > 0);
        self.number_patterns().chain(dates.map(|(pattern, count)| ((*pattern).to_owned(), count)))
    }

    fn number_patterns(&self) -> impl Iterator<Item = (String, u64)> {
        self.numbers.iter().map(|&(shape, count)| {
            let at = usize::from(shape);
            let (sign, front, decimals) = (at / (MOST * MOST), at / MOST % MOST, at % MOST);
            let point = if decimals > 0 { "." } else { "" };
            (format!("{}{}{point}{}", ["", "-", "+"][sign], "9".repeat(front), "9".repeat(decimals)), count)
        })
    }

    /// Add those of another part.
    pub fn merge(&mut self, other: &Self) {
        self.dates.iter_mut().zip(other.dates).for_each(|(mine, theirs)| *mine += theirs);
        other.numbers.iter().for_each(|&(shape, count)| self.count(shape, count));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbers::plain;
    use crate::pattern::of_text;

    #[test]
    fn the_shape_of_a_number_is_its_mask() {
        for text in ["0", "-12", "+7", "3.14", "-.5", "007", "123456789012345678", "0.00000000000000000001"] {
            let mut shapes = Shapes::default();
            let number = plain(text.as_bytes()).unwrap();
            assert!(number.plain && shapes.add(text.as_bytes(), number.decimals.into(), 2), "{text}");
            assert_eq!(shapes.patterns().collect::<Vec<_>>(), [(of_text(text), 2)]);
        }
    }

    #[test]
    fn other_numbers_are_left_to_masks() {
        assert!(["1e5", "5.", "1.5e3"].iter().all(|text| !plain(text.as_bytes()).unwrap().plain));
        let long = "1".repeat(30);
        assert!(!Shapes::default().add(long.as_bytes(), 0, 1));
    }
}
