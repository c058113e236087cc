//! Functions on encodings and hashes, as Microsoft's language service declares them.

use super::ResultName::*;
use super::{Function, function as f};

pub(super) static FUNCTIONS: &[Function] = &[
    f("url_encode", "url: string", "string", Column),
    f("url_encode_component", "url: string", "string", Column),
    f("url_decode", "encoded_url: string", "string", Column),
    f("base64_encodestring", "string: string", "string", Column),
    f("base64_encode_tostring", "string: string", "string", Column),
    f(
        "base64_decode_toarray",
        "base64_string: string",
        "dynamic",
        Column,
    ),
    f(
        "base64_encode_fromarray",
        "base64_string_decoded_as_array: array",
        "string",
        Column,
    ),
    f(
        "base64_decodestring",
        "base64_string: string",
        "string",
        Column,
    ),
    f(
        "base64_decode_tostring",
        "base64_string: string",
        "string",
        Column,
    ),
    f(
        "base64_decode_toguid",
        "base64_string: string",
        "guid",
        Column,
    ),
    f("base64_encode_fromguid", "guid: guid", "string", Column),
    f(
        "zlib_decompress_from_base64_string",
        "string: string",
        "string",
        Column,
    ),
    f(
        "zlib_compress_to_base64_string",
        "string: string",
        "string",
        Column,
    ),
    f(
        "gzip_decompress_from_base64_string",
        "string: string",
        "string",
        Column,
    ),
    f(
        "gzip_compress_to_base64_string",
        "string: string",
        "string",
        Column,
    ),
    f("hash", "source: plain, mod: integer?", "long", Column),
    f("hash_sha256", "source: plain", "string", Column),
    f("hash_md5", "source: plain", "string", Column),
    f("hash_sha1", "source: plain", "string", Column),
    f(
        "hash_xxhash64",
        "source: plain, mod: integer?",
        "long",
        Column,
    ),
    f("hash_combine", "source: any……", "long", Column),
    f("hash_many", "source: plain…", "long", Column),
    f("punycode_to_string", "string: string", "string", Column),
    f("punycode_from_string", "string: string", "string", Column),
    f(
        "punycode_domain_from_string",
        "string: string",
        "string",
        Column,
    ),
    f(
        "punycode_domain_to_string",
        "string: string",
        "string",
        Column,
    ),
];
