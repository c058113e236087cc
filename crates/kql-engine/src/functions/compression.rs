//! Texts in gzip and zlib form, written as Base64.
//!
//! Kusto's compressor is not published. Texts are written as stored blocks, as it writes short ones; of
//! longer texts it gives other bytes, which decompress to the same text.

use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Crc;
use flate2::read::{GzDecoder, ZlibDecoder};
use kql_analysis::value::Value;

use super::conversion::to_text;
use super::kernel::{Ctx, Table, arg, check_bytes, string, text};
use crate::error::EvalError;

pub(super) const KERNELS: Table = &[
    ("gzip_decompress_from_base64_string", |ctx, args| {
        inflate(ctx, args, |bytes| Box::new(GzDecoder::new(bytes)))
    }),
    ("zlib_decompress_from_base64_string", |ctx, args| {
        inflate(ctx, args, |bytes| Box::new(ZlibDecoder::new(bytes)))
    }),
    ("gzip_compress_to_base64_string", |ctx, args| {
        deflate(ctx, args, gzip)
    }),
    ("zlib_compress_to_base64_string", |ctx, args| {
        deflate(ctx, args, zlib)
    }),
];

/// The longest block that deflate can store.
const BLOCK_BYTES: usize = 0xFFFF;

/// The text in compressed Base64; empty when it cannot be read. It may not grow without limit.
fn inflate(
    ctx: &Ctx,
    args: &[Value],
    reader: fn(&[u8]) -> Box<dyn Read + '_>,
) -> Result<Value, EvalError> {
    let Ok(bytes) = STANDARD.decode(text(arg(args, 0))) else {
        return Ok(string(""));
    };
    let mut inflated = Vec::new();
    let limit = ctx.limits.string_bytes as u64 + 1;
    if reader(&bytes)
        .take(limit)
        .read_to_end(&mut inflated)
        .is_err()
    {
        return Ok(string(""));
    }
    check_bytes(ctx, "decompress", inflated.len())?;
    Ok(string(String::from_utf8(inflated).unwrap_or_default()))
}

/// The text of the argument packed and written as Base64; empty for the empty text.
fn deflate(ctx: &Ctx, args: &[Value], pack: fn(&[u8]) -> Vec<u8>) -> Result<Value, EvalError> {
    let source = to_text(arg(args, 0));
    check_bytes(ctx, "compress", source.len().saturating_mul(2))?;
    if source.is_empty() {
        return Ok(string(""));
    }
    Ok(string(STANDARD.encode(pack(source.as_bytes()))))
}

/// RFC 1952: header without a time and with an unknown system, blocks, check sum, length.
fn gzip(source: &[u8]) -> Vec<u8> {
    let mut packed = vec![0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF];
    store(source, &mut packed);
    let mut crc = Crc::new();
    crc.update(source);
    packed.extend(crc.sum().to_le_bytes());
    packed.extend((source.len() as u32).to_le_bytes());
    packed
}

/// RFC 1950: header, blocks, check sum.
fn zlib(source: &[u8]) -> Vec<u8> {
    let mut packed = vec![0x78, 0x01];
    store(source, &mut packed);
    packed.extend(adler32(source).to_be_bytes());
    packed
}

/// Stored blocks of RFC 1951.
fn store(source: &[u8], packed: &mut Vec<u8>) {
    let blocks = source.chunks(BLOCK_BYTES);
    let last = blocks.len().saturating_sub(1);
    for (index, block) in blocks.enumerate() {
        let length = block.len() as u16;
        packed.push(u8::from(index == last));
        packed.extend(length.to_le_bytes());
        packed.extend((!length).to_le_bytes());
        packed.extend(block);
    }
}

fn adler32(source: &[u8]) -> u32 {
    const MODULUS: u32 = 65_521;
    let (low, high) = source.iter().fold((1, 0), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % MODULUS;
        (low, (high + low) % MODULUS)
    });
    high << 16 | low
}
