//! From bytes to text: gzip, byte order marks, UTF-16.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::MultiGzDecoder;

/// Largest file that is opened, in bytes.
pub const MAX_FILE_BYTES: usize = 1024 * 1024 * 1024;
/// Most bytes that a compressed file may expand to.
pub const MAX_EXPANDED_BYTES: u64 = 1024 * 1024 * 1024;

/// A text and the words for how it was packed, such as `gzip`.
#[derive(Debug)]
pub(crate) struct Opened<'a> {
    pub text: Cow<'a, str>,
    pub packing: Vec<&'static str>,
}

/// Opens a file. The error is a sentence and its remedy.
pub(crate) fn open(bytes: &[u8]) -> Result<Opened<'_>, (String, &'static str)> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err((
            format!("the file is larger than {MAX_FILE_BYTES} bytes"),
            "split it into parts",
        ));
    }
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let expanded = expand(bytes)?;
        let mut opened = decode(Cow::Owned(expanded))?;
        opened.packing.insert(0, "gzip");
        return Ok(opened);
    }
    decode(Cow::Borrowed(bytes))
}

fn expand(bytes: &[u8]) -> Result<Vec<u8>, (String, &'static str)> {
    let mut expanded = Vec::new();
    MultiGzDecoder::new(bytes)
        .take(MAX_EXPANDED_BYTES + 1)
        .read_to_end(&mut expanded)
        .map_err(|error| {
            (
                format!("the gzip data is broken: {error}"),
                "compress or download the file again",
            )
        })?;
    if expanded.len() as u64 > MAX_EXPANDED_BYTES {
        return Err((
            format!("the file expands to more than {MAX_EXPANDED_BYTES} bytes"),
            "split it into parts",
        ));
    }
    Ok(expanded)
}

fn decode(bytes: Cow<'_, [u8]>) -> Result<Opened<'_>, (String, &'static str)> {
    let wide = |units: Vec<u16>| {
        String::from_utf16(&units).map_err(|_| {
            (
                "the text is not valid UTF-16".to_owned(),
                "save it as UTF-8",
            )
        })
    };
    match bytes.as_ref() {
        [0xff, 0xfe, rest @ ..] => {
            let units = rest
                .chunks_exact(2)
                .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
                .collect();
            Ok(Opened {
                text: Cow::Owned(wide(units)?),
                packing: vec!["UTF-16"],
            })
        }
        [0xfe, 0xff, rest @ ..] => {
            let units = rest
                .chunks_exact(2)
                .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
                .collect();
            Ok(Opened {
                text: Cow::Owned(wide(units)?),
                packing: vec!["UTF-16"],
            })
        }
        _ => Ok(Opened {
            text: plain(bytes)?,
            packing: Vec::new(),
        }),
    }
}

/// UTF-8; single broken characters are replaced, a binary file is refused.
fn plain(bytes: Cow<'_, [u8]>) -> Result<Cow<'_, str>, (String, &'static str)> {
    if bytes.iter().take(4096).any(|byte| *byte == 0) {
        return Err((
            "this is a binary file".to_owned(),
            "load a log as JSON or CSV, plain or compressed with gzip",
        ));
    }
    let text = match bytes {
        Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
        Cow::Owned(bytes) => Cow::Owned(
            String::from_utf8(bytes)
                .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
        ),
    };
    Ok(match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_start_matches('\u{feff}')),
        Cow::Owned(text) => Cow::Owned(text.trim_start_matches('\u{feff}').to_owned()),
    })
}
