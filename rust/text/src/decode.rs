//! Bytes in any encoding in, UTF-8 out, while they are read.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_16BE, UTF_16LE};

use crate::encoding::Charset;

const BLOCK: usize = 64 << 10;

/// Hands out UTF-8.
pub struct Decoded<R> {
    inner: R,
    way: Way,
    block: Vec<u8>,
    /// Bytes of the block that were not decoded yet.
    rest: usize,
    out: Vec<u8>,
    at: usize,
    ended: bool,
    replaced: Arc<AtomicU64>,
}

enum Way {
    Standard(Box<Decoder>),
    Wide(bool),
    Mixed(&'static Encoding),
    Table(&'static [char; 128]),
}

impl<R: Read> Decoded<R> {
    /// `replaced` counts the characters that could not be read. UTF-8 needs no decoding: none is
    /// returned for it.
    pub fn new(inner: R, charset: Charset, replaced: Arc<AtomicU64>) -> Result<Self, R> {
        let standard = |encoding: &'static Encoding| Way::Standard(Box::new(encoding.new_decoder_with_bom_removal()));
        let way = match charset {
            Charset::Utf8 => return Err(inner),
            Charset::Utf16(true) => standard(UTF_16LE),
            Charset::Utf16(false) => standard(UTF_16BE),
            Charset::Legacy(encoding) => standard(encoding),
            Charset::Utf32(little) => Way::Wide(little),
            Charset::Mixed(encoding) => Way::Mixed(encoding),
            Charset::Dos(_, table) => Way::Table(table),
        };
        Ok(Self { inner, way, block: Vec::new(), rest: 0, out: Vec::new(), at: 0, ended: false, replaced })
    }

    fn fill(&mut self) -> io::Result<()> {
        self.out.clear();
        self.at = 0;
        while self.out.is_empty() && !self.ended {
            let kept = self.rest;
            self.block.resize(kept + BLOCK, 0);
            let length = self.inner.read(&mut self.block[kept..])?;
            self.block.truncate(kept + length);
            self.ended = length == 0;
            let used = self.decode();
            self.block.drain(..used);
            self.rest = self.block.len();
        }
        Ok(())
    }

    /// Decode the block; returns how many of its bytes are done with.
    fn decode(&mut self) -> usize {
        match &mut self.way {
            Way::Standard(decoder) => standard(decoder, &self.block, &mut self.out, self.ended, &self.replaced),
            Way::Wide(little) => wide(*little, &self.block, &mut self.out, self.ended, &self.replaced),
            Way::Mixed(encoding) => mixed(encoding, &self.block, &mut self.out, self.ended),
            Way::Table(table) => mapped(table, &self.block, &mut self.out),
        }
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.out.len() {
            self.fill()?;
        }
        let length = buffer.len().min(self.out.len() - self.at);
        buffer[..length].copy_from_slice(&self.out[self.at..self.at + length]);
        self.at += length;
        Ok(length)
    }
}

fn standard(decoder: &mut Decoder, block: &[u8], out: &mut Vec<u8>, last: bool, replaced: &AtomicU64) -> usize {
    let mut used = 0;
    loop {
        let needed = decoder.max_utf8_buffer_length(block.len() - used).unwrap_or(4 * BLOCK);
        let start = out.len();
        out.resize(start + needed.max(16), 0);
        let (result, read, written, errors) = decoder.decode_to_utf8(&block[used..], &mut out[start..], last);
        out.truncate(start + written);
        used += read;
        if errors {
            let count = memchr::memmem::find_iter(&out[start..], "\u{fffd}".as_bytes()).count();
            replaced.fetch_add(count as u64, Ordering::Relaxed);
        }
        if result == CoderResult::InputEmpty {
            return used;
        }
    }
}

fn wide(little: bool, block: &[u8], out: &mut Vec<u8>, last: bool, replaced: &AtomicU64) -> usize {
    let (quads, rest) = block.as_chunks::<4>();
    for quad in quads {
        let code = if little { u32::from_le_bytes(*quad) } else { u32::from_be_bytes(*quad) };
        let c = char::from_u32(code).unwrap_or_else(|| {
            replaced.fetch_add(1, Ordering::Relaxed);
            char::REPLACEMENT_CHARACTER
        });
        if c != '\u{feff}' || !out.is_empty() {
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
    if last && !rest.is_empty() {
        replaced.fetch_add(1, Ordering::Relaxed);
        out.extend_from_slice("\u{fffd}".as_bytes());
        return block.len();
    }
    quads.len() * 4
}

/// One byte a character: the lower half is ASCII.
fn mapped(table: &[char; 128], block: &[u8], out: &mut Vec<u8>) -> usize {
    for &byte in block {
        match byte.checked_sub(128) {
            None => out.push(byte),
            Some(upper) => out.extend_from_slice(table[usize::from(upper)].encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    block.len()
}

/// UTF-8 as it stands; bytes that are none in the other encoding.
fn mixed(encoding: &'static Encoding, block: &[u8], out: &mut Vec<u8>, last: bool) -> usize {
    // A sequence may be cut by the end of the block: its start waits for the next one.
    let cut = (1..=3.min(block.len())).find(|back| block[block.len() - back] >= 0xc2).unwrap_or(0);
    let end =
        if last || std::str::from_utf8(&block[block.len() - cut..]).is_ok() { block.len() } else { block.len() - cut };
    for chunk in block[..end].utf8_chunks() {
        out.extend_from_slice(chunk.valid().as_bytes());
        if !chunk.invalid().is_empty() {
            let (text, _) = encoding.decode_without_bom_handling(chunk.invalid());
            out.extend_from_slice(text.as_bytes());
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8], charset: Charset) -> (String, u64) {
        struct Drip<'a>(&'a [u8]);
        impl Read for Drip<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let length = buffer.len().min(3);
                self.0.read(&mut buffer[..length])
            }
        }
        let replaced = Arc::new(AtomicU64::new(0));
        let mut out = String::new();
        let mut reader = Decoded::new(Drip(bytes), charset, replaced.clone()).ok().unwrap();
        reader.read_to_string(&mut out).unwrap();
        (out, replaced.load(Ordering::Relaxed))
    }

    #[test]
    fn text_is_decoded_across_reads() {
        let text = "Größe,价格,😀\n".repeat(9);
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decoded(&utf16, Charset::Utf16(false)), (text.clone(), 0));
        let utf32: Vec<u8> = text.chars().flat_map(|c| (c as u32).to_le_bytes()).collect();
        assert_eq!(decoded(&utf32, Charset::Utf32(true)), (text.clone(), 0));
        let chinese = encoding_rs::GB18030.encode(&text).0;
        assert_eq!(decoded(&chinese, Charset::Legacy(encoding_rs::GB18030)), (text, 0));
    }

    #[test]
    fn mixed_text_is_read_in_both() {
        let bytes = b"M\xc3\xbcller;M\xfcller;\xe2\x82\xac\n";
        assert_eq!(decoded(bytes, Charset::Mixed(encoding_rs::WINDOWS_1252)).0, "Müller;Müller;€\n");
    }

    #[test]
    fn what_cannot_be_read_is_counted() {
        assert_eq!(decoded(b"\x00\xd8a\x00", Charset::Utf16(true)), ("\u{fffd}a".into(), 1));
        assert_eq!(decoded(b"a\0\0\0\xff\xff\xff\xffb", Charset::Utf32(true)).1, 2);
    }
}
