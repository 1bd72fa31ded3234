//! Files as tables of text: what they are, how they are written, and their bytes for the kernel.
#![forbid(unsafe_code)]
