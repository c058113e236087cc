//! Logs without what names people, machines and tenants: each replaced by the same pseudonym everywhere.
//!
//! The text of a file is changed in place, whatever its format, also inside nested JSON and URLs; field
//! names, times, operations and counts stay. Pseudonyms come from a seed: the same seed gives the same
//! ones, in every file. Who knows the seed can test a guess, so it is to be kept like the log.
//!
//! What is replaced: GUIDs, hexadecimal ids of 32 digits, mail-like names, client addresses, names of
//! resource groups, resources, keys, secrets and certificates, hosts of URLs that are not Microsoft's
//! shared ones, and the personal names of claims. What addresses keep is said at [`addresses`].
//! A name that stands only in free text, and nowhere in an id, URL or claim, is not recognised.

pub mod addresses;
mod names;
mod pseudonyms;
mod scan;

use std::io::Read;

use flate2::read::MultiGzDecoder;

use crate::loaded::LoadError;
use names::Names;
use pseudonyms::Pseudonyms;

/// Largest text that is redacted, in bytes: it is held in memory as a whole.
pub const MAX_REDACTED_BYTES: u64 = 512 * 1024 * 1024;

/// How a log is redacted.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Seed of the pseudonyms.
    pub seed: u64,
    /// Words that stay as they are, such as application ids that a rule names; case does not count.
    pub keep: Vec<String>,
}

/// A redacted text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redacted {
    /// The text.
    pub text: String,
    /// How often each kind was replaced, in order of name.
    pub replaced: Vec<(&'static str, usize)>,
}

/// Redacts a text.
pub fn redact_text(text: &str, options: &Options) -> Redacted {
    let names = Names::of(text);
    let mut pseudonyms = Pseudonyms::new(options);
    let text = scan::replace(text, &names, &mut pseudonyms);
    Redacted {
        text,
        replaced: pseudonyms.counts(),
    }
}

/// Redacts a file; gzip is undone, and the result is plain text.
pub fn redact(file: &str, bytes: &[u8], options: &Options) -> Result<Redacted, LoadError> {
    let failed = |message: String, remedy: &str| LoadError {
        file: file.to_owned(),
        line: None,
        message,
        remedy: remedy.to_owned(),
    };
    let mut plain = Vec::new();
    let source: &mut dyn Read = if bytes.starts_with(&[0x1f, 0x8b]) {
        &mut MultiGzDecoder::new(bytes)
    } else {
        &mut &*bytes
    };
    let read = source.take(MAX_REDACTED_BYTES + 1).read_to_end(&mut plain);
    read.map_err(|error| {
        failed(
            format!("the gzip file is broken: {error}"),
            "download it again",
        )
    })?;
    if plain.len() as u64 > MAX_REDACTED_BYTES {
        let message = format!("the file is larger than {MAX_REDACTED_BYTES} bytes");
        return Err(failed(
            message,
            "split it, and redact the parts with the same seed",
        ));
    }
    match std::str::from_utf8(&plain) {
        Ok(text) => Ok(redact_text(text, options)),
        Err(_) => Err(failed(
            "the file is not UTF-8 text".to_owned(),
            "save it as UTF-8",
        )),
    }
}
