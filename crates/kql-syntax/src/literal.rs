//! The values that literal tokens stand for.
//!
//! Independent of any value type: dates and decimals stay text, which `kql-analysis` reads.

/// Units of a timespan literal, in nanoseconds.
const TIMESPAN_UNITS: [(&str, i64); 32] = {
    const MICROSECOND: i64 = 1_000;
    const MILLISECOND: i64 = 1_000 * MICROSECOND;
    const SECOND: i64 = 1_000 * MILLISECOND;
    const MINUTE: i64 = 60 * SECOND;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    [
        ("d", DAY),
        ("day", DAY),
        ("days", DAY),
        ("h", HOUR),
        ("hr", HOUR),
        ("hrs", HOUR),
        ("hour", HOUR),
        ("hours", HOUR),
        ("m", MINUTE),
        ("min", MINUTE),
        ("minute", MINUTE),
        ("minutes", MINUTE),
        ("s", SECOND),
        ("sec", SECOND),
        ("second", SECOND),
        ("seconds", SECOND),
        ("ms", MILLISECOND),
        ("milli", MILLISECOND),
        ("millis", MILLISECOND),
        ("millisec", MILLISECOND),
        ("millisecond", MILLISECOND),
        ("milliseconds", MILLISECOND),
        ("micro", MICROSECOND),
        ("micros", MICROSECOND),
        ("microsec", MICROSECOND),
        ("microsecond", MICROSECOND),
        ("microseconds", MICROSECOND),
        ("nano", 1),
        ("nanos", 1),
        ("nanosec", 1),
        ("nanosecond", 1),
        ("nanoseconds", 1),
    ]
};

/// Nanoseconds of a tick.
const TICK: i64 = 100;

/// Nanoseconds of a unit of time.
fn unit(name: &str) -> Option<i64> {
    match name {
        "tick" | "ticks" => Some(TICK),
        _ => TIMESPAN_UNITS
            .iter()
            .find(|(unit, _)| *unit == name)
            .map(|(_, size)| *size),
    }
}

/// Whether a word is the unit of a timespan literal.
pub(crate) fn is_timespan_unit(name: &str) -> bool {
    unit(name).is_some()
}

/// The text of a string literal in any of its forms; `None` when a form is not closed.
pub fn string(token: &str) -> Option<String> {
    let body = token.strip_prefix(['h', 'H']).unwrap_or(token);
    for fence in ["```", "~~~"] {
        if let Some(rest) = body.strip_prefix(fence) {
            return Some(rest.strip_suffix(fence)?.to_owned());
        }
    }
    match body.strip_prefix('@') {
        Some(quoted) => verbatim(quoted),
        None => unescape(inside_quotes(body)?),
    }
}

fn verbatim(quoted: &str) -> Option<String> {
    let quote = quoted.chars().next()?;
    let inside = inside_quotes(quoted)?;
    let doubled: String = [quote, quote].iter().collect();
    Some(inside.replace(&doubled, &quote.to_string()))
}

fn inside_quotes(quoted: &str) -> Option<&str> {
    let quote = quoted.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    quoted.strip_prefix(quote)?.strip_suffix(quote)
}

/// Resolves backslash escapes; an unknown one stands for itself, as the real engine has it.
fn unescape(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next()? {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            'a' => out.push('\u{7}'),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'v' => out.push('\u{b}'),
            'u' => out.push(code_point(&mut chars, 4)?),
            'U' => out.push(code_point(&mut chars, 8)?),
            'x' => out.push(code_point(&mut chars, 2)?),
            digit @ '0'..='7' => out.push(octal(digit, &mut chars)?),
            other => out.push(other),
        }
    }
    Some(out)
}

fn code_point(chars: &mut std::str::Chars<'_>, digits: usize) -> Option<char> {
    let text: String = chars.by_ref().take(digits).collect();
    let mut code = u32::from_str_radix(&text, 16).ok()?;
    // A pair of UTF-16 surrogates is one character.
    if (0xD800..0xDC00).contains(&code) && digits == 4 {
        let low: String = chars.by_ref().skip(2).take(4).collect();
        let low = u32::from_str_radix(&low, 16).ok()?.checked_sub(0xDC00)?;
        code = 0x10000 + ((code - 0xD800) << 10) + low;
    }
    char::from_u32(code)
}

/// One to three octal digits.
fn octal(first: char, chars: &mut std::str::Chars<'_>) -> Option<char> {
    let mut code = first.to_digit(8)?;
    for _ in 0..2 {
        match chars.as_str().chars().next().and_then(|c| c.to_digit(8)) {
            Some(digit) => {
                code = code * 8 + digit;
                chars.next();
            }
            None => break,
        }
    }
    char::from_u32(code)
}

/// An integer, decimal or hexadecimal; `None` when it does not fit 64 bits.
pub fn integer(token: &str) -> Option<i64> {
    match token
        .strip_prefix("0x")
        .or_else(|| token.strip_prefix("0X"))
    {
        Some(digits) => u64::from_str_radix(digits, 16).ok().map(u64::cast_signed),
        None => token.parse().ok(),
    }
}

/// A timespan such as `1.5h`, in ticks of 100 ns; `None` when it does not fit 64 bits.
pub fn timespan(token: &str) -> Option<i64> {
    let digits = token.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, name) = token.split_at(digits);
    let size = unit(name)?;
    if let Ok(whole) = number.parse::<i64>() {
        let exact = i128::from(whole) * i128::from(size) / i128::from(TICK);
        return i64::try_from(exact).ok();
    }
    let ticks = size as f64 / TICK as f64;
    let exact = number.parse::<f64>().ok()? * ticks;
    (exact.abs() < i64::MAX as f64).then_some(exact.round() as i64)
}

/// Type name and raw text of a literal such as `datetime(2020-01-01)`.
pub fn typed(token: &str) -> Option<(&str, &str)> {
    let (name, rest) = token.split_once('(')?;
    Some((name.trim(), rest.strip_suffix(')')?.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_string_is_decoded() {
        let forms = [
            (r#""a\tb\"c""#, "a\tb\"c"),
            (r"'it\'s'", "it's"),
            (r#"@"C:\x ""y""""#, "C:\\x \"y\""),
            (r#"h"secret""#, "secret"),
            ("```two\nlines```", "two\nlines"),
            (r#""\u00e9\x41\101""#, "éAA"),
            (r#""\ud83d\ude00""#, "😀"),
        ];
        for (token, expected) in forms {
            assert_eq!(string(token).as_deref(), Some(expected), "{token}");
        }
    }

    #[test]
    fn numbers_and_timespans() {
        assert_eq!(integer("0xff"), Some(255));
        assert_eq!(integer("99999999999999999999"), None);
        assert_eq!(timespan("1.5h"), Some(54_000_000_000));
        assert_eq!(timespan("3ticks"), Some(3));
        assert_eq!(
            typed("datetime( 2020-01-01 )"),
            Some(("datetime", "2020-01-01"))
        );
    }
}
