//! The blocks of an Avro file, unpacked within a limit.

use std::io::Read;

use agensium_kernel::ScanError;
use ruzstd::decoding::StreamingDecoder;

use crate::guard::broken;

/// A block that unpacks to more is an error.
pub const MAX_BLOCK_BYTES: u64 = 128 << 20;
const XZ_MEMORY_KIB: u32 = 256 << 10;

/// How blocks are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    /// Not at all.
    Null,
    /// RFC 1951.
    Deflate,
    /// Snappy with a CRC-32 behind it.
    Snappy,
    /// RFC 8878.
    Zstandard,
    /// bzip2.
    Bzip2,
    /// xz.
    Xz,
}

impl Codec {
    /// The codec of that name.
    pub fn named(name: &[u8]) -> Result<Self, ScanError> {
        match name {
            b"null" => Ok(Self::Null),
            b"deflate" => Ok(Self::Deflate),
            b"snappy" => Ok(Self::Snappy),
            b"zstandard" => Ok(Self::Zstandard),
            b"bzip2" => Ok(Self::Bzip2),
            b"xz" => Ok(Self::Xz),
            other => {
                let name = String::from_utf8_lossy(other);
                let message = format!("The Avro file is packed by '{name}', which is not read.");
                Err(ScanError::new("unsupported_format", message).hint("Write it anew with another codec."))
            }
        }
    }
}

/// Unpack a block.
pub fn unpack(codec: Codec, packed: Vec<u8>) -> Result<Vec<u8>, ScanError> {
    let source = packed.as_slice();
    match codec {
        Codec::Null => Ok(packed),
        Codec::Snappy => snappy(source),
        Codec::Deflate => bounded(flate2::bufread::DeflateDecoder::new(source)),
        Codec::Bzip2 => bounded(bzip2::bufread::MultiBzDecoder::new(source)),
        Codec::Xz => bounded(lzma_rust2::XzReader::new_mem_limit(source, true, XZ_MEMORY_KIB)),
        Codec::Zstandard => {
            bounded(StreamingDecoder::new_with_max_window_size(source, MAX_BLOCK_BYTES).map_err(broken)?)
        }
    }
}

fn bounded(source: impl Read) -> Result<Vec<u8>, ScanError> {
    let mut plain = Vec::new();
    source.take(MAX_BLOCK_BYTES + 1).read_to_end(&mut plain).map_err(broken)?;
    require_size(plain.len() as u64)?;
    Ok(plain)
}

/// Refuse a block that is too large.
pub fn require_size(bytes: u64) -> Result<(), ScanError> {
    if bytes <= MAX_BLOCK_BYTES {
        return Ok(());
    }
    let message = format!("A block of the Avro file is larger than {} MiB.", MAX_BLOCK_BYTES >> 20);
    Err(ScanError::new("unpacked_too_large", message).hint("Write it anew with smaller blocks."))
}

fn snappy(source: &[u8]) -> Result<Vec<u8>, ScanError> {
    let Some((packed, sum)) = source.split_last_chunk::<4>() else {
        return Err(broken("a block is shorter than its checksum"));
    };
    require_size(snap::raw::decompress_len(packed).map_err(broken)? as u64)?;
    let plain = snap::raw::Decoder::new().decompress_vec(packed).map_err(broken)?;
    if crc32fast::hash(&plain) == u32::from_be_bytes(*sum) {
        Ok(plain)
    } else {
        Err(broken("a block does not have the checksum that is written behind it"))
    }
}
