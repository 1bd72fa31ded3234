//! Keys and functional dependencies.

use std::collections::HashMap;

use crate::hash::mix;
use crate::parallel;
use crate::report::{ColumnProfile, Dependency, Key, Method};

use super::sampled::{MISSING, SampledColumn};
use super::{Table, WIDEST_FOR_TWO};

/// Columns that identify a row on their own.
pub fn single_keys(profiles: &[ColumnProfile], rows: u64) -> Vec<Key> {
    let keys = profiles.iter().filter(|profile| is_key(profile, rows));
    keys.map(|profile| Key { columns: vec![profile.name.clone()], method: Method::Exact }).collect()
}

fn is_key(profile: &ColumnProfile, rows: u64) -> bool {
    let unique = profile.unique.as_ref().filter(|unique| unique.method == Method::Exact);
    rows > 1 && unique.is_some_and(|unique| unique.value.as_f64() == rows as f64)
}

/// Single columns that are keys; where there is none, pairs of columns.
pub fn keys(table: &Table) -> Vec<Key> {
    let mut found = single_keys(table.profiles, table.rows);
    if found.is_empty() && table.rows > 1 {
        for (left, a) in table.columns.iter().enumerate().filter(|(_, column)| column.missing == 0) {
            for (right, b) in table.columns.iter().enumerate().skip(left + 1).filter(|(_, column)| column.missing == 0)
            {
                if could_be_key(table, left, right) && are_unique(a, b) {
                    found.push(Key { columns: vec![table.name(left), table.name(right)], method: table.method() });
                }
            }
        }
    }
    found
}

/// Whether there are enough combinations, and no cell is missing in the whole table.
fn could_be_key(table: &Table, left: usize, right: usize) -> bool {
    let known = |column: usize| {
        let profile = &table.profiles[column];
        let most = profile.distinct.as_ref().map_or(0.0, |found| found.value.as_f64() * (1.0 + found.error));
        (profile.missing == 0, most)
    };
    let (a, b) = (known(left), known(right));
    a.0 && b.0 && a.1 * b.1 >= table.rows as f64
}

fn are_unique(a: &SampledColumn, b: &SampledColumn) -> bool {
    let mut seen = Marks::new(a.codes.len());
    a.codes.iter().zip(&b.codes).all(|(&x, &y)| seen.insert(joined(x, y), 0).is_none())
}

fn joined(x: u32, y: u32) -> u64 {
    u64::from(x) << 32 | u64::from(y)
}

/// Minimal dependencies on one or two columns that are no keys (keys determine everything).
pub fn find(table: &Table, threads: usize) -> Vec<Dependency> {
    let width = table.columns.len();
    let usable: Vec<usize> = (0..width).filter(|&column| table.columns[column].different() > 1).collect();
    let repeats = |column: usize| table.columns[column].different() < table.columns[column].codes.len();
    let lefts: Vec<usize> = usable.iter().copied().filter(|&a| repeats(a)).collect();
    let singles: Vec<Vec<usize>> = parallel::map(lefts.clone(), threads, |_, a| {
        let rights = usable.iter().copied().filter(|&b| b != a);
        rights.filter(|&b| determines(&table.columns[a], &table.columns[b])).collect()
    });
    let known: HashMap<usize, &Vec<usize>> = lefts.iter().copied().zip(&singles).collect();
    let dependency = |left: &[usize], right: usize| Dependency {
        determinant: left.iter().map(|&column| table.name(column)).collect(),
        dependent: table.name(right),
        method: table.method(),
    };
    let mut found: Vec<Dependency> = Vec::new();
    for (&a, rights) in lefts.iter().zip(&singles) {
        found.extend(rights.iter().map(|&b| dependency(&[a], b)));
    }
    if width <= WIDEST_FOR_TWO {
        let tells = |a: usize, b: usize| known.get(&a).is_some_and(|rights| rights.contains(&b));
        let both: Vec<(usize, usize)> =
            lefts.iter().flat_map(|&a| lefts.iter().filter(move |&&b| b > a).map(move |&b| (a, b))).collect();
        let pairs = parallel::map(both.clone(), threads, |_, (a, b)| {
            if tells(a, b) || tells(b, a) || are_unique(&table.columns[a], &table.columns[b]) {
                return Vec::new();
            }
            let open = usable.iter().copied().filter(|&c| c != a && c != b && !tells(a, c) && !tells(b, c));
            open.filter(|&c| determine(&table.columns[a], &table.columns[b], &table.columns[c])).collect()
        });
        for ((a, b), rights) in both.into_iter().zip(pairs) {
            found.extend(rights.into_iter().map(|c| dependency(&[a, b], c)));
        }
    }
    found
}

/// Whether rows that agree on the left agree on the right; the missing cell is a value like any other.
pub fn determines(left: &SampledColumn, right: &SampledColumn) -> bool {
    // The place of the missing cell is the last.
    let mut seen = vec![None; left.distinct + 1];
    left.codes.iter().zip(&right.codes).all(|(&x, &y)| {
        let place = if x == MISSING { left.distinct } else { x as usize };
        *seen[place].get_or_insert(y) == y
    })
}

fn determine(a: &SampledColumn, b: &SampledColumn, right: &SampledColumn) -> bool {
    let mut seen = Marks::new(a.codes.len());
    let mut rows = a.codes.iter().zip(&b.codes).zip(&right.codes);
    rows.all(|((&x, &y), &z)| seen.insert(joined(x, y), z).is_none_or(|known| known == z))
}

/// A small hash map of keys that are seen in rows. It grows with what it holds, so that a search that
/// ends soon costs little.
struct Marks {
    map: HashMap<u64, u32, Mixed>,
}

#[derive(Default, Clone)]
struct Mixed(u64);

impl std::hash::BuildHasher for Mixed {
    type Hasher = Self;

    fn build_hasher(&self) -> Self {
        Self(0)
    }
}

impl std::hash::Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = crate::hash::hash(bytes);
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = mix(number);
    }
}

impl Marks {
    fn new(rows: usize) -> Self {
        Self { map: HashMap::with_capacity_and_hasher(rows.min(64), Mixed(0)) }
    }

    /// Remember a value for a key; returns the one that was there.
    fn insert(&mut self, key: u64, value: u32) -> Option<u32> {
        match self.map.entry(key) {
            std::collections::hash_map::Entry::Occupied(known) => Some(*known.get()),
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(value);
                None
            }
        }
    }
}
