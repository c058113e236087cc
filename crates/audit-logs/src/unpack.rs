//! From the bytes of a file, chunk by chunk, to UTF-8: gzip, byte order marks, UTF-16.

use std::borrow::Cow;
use std::io::Write;

use flate2::write::MultiGzDecoder;

/// Most bytes that a compressed file may expand to.
pub const MAX_EXPANDED_BYTES: u64 = 64 * 1024 * 1024 * 1024;
/// Bytes at the beginning of a text in which a zero tells a binary file.
const BINARY_HEAD: usize = 4096;
/// Bytes that tell gzip and byte order marks.
const MARK_BYTES: usize = 3;

/// A sentence and its remedy.
pub(crate) type Refusal = (String, &'static str);

/// Unpacks a file as its chunks arrive.
#[derive(Default)]
pub(crate) struct Unpacker {
    gzip: Stage<Gzip>,
    decoder: Stage<Decoder>,
    /// Words for how the file was packed, such as `gzip`.
    pub packing: Vec<&'static str>,
}

/// A step that needs the first bytes before it knows what to do.
enum Stage<T> {
    Undecided(Vec<u8>),
    Decided(T),
}

impl<T> Default for Stage<T> {
    fn default() -> Self {
        Self::Undecided(Vec::new())
    }
}

enum Gzip {
    Plain,
    Packed(Box<MultiGzDecoder<Vec<u8>>>, u64),
}

impl Unpacker {
    /// The text of the next bytes; not always whole characters.
    pub fn push<'b>(&mut self, bytes: &'b [u8]) -> Result<Cow<'b, [u8]>, Refusal> {
        self.advance(bytes, false)
    }

    /// The text that is left at the end of the file.
    pub fn finish(&mut self) -> Result<Cow<'static, [u8]>, Refusal> {
        self.advance(&[], true)
    }

    fn advance<'b>(&mut self, bytes: &'b [u8], end: bool) -> Result<Cow<'b, [u8]>, Refusal> {
        let plain = self.expand(bytes, end)?;
        self.decode(plain, end)
    }

    fn expand<'b>(&mut self, bytes: &'b [u8], end: bool) -> Result<Cow<'b, [u8]>, Refusal> {
        let mut bytes = Cow::Borrowed(bytes);
        if let Stage::Undecided(head) = &mut self.gzip {
            head.extend_from_slice(&bytes);
            if head.len() < MARK_BYTES && !end {
                return Ok(Cow::Borrowed(&[]));
            }
            bytes = Cow::Owned(std::mem::take(head));
            self.gzip = Stage::Decided(if bytes.starts_with(&[0x1f, 0x8b]) {
                self.packing.push("gzip");
                Gzip::Packed(Box::new(MultiGzDecoder::new(Vec::new())), 0)
            } else {
                Gzip::Plain
            });
        }
        match &mut self.gzip {
            Stage::Decided(Gzip::Packed(decoder, total)) => {
                inflate(decoder, total, &bytes, end).map(Cow::Owned)
            }
            _ => Ok(bytes),
        }
    }

    fn decode<'b>(&mut self, bytes: Cow<'b, [u8]>, end: bool) -> Result<Cow<'b, [u8]>, Refusal> {
        let mut bytes = bytes;
        if let Stage::Undecided(head) = &mut self.decoder {
            head.extend_from_slice(&bytes);
            if head.len() < BINARY_HEAD && !end {
                return Ok(Cow::Borrowed(&[]));
            }
            let mut head = std::mem::take(head);
            let (decoder, mark) = Decoder::of(&head)?;
            if !matches!(decoder, Decoder::Utf8) {
                self.packing.push("UTF-16");
            }
            self.decoder = Stage::Decided(decoder);
            head.drain(..mark);
            bytes = Cow::Owned(head);
        }
        match &mut self.decoder {
            Stage::Decided(Decoder::Utf16(wide)) => wide.decode(&bytes, end).map(Cow::Owned),
            _ => Ok(bytes),
        }
    }
}

fn inflate(
    decoder: &mut MultiGzDecoder<Vec<u8>>,
    total: &mut u64,
    bytes: &[u8],
    end: bool,
) -> Result<Vec<u8>, Refusal> {
    let broken = |error: std::io::Error| {
        (
            format!("the gzip data is broken: {error}"),
            "compress or download the file again",
        )
    };
    decoder.write_all(bytes).map_err(broken)?;
    if end {
        decoder.try_finish().map_err(broken)?;
    }
    let expanded = std::mem::take(decoder.get_mut());
    *total += expanded.len() as u64;
    if *total > MAX_EXPANDED_BYTES {
        return Err((
            format!("the file expands to more than {MAX_EXPANDED_BYTES} bytes"),
            "split it into parts",
        ));
    }
    Ok(expanded)
}

/// How the bytes of a text are read.
enum Decoder {
    Utf8,
    Utf16(Utf16),
}

impl Decoder {
    /// The decoder for a text that begins like this, and the length of its byte order mark.
    fn of(head: &[u8]) -> Result<(Self, usize), Refusal> {
        let wide = |little| Self::Utf16(Utf16 { little, rest: None });
        match head {
            [0xff, 0xfe, ..] => Ok((wide(true), 2)),
            [0xfe, 0xff, ..] => Ok((wide(false), 2)),
            _ if head.iter().take(BINARY_HEAD).any(|byte| *byte == 0) => Err((
                "this is a binary file".to_owned(),
                "load a log as JSON or CSV, plain or compressed with gzip",
            )),
            [0xef, 0xbb, 0xbf, ..] => Ok((Self::Utf8, 3)),
            _ => Ok((Self::Utf8, 0)),
        }
    }
}

/// UTF-16 in either byte order.
struct Utf16 {
    little: bool,
    /// A byte, or the first half of a pair of surrogates, that waits for the next chunk.
    rest: Option<Vec<u8>>,
}

impl Utf16 {
    fn decode(&mut self, bytes: &[u8], end: bool) -> Result<Vec<u8>, Refusal> {
        let mut all = self.rest.take().unwrap_or_default();
        all.extend_from_slice(bytes);
        let mut units: Vec<u16> = all.chunks_exact(2).map(|pair| self.unit(pair)).collect();
        let half = units
            .last()
            .is_some_and(|unit| (0xd800..0xdc00).contains(unit));
        if half && !end {
            units.pop();
        }
        self.rest = Some(all.split_off(units.len() * 2));
        let text = String::from_utf16(&units).map_err(|_| {
            (
                "the text is not valid UTF-16".to_owned(),
                "save it as UTF-8",
            )
        })?;
        Ok(text.into_bytes())
    }

    fn unit(&self, pair: &[u8]) -> u16 {
        let pair = [
            pair.first().copied().unwrap_or_default(),
            pair.get(1).copied().unwrap_or_default(),
        ];
        match self.little {
            true => u16::from_le_bytes(pair),
            false => u16::from_be_bytes(pair),
        }
    }
}
