//! Texts near others: beside a constant, one behind another, with another beginning, with other segments of an
//! address.

use super::patterns::matched;
use super::pool::{ADDRESSES, swap_case};

/// Constants of one column that are put behind one another.
const MAX_OF_TWO: usize = 5;
/// Ways in which a text is turned into another one.
pub(super) const MAX_WAYS: usize = 6;

/// A text that is like another one in kind, and not the same.
pub(super) fn other_text(known: &str) -> String {
    match known.parse::<std::net::IpAddr>() {
        Ok(_) if known == ADDRESSES[0] => "198.51.100.9".to_owned(),
        Ok(_) => ADDRESSES[0].to_owned(),
        Err(_) if known.is_empty() => "Another Text".to_owned(),
        Err(_) => format!("{known}-2"),
    }
}

/// Texts just beside a constant: other letter case, more or less of it, as a word of its own or within one.
pub(super) fn beside(constant: &str) -> Vec<String> {
    if constant.is_empty() {
        return Vec::new();
    }
    let letters = constant.chars().count();
    vec![
        swap_case(constant),
        constant.to_uppercase(),
        constant.to_lowercase(),
        format!("{constant}x"),
        format!("x{constant}"),
        format!("{constant} x"),
        format!("x {constant}"),
        format!("x{constant}x"),
        constant.chars().take(letters - 1).collect(),
        constant.chars().skip(1).collect(),
    ]
}

/// One constant behind another, with and without a gap: a word may be asked for at the start and another one
/// further on.
pub(super) fn of_two(constants: &[String]) -> Vec<String> {
    let plain = constants
        .iter()
        .filter(|constant| matched(constant).is_empty());
    let plain: Vec<&String> = plain.take(MAX_OF_TWO).collect();
    let mut texts = Vec::new();
    for first in &plain {
        for second in plain.iter().filter(|second| *second != first) {
            texts.extend([format!("{first}{second}"), format!("{first} {second}")]);
        }
    }
    texts
}

/// A text with another beginning, up to what parts it from the rest.
pub(super) fn begun(here: &str, beginning: &str) -> Option<String> {
    let place = here.find(['/', ' ', '@', ':', ';', '|'])?;
    let is_whole = beginning.contains("://") || beginning.is_empty() || place == 0;
    (!is_whole).then(|| format!("{beginning}{}", here.get(place..).unwrap_or_default()))
}

/// A text turned into others, each in a way of its own.
pub(super) fn turned(text: &str) -> Vec<String> {
    let mut ways = vec![swap_case(text), format!("{text}x"), format!("x{text}")];
    ways.extend(with_segments(text));
    ways
}

/// An address with a segment more at the start or the end of its path, and with one less.
pub(super) fn with_segments(address: &str) -> Vec<String> {
    let Some((start, path, rest)) = parts_of_address(address) else {
        return Vec::new();
    };
    let shorter = path.rsplit_once('/').map_or("", |(shorter, _)| shorter);
    vec![
        format!("{start}/x{path}{rest}"),
        format!("{start}{}/x{rest}", path.trim_end_matches('/')),
        format!("{start}{shorter}{rest}"),
    ]
}

/// Scheme and host of an address, its path, and what comes behind it.
pub(super) fn parts_of_address(address: &str) -> Option<(&str, &str, &str)> {
    let host = address.find("://")? + 3;
    let path = host + address.get(host..)?.find('/')?;
    let length = address.get(path..)?.find(['?', '#']);
    let end = length.map_or(address.len(), |length| path + length);
    Some((
        address.get(..path)?,
        address.get(path..end)?,
        address.get(end..)?,
    ))
}

/// A text that holds a constant, with what is beside the constant in its place.
pub(super) fn inside(here: &str, constant: &str) -> Vec<String> {
    if constant.is_empty() || here == constant || !here.contains(constant) {
        return Vec::new();
    }
    let beside = beside(constant).into_iter();
    beside
        .map(|beside| here.replacen(constant, &beside, 1))
        .collect()
}
