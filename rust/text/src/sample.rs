//! The bytes that detection looks at: the head, and of files that are not packed also samples and the tail.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use agensium_kernel::ScanError;

use crate::limits::Limits;
use crate::packed::{Opened, Packing, open};

const HEAD_BYTES: u64 = 64 << 10;
const MOST_HEAD_BYTES: u64 = 512 << 10;
const SAMPLE_BYTES: u64 = 8 << 10;
const TAIL_BYTES: u64 = 64 << 10;
/// Lines that a head should have.
const ENOUGH_LINES: usize = 20;

/// What was read of a file.
#[derive(Default)]
pub struct Sample {
    /// The first bytes, unpacked.
    pub head: Vec<u8>,
    /// Whether that is the whole file.
    pub ended: bool,
    /// Bytes from further on.
    pub others: Vec<Vec<u8>>,
    /// The last bytes.
    pub tail: Vec<u8>,
    /// Size of the file.
    pub bytes: u64,
    /// How it is packed.
    pub packing: Option<Packing>,
    /// The member that is read.
    pub member: Option<String>,
    /// All members.
    pub members: Vec<String>,
}

/// Take the sample.
pub fn sample(path: &Path, member: Option<&str>, limits: Limits) -> Result<Sample, ScanError> {
    let Opened { mut stream, bytes, packing, member, members, .. } = open(path, member, limits)?;
    let mut sample = Sample { bytes, packing, member, members, ..Sample::default() };
    let mut wanted = HEAD_BYTES;
    while !sample.ended {
        let missing = wanted - sample.head.len() as u64;
        let got = stream.by_ref().take(missing).read_to_end(&mut sample.head)? as u64;
        sample.ended = got < missing;
        let lines = memchr::memchr2_iter(b'\n', b'\r', &sample.head).take(ENOUGH_LINES).count();
        if lines == ENOUGH_LINES || wanted >= MOST_HEAD_BYTES {
            break;
        }
        wanted = (wanted * 4).min(MOST_HEAD_BYTES);
    }
    if !sample.ended && stream.read(&mut [0])? == 0 {
        sample.ended = true;
    }
    if !sample.ended && packing.is_none() {
        further(path, &mut sample)?;
    }
    Ok(sample)
}

fn further(path: &Path, sample: &mut Sample) -> Result<(), ScanError> {
    let mut file = File::open(path)?;
    let head = sample.head.len() as u64;
    for part in 1..=3 {
        // A multiple of four, for encodings of two and four bytes.
        let at = (head + (sample.bytes - head) / 4 * part) & !3;
        sample.others.push(piece(&mut file, at, SAMPLE_BYTES)?);
    }
    let at = sample.bytes.saturating_sub(TAIL_BYTES).max(head);
    sample.tail = piece(&mut file, at, TAIL_BYTES)?;
    sample.others.push(sample.tail.clone());
    Ok(())
}

fn piece(file: &mut File, at: u64, length: u64) -> Result<Vec<u8>, ScanError> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(at))?;
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}
