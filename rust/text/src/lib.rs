//! Files as tables of text: what they are, how they are written, and their bytes for the kernel.
#![forbid(unsafe_code)]

pub mod atoms;
pub mod candidates;
pub mod columns;
pub mod decode;
pub mod encoding;
pub mod ending;
pub mod fixed;
pub mod frame;
pub mod guess;
pub mod limits;
pub mod mend;
pub mod packed;
pub mod plan;
pub mod prose;
pub mod sample;
pub mod scratch;
pub mod sniff;
pub mod split;
pub mod table;
pub mod tail;
