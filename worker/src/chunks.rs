//! The bytes of a file, chunk by chunk, at the pace of the reader.
//!
//! A large file is read by a worker of its own, ahead of the one that makes rows of it; until that worker has
//! started, the first bytes are read here. A small file, and any where the browser starts no such worker, is
//! read here whole: a byte stream fills two buffers in turn; browsers without it give chunks of their own size.

use js_sys::{ArrayBuffer, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, MessageChannel, ReadableStreamByobReader, ReadableStreamDefaultReader};

use crate::feeder::Feeder;

/// Bytes that are asked for at a time.
pub const CHUNK_BYTES: u32 = 4 * 1024 * 1024;
/// Bytes that are read as rows at a time: rows are made of a text more than once, and of so much while it is
/// still in a processor's nearer memory.
const PIECE_BYTES: u32 = 512 * 1024;
/// Bytes of a file from which on a worker of its own is started for it.
const LARGE_BYTES: f64 = 32.0 * 1024.0 * 1024.0;
/// Bytes of a large file that are read here, while that worker starts.
const HEAD_BYTES: f64 = 12.0 * 1024.0 * 1024.0;

/// Chunks of a file, piece by piece.
pub struct Chunks {
    source: Source,
    behind: Option<Behind>,
    /// What of a chunk is not read yet.
    rest: Option<Uint8Array>,
    piece: Vec<u8>,
}

/// What stands behind the first bytes of a large file, and the worker that has begun to read it.
struct Behind {
    bytes: Blob,
    feeder: Option<Feeder>,
}

impl Behind {
    fn of(file: &File) -> Result<Self, JsValue> {
        let bytes = file.slice_with_f64_and_f64(HEAD_BYTES, file.size())?;
        let feeder = Feeder::of(&bytes);
        Ok(Self { bytes, feeder })
    }

    async fn source(self) -> Result<Source, JsValue> {
        match self.feeder {
            Some(feeder) if feeder.reads().await => Ok(Source::Ahead(feeder)),
            _ => Source::here(&self.bytes),
        }
    }
}

enum Source {
    /// Another worker.
    Ahead(Feeder),
    /// What reads bytes here, what was asked of it, and a buffer for what is asked next.
    Here(Reader, Promise, ArrayBuffer),
}

enum Reader {
    /// Fills the buffer that it is given.
    Filling(ReadableStreamByobReader),
    /// Gives chunks of its own.
    Giving(ReadableStreamDefaultReader),
}

impl Reader {
    fn of(bytes: &Blob) -> Result<Self, JsValue> {
        let stream = bytes.stream();
        match ReadableStreamByobReader::new(&stream) {
            Ok(reader) => Ok(Self::Filling(reader)),
            Err(_) => Ok(Self::Giving(ReadableStreamDefaultReader::new(&stream)?)),
        }
    }

    fn ask(&self, buffer: &ArrayBuffer) -> Promise {
        match self {
            Self::Filling(reader) => reader.read_with_array_buffer_view(&Uint8Array::new(buffer)),
            Self::Giving(reader) => reader.read(),
        }
    }
}

impl Source {
    fn here(bytes: &Blob) -> Result<Self, JsValue> {
        let reader = Reader::of(bytes)?;
        // A rule is a few kilobytes; a stream fills no buffer without room.
        let room = bytes.size().clamp(1.0, CHUNK_BYTES.into()) as u32;
        let asked = reader.ask(&ArrayBuffer::new(room));
        Ok(Self::Here(reader, asked, ArrayBuffer::new(room)))
    }

    async fn next(&mut self) -> Result<Option<Uint8Array>, JsValue> {
        match self {
            Self::Ahead(feeder) => feeder.next().await,
            Self::Here(reader, asked, spare) => {
                let read = JsFuture::from(asked.clone()).await?;
                if Reflect::get(&read, &"done".into())?.is_truthy() {
                    return Ok(None);
                }
                // The next bytes come while rows are made of these.
                *asked = reader.ask(spare);
                Ok(Some(Reflect::get(&read, &"value".into())?.unchecked_into()))
            }
        }
    }

    /// Takes the buffer of the last bytes back to fill it again, before the next are asked for.
    fn fill(&mut self, buffer: &ArrayBuffer) {
        match self {
            Self::Ahead(feeder) => feeder.fill(buffer),
            Self::Here(_, _, spare) => *spare = buffer.clone(),
        }
    }
}

impl Chunks {
    /// Begins at the first byte of a file.
    pub fn of(file: &File) -> Result<Self, JsValue> {
        let is_large = file.size() >= LARGE_BYTES;
        let behind = is_large.then(|| Behind::of(file)).transpose()?;
        let source = match is_large {
            true => Source::here(&file.slice_with_f64_and_f64(0.0, HEAD_BYTES)?)?,
            false => Source::here(file)?,
        };
        Ok(Self {
            source,
            behind,
            rest: None,
            piece: Vec::new(),
        })
    }

    /// The next bytes; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<&[u8]>, JsValue> {
        let bytes = match self.rest.take() {
            Some(rest) => rest,
            None => match self.chunk().await? {
                Some(chunk) => chunk,
                None => return Ok(None),
            },
        };
        let piece = bytes.subarray(0, PIECE_BYTES);
        self.piece.resize(piece.length() as usize, 0);
        piece.copy_to(&mut self.piece);
        match bytes.length() > PIECE_BYTES {
            true => self.rest = Some(bytes.subarray(PIECE_BYTES, bytes.length())),
            false => self.source.fill(&bytes.buffer()),
        }
        Ok(Some(&self.piece))
    }

    /// The next chunk, of what stands behind the first bytes when those are at their end; `None` at the end of all.
    async fn chunk(&mut self) -> Result<Option<Uint8Array>, JsValue> {
        let read = self.source.next().await?;
        match self.behind.take() {
            Some(behind) if read.is_none() => {
                self.source = behind.source().await?;
                self.source.next().await
            }
            behind => {
                self.behind = behind;
                Ok(read)
            }
        }
    }
}

/// Lets the messages in that have arrived: chunks alone can keep a worker from hearing for seconds.
pub async fn let_messages_in() {
    let Ok(channel) = MessageChannel::new() else {
        return;
    };
    let heard = Promise::new(&mut |resolve, _| channel.port1().set_onmessage(Some(&resolve)));
    if channel.port2().post_message(&JsValue::NULL).is_ok() {
        // The promise is only ever resolved.
        let _ = JsFuture::from(heard).await;
    }
    channel.port1().close();
}
