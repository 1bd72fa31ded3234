//! The lengths in an Arrow file, held against the file before its reader takes memory for them.

use std::io::{Read, Seek, SeekFrom};

use agensium_kernel::ScanError;
use arrow_ipc::{MessageHeader, root_as_footer, root_as_message};

use crate::guard::{broken, guarded};
use crate::input::Input;

/// Batches that unpack to more are an error.
pub const MAX_BATCH_BYTES: u64 = 1 << 30;
/// Descriptions of batches that are longer are an error.
const MAX_METADATA_BYTES: u64 = 64 << 20;
/// Rows that a batch may have whatever its bytes are; more need a bit each.
const FREE_ROWS: u64 = 1 << 20;
const MARK: [u8; 4] = [0xff; 4];
const MAGIC_BYTES: u64 = 6;

/// Check all blocks that the footer of a file names.
pub fn check_file(input: &Input) -> Result<(), ScanError> {
    let end = input.length().checked_sub(4 + MAGIC_BYTES).ok_or_else(cut)?;
    let mut length = [0; 4];
    input.reader_at(end).read_exact(&mut length).map_err(|_| cut())?;
    let length = u64::try_from(i32::from_le_bytes(length)).map_err(|_| cut())?;
    let footer = bytes(input, end.checked_sub(length).ok_or_else(cut)?, length)?;
    let blocks = guarded(|| {
        let footer = root_as_footer(&footer).map_err(broken)?;
        let all = footer.dictionaries().into_iter().flatten().chain(footer.recordBatches().into_iter().flatten());
        Ok::<_, ScanError>(
            all.map(|block| (block.offset(), block.metaDataLength(), block.bodyLength())).collect::<Vec<_>>(),
        )
    })??;
    for (offset, metadata, body) in blocks {
        let place = |value: i64| u64::try_from(value).map_err(|_| broken("a block has a negative place"));
        let (offset, metadata, body) = (place(offset)?, place(metadata.into())?, place(body)?);
        let end = offset.checked_add(metadata).and_then(|end| end.checked_add(body));
        if end.is_none_or(|end| end > input.length()) || metadata < 8 {
            return Err(broken("a block does not lie in the file"));
        }
        let message = bytes(input, offset, metadata)?;
        let skipped = if message.starts_with(&MARK) { 8 } else { 4 };
        check_message(input, &message[skipped..], offset + metadata)?;
    }
    Ok(())
}

/// Check all messages of a stream.
pub fn check_stream(input: &Input) -> Result<(), ScanError> {
    let mut reader = input.reader();
    loop {
        let mut length = [0; 4];
        // A stream may end without a mark.
        if reader.read(&mut length[..1])? == 0 {
            return Ok(());
        }
        reader.read_exact(&mut length[1..]).map_err(|_| cut())?;
        if length == MARK {
            reader.read_exact(&mut length).map_err(|_| cut())?;
        }
        let length =
            u64::try_from(i32::from_le_bytes(length)).map_err(|_| broken("a message has a negative length"))?;
        if length == 0 {
            return Ok(());
        }
        let at = reader.stream_position()?;
        let message = bytes(input, at, length)?;
        let body = check_message(input, &message, at + length)?;
        reader.seek(SeekFrom::Start(at + length + body))?;
    }
}

/// Check a message whose body begins at a place; returns the body's length.
fn check_message(input: &Input, message: &[u8], body_at: u64) -> Result<u64, ScanError> {
    let (body, rows, packed) = guarded(|| {
        let message = root_as_message(message).map_err(broken)?;
        let batch = match message.header_type() {
            MessageHeader::RecordBatch => message.header_as_record_batch(),
            MessageHeader::DictionaryBatch => message.header_as_dictionary_batch().and_then(|batch| batch.data()),
            _ => None,
        };
        let rows = batch.map_or(0, |batch| batch.length());
        let packed = batch.filter(|batch| batch.compression().is_some()).and_then(|batch| batch.buffers());
        let places = packed.into_iter().flatten().map(|buffer| (buffer.offset(), buffer.length()));
        Ok::<_, ScanError>((message.bodyLength(), rows, places.collect::<Vec<_>>()))
    })??;
    let body = u64::try_from(body).map_err(|_| broken("a message has a negative length"))?;
    if body_at.checked_add(body).is_none_or(|end| end > input.length()) {
        return Err(cut());
    }
    let mut unpacked = 0u64;
    for (offset, length) in packed.into_iter().filter(|place| place.1 >= 8) {
        let at = u64::try_from(offset).ok().and_then(|offset| body_at.checked_add(offset));
        let mut size = [0; 8];
        input.reader_at(at.ok_or_else(cut)?).read_exact(&mut size).map_err(|_| cut())?;
        // -1 says that the buffer is not packed after all.
        let size = i64::from_le_bytes(size);
        unpacked = unpacked.saturating_add(if size < 0 { length as u64 } else { size as u64 });
    }
    let rows = u64::try_from(rows).map_err(|_| broken("a batch has a negative number of rows"))?;
    if rows > FREE_ROWS.saturating_add(unpacked.max(body).saturating_mul(8)) {
        let message = format!("The Arrow file has a batch of {rows} rows, for which it has not even a bit each.");
        return Err(ScanError::new("unsupported_format", message).hint("Leave out columns without values."));
    }
    if unpacked.max(body) > MAX_BATCH_BYTES {
        let message = format!("A batch of the Arrow file takes more than {} MiB.", MAX_BATCH_BYTES >> 20);
        return Err(ScanError::new("unpacked_too_large", message).hint("Write it anew with smaller batches."));
    }
    Ok(body)
}

fn bytes(input: &Input, at: u64, length: u64) -> Result<Vec<u8>, ScanError> {
    if length > MAX_METADATA_BYTES {
        let message = format!("A description in the Arrow file is longer than {} MiB.", MAX_METADATA_BYTES >> 20);
        return Err(ScanError::new("unpacked_too_large", message));
    }
    let mut found = Vec::new();
    input.reader_at(at).take(length).read_to_end(&mut found)?;
    if found.len() as u64 == length { Ok(found) } else { Err(cut()) }
}

fn cut() -> ScanError {
    broken("its end is missing, or a length in it is wrong")
}
