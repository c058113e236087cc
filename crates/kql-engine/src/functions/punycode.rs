//! Punycode (RFC 3492) of texts and of the labels of domain names.
//!
//! Letters keep their case and no label is checked or normalized, as in recorded results of Kusto. What
//! cannot be encoded or decoded gives the empty string.

use kql_analysis::value::Value;

use super::conversion::to_text;
use super::kernel::{Table, arg, string};

pub(super) const KERNELS: Table = &[
    ("punycode_from_string", |_, args| {
        Ok(converted(args, encode))
    }),
    ("punycode_to_string", |_, args| Ok(converted(args, decode))),
    ("punycode_domain_to_string", |_, args| {
        Ok(converted(args, encode_domain))
    }),
    ("punycode_domain_from_string", |_, args| {
        Ok(converted(args, decode_domain))
    }),
];

/// The parameters of RFC 3492, section 5.
const BASE: u32 = 36;
const SMALLEST_THRESHOLD: u32 = 1;
const LARGEST_THRESHOLD: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const FIRST_BIAS: u32 = 72;
const FIRST_CODE: u32 = 128;

/// The text in front of an encoded label.
const PREFIX: &str = "xn--";
/// The full stops that part labels (RFC 3490, section 3.1).
const STOPS: [char; 4] = ['.', '\u{3002}', '\u{FF0E}', '\u{FF61}'];
/// Characters of a label, whose encoding takes time with their square.
const LABEL_CHARACTERS: usize = 4096;

fn converted(args: &[Value], convert: fn(&str) -> Option<String>) -> Value {
    string(convert(&to_text(arg(args, 0))).unwrap_or_default())
}

fn encode_domain(domain: &str) -> Option<String> {
    let labels = domain.split(STOPS).map(|label| match label.is_ascii() {
        true => Some(label.to_owned()),
        false => encode(label).map(|encoded| format!("{PREFIX}{encoded}")),
    });
    Some(labels.collect::<Option<Vec<_>>>()?.join("."))
}

fn decode_domain(domain: &str) -> Option<String> {
    let labels = domain
        .split('.')
        .map(|label| match label.strip_prefix(PREFIX) {
            Some(encoded) => decode(encoded),
            None => Some(label.to_owned()),
        });
    Some(labels.collect::<Option<Vec<_>>>()?.join("."))
}

/// RFC 3492, section 6.3.
fn encode(text: &str) -> Option<String> {
    let codes: Vec<u32> = text.chars().map(u32::from).collect();
    if codes.len() > LABEL_CHARACTERS {
        return None;
    }
    let mut output: String = text.chars().filter(char::is_ascii).collect();
    let basic = output.len() as u32;
    if basic > 0 {
        output.push('-');
    }
    let (mut code, mut delta, mut bias, mut handled) = (FIRST_CODE, 0u32, FIRST_BIAS, basic);
    while (handled as usize) < codes.len() {
        let next = codes.iter().copied().filter(|c| *c >= code).min()?;
        delta = delta.checked_add((next - code).checked_mul(handled + 1)?)?;
        code = next;
        for c in &codes {
            if *c < code {
                delta = delta.checked_add(1)?;
            }
            if *c == code {
                write_number(delta, bias, &mut output);
                bias = adapted(delta, handled + 1, handled == basic);
                (delta, handled) = (0, handled + 1);
            }
        }
        (delta, code) = (delta.checked_add(1)?, code + 1);
    }
    Some(output)
}

/// A number in digits whose weights depend on the bias.
fn write_number(number: u32, bias: u32, output: &mut String) {
    let mut rest = number;
    let mut place = BASE;
    loop {
        let threshold = threshold(place, bias);
        if rest < threshold {
            break output.push(digit(rest));
        }
        output.push(digit(threshold + (rest - threshold) % (BASE - threshold)));
        rest = (rest - threshold) / (BASE - threshold);
        place += BASE;
    }
}

/// RFC 3492, section 6.2.
fn decode(text: &str) -> Option<String> {
    if !text.is_ascii() || text.len() > LABEL_CHARACTERS {
        return None;
    }
    let (basic, digits) = text.rsplit_once('-').unwrap_or(("", text));
    let mut output: Vec<char> = basic.chars().collect();
    let (mut code, mut place, mut bias) = (FIRST_CODE, 0u32, FIRST_BIAS);
    let mut digits = digits.chars();
    while !digits.as_str().is_empty() {
        let before = place;
        place = place.checked_add(read_number(&mut digits, bias)?)?;
        let length = output.len() as u32 + 1;
        bias = adapted(place - before, length, before == 0);
        code = code.checked_add(place / length)?;
        place %= length;
        output.insert(place as usize, char::from_u32(code)?);
        place += 1;
    }
    Some(output.into_iter().collect())
}

fn read_number(digits: &mut impl Iterator<Item = char>, bias: u32) -> Option<u32> {
    let (mut number, mut weight, mut place) = (0u32, 1u32, BASE);
    loop {
        let digit = value(digits.next()?)?;
        number = number.checked_add(digit.checked_mul(weight)?)?;
        let threshold = threshold(place, bias);
        if digit < threshold {
            return Some(number);
        }
        weight = weight.checked_mul(BASE - threshold)?;
        place += BASE;
    }
}

fn threshold(place: u32, bias: u32) -> u32 {
    place
        .saturating_sub(bias)
        .clamp(SMALLEST_THRESHOLD, LARGEST_THRESHOLD)
}

/// RFC 3492, section 6.1.
fn adapted(delta: u32, length: u32, first: bool) -> u32 {
    let mut delta = if first { delta / DAMP } else { delta / 2 };
    delta += delta / length;
    let mut bias = 0;
    while delta > (BASE - SMALLEST_THRESHOLD) * LARGEST_THRESHOLD / 2 {
        delta /= BASE - SMALLEST_THRESHOLD;
        bias += BASE;
    }
    bias + (BASE - SMALLEST_THRESHOLD + 1) * delta / (delta + SKEW)
}

fn digit(number: u32) -> char {
    char::from_digit(
        if number < 26 {
            number + 10
        } else {
            number - 26
        },
        BASE,
    )
    .unwrap_or('-')
}

fn value(digit: char) -> Option<u32> {
    let number = digit.to_digit(BASE)?;
    Some(if number < 10 {
        number + 26
    } else {
        number - 10
    })
}
