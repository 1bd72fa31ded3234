//! A look into a packed workbook before it is unpacked: what it is, and whether it is a bomb.

use std::io::{BufReader, Read};

use agensium_kernel::ScanError;
use zip::ZipArchive;

use super::survey::{self, Survey};
use crate::guard::{broken, guarded};
use crate::input::{Cursor, Input};

/// Files in a workbook.
pub const MAX_PARTS: usize = 20_000;
/// Bytes of a sheet or of the shared texts, unpacked.
pub const MAX_PART_BYTES: u64 = 1 << 30;
/// Bytes of what is held in memory as a whole, unpacked.
pub const MAX_HELD_BYTES: u64 = 256 << 20;
/// How far into a part entities are looked for.
const PROLOG_BYTES: u64 = 64 << 10;
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
    let mut archive = archive(input)?;
    let kind = kind(&archive);
    if kind == Packed::Archive {
        return Ok(kind);
    }
    if archive.len() > MAX_PARTS {
        let message = format!("The workbook has more than {MAX_PARTS} parts.");
        return Err(ScanError::new("too_many_members", message));
    }
    for number in 0..archive.len() {
        let xml = inspect_part(&mut archive, number)?;
        if let Some(name) = xml {
            refuse_entities(guarded(|| archive.by_index(number))?.map_err(broken)?, &name)?;
        }
    }
    Ok(kind)
}

/// Look at a part; returns its name if it is XML.
fn inspect_part(archive: &mut ZipArchive<BufReader<Cursor>>, number: usize) -> Result<Option<String>, ScanError> {
    let part = guarded(|| archive.by_index(number))?.map_err(broken)?;
    let name = part.name().map_err(broken)?.into_owned();
    if part.enclosed_name().is_none() {
        let message = format!("The workbook has a part with an unsafe path: {name:?}.");
        return Err(ScanError::new("unsafe_path", message).hint("Save it anew."));
    }
    let most = if is_held(&name) { MAX_HELD_BYTES } else { MAX_PART_BYTES };
    let too_large = part.size() > most || part.compressed_size() > most / MOST_RATIO && unpacked(part, most)? > most;
    if too_large {
        let message = format!("The workbook's part '{name}' is larger than {} MiB.", most >> 20);
        return Err(ScanError::new("unpacked_too_large", message).hint("Save the table alone, or as CSV."));
    }
    Ok(name.to_ascii_lowercase().ends_with(".xml").then_some(name))
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

/// Refuse entities that a part declares: they can stand for any amount of text. They can only be declared
/// before the first element.
fn refuse_entities(part: impl Read, name: &str) -> Result<(), ScanError> {
    let mut prolog = Vec::new();
    part.take(PROLOG_BYTES).read_to_end(&mut prolog).map_err(broken)?;
    let declared = |mark: &[u8]| prolog.windows(mark.len()).any(|window| window == mark);
    if declared(b"<!ENTITY") {
        let message = format!("The workbook's part '{name}' declares XML entities.");
        return Err(ScanError::new("xml_entities", message).hint("Save it anew in a spreadsheet."));
    }
    Ok(())
}

/// Look over the sheets of an open-document file.
pub fn survey_ods(input: &Input) -> Result<Vec<Survey>, ScanError> {
    let mut archive = archive(input)?;
    let part = guarded(|| archive.by_name("content.xml"))?.map_err(broken)?;
    guarded(|| survey::ods(BufReader::new(part.take(MAX_HELD_BYTES))))?
}

/// Look over a sheet of an xlsx; none if its part is not found.
pub fn survey_xlsx(input: &Input, sheet: &str) -> Result<Option<Survey>, ScanError> {
    let mut archive = archive(input)?;
    let mut part = |name: &str| -> Result<Vec<u8>, ScanError> {
        let Ok(part) = guarded(|| archive.by_name(name))? else { return Ok(Vec::new()) };
        let mut bytes = Vec::new();
        guarded(|| part.take(MAX_HELD_BYTES).read_to_end(&mut bytes))?.map_err(broken)?;
        Ok(bytes)
    };
    let book = part("xl/workbook.xml")?;
    let Some(id) = guarded(|| survey::attribute(&book, "sheet", ("name", sheet), "id"))? else { return Ok(None) };
    let links = part("xl/_rels/workbook.xml.rels")?;
    let Some(target) = guarded(|| survey::attribute(&links, "Relationship", ("Id", &id), "Target"))? else {
        return Ok(None);
    };
    let name = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
    let Ok(part) = guarded(|| archive.by_name(&name))? else { return Ok(None) };
    guarded(|| survey::xlsx(BufReader::new(part.take(MAX_PART_BYTES))))?.map(Some)
}

fn archive(input: &Input) -> Result<ZipArchive<BufReader<Cursor>>, ScanError> {
    guarded(|| ZipArchive::new(BufReader::new(input.reader())))?.map_err(broken)
}
