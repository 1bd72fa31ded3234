//! Counts of numbers in bins that merge exactly: for histograms a grid of equal bins whose width is a
//! power of two, for quantiles a grid that is fine around a pivot and coarser away from it.

/// At most [`EvenGrid::BINS`] bins of width 2^`power`; bin `first + i` starts at `(first + i) * 2^power`.
///
/// The width depends on the extremes only, so any order of additions and merges gives the same grid.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EvenGrid {
    power: i32,
    first: i64,
    bins: Vec<u64>,
}

impl EvenGrid {
    /// The most bins.
    pub const BINS: usize = 64;

    /// A grid whose bins are at least 2^`power` wide.
    pub fn new(power: i32) -> Self {
        Self { power, first: 0, bins: Vec::new() }
    }

    /// Count a finite number.
    #[inline]
    pub fn add(&mut self, value: f64, weight: u64) {
        let place = self.number_of(value);
        let at = (place - self.first as f64) as usize;
        if place >= self.first as f64 && at < self.bins.len() {
            self.bins[at] += weight;
        } else {
            self.place(value, weight);
        }
    }

    /// Count a whole number below 2^53.
    #[inline]
    pub fn add_whole(&mut self, value: u64, weight: u64) {
        let place = value.checked_shr(self.power as u32).map(|place| place as i64 - self.first);
        match place.and_then(|place| self.bins.get_mut(place as usize)) {
            Some(bin) if self.power >= 0 => *bin += weight,
            _ => self.add(value as f64, weight),
        }
    }

    /// Count finite numbers whose smallest and largest are `low` and `high`.
    #[inline]
    pub fn add_all(&mut self, values: impl Iterator<Item = f64>, low: f64, high: f64) {
        // The width depends on the extremes alone: with room for them there is room for all.
        self.add(low, 0);
        self.add(high, 0);
        let (scale, first) = (exp2(-self.power), self.first);
        for value in values {
            let place = floor(value * scale) - if value < 0.0 && value * scale == 0.0 { 1.0 } else { 0.0 };
            if let Some(bin) = self.bins.get_mut((place as i64 - first) as usize) {
                *bin += 1;
            }
        }
    }

    /// The number of the bin in which a value lies.
    #[inline]
    fn number_of(&self, value: f64) -> f64 {
        let place = floor(value * exp2(-self.power));
        // A tiny negative number may become -0 on the way.
        if place == 0.0 && value < 0.0 { -1.0 } else { place }
    }

    #[cold]
    fn place(&mut self, value: f64, weight: u64) {
        // Below this width a bin's number would not be exact.
        let exponent = ((value.to_bits() >> 52) & 0x7ff) as i32 - 1023;
        self.widen(exponent - 52);
        loop {
            let place = self.number_of(value);
            if place.abs() < 9e15 && self.reach(place as i64) {
                self.bins[(place as i64 - self.first) as usize] += weight;
                return;
            }
            self.coarsen();
        }
    }

    /// Extend the bins to a place, if that leaves few enough.
    fn reach(&mut self, place: i64) -> bool {
        if self.bins.is_empty() {
            self.first = place;
        }
        let low = self.first.min(place);
        let high = place.max(self.first + self.bins.len() as i64 - 1);
        if high.saturating_sub(low) >= Self::BINS as i64 {
            return false;
        }
        let before = (self.first - low) as usize;
        self.bins.splice(0..0, std::iter::repeat_n(0, before));
        self.bins.resize((high - low + 1) as usize, 0);
        self.first = low;
        true
    }

    fn coarsen(&mut self) {
        self.power += 1;
        let first = self.first.div_euclid(2);
        let mut bins = vec![0; self.bins.len() / 2 + 1];
        for (at, count) in self.bins.iter().enumerate() {
            bins[((self.first + at as i64).div_euclid(2) - first) as usize] += count;
        }
        let used = bins.iter().rposition(|&count| count > 0).map_or(0, |at| at + 1);
        bins.truncate(used);
        (self.first, self.bins) = (first, bins);
    }

    /// Make the bins at least 2^`power` wide.
    pub fn widen(&mut self, power: i32) {
        while self.power < power && self.bins.len() > 1 {
            self.coarsen();
        }
        if self.power < power {
            self.first >>= (power - self.power).min(63);
            self.power = power;
        }
    }

    /// Add another grid.
    pub fn merge(&mut self, mut other: Self) {
        if self.bins.is_empty() {
            *self = other;
            return;
        }
        if other.bins.is_empty() {
            return;
        }
        while self.power < other.power {
            self.coarsen();
        }
        loop {
            while other.power < self.power {
                other.coarsen();
            }
            if self.reach(other.first) && self.reach(other.first + other.bins.len() as i64 - 1) {
                break;
            }
            self.coarsen();
        }
        let shift = (other.first - self.first) as usize;
        for (at, count) in other.bins.iter().enumerate() {
            self.bins[shift + at] += count;
        }
    }

    /// At most `most` bins: lower end, upper end, count.
    pub fn bins(&self, most: usize) -> Vec<(f64, f64, u64)> {
        let mut grid = self.clone();
        while grid.bins.len() > most.max(1) {
            grid.coarsen();
        }
        let width = exp2(grid.power);
        // An upper end is the lower end of the next bin, also where it lies beyond the largest double.
        let lower = |at: usize| (grid.first + at as i64) as f64 * width;
        grid.bins.iter().enumerate().map(|(at, &count)| (lower(at), lower(at + 1), count)).collect()
    }
}

/// The floor, without the call to the C library that older processors need.
#[inline]
fn floor(value: f64) -> f64 {
    if value.abs() < 4e15 {
        let cut = value as i64 as f64;
        if cut > value { cut - 1.0 } else { cut }
    } else {
        value.floor()
    }
}

#[inline]
fn exp2(power: i32) -> f64 {
    f64::from_bits(((power.clamp(-1022, 1023) + 1023) as u64) << 52)
}

/// Counts by the distance from a pivot: 128 bins for each power of two of the distance.
#[derive(Debug, Clone, Default)]
pub struct FineGrid {
    pivot: f64,
    /// By exponent and sign of the distance, in the order in which they were needed.
    pages: Vec<(u16, [u64; 128])>,
    /// For the exponents and signs from `base` on the place of their page plus 1, or 0.
    places: Vec<u16>,
    base: u16,
    at_pivot: u64,
    /// The most pages.
    most: usize,
    given_up: bool,
}

impl FineGrid {
    /// A grid that is finest around `pivot`, for distances of at most so many different signs and exponents.
    pub fn new(pivot: f64, most: usize) -> Self {
        Self { pivot, most, ..Self::default() }
    }

    /// Count a finite number.
    #[inline]
    pub fn add(&mut self, value: f64, weight: u64) {
        let distance = value - self.pivot;
        if distance == 0.0 {
            self.at_pivot += weight;
            return;
        }
        let bits = distance.to_bits();
        let bin = ((bits >> 45) & 127) as usize;
        // The sign comes last, so that what is near on both sides of the pivot is near in the list.
        self.page((bits >> 52 << 1 & 0xfff | bits >> 63) as u16)[bin] += weight;
    }

    #[inline]
    fn page(&mut self, wanted: u16) -> &mut [u64; 128] {
        let at = usize::from(wanted.wrapping_sub(self.base));
        let place = match self.places.get(at) {
            Some(&place) if place > 0 => usize::from(place),
            _ => self.new_page(wanted),
        };
        &mut self.pages[place - 1].1
    }

    #[cold]
    fn new_page(&mut self, wanted: u16) -> usize {
        if self.pages.len() >= self.most {
            self.give_up();
            return 1;
        }
        if self.places.is_empty() {
            self.base = wanted;
        }
        let before = usize::from(self.base.saturating_sub(wanted));
        self.places.splice(0..0, std::iter::repeat_n(0, before));
        self.base = self.base.min(wanted);
        let at = usize::from(wanted - self.base);
        self.places.resize(self.places.len().max(at + 1), 0);
        self.pages.push((wanted, [0; 128]));
        self.places[at] = self.pages.len() as u16;
        self.pages.len()
    }

    /// The numbers differ too much in size: from now on all of them go into one page that is not looked at.
    fn give_up(&mut self) {
        self.given_up = true;
        self.pages = vec![(0, [0; 128])];
        (self.base, self.places) = (0, vec![1; 1 << 12]);
    }

    /// Whether all numbers are in their bins.
    pub fn is_complete(&self) -> bool {
        !self.given_up
    }

    /// Add another grid around the same pivot.
    pub fn merge(&mut self, other: &Self) {
        if other.given_up {
            return self.give_up();
        }
        self.at_pivot += other.at_pivot;
        for (page, theirs) in &other.pages {
            let mine = self.page(*page);
            mine.iter_mut().zip(theirs.iter()).for_each(|(count, more)| *count += more);
        }
    }

    /// The bins that hold anything, in order: lower end, upper end, count.
    pub fn bins(&self) -> Vec<(f64, f64, u64)> {
        let mut found: Vec<_> = self.side(true).map(|(near, far, count)| (far, near, count)).collect();
        found.reverse();
        found.extend((self.at_pivot > 0).then_some((self.pivot, self.pivot, self.at_pivot)));
        found.extend(self.side(false));
        found
    }

    /// The bins below or above the pivot, from the pivot outwards.
    fn side(&self, below: bool) -> impl Iterator<Item = (f64, f64, u64)> {
        let mut held: Vec<_> = self.pages.iter().filter(|(page, _)| (*page & 1 == 1) == below).collect();
        held.sort_by_key(|(page, _)| *page);
        held.into_iter().flat_map(move |(page, counts)| {
            counts.iter().enumerate().filter(|(_, count)| **count > 0).map(move |(bin, &count)| {
                let bits = u64::from(page & 1) << 63 | u64::from(page >> 1) << 52 | (bin as u64) << 45;
                let end = |bits| self.pivot + f64::from_bits(bits);
                (end(bits), end(bits + (1 << 45)), count)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers() -> Vec<f64> {
        (0..5000).map(|n| (f64::from(n) * 1.37).sin() * f64::from(n % 97)).collect()
    }

    #[test]
    fn an_even_grid_is_the_same_for_any_split_and_order() {
        let mut whole = EvenGrid::new(-1000);
        numbers().iter().for_each(|&value| whole.add(value, 1));
        for parts in [2, 3, 7] {
            let mut grids = vec![EvenGrid::new(-1000); parts];
            numbers().iter().rev().enumerate().for_each(|(n, &value)| grids[n % parts].add(value, 1));
            let mut merged = EvenGrid::new(-1000);
            grids.into_iter().for_each(|grid| merged.merge(grid));
            assert_eq!(merged, whole);
        }
    }

    #[test]
    fn whole_numbers_are_counted_as_numbers_are() {
        let (mut whole, mut number) = (EvenGrid::new(0), EvenGrid::new(0));
        for n in (0..5000u64).map(|n| n * n % 7919 * (n % 3)) {
            whole.add_whole(n, 2);
            number.add(n as f64, 2);
            assert_eq!(whole, number);
        }
    }

    #[test]
    fn bins_count_what_lies_in_them() {
        let mut grid = EvenGrid::new(0);
        (0..1000).for_each(|n| grid.add(f64::from(n), 2));
        let bins = grid.bins(20);
        assert_eq!(bins.len(), 16);
        assert_eq!(bins[0], (0.0, 64.0, 128));
        assert_eq!(bins.iter().map(|bin| bin.2).sum::<u64>(), 2000);
    }

    #[test]
    fn whole_numbers_get_whole_bins() {
        let mut grid = EvenGrid::new(0);
        [3.0, 3.0, 5.0].iter().for_each(|&value| grid.add(value, 1));
        assert_eq!(grid.bins(20), [(3.0, 4.0, 2), (4.0, 5.0, 0), (5.0, 6.0, 1)]);
    }

    #[test]
    fn huge_and_tiny_numbers_fit() {
        let mut grid = EvenGrid::new(-1074);
        [1e300, -1e300, 1e-300, 0.0].iter().for_each(|&value| grid.add(value, 1));
        assert_eq!(grid.bins(20).iter().map(|bin| bin.2).sum::<u64>(), 4);
    }

    #[test]
    fn a_fine_grid_gives_up_where_numbers_differ_too_much_in_size() {
        let numbers: Vec<f64> = (0..40).map(|n| 10f64.powi(n - 20)).collect();
        for most in [30, 40] {
            let mut grids = [FineGrid::new(0.0, most), FineGrid::new(0.0, most)];
            numbers.iter().enumerate().for_each(|(n, &number)| grids[n % 2].add(number, 1));
            let [mut left, right] = grids;
            left.merge(&right);
            assert_eq!(left.is_complete(), most == 40);
        }
    }

    #[test]
    fn a_fine_grid_lists_its_bins_in_order() {
        let mut grid = FineGrid::new(10.0, 4096);
        numbers().iter().for_each(|&value| grid.add(value, 1));
        grid.add(10.0, 5);
        let bins = grid.bins();
        assert!(bins.windows(2).all(|pair| pair[0].1 <= pair[1].0 + 1e-9 && pair[0].0 < pair[1].1));
        assert_eq!(bins.iter().map(|bin| bin.2).sum::<u64>(), 5005);
    }
}
