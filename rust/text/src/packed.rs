//! Archives of one table: gzip, zstd, bzip2, xz, zip; unpacked while they are read.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use agensium_kernel::ScanError;
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};
use serde::Serialize;
use zip::CompressionMethod;

use crate::limits::{Counted, Guarded, Limits};

/// A stream that can be scanned.
pub type Stream = Box<dyn Read + Send>;

const XZ_MEMORY_KIB: u32 = 256 << 10;
const ZSTD_WINDOW: u64 = 128 << 20;
const MOST_LISTED: usize = 100;

/// How a file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Packing {
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstd,
    /// bzip2.
    Bzip2,
    /// xz.
    Xz,
    /// PKZIP.
    Zip,
}

impl Packing {
    /// Tell by the first bytes.
    pub fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstd),
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, ..] => Some(Self::Bzip2),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Xz),
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Self::Zip),
            _ => None,
        }
    }
}

/// A file opened for reading, unpacked.
pub struct Opened {
    /// The bytes.
    pub stream: Stream,
    /// Bytes of the file that were read.
    pub taken: Arc<AtomicU64>,
    /// Size of the file.
    pub bytes: u64,
    /// How it is packed.
    pub packing: Option<Packing>,
    /// The member of an archive that is read.
    pub member: Option<String>,
    /// All members, where there are several.
    pub members: Vec<String>,
}

/// Open a file of text. `member` chooses among those of an archive; none of them is an archive.
pub fn open(path: &Path, member: Option<&str>, limits: Limits) -> Result<Opened, ScanError> {
    let mut opened = open_outer(path, member, limits)?;
    if opened.packing.is_some() {
        refuse_nested(&mut opened)?;
    }
    Ok(opened)
}

/// Open a file whatever it holds: a workbook is an archive too.
pub fn open_outer(path: &Path, member: Option<&str>, limits: Limits) -> Result<Opened, ScanError> {
    let mut file = File::open(path)?;
    let bytes = file.metadata()?.len();
    let mut head = Vec::new();
    file.by_ref().take(16).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    let taken = Arc::new(AtomicU64::new(0));
    let packing = Packing::of(&head);
    let mut opened = Opened {
        stream: Box::new(io::empty()),
        taken: taken.clone(),
        bytes,
        packing,
        member: None,
        members: Vec::new(),
    };
    let counted = |file| BufReader::with_capacity(128 << 10, Counted::new(file, taken.clone()));
    let inner: Stream = match packing {
        None => {
            opened.stream = Box::new(Counted::new(file, taken.clone()));
            return Ok(opened);
        }
        Some(Packing::Gzip) => Box::new(flate2::bufread::MultiGzDecoder::new(counted(file))),
        Some(Packing::Zstd) => Box::new(Frames::new(counted(file))),
        Some(Packing::Bzip2) => Box::new(bzip2::bufread::MultiBzDecoder::new(counted(file))),
        Some(Packing::Xz) => Box::new(lzma_rust2::XzReader::new_mem_limit(counted(file), true, XZ_MEMORY_KIB)),
        Some(Packing::Zip) => {
            let chosen = choose(file, member, limits)?;
            opened.member = Some(chosen.name);
            opened.members = chosen.others;
            let mut file = File::open(path)?;
            file.seek(SeekFrom::Start(chosen.start))?;
            let packed = counted(file).take(chosen.packed);
            match chosen.method {
                CompressionMethod::Stored => Box::new(packed),
                _ => Box::new(flate2::bufread::DeflateDecoder::new(packed)),
            }
        }
    };
    opened.stream = Box::new(Guarded::new(inner, taken, limits));
    Ok(opened)
}

/// An archive within an archive is not opened.
fn refuse_nested(opened: &mut Opened) -> Result<(), ScanError> {
    let mut head = Vec::new();
    opened.stream.by_ref().take(16).read_to_end(&mut head)?;
    if Packing::of(&head).is_some() {
        return Err(
            ScanError::new("nested_archive", "The archive holds another archive.").hint("Unpack the outer one.")
        );
    }
    let rest = std::mem::replace(&mut opened.stream, Box::new(io::empty()));
    opened.stream = Box::new(io::Cursor::new(head).chain(rest));
    Ok(())
}

struct Chosen {
    name: String,
    others: Vec<String>,
    start: u64,
    packed: u64,
    method: CompressionMethod,
}

fn choose(file: File, member: Option<&str>, limits: Limits) -> Result<Chosen, ScanError> {
    let damaged = |error: zip::result::ZipError| {
        ScanError::new("archive_damaged", format!("The ZIP archive cannot be read: {error}."))
    };
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    if archive.len() > limits.members {
        let message = format!("The archive has {} members; at most {} are listed.", archive.len(), limits.members);
        return Err(ScanError::new("too_many_members", message).hint("Send the one table that is meant."));
    }
    let mut files = Vec::new();
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(damaged)?;
        let name = entry.name().map_err(damaged)?.into_owned();
        if entry.is_dir() || is_litter(&name) {
            continue;
        }
        if entry.enclosed_name().is_none() || entry.is_symlink() {
            let message = format!("The archive has a member with an unsafe path: {name:?}.");
            return Err(ScanError::new("unsafe_path", message).hint("Pack it again with plain names."));
        }
        files.push((index, name));
    }
    let names: Vec<String> = files.iter().map(|(_, name)| name.clone()).collect();
    let (index, name) = match (member, files.len()) {
        (Some(wanted), _) => {
            files.into_iter().find(|(_, name)| name == wanted).ok_or_else(|| unknown(wanted, &names))?
        }
        (None, 1) => files.remove(0),
        (None, 0) => return Err(ScanError::new("empty_file", "The archive is empty.")),
        (None, _) => return Err(several(&names)),
    };
    let entry = archive.by_index_raw(index).map_err(damaged)?;
    let method = entry.compression();
    if entry.encrypted() {
        return Err(ScanError::new("encrypted", format!("{name:?} is encrypted.")).hint("Send it without a password."));
    }
    if !matches!(method, CompressionMethod::Stored | CompressionMethod::Deflated) {
        return Err(ScanError::new(
            "unsupported_format",
            format!("{name:?} is packed by {method}, which is not read."),
        ));
    }
    let start =
        entry.data_start().ok_or_else(|| ScanError::new("archive_damaged", "The ZIP archive cannot be read."))?;
    let others = if names.len() > 1 { names } else { Vec::new() };
    Ok(Chosen { packed: entry.compressed_size(), start, method, name, others })
}

/// What archivers leave beside the files.
fn is_litter(name: &str) -> bool {
    name.starts_with("__MACOSX/") || name.ends_with(".DS_Store") || name.ends_with("Thumbs.db")
}

fn several(names: &[String]) -> ScanError {
    let message = format!("The archive holds {} files: {}.", names.len(), listed(names));
    ScanError::new("member_needed", message).hint("Choose one with read.member.").choices(shown(names))
}

fn unknown(wanted: &str, names: &[String]) -> ScanError {
    ScanError::new("member_needed", format!("The archive has no member {wanted:?}."))
        .hint(format!("It holds {}.", listed(names)))
        .choices(shown(names))
}

fn shown(names: &[String]) -> Vec<String> {
    names.iter().take(MOST_LISTED).cloned().collect()
}

fn listed(names: &[String]) -> String {
    let mut shown: Vec<String> = names.iter().take(MOST_LISTED).map(|name| format!("{name:?}")).collect();
    if names.len() > MOST_LISTED {
        shown.push(format!("{} more", names.len() - MOST_LISTED));
    }
    shown.join(", ")
}

/// Zstandard frames one after another.
struct Frames<R: Read> {
    state: Option<StreamingDecoder<R, FrameDecoder>>,
    source: Option<R>,
}

impl<R: io::BufRead> Frames<R> {
    fn new(source: R) -> Self {
        Self { state: None, source: Some(source) }
    }
}

impl<R: io::BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(state) = &mut self.state {
                let length = state.read(buffer)?;
                if length > 0 || buffer.is_empty() {
                    return Ok(length);
                }
                self.source = self.state.take().map(StreamingDecoder::into_inner);
            }
            let Some(mut source) = self.source.take() else { return Ok(0) };
            if source.fill_buf()?.is_empty() {
                return Ok(0);
            }
            let decoder = StreamingDecoder::new_with_max_window_size(source, ZSTD_WINDOW).map_err(io::Error::other)?;
            self.state = Some(decoder);
        }
    }
}
