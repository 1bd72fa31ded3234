//! The container of an Avro file: its header and its blocks, not yet unpacked.
//! <https://avro.apache.org/docs/1.12.0/specification/#object-container-files>

use std::io::{BufRead, BufReader, Read};

use agensium_kernel::ScanError;

use super::unpack::{Codec, require_size};
use crate::guard::broken;
use crate::input::Cursor;

/// A longer header is an error.
const MAX_HEADER_BYTES: usize = 16 << 20;
const MAGIC: &[u8] = b"Obj\x01";

/// A block as it stands in the file.
#[derive(Debug)]
pub struct Block {
    /// How many rows it says it holds.
    pub rows: u64,
    /// Its bytes, packed.
    pub packed: Vec<u8>,
}

/// Reads the blocks one after the other.
pub struct Blocks {
    input: BufReader<Cursor>,
    /// How blocks are packed.
    pub codec: Codec,
    /// The schema, as JSON.
    pub schema: Vec<u8>,
    sync: [u8; 16],
}

impl Blocks {
    /// Read the header.
    pub fn open(input: Cursor) -> Result<Self, ScanError> {
        let mut input = BufReader::with_capacity(128 << 10, input);
        let mut magic = [0; 4];
        exact(&mut input, &mut magic)?;
        if magic != MAGIC {
            return Err(broken("it does not begin as an Avro file"));
        }
        let (mut codec, mut schema, mut room) = (Codec::Null, None, MAX_HEADER_BYTES);
        loop {
            let count = long(&mut input)?;
            if count == 0 {
                break;
            }
            if count < 0 {
                long(&mut input)?;
            }
            for _ in 0..count.unsigned_abs() {
                let key = text(&mut input, &mut room)?;
                let value = text(&mut input, &mut room)?;
                match key.as_slice() {
                    b"avro.codec" => codec = Codec::named(&value)?,
                    b"avro.schema" => schema = Some(value),
                    _ => {}
                }
            }
        }
        let schema = schema.ok_or_else(|| broken("it has no schema"))?;
        let mut sync = [0; 16];
        exact(&mut input, &mut sync)?;
        Ok(Self { input, codec, schema, sync })
    }

    /// The next block, none at the end of the file.
    pub fn next(&mut self) -> Result<Option<Block>, ScanError> {
        if self.input.fill_buf()?.is_empty() {
            return Ok(None);
        }
        let rows = u64::try_from(long(&mut self.input)?).map_err(|_| broken("a block has a negative count"))?;
        let size = u64::try_from(long(&mut self.input)?).map_err(|_| broken("a block has a negative size"))?;
        require_size(size)?;
        // Only what is really there takes memory.
        let mut packed = Vec::new();
        self.input.by_ref().take(size).read_to_end(&mut packed)?;
        let mut sync = [0; 16];
        exact(&mut self.input, &mut sync)?;
        if packed.len() as u64 != size || sync != self.sync {
            return Err(broken("a block does not end where it says"));
        }
        Ok(Some(Block { rows, packed }))
    }

    /// The header of the same file with blocks that are not packed.
    pub fn plain_header(&self) -> Vec<u8> {
        let mut header = MAGIC.to_vec();
        put_long(1, &mut header);
        put_long(11, &mut header);
        header.extend_from_slice(b"avro.schema");
        put_long(self.schema.len() as i64, &mut header);
        header.extend_from_slice(&self.schema);
        header.push(0);
        header.extend_from_slice(&self.sync);
        header
    }

    /// What stands behind each block.
    pub fn sync(&self) -> [u8; 16] {
        self.sync
    }
}

fn exact(input: &mut impl Read, buffer: &mut [u8]) -> Result<(), ScanError> {
    input.read_exact(buffer).map_err(|error| match error.kind() {
        std::io::ErrorKind::UnexpectedEof => broken("its end is missing"),
        _ => error.into(),
    })
}

fn long(input: &mut impl Read) -> Result<i64, ScanError> {
    let (mut value, mut byte) = (0u64, [0]);
    for shift in (0..64).step_by(7) {
        exact(input, &mut byte)?;
        value |= u64::from(byte[0] & 0x7f) << shift;
        if byte[0] < 0x80 {
            return Ok((value >> 1) as i64 ^ -((value & 1) as i64));
        }
    }
    Err(broken("a number is too long"))
}

/// Write a number as Avro does.
pub fn put_long(value: i64, bytes: &mut Vec<u8>) {
    let mut rest = ((value << 1) ^ (value >> 63)) as u64;
    while rest >= 0x80 {
        bytes.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
}

fn text(input: &mut impl Read, room: &mut usize) -> Result<Vec<u8>, ScanError> {
    let length = usize::try_from(long(input)?).map_err(|_| broken("a text has a negative length"))?;
    *room = room.checked_sub(length.saturating_add(1)).ok_or_else(|| {
        let message = format!("The header of the Avro file is longer than {} MiB.", MAX_HEADER_BYTES >> 20);
        ScanError::new("unpacked_too_large", message)
    })?;
    let mut bytes = vec![0; length];
    exact(input, &mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_they_are_read() {
        for value in [0, -1, 1, 63, 64, -65, i64::MAX, i64::MIN] {
            let mut bytes = Vec::new();
            put_long(value, &mut bytes);
            assert_eq!(long(&mut bytes.as_slice()), Ok(value));
        }
    }
}
