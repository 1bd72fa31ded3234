//! A look into a packed workbook before it is unpacked: what it is, and whether it is a bomb.

use std::io::{BufReader, Read};

use agensium_kernel::ScanError;
use zip::ZipArchive;

use super::records;
use super::survey::{self, Survey};
use crate::guard::{broken, guarded};
use crate::input::{Cursor, Input};
use crate::limits::Limits;

type Archive = ZipArchive<BufReader<Cursor>>;

/// Files in a workbook.
pub const MAX_PARTS: usize = 20_000;
/// Bytes of a sheet or of the shared texts, unpacked.
pub const MAX_PART_BYTES: u64 = 1 << 30;
/// Bytes of what is held in memory as a whole, unpacked.
pub const MAX_HELD_BYTES: u64 = 256 << 20;
/// How far into a part entities are looked for.
const PROLOG_BYTES: u64 = 64 << 10;
/// What the list of parts of an open-document file calls the key of an encrypted one.
const ENCRYPTED: &[u8] = b"encryption-data";
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
fn inspect_part(archive: &mut Archive, number: usize) -> Result<Option<String>, ScanError> {
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
    // Some writers put the parts into another folder, or write paths as Windows does.
    let book = |name: &str| {
        let is_book = |each: &str| each.rsplit(['/', '\\']).next().is_some_and(|last| last.eq_ignore_ascii_case(name));
        has("[Content_Types].xml") && archive.file_names().flatten().any(|each| is_book(&each))
    };
    if has("xl/workbook.xml") || book("workbook.xml") {
        Packed::Xlsx
    } else if has("xl/workbook.bin") || book("workbook.bin") {
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

/// The error of a workbook that is encrypted.
pub fn locked() -> ScanError {
    ScanError::new("unsupported_format", "The workbook is protected by a password.").hint("Save it without one.")
}

/// Refuse an open-document file whose parts are encrypted: only its list of parts says so.
pub fn refuse_locked_ods(input: &Input) -> Result<(), ScanError> {
    let mut archive = archive(input)?;
    let Ok(part) = guarded(|| archive.by_name("META-INF/manifest.xml"))? else { return Ok(()) };
    let mut manifest = Vec::new();
    guarded(|| part.take(MAX_HELD_BYTES).read_to_end(&mut manifest))?.map_err(broken)?;
    let encrypted = manifest.windows(ENCRYPTED.len()).any(|window| window == ENCRYPTED);
    if encrypted { Err(locked()) } else { Ok(()) }
}

/// Look over the sheets of an open-document file.
pub fn survey_ods(input: &Input, limits: Limits) -> Result<Vec<Survey>, ScanError> {
    let mut archive = archive(input)?;
    let part = guarded(|| archive.by_name("content.xml"))?.map_err(broken)?;
    guarded(|| survey::ods(BufReader::new(part.take(MAX_HELD_BYTES)), limits))?
}

/// Look over a sheet of an xlsx; none if its part is not found.
pub fn survey_xlsx(input: &Input, sheet: &str) -> Result<Option<Survey>, ScanError> {
    let mut archive = archive(input)?;
    let book = held(&mut archive, "xl/workbook.xml")?;
    let id = guarded(|| survey::attribute(&book, "sheet", ("name", sheet), "id"))?;
    let Some(name) = linked(&mut archive, "xl/_rels/workbook.xml.rels", id)? else { return Ok(None) };
    let Ok(part) = guarded(|| archive.by_name(&name))? else { return Ok(None) };
    guarded(|| survey::xlsx(BufReader::new(part.take(MAX_PART_BYTES))))?.map(Some)
}

/// Look over a sheet of an xlsb; none if its part is not found.
pub fn survey_xlsb(input: &Input, sheet: &str) -> Result<Option<Survey>, ScanError> {
    let mut archive = archive(input)?;
    let book = held(&mut archive, "xl/workbook.bin")?;
    let id = guarded(|| records::xlsb_sheet(&book[..], sheet))??;
    let Some(name) = linked(&mut archive, "xl/_rels/workbook.bin.rels", id)? else { return Ok(None) };
    let Ok(part) = guarded(|| archive.by_name(&name))? else { return Ok(None) };
    guarded(|| records::xlsb(BufReader::new(part.take(MAX_PART_BYTES))))?.map(Some)
}

/// A part as a whole; nothing if there is none.
fn held(archive: &mut Archive, name: &str) -> Result<Vec<u8>, ScanError> {
    let Ok(part) = guarded(|| archive.by_name(name))? else { return Ok(Vec::new()) };
    let mut bytes = Vec::new();
    guarded(|| part.take(MAX_HELD_BYTES).read_to_end(&mut bytes))?.map_err(broken)?;
    Ok(bytes)
}

/// The name of the part that an id stands for.
fn linked(archive: &mut Archive, links: &str, id: Option<String>) -> Result<Option<String>, ScanError> {
    let Some(id) = id else { return Ok(None) };
    let links = held(archive, links)?;
    let target = guarded(|| survey::attribute(&links, "Relationship", ("Id", &id), "Target"))?;
    Ok(target.map(|target| target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned)))
}

fn archive(input: &Input) -> Result<Archive, ScanError> {
    guarded(|| ZipArchive::new(BufReader::new(input.reader())))?.map_err(broken)
}
