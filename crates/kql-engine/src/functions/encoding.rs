//! Hashes, Base64, URL encoding, byte counts in words.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;
use md5::{Digest, Md5};
use sha1::Sha1;
use sha2::Sha256;
use xxhash_rust::xxh64::xxh64;

use super::conversion::{to_text, typed_text};
use super::kernel::{
    Ctx, Table, TypedTable, arg, array, check_elements, elements, integer, real, string, text,
};
use crate::error::EvalError;

pub(super) const KERNELS: Table = &[
    ("base64_encode_tostring", encode),
    ("base64_encodestring", encode),
    ("base64_decode_tostring", decode),
    ("base64_decodestring", decode),
    ("base64_decode_toarray", decode_to_array),
    ("base64_encode_fromarray", encode_from_array),
    ("base64_encode_fromguid", encode_from_guid),
    ("base64_decode_toguid", decode_to_guid),
    ("url_encode", |_, args| {
        Ok(string(percent_encode(&to_text(arg(args, 0)), "+")))
    }),
    ("url_encode_component", |_, args| {
        Ok(string(percent_encode(&to_text(arg(args, 0)), "%20")))
    }),
    ("url_decode", |_, args| {
        Ok(string(percent_decode(&to_text(arg(args, 0)))))
    }),
    ("format_bytes", format_bytes),
];

/// The hashes, which are of the text that `tostring` gives, but of the ticks of a time.
pub(super) const TYPED: TypedTable = &[
    ("hash", |_, args, types| Ok(xxhash(args, types))),
    ("hash_xxhash64", |_, args, types| Ok(xxhash(args, types))),
    ("hash_md5", |_, args, types| Ok(digest::<Md5>(args, types))),
    ("hash_sha1", |_, args, types| {
        Ok(digest::<Sha1>(args, types))
    }),
    ("hash_sha256", |_, args, types| {
        Ok(digest::<Sha256>(args, types))
    }),
];

fn digest<D: Digest>(args: &[Value], types: &[ScalarType]) -> Value {
    let ty = types.first().copied().unwrap_or(ScalarType::Unknown);
    let bytes = D::digest(typed_text(arg(args, 0), ty).as_bytes());
    string(
        bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>(),
    )
}

/// The xxHash64 of a value of a static type, as `hash` gives it.
pub(crate) fn hash_of(value: &Value, ty: ScalarType) -> u64 {
    match value {
        Value::DateTime(number) | Value::TimeSpan(number) | Value::Long(number) => {
            xxh64(&number.to_le_bytes(), 0)
        }
        Value::Int(number) => xxh64(&number.to_le_bytes(), 0),
        Value::Real(number) => xxh64(&number.to_le_bytes(), 0),
        other => xxh64(typed_text(other, ty).as_bytes(), 0),
    }
}

/// xxHash64, optionally modulo the second argument.
fn xxhash(args: &[Value], types: &[ScalarType]) -> Value {
    let ty = types.first().copied().unwrap_or(ScalarType::Unknown);
    let hash = hash_of(arg(args, 0), ty);
    match args.get(1).map(integer) {
        None => Value::Long(hash as i64),
        Some(modulus) => {
            let rest = modulus.and_then(|modulus| hash.checked_rem(u64::try_from(modulus).ok()?));
            rest.map_or(Value::Null, |rest| Value::Long(rest as i64))
        }
    }
}

fn encode(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    Ok(string(STANDARD.encode(to_text(arg(args, 0)).as_bytes())))
}

fn decoded(args: &[Value]) -> Option<Vec<u8>> {
    STANDARD.decode(text(arg(args, 0))).ok()
}

/// The decoded text; empty when the argument is not Base64 or not text.
fn decode(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let decoded = decoded(args).and_then(|bytes| String::from_utf8(bytes).ok());
    Ok(string(decoded.unwrap_or_default()))
}

fn decode_to_array(ctx: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let Some(bytes) = decoded(args) else {
        return Ok(Value::Null);
    };
    check_elements(ctx, "base64_decode_toarray", bytes.len())?;
    Ok(array(
        bytes
            .into_iter()
            .map(|byte| Value::Long(i64::from(byte)))
            .collect(),
    ))
}

fn encode_from_array(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let byte = |item: &Value| integer(item).and_then(|number| u8::try_from(number).ok());
    let bytes: Option<Vec<u8>> = elements(arg(args, 0))
        .unwrap_or_default()
        .iter()
        .map(byte)
        .collect();
    Ok(string(
        bytes
            .map(|bytes| STANDARD.encode(bytes))
            .unwrap_or_default(),
    ))
}

/// The bytes of a guid in .NET's order, which has the first three groups little-endian.
fn guid_bytes(mut bytes: [u8; 16]) -> [u8; 16] {
    bytes[..4].reverse();
    bytes[4..6].reverse();
    bytes[6..8].reverse();
    bytes
}

fn encode_from_guid(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    Ok(match arg(args, 0) {
        Value::Guid(id) => string(STANDARD.encode(guid_bytes(id.to_be_bytes()))),
        _ => string(""),
    })
}

fn decode_to_guid(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let bytes: Option<[u8; 16]> = decoded(args).and_then(|bytes| bytes.try_into().ok());
    Ok(bytes.map_or(Value::Null, |bytes| {
        Value::Guid(u128::from_be_bytes(guid_bytes(bytes)))
    }))
}

fn percent_encode(source: &str, space: &str) -> String {
    let mut encoded = String::with_capacity(source.len());
    for byte in source.bytes() {
        match byte {
            b' ' => encoded.push_str(space),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => encoded.push(char::from(byte)),
            b'-' | b'_' | b'.' | b'!' | b'*' | b'(' | b')' => encoded.push(char::from(byte)),
            other => encoded.push_str(&format!("%{other:02x}")),
        }
    }
    encoded
}

/// Percent sequences and plus signs decoded; what is not UTF-8 becomes the replacement character.
pub(super) fn percent_decode(source: &str) -> String {
    let bytes = source.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let escaped = (*byte == b'%')
            .then(|| {
                source
                    .get(at + 1..at + 3)
                    .and_then(|hex| u8::from_str_radix(hex, 16).ok())
            })
            .flatten();
        match (escaped, byte) {
            (Some(byte), _) => {
                decoded.push(byte);
                at += 3;
                continue;
            }
            (None, b'+') => decoded.push(b' '),
            (None, other) => decoded.push(*other),
        }
        at += 1;
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// A number of bytes in words: value, decimals, unit.
fn format_bytes(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    const UNITS: [&str; 7] = ["Bytes", "KB", "MB", "GB", "TB", "PB", "EB"];
    let Some(bytes) = real(arg(args, 0)) else {
        return Ok(string(""));
    };
    let decimals = args.get(1).and_then(integer).unwrap_or(0).clamp(0, 15) as usize;
    let fitting = (1..UNITS.len())
        .rev()
        .find(|power| bytes.abs() >= scale(*power))
        .unwrap_or(0);
    let power = match args.get(2) {
        Some(unit) => UNITS
            .iter()
            .position(|known| known.eq_ignore_ascii_case(text(unit))),
        None => Some(fitting),
    };
    let power = power.unwrap_or(fitting);
    let mut shown = format!("{:.decimals$}", bytes / scale(power));
    if shown.contains('.') {
        shown.truncate(shown.trim_end_matches('0').trim_end_matches('.').len());
    }
    let unit = UNITS.get(power).unwrap_or(&"Bytes");
    Ok(string(format!("{shown} {unit}")))
}

fn scale(power: usize) -> f64 {
    (0..power).fold(1.0, |scale, _| scale * 1024.0)
}
