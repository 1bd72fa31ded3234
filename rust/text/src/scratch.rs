//! A file's content as a file of its own, for readers that must move about in it: unpacked, and in
//! UTF-8 where it is JSON of two or four bytes a character.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use agensium_kernel::{Progress, ScanError};
use serde::Serialize;

use crate::decode::Decoded;
use crate::encoding::wide_json;
use crate::limits::Limits;
use crate::packed::{Opened, Packing, Stream, open_outer};

const BLOCK_BYTES: usize = 256 << 10;
const HEAD_BYTES: u64 = 4096;
/// How often progress is told.
const BEAT: Duration = Duration::from_millis(200);

/// What was written.
#[derive(Debug, Clone, Serialize)]
pub struct Unpacked {
    /// How the file is packed.
    pub packing: Option<Packing>,
    /// The member that was taken.
    pub member: Option<String>,
    /// All members, where there are several.
    pub members: Vec<String>,
    /// The encoding that the text had, if it was changed.
    pub encoding: Option<String>,
}

/// The first bytes of a file, unpacked.
pub fn head(path: &Path, member: Option<&str>, limits: Limits, most: u64) -> Result<Vec<u8>, ScanError> {
    let mut head = Vec::new();
    open_outer(path, member, limits)?.stream.take(most).read_to_end(&mut head)?;
    Ok(head)
}

/// Write a file's content to another one, which must be there. `monitor` returns false to stop.
pub fn unpack(
    path: &Path,
    member: Option<&str>,
    limits: Limits,
    to: &Path,
    monitor: &mut dyn FnMut(Progress) -> bool,
) -> Result<Unpacked, ScanError> {
    let Opened { mut stream, taken, bytes, packing, member, members } = open_outer(path, member, limits)?;
    let mut head = Vec::new();
    stream.by_ref().take(HEAD_BYTES).read_to_end(&mut head)?;
    let found = wide_json(&head);
    let encoding = found.as_ref().map(|found| found.name.clone());
    let stream: Stream = Box::new(std::io::Cursor::new(head).chain(stream));
    let mut stream = match found {
        Some(found) => match Decoded::new(stream, found.charset, Arc::<AtomicU64>::default()) {
            Ok(decoded) => Box::new(decoded),
            Err(plain) => plain,
        },
        None => stream,
    };
    let mut file = OpenOptions::new().write(true).truncate(true).open(to)?;
    let (mut block, mut written, mut told) = (vec![0; BLOCK_BYTES], 0, Instant::now());
    loop {
        let length = stream.read(&mut block)?;
        if length == 0 {
            return Ok(Unpacked { packing, member, members, encoding });
        }
        written += length as u64;
        if written > limits.scratch_bytes {
            let message = format!("The file unpacks to more than {} MiB.", limits.scratch_bytes >> 20);
            return Err(ScanError::new("unpacked_too_large", message).hint("Send it unpacked, or in parts."));
        }
        file.write_all(&block[..length]).map_err(full)?;
        if told.elapsed() > BEAT {
            told = Instant::now();
            let progress = Progress { rows: 0, bytes: taken.load(Ordering::Relaxed), total_bytes: bytes };
            if !monitor(progress) {
                return Err(ScanError::cancelled());
            }
        }
    }
}

fn full(error: std::io::Error) -> ScanError {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            ScanError::new("scratch_full", "There is no room to unpack the file.")
                .hint("Send it unpacked, or free some space where files are unpacked.")
        }
        _ => error.into(),
    }
}
