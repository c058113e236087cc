//! Structured text taken apart: URLs, paths, versions, comma-separated values, command lines.

use std::sync::Arc;

use kql_analysis::decimal::Decimal;
use kql_analysis::value::{Bag, Value};

use super::encoding::percent_decode;
use super::kernel::{Ctx, Table, arg, array, check_elements, string, text};
use crate::error::EvalError;
use crate::interrupt::Pace;

pub(super) const KERNELS: Table = &[
    ("parse_url", parse_url),
    ("parse_urlquery", parse_url_query),
    ("parseurl", parse_url),
    ("parseurlquery", parse_url_query),
    ("parse_path", parse_path),
    ("parse_version", parse_version),
    ("parse_csv", parse_csv),
    ("parse_command_line", parse_command_line),
];

fn bag<const N: usize>(members: [(&str, Value); N]) -> Value {
    let members = members.into_iter().map(|(key, value)| (key.into(), value));
    Value::Bag(Arc::new(members.collect::<Bag>()))
}

/// The parts of `scheme://user:password@host:port/path?query#fragment`; empty where one is missing.
fn parse_url(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let source = text(arg(args, 0));
    let (rest, fragment) = source.split_once('#').unwrap_or((source, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (scheme, rest) = rest.split_once("://").unwrap_or(("", rest));
    let (authority, path) = match rest.find('/') {
        Some(slash) => rest.split_at(slash),
        None => (rest, ""),
    };
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (user, password) = user.split_once(':').unwrap_or((user, ""));
    let (host, port) = match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => (host, port),
        _ => (host, ""),
    };
    Ok(bag([
        ("Scheme", string(scheme)),
        ("Host", string(host)),
        ("Port", string(port)),
        ("Path", string(path)),
        ("Username", string(user)),
        ("Password", string(password)),
        ("Query Parameters", query_parameters(query)),
        ("Fragment", string(fragment)),
    ]))
}

fn parse_url_query(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let source = text(arg(args, 0));
    let query = source.split_once('?').map_or(source, |(_, query)| query);
    Ok(bag([("Query Parameters", query_parameters(query))]))
}

fn query_parameters(query: &str) -> Value {
    let pairs = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (percent_decode(key).into(), string(percent_decode(value)))
        });
    Value::Bag(Arc::new(pairs.collect::<Bag>()))
}

/// The parts of a Windows, UNC, Unix or file-URL path.
fn parse_path(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let source = text(arg(args, 0));
    let (scheme, path) = source.split_once("://").unwrap_or(("", source));
    let root_end = if path.as_bytes().get(1) == Some(&b':') && path.is_char_boundary(2) {
        2 + usize::from(path[2..].starts_with(['/', '\\']))
    } else {
        0
    };
    let (path, stream) = match path[root_end..].rfind(':') {
        Some(colon) => (&path[..root_end + colon], &path[root_end + colon + 1..]),
        None => (path, ""),
    };
    let (directory, file) = match path.rfind(['/', '\\']) {
        Some(slash) => (&path[..slash], &path[slash + 1..]),
        None => ("", path),
    };
    let name = directory.rsplit(['/', '\\']).next().unwrap_or("");
    let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
    Ok(bag([
        ("Scheme", string(scheme)),
        ("RootPath", string(&path[..root_end.min(path.len())])),
        ("DirectoryPath", string(directory)),
        ("DirectoryName", string(name)),
        ("Filename", string(file)),
        ("Extension", string(extension)),
        ("AlternateDataStreamName", string(stream)),
    ]))
}

/// Up to four numbers of up to eight digits as one comparable decimal number.
fn parse_version(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let parts: Vec<&str> = text(arg(args, 0)).split('.').collect();
    let valid =
        |part: &&str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    if parts.len() > 4 || !parts.iter().all(valid) {
        return Ok(Value::Null);
    }
    let padded = parts.iter().chain(std::iter::repeat(&"0")).take(4);
    let digits: String = padded.map(|part| format!("{part:0>8}")).collect();
    Ok(Decimal::parse(&digits).map_or(Value::Null, Value::Decimal))
}

/// The fields of the first record.
fn parse_csv(ctx: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let mut fields = Vec::new();
    let mut field = String::new();
    let mut quoted = false;
    let mut characters = text(arg(args, 0)).chars().peekable();
    let mut pace = Pace::default();
    while let Some(c) = characters.next() {
        pace.row()?;
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => {
                field.push('"');
                characters.next();
            }
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(string(std::mem::take(&mut field))),
            '\r' | '\n' if !quoted => break,
            other => field.push(other),
        }
    }
    fields.push(string(field));
    check_elements(ctx, "parse_csv", fields.len())?;
    Ok(array(fields))
}

/// The arguments of a Windows command line: white space parts them, quotes keep them together, and
/// backslashes before a quote pair up.
fn parse_command_line(ctx: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let source = text(arg(args, 0));
    if source.trim().is_empty() {
        return Ok(Value::Null);
    }
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let (mut quoted, mut backslashes) = (false, 0);
    for c in source.chars() {
        if c == '\\' {
            backslashes += 1;
            continue;
        }
        let kept = if c == '"' {
            backslashes / 2
        } else {
            backslashes
        };
        if backslashes > 0 {
            word.get_or_insert_default()
                .extend(std::iter::repeat_n('\\', kept));
        }
        let literal = c != '"' || backslashes % 2 == 1;
        backslashes = 0;
        match c {
            '"' if !literal => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' | '\t' if !quoted => words.extend(word.take()),
            other => word.get_or_insert_default().push(other),
        }
    }
    if backslashes > 0 {
        word.get_or_insert_default()
            .extend(std::iter::repeat_n('\\', backslashes));
    }
    words.extend(word);
    check_elements(ctx, "parse_command_line", words.len())?;
    Ok(array(words.iter().map(string).collect()))
}
