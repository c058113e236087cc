//! One pass over a text: at the start of each word, what stands there is replaced or kept.

use super::names::{Names, is_inner};
use super::pseudonyms::{Kind, Pseudonyms};

/// Ends of hosts whose first label names a resource.
const RESOURCE_HOSTS: [&str; 9] = [
    ".vault.azure.net",
    ".managedhsm.azure.net",
    ".blob.core.windows.net",
    ".table.core.windows.net",
    ".queue.core.windows.net",
    ".servicebus.windows.net",
    ".azurewebsites.net",
    ".vaultcore.azure.net",
    ".privatelink.managedhsm.azure.net",
];
/// Ends of hosts that Microsoft shares among its customers.
const SHARED_HOSTS: [&str; 9] = [
    "azure.com",
    "azure.net",
    "windows.net",
    "microsoft.com",
    "microsoftonline.com",
    "live.com",
    "office.com",
    "xmlsoap.org",
    "oasis-open.org",
];
/// Digits of an id without dashes.
const PLAIN_ID: usize = 32;

/// The text with everything replaced that names somebody or something.
pub(super) fn replace(text: &str, names: &Names, pseudonyms: &mut Pseudonyms) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = None;
    while let Some(letter) = rest.chars().next() {
        let starts = before.is_none_or(|letter: char| !letter.is_alphanumeric() && letter != '_');
        let found = if starts || letter == ':' {
            word(rest, &out, names, pseudonyms)
        } else {
            None
        };
        let length = match found {
            Some((length, by)) => {
                out.push_str(&by);
                length
            }
            None => {
                out.push(letter);
                letter.len_utf8()
            }
        };
        before = rest[..length].chars().next_back();
        rest = &rest[length..];
    }
    out
}

/// Length of what stands here and what it becomes.
fn word(
    rest: &str,
    before: &str,
    names: &Names,
    pseudonyms: &mut Pseudonyms,
) -> Option<(usize, String)> {
    let backslashes = before.len() - before.trim_end_matches('\\').len();
    if backslashes % 2 == 1 && rest.starts_with(['n', 'r', 't', 'u', 'b', 'f']) {
        // `\n` and its like in JSON are no beginning of a word.
        return None;
    }
    if let Some(length) = id(rest) {
        return Some((length, pseudonyms.of(Kind::Id, &rest[..length])));
    }
    if let Some(length) = address(rest) {
        return Some((length, pseudonyms.of(Kind::Address, &rest[..length])));
    }
    if let Some(length) = mail(rest) {
        return Some((length, mailed(&rest[..length], pseudonyms)));
    }
    if let Some(length) = host(rest) {
        return hosted(rest, length, before, pseudonyms);
    }
    let length = names.at(rest)?;
    Some((length, pseudonyms.of(Kind::Name, &rest[..length])))
}

/// A GUID, or 32 hexadecimal digits of which one at least is a letter or all are an id of Azure.
fn id(rest: &str) -> Option<usize> {
    let end = rest
        .find(|letter: char| !is_inner(letter))
        .unwrap_or(rest.len());
    let word = &rest[..end];
    let hex = |text: &str| text.chars().all(|letter| letter.is_ascii_hexdigit());
    if word.len() == PLAIN_ID && hex(word) {
        return Some(end);
    }
    let guid = rest.get(..36)?;
    let shaped = guid.char_indices().all(|(at, letter)| match at {
        8 | 13 | 18 | 23 => letter == '-',
        _ => letter.is_ascii_hexdigit(),
    });
    let next = rest[36..].chars().next();
    (shaped && next.is_none_or(|letter| !letter.is_alphanumeric())).then_some(36)
}

fn address(rest: &str) -> Option<usize> {
    let end = rest
        .find(|letter: char| !(letter.is_ascii_hexdigit() || letter == ':' || letter == '.'))
        .unwrap_or(rest.len());
    let next = rest[end..].chars().next();
    if end < 2 || next.is_some_and(is_inner) {
        return None;
    }
    // A full stop or colon behind an address is not part of it; a port is not either.
    let word = rest[..end].trim_end_matches(['.', ':']);
    if word.matches(':').count() >= 2 && word.parse::<std::net::Ipv6Addr>().is_ok() {
        return Some(word.len());
    }
    let four = word.split(':').next().unwrap_or_default();
    four.parse::<std::net::Ipv4Addr>()
        .is_ok()
        .then_some(four.len())
}

fn in_mail(letter: char) -> bool {
    letter.is_alphanumeric() || "._%+#'-".contains(letter)
}

fn in_host(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '-' || letter == '.'
}

/// A name, `@`, and a domain.
fn mail(rest: &str) -> Option<usize> {
    let at = rest.find(|letter: char| !in_mail(letter))?;
    let domain = rest[at..].strip_prefix('@')?;
    let end = domain
        .find(|letter| !in_host(letter))
        .unwrap_or(domain.len());
    let end = domain[..end].trim_end_matches(['.', '-']).len();
    (at > 0 && domain[..end].contains('.')).then_some(at + 1 + end)
}

fn mailed(word: &str, pseudonyms: &mut Pseudonyms) -> String {
    let (user, domain) = word.split_once('@').unwrap_or((word, ""));
    let user = pseudonyms.of(Kind::Caller, user);
    let host = pseudonyms.of(Kind::Host, domain);
    let end = if host.chars().any(char::is_lowercase) {
        "example"
    } else {
        "EXAMPLE"
    };
    format!("{user}@{host}.{end}")
}

/// Labels with dots between them.
fn host(rest: &str) -> Option<usize> {
    let end = rest.find(|letter| !in_host(letter)).unwrap_or(rest.len());
    let end = rest[..end].trim_end_matches(['.', '-']).len();
    rest[..end].contains('.').then_some(end)
}

/// A host of a resource keeps its end; behind `//` another host is replaced unless it is shared.
fn hosted(
    rest: &str,
    length: usize,
    before: &str,
    pseudonyms: &mut Pseudonyms,
) -> Option<(usize, String)> {
    let lower = rest[..length].to_lowercase();
    let ending = RESOURCE_HOSTS
        .iter()
        .find(|ending| lower.ends_with(*ending));
    if let Some(ending) = ending {
        let label = length - ending.len();
        let name = pseudonyms.of(Kind::Name, &rest[..label]);
        return Some((label, name));
    }
    let shared = SHARED_HOSTS
        .iter()
        .any(|known| lower == *known || lower.ends_with(&format!(".{known}")));
    let in_url = before.ends_with("//") || before.ends_with("\\/\\/");
    let in_url = in_url && lower.ends_with(|last: char| last.is_ascii_alphabetic());
    if shared || !in_url || !lower.contains('.') {
        return None;
    }
    Some((
        length,
        format!("{}.example", pseudonyms.of(Kind::Host, &lower)),
    ))
}
