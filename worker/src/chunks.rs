//! The bytes of a file, chunk by chunk, at the pace of the reader.
//!
//! A byte stream fills one buffer again and again; browsers without it give chunks of their own size.

use js_sys::{ArrayBuffer, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, MessageChannel, ReadableStreamByobReader, ReadableStreamDefaultReader};

/// Bytes that are asked for at a time.
const CHUNK_BYTES: u32 = 4 * 1024 * 1024;

/// Chunks of a file.
pub struct Chunks {
    reader: Reader,
    chunk: Vec<u8>,
}

enum Reader {
    /// Fills the buffer that it is given.
    Filling(ReadableStreamByobReader, ArrayBuffer),
    /// Gives chunks of its own.
    Giving(ReadableStreamDefaultReader),
}

impl Chunks {
    /// Begins at the first byte of a file.
    pub fn of(file: &File) -> Result<Self, JsValue> {
        let stream = file.stream();
        let reader = match ReadableStreamByobReader::new(&stream) {
            Ok(reader) => Reader::Filling(reader, ArrayBuffer::new(CHUNK_BYTES)),
            Err(_) => Reader::Giving(ReadableStreamDefaultReader::new(&stream)?),
        };
        Ok(Self {
            reader,
            chunk: Vec::new(),
        })
    }

    /// The next bytes; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<&[u8]>, JsValue> {
        let read = match &self.reader {
            Reader::Filling(reader, buffer) => {
                reader.read_with_array_buffer_view(&Uint8Array::new(buffer))
            }
            Reader::Giving(reader) => reader.read(),
        };
        let read = JsFuture::from(read).await?;
        if Reflect::get(&read, &"done".into())?.is_truthy() {
            return Ok(None);
        }
        let bytes: Uint8Array = Reflect::get(&read, &"value".into())?.unchecked_into();
        self.chunk.resize(bytes.length() as usize, 0);
        bytes.copy_to(&mut self.chunk);
        if let Reader::Filling(_, buffer) = &mut self.reader {
            // The buffer was handed to the stream; this is it again.
            *buffer = bytes.buffer();
        }
        Ok(Some(&self.chunk))
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
