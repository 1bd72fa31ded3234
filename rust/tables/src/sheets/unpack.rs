//! A look into a packed workbook before it is unpacked: what it is, and whether it is a bomb.

use std::io::{BufReader, Read};

use agensium_kernel::ScanError;
use zip::ZipArchive;

use super::cells::limit;
use crate::guard::{broken, guarded};
use crate::input::Input;

/// Files in a workbook.
pub const MAX_PARTS: usize = 20_000;
/// Bytes of a sheet or of the shared texts, unpacked.
pub const MAX_PART_BYTES: u64 = 1 << 30;
/// Bytes of what is held in memory as a whole, unpacked.
pub const MAX_HELD_BYTES: u64 = 256 << 20;
/// Deflate makes at most this much of a byte.
const MOST_RATIO: u64 = 1032;

/// What a packed file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packed {
    /// A workbook in XML.
    Xlsx,
    /// A workbook in binary parts.
    Xlsb,
    /// An open-document spreadsheet.
    Ods,
    /// Some other archive.
    Archive,
}

/// Look at the parts of an archive.
pub fn inspect(input: &Input) -> Result<Packed, ScanError> {
    let mut archive = guarded(|| ZipArchive::new(BufReader::new(input.reader())))?.map_err(broken)?;
    let kind = kind(&archive);
    if kind == Packed::Archive {
        return Ok(kind);
    }
    if archive.len() > MAX_PARTS {
        return Err(limit(format!("The workbook has more than {MAX_PARTS} parts.")));
    }
    for number in 0..archive.len() {
        let part = guarded(|| archive.by_index(number))?.map_err(broken)?;
        let name = part.name().map_err(broken)?.into_owned();
        let most = if is_held(&name) { MAX_HELD_BYTES } else { MAX_PART_BYTES };
        let too_large =
            part.size() > most || part.compressed_size() > most / MOST_RATIO && unpacked(part, most)? > most;
        if too_large {
            return Err(limit(format!("The workbook's part '{name}' is larger than {} MiB.", most >> 20)));
        }
    }
    Ok(kind)
}

fn kind<R: Read + std::io::Seek>(archive: &ZipArchive<R>) -> Packed {
    let has = |name: &str| archive.file_names().flatten().any(|each| each.eq_ignore_ascii_case(name));
    if has("xl/workbook.xml") {
        Packed::Xlsx
    } else if has("xl/workbook.bin") {
        Packed::Xlsb
    } else if has("content.xml") && has("mimetype") {
        Packed::Ods
    } else {
        Packed::Archive
    }
}

/// Whether a part is held in memory as a whole while the workbook is open.
fn is_held(name: &str) -> bool {
    !name.to_ascii_lowercase().starts_with("xl/worksheets/")
}

/// The size that a part really has, as far as it matters.
fn unpacked(part: impl Read, most: u64) -> Result<u64, ScanError> {
    let mut part = part.take(most + 1);
    guarded(|| std::io::copy(&mut part, &mut std::io::sink()))?.map_err(broken)
}
