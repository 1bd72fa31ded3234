//! One 64-bit hash per cell, in the manner of wyhash: folded multiplications.
//!
//! The seed is fixed, so that the same file gives the same sketches. Two different values of one
//! column are taken for one with probability 2^-64 per pair.

const K0: u64 = 0xa076_1d64_78bd_642f;
const K1: u64 = 0xe703_7ed1_a0b4_28db;
const K2: u64 = 0x8ebc_6af0_9c88_c6e3;
const K3: u64 = 0x5899_65cc_7537_4cc3;

#[inline]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ (product >> 64) as u64
}

#[inline]
fn eight(bytes: &[u8], at: usize) -> u64 {
    bytes[at..].first_chunk().map_or(0, |chunk| u64::from_le_bytes(*chunk))
}

/// Hash a cell.
#[inline]
pub fn hash(bytes: &[u8]) -> u64 {
    let n = bytes.len();
    if n > 16 {
        return long(bytes);
    }
    let mut word = [0; 16];
    word[..n].copy_from_slice(bytes);
    short(u128::from_le_bytes(word), n)
}

/// The hash of a cell of at most 16 bytes, which are given as a number with zeros after them.
#[inline]
pub fn short(word: u128, length: usize) -> u64 {
    finish(fold(word as u64 ^ K0, (word >> 64) as u64 ^ K1), length)
}

#[inline]
fn finish(state: u64, n: usize) -> u64 {
    fold(state ^ K2, K3 ^ n as u64)
}

/// Two chains side by side, so that the processor need not wait for one multiplication before the next.
#[inline(never)]
fn long(bytes: &[u8]) -> u64 {
    let n = bytes.len();
    let (mut left, mut right) = (K0, K1);
    let mut rest = bytes;
    while let Some((block, more)) = rest.split_first_chunk::<32>() {
        left = fold(eight(block, 0) ^ K1 ^ left.rotate_left(23), eight(block, 8) ^ K2);
        right = fold(eight(block, 16) ^ K3 ^ right.rotate_left(23), eight(block, 24) ^ K0);
        rest = more;
    }
    if rest.len() > 16 {
        left = fold(eight(rest, 0) ^ K1 ^ left.rotate_left(23), eight(rest, 8) ^ K2);
    }
    right = fold(eight(bytes, n - 16) ^ K3 ^ right.rotate_left(23), eight(bytes, n - 8) ^ K0);
    finish(left.rotate_left(32) ^ right, n)
}

/// Add the hash of the next cell of a row to the hash of the cells before it.
#[inline]
pub fn chain(row: u64, cell: u64) -> u64 {
    fold(row ^ K3, cell ^ K1).wrapping_add(cell.rotate_left(17))
}

/// Spread a number over 64 bits.
#[inline]
pub fn mix(number: u64) -> u64 {
    fold(number ^ K0, K1).wrapping_mul(K2 | 1) ^ number.rotate_left(32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn values_of_every_length_get_different_hashes() {
        let mut seen = HashSet::new();
        for length in 0..200 {
            assert!(seen.insert(hash(&vec![b'a'; length])));
        }
        for number in 0..200_000 {
            assert!(seen.insert(hash(number.to_string().as_bytes())));
        }
    }

    #[test]
    fn top_bits_are_spread_evenly() {
        let zeros = (0..64_000).filter(|n: &u32| hash(n.to_string().as_bytes()) >> 58 == 0).count();
        assert!((850..1150).contains(&zeros), "{zeros}");
    }

    #[test]
    fn the_order_of_cells_matters_in_a_row() {
        let (a, b) = (hash(b"a"), hash(b"b"));
        assert_ne!(chain(chain(0, a), b), chain(chain(0, b), a));
    }
}
