//! Files that are not delimited text, opened by their bytes and handed to the kernel in blocks of rows.
//!
//! [`open`] tells the format by the first bytes and gives an [`Opened`]: the columns, what other tables
//! the file holds, and a [`Feed`] of Arrow record batches. [`columns`] makes flat columns of nested
//! ones, [`render`] writes each cell as the text that a delimited file would hold. Nothing in a file is
//! executed, and a decoder that panics on a broken file ends in an error ([`guard`]).
#![forbid(unsafe_code)]

pub mod avro;
pub mod columns;
pub mod declared;
pub mod feed;
pub mod guard;
pub mod input;
pub mod ipc;
mod ipc_guard;
pub mod json;
pub mod json_text;
pub mod limits;
pub mod open;
pub mod opening;
pub mod orc;
pub mod parquet;
pub mod render;
pub mod scan;
pub mod sheets;
pub mod sqlite;

pub use limits::Limits;
pub use open::{Choice, Listed, Member, Opened, Request, is_table, list, open};
pub use scan::Table;
