//! Texts 64 bytes at a time: which bytes are of which class, and the bytes masked.

// What is generic over the processor must be inlined into what is compiled for it.
#![allow(clippy::inline_always)]

use fearless_simd::prelude::*;
use fearless_simd::{i8x64, u8x64};

/// Bytes of a block.
pub const BYTES: usize = 64;

/// Which bytes of a block are of which class: bit `i` is byte `i`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Classes {
    /// `a` to `z`.
    pub lower: u64,
    /// `A` to `Z`.
    pub upper: u64,
    /// `0` to `9`.
    pub digit: u64,
    /// `!` to `~`.
    pub visible: u64,
    /// Space.
    pub space: u64,
    /// Space, tab and line breaks.
    pub blank: u64,
    /// Bytes of characters beyond ASCII.
    pub high: u64,
    /// Those after the first of their character.
    pub later: u64,
}

impl Classes {
    /// The classes without those of the first `bytes` bytes.
    #[must_use]
    #[inline(always)]
    pub fn skip(self, bytes: usize) -> Self {
        Self {
            lower: self.lower >> bytes,
            upper: self.upper >> bytes,
            digit: self.digit >> bytes,
            visible: self.visible >> bytes,
            space: self.space >> bytes,
            blank: self.blank >> bytes,
            high: self.high >> bytes,
            later: self.later >> bytes,
        }
    }
}

/// Classify a block; `masked` becomes its letters and digits as `A`, `a` and `9`, and the rest as it stands.
#[inline(always)]
pub fn read<S: Simd>(simd: S, block: &[u8; BYTES], masked: &mut [u8; BYTES]) -> Classes {
    let bytes = u8x64::load_array_ref(simd, block);
    // Compared as signed numbers, bytes beyond ASCII are below all others.
    let signed: i8x64<S> = bytes.bitcast();
    let among = |start: u8, count: i8| (signed - (start as i8).wrapping_add(i8::MIN)).simd_lt(i8::MIN + count);
    let (lower, upper, digit) = (among(b'a', 26), among(b'A', 26), among(b'0', 10));
    let mask = lower.select(u8x64::splat(simd, b'a'), bytes);
    let mask = upper.select(u8x64::splat(simd, b'A'), mask);
    digit.select(u8x64::splat(simd, b'9'), mask).store_array(masked);
    let space = signed.simd_eq(b' ' as i8);
    // Doubled, they stay below; a plain test of signs is compiled into one of each byte on its own for AVX2.
    let high = signed.saturating_add(signed).simd_lt(0).to_bitmask();
    Classes {
        lower: lower.to_bitmask(),
        upper: upper.to_bitmask(),
        digit: digit.to_bitmask(),
        visible: among(b'!', 94).to_bitmask(),
        space: space.to_bitmask(),
        blank: (space | among(b'\t', 5)).to_bitmask(),
        high,
        later: if high == 0 { 0 } else { signed.simd_lt(-64).to_bitmask() },
    }
}

/// Where a byte stands in a block.
#[inline(always)]
pub fn positions<S: Simd>(simd: S, block: &[u8; BYTES], byte: u8) -> u64 {
    u8x64::load_array_ref(simd, block).simd_eq(byte).to_bitmask()
}

/// A text of at most 64 bytes as a block with zeros after its end, and how many bytes it has.
#[inline(always)]
pub fn padded(text: &[u8]) -> ([u8; BYTES], usize) {
    let mut block = [0; BYTES];
    let bytes = text.len().min(BYTES);
    block[..bytes].copy_from_slice(&text[..bytes]);
    (block, bytes)
}
