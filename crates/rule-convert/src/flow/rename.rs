//! The words of a text that name the original kind of resource, in the words of the target.

use kql_syntax::literal;

use super::evaluator::quoted;
use crate::profile::Profile;

/// What may stand behind a type that is no name: actions, and kinds of what a resource holds.
const BEHIND_TYPES: [&str; 12] = [
    "action",
    "certificates",
    "delete",
    "keys",
    "locations",
    "operations",
    "privateendpointconnections",
    "providers",
    "read",
    "secrets",
    "storage",
    "write",
];

/// A text with other words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Renamed {
    pub text: String,
    /// Whether it names one certain resource, whose name will not be that of the target.
    pub names_one: bool,
    /// Whether a resource id or an address changed, not the bare type.
    pub is_segment: bool,
}

/// The text with the type, resource-id segments and host names of the target; `None` when it has none
/// of the original's.
pub(crate) fn rename(text: &str, profile: &Profile) -> Option<Renamed> {
    if text.eq_ignore_ascii_case(&profile.from) {
        return Some(Renamed {
            text: in_case_of(text, &profile.to),
            names_one: false,
            is_segment: false,
        });
    }
    let mut renamed = Renamed {
        text: text.to_owned(),
        names_one: false,
        is_segment: false,
    };
    replace_words(&mut renamed, profile);
    for (from, to) in &profile.hosts {
        for (dot_from, dot_to) in [
            (".", "."),
            ("\\.", "\\."),
            ("\\\\.", "\\\\."),
            ("[.]", "[.]"),
        ] {
            let (from, to) = (from.replace('.', dot_from), to.replace('.', dot_to));
            replace_hosts(&mut renamed, &from, &to);
        }
    }
    (renamed.text != text).then_some(renamed)
}

/// Whether a text names the target already.
pub(crate) fn names_target(text: &str, profile: &Profile) -> bool {
    let is_host = |host: &str| find(text, host, 0).is_some();
    text.eq_ignore_ascii_case(&profile.to)
        || words(text, &profile.to).next().is_some()
        || profile.hosts.iter().any(|(_, to)| is_host(to))
}

/// Whether a text holds a segment that is unmistakable wherever it stands: provider with type, or host.
pub(crate) fn is_unmistakable(text: &str, profile: &Profile) -> bool {
    let typed = format!("{}/{}", profile.provider, profile.from);
    (!profile.provider.is_empty() && find(text, &typed, 0).is_some())
        || profile
            .hosts
            .iter()
            .any(|(from, _)| find(text, &format!(".{from}"), 0).is_some())
}

/// A literal's source with another value, in the same quotes.
pub(crate) fn requoted(source: &str, before: &str, after: &str, profile: &Profile) -> String {
    // Words are seldom escaped: then the source changes as the text does.
    if let Some(renamed) = rename(source, profile)
        && literal::string(&renamed.text).as_deref() == Some(after)
    {
        return renamed.text;
    }
    let replaced = source.replacen(before, after, 1);
    if literal::string(&replaced).as_deref() == Some(after) {
        return replaced;
    }
    let hidden = source.starts_with(['h', 'H']);
    let body = source.trim_start_matches(['h', 'H']);
    let candidate = match body.chars().next() {
        Some('@') if body.starts_with("@'") => format!("@'{}'", after.replace('\'', "''")),
        Some('@') => format!("@\"{}\"", after.replace('"', "\"\"")),
        Some('\'') => {
            let inner = quoted(after).replace("\\\"", "\"").replace('\'', "\\'");
            format!("'{}'", inner.get(1..inner.len() - 1).unwrap_or_default())
        }
        _ => quoted(after),
    };
    match hidden {
        true => format!("h{candidate}"),
        false => candidate,
    }
}

/// The target's word in the letter case of the original.
pub(crate) fn in_case_of(original: &str, target: &str) -> String {
    match original.chars().any(char::is_uppercase) {
        true if original.chars().any(char::is_lowercase)
            && target.chars().any(char::is_lowercase) =>
        {
            target.to_owned()
        }
        true => target.to_uppercase(),
        false => target.to_lowercase(),
    }
}

/// The first place of a word in any letter case, from a byte on.
fn find(text: &str, word: &str, from: usize) -> Option<usize> {
    let (text, word) = (text.as_bytes(), word.as_bytes());
    if word.is_empty() {
        return None;
    }
    (from..=text.len().checked_sub(word.len())?)
        .find(|&at| text[at..at + word.len()].eq_ignore_ascii_case(word))
}

/// Places where a word stands by itself.
fn words<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = usize> + 't {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let at = find(text, word, from)?;
            from = at + word.len();
            let before = text[..at].chars().next_back();
            let after = text[from..].chars().next();
            // The letter of an escape such as `\b` belongs to the escape.
            let escaped = text[..at].ends_with("\\b") || text[..at].ends_with("\\A");
            if (escaped || !before.is_some_and(is_letter)) && !after.is_some_and(is_letter) {
                return Some(at);
            }
        }
    })
}

fn is_letter(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

fn replace_words(renamed: &mut Renamed, profile: &Profile) {
    let text = renamed.text.clone();
    let (mut out, mut copied) = (String::new(), 0);
    for at in words(&text, &profile.from) {
        let end = at + profile.from.len();
        if belongs_to_another(&text[..at], profile) {
            continue;
        }
        out.push_str(&text[copied..at]);
        out.push_str(&in_case_of(&text[at..end], &profile.to));
        copied = end;
        renamed.is_segment |= text[..at].ends_with('/') || text[end..].starts_with('/');
        renamed.names_one |= text[end..]
            .strip_prefix('/')
            .is_some_and(|rest| is_named(&text[..at], rest));
    }
    out.push_str(&text[copied..]);
    renamed.text = out;
}

/// Whether the name of a resource stands behind the type: in an id that begins with its slash, or as the last
/// segment where no action of the provider can be meant.
fn is_named(before: &str, rest: &str) -> bool {
    let is_id = before.ends_with('/') && before.starts_with('/');
    let last = rest.strip_suffix('/').unwrap_or(rest);
    let is_action = BEHIND_TYPES
        .iter()
        .any(|word| last.eq_ignore_ascii_case(word));
    let is_last = before.is_empty() && !last.contains('/') && !is_action;
    (is_id || is_last) && rest.starts_with(|letter: char| letter.is_ascii_alphanumeric())
}

/// Whether a text says more than the kind of resource and its provider.
pub(crate) fn says_more(text: &str, profile: &Profile) -> bool {
    let known = |word: &str| {
        let provider = profile.provider.split('.');
        word.is_empty()
            || word.eq_ignore_ascii_case(&profile.from)
            || provider
                .into_iter()
                .any(|part| word.eq_ignore_ascii_case(part))
    };
    let mut words = text.split(|letter: char| !letter.is_alphanumeric());
    words.any(|word| !known(word))
}

/// Whether the type stands behind the name of another provider, such as Recovery Services.
fn belongs_to_another(before: &str, profile: &Profile) -> bool {
    let Some(path) = before.strip_suffix('/') else {
        return false;
    };
    let provider = path
        .rsplit(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '.'))
        .next()
        .unwrap_or_default();
    provider.contains('.')
        && !profile.provider.is_empty()
        && !provider.eq_ignore_ascii_case(&profile.provider)
}

fn replace_hosts(renamed: &mut Renamed, from: &str, to: &str) {
    let text = renamed.text.clone();
    let (mut out, mut copied) = (String::new(), 0);
    while let Some(at) = find(&text, from, copied) {
        out.push_str(&text[copied..at]);
        let before = text[..at].chars().next_back();
        copied = at + from.len();
        // `myvault.azure.net` is another host.
        if before.is_some_and(|letter| is_letter(letter) || letter == '-') {
            out.push_str(&text[at..copied]);
            continue;
        }
        renamed.is_segment = true;
        let label = text[..at]
            .strip_suffix('.')
            .and_then(|label| label.chars().next_back());
        renamed.names_one |= label.is_some_and(|letter| letter.is_ascii_alphanumeric());
        out.push_str(&in_case_of(&text[at..copied], to));
    }
    out.push_str(&text[copied..]);
    renamed.text = out;
}

/// Looser readings of a text that is not a word of the original by itself, for the repair of a condition:
/// what they give is checked by evaluating it.
pub(crate) fn loosely(text: &str, profile: &Profile) -> Vec<String> {
    let singular = |word: &str| {
        word.strip_suffix(['s', 'S'])
            .map_or_else(|| word.to_owned(), str::to_owned)
    };
    let pairs = [
        (profile.from.clone(), profile.to.clone()),
        (singular(&profile.from), singular(&profile.to)),
    ];
    let mut readings = Vec::new();
    for (from, to) in pairs {
        let (mut out, mut copied) = (String::new(), 0);
        while let Some(at) = find(text, &from, copied) {
            out.push_str(&text[copied..at]);
            copied = at + from.len();
            out.push_str(&in_case_of(&text[at..copied], &to));
        }
        out.push_str(&text[copied..]);
        if out != text && !readings.contains(&out) {
            readings.push(out);
        }
    }
    readings
}
