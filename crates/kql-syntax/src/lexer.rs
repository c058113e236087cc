//! Text to tokens. Every byte of the text is in exactly one token.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while, take_while1};
use nom::combinator::{opt, recognize};
use nom::{IResult, Parser};

use crate::syntax_kind::SyntaxKind::{self, *};

/// A token and its length in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub kind: SyntaxKind,
    pub length: usize,
}

/// Keywords with a hyphen; elsewhere a hyphen is a minus.
const HYPHENATED: [&str; 25] = [
    "project-by-names",
    "project-smart",
    "assert-schema",
    "make-graph",
    "graph-match",
    "graph-shortest-paths",
    "graph-to-table",
    "graph-mark-components",
    "graph-where-nodes",
    "graph-where-edges",
    "project-away",
    "project-keep",
    "project-rename",
    "project-reorder",
    "mv-expand",
    "mv-apply",
    "make-series",
    "parse-where",
    "parse-kv",
    "sample-distinct",
    "top-nested",
    "top-hitters",
    "granny-asc",
    "granny-desc",
    "macro-expand",
];

/// Type names whose parentheses hold raw text.
const TYPED: [&str; 16] = [
    "datetime", "date", "timespan", "time", "guid", "uuid", "uniqueid", "decimal", "long", "int64",
    "int", "int32", "real", "double", "bool", "boolean",
];

/// Units of a timespan literal.
pub(crate) const TIMESPAN_UNITS: [(&str, i64); 34] = {
    const MICROSECOND: i64 = 10;
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
        ("mins", MINUTE),
        ("minute", MINUTE),
        ("minutes", MINUTE),
        ("s", SECOND),
        ("sec", SECOND),
        ("secs", SECOND),
        ("second", SECOND),
        ("seconds", SECOND),
        ("ms", MILLISECOND),
        ("milli", MILLISECOND),
        ("millis", MILLISECOND),
        ("millisec", MILLISECOND),
        ("millisecs", MILLISECOND),
        ("millisecond", MILLISECOND),
        ("milliseconds", MILLISECOND),
        ("micro", MICROSECOND),
        ("micros", MICROSECOND),
        ("microsec", MICROSECOND),
        ("microsecs", MICROSECOND),
        ("microsecond", MICROSECOND),
        ("microseconds", MICROSECOND),
        ("tick", 1),
        ("ticks", 1),
        ("t", 1),
    ]
};

/// Punctuation, longest first.
const PUNCTUATION: [(&str, SyntaxKind); 33] = [
    ("==", EqualEqual),
    ("=~", EqualTilde),
    ("=>", FatArrow),
    ("!=", NotEqual),
    ("<>", NotEqual),
    ("!~", NotTilde),
    ("<=", LessEqual),
    (">=", GreaterEqual),
    ("..", DotDot),
    ("=", Equal),
    ("<", Less),
    (">", Greater),
    ("|", Pipe),
    (",", Comma),
    (";", Semicolon),
    (":", Colon),
    (".", Dot),
    ("(", LeftParen),
    (")", RightParen),
    ("[", LeftBracket),
    ("]", RightBracket),
    ("{", LeftBrace),
    ("}", RightBrace),
    ("+", Plus),
    ("-", Minus),
    ("*", Star),
    ("/", Slash),
    ("%", Percent),
    ("?", Question),
    ("@", At),
    // Typographic dashes that editors put in place of a minus.
    ("\u{2013}", Minus),
    ("\u{2014}", Minus),
    ("\u{2212}", Minus),
];

/// Splits a text into tokens.
pub(crate) fn tokenize(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 4);
    let mut rest = text;
    while !rest.is_empty() {
        let token = first_token(rest);
        rest = &rest[token.length..];
        tokens.push(token);
    }
    tokens
}

fn first_token(input: &str) -> Token {
    type Rule = fn(&str) -> IResult<&str, SyntaxKind>;
    const RULES: [Rule; 6] = [trivia, string, number, negated_word, word, punctuation];
    for rule in RULES {
        if let Ok((rest, kind)) = rule(input) {
            let length = input.len() - rest.len();
            return Token { kind, length };
        }
    }
    let length = input.chars().next().map_or(1, char::len_utf8);
    Token {
        kind: Unknown,
        length,
    }
}

fn trivia(input: &str) -> IResult<&str, SyntaxKind> {
    let space = take_while1(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}')
        .map(|_| Whitespace);
    let comment = (tag("//"), take_while(|c| c != '\n')).map(|_| Comment);
    alt((space, comment)).parse(input)
}

fn is_word_start(c: char) -> bool {
    c.is_alphabetic() || c == '_' || c == '$'
}

fn is_word_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn plain_word(input: &str) -> IResult<&str, &str> {
    recognize((
        take_while_of_length_one(is_word_start),
        take_while(is_word_part),
    ))
    .parse(input)
}

fn take_while_of_length_one(accepts: fn(char) -> bool) -> impl Fn(&str) -> IResult<&str, &str> {
    move |input| nom::bytes::complete::take_while_m_n(1, 1, accepts).parse(input)
}

fn word(input: &str) -> IResult<&str, SyntaxKind> {
    let hyphenated = HYPHENATED.iter().find(|keyword| {
        let rest = input.strip_prefix(**keyword);
        rest.is_some_and(|rest| !rest.starts_with(is_word_part))
    });
    if let Some(keyword) = hyphenated {
        return Ok((&input[keyword.len()..], Word));
    }
    let (rest, name) = plain_word(input)?;
    if name == "in" && rest.starts_with('~') {
        return Ok((&rest[1..], InTilde));
    }
    if TYPED.contains(&name)
        && let Ok((rest, _)) = raw_parentheses(rest)
    {
        return Ok((rest, Typed));
    }
    Ok((rest, Word))
}

/// `(…)` on one line without parentheses inside, after blanks.
fn raw_parentheses(input: &str) -> IResult<&str, &str> {
    let blank = |c| c == ' ' || c == '\t';
    let raw = take_while1(|c| !matches!(c, '(' | ')' | '\n' | '\r' | ',' | '{' | '|'));
    recognize((take_while(blank), tag("("), raw, tag(")"))).parse(input)
}

fn negated_word(input: &str) -> IResult<&str, SyntaxKind> {
    let (rest, _) = tag("!").parse(input)?;
    let (rest, name) = plain_word(rest)?;
    match (name, rest.strip_prefix('~')) {
        ("in", Some(rest)) => Ok((rest, InTilde)),
        _ => Ok((rest, NotWord)),
    }
}

fn number(input: &str) -> IResult<&str, SyntaxKind> {
    let digits = |input| take_while1(|c: char| c.is_ascii_digit()).parse(input);
    let (after_digits, whole) = digits(input)?;
    if let Ok((rest, _)) = hexadecimal(input) {
        return Ok((rest, Integer));
    }
    let (after_fraction, fraction) = opt(fraction).parse(after_digits)?;
    let (after_exponent, exponent) = opt(exponent).parse(after_fraction)?;
    let (rest, suffix) = take_while(is_word_part).parse(after_exponent)?;
    let kind = match (suffix, fraction.is_some() || exponent.is_some()) {
        ("", false) => Integer,
        ("", true) => Real,
        (unit, _) if is_unit(unit) => TimeSpan,
        // A name may begin with digits.
        (_, false) => Word,
        (_, true) => return Ok((after_exponent, Real)),
    };
    debug_assert!(!whole.is_empty());
    Ok((rest, kind))
}

fn is_unit(text: &str) -> bool {
    TIMESPAN_UNITS.iter().any(|(unit, _)| *unit == text)
}

fn hexadecimal(input: &str) -> IResult<&str, &str> {
    let prefix = alt((tag("0x"), tag("0X")));
    recognize((prefix, take_while1(|c: char| c.is_ascii_hexdigit()))).parse(input)
}

/// `.5`, or a lone `.` that is neither a range nor a member access.
fn fraction(input: &str) -> IResult<&str, &str> {
    let (rest, text) =
        recognize((tag("."), take_while(|c: char| c.is_ascii_digit()))).parse(input)?;
    if text == "." && rest.starts_with(|c: char| c == '.' || is_word_start(c)) {
        return tag("no fraction").parse(input);
    }
    Ok((rest, text))
}

fn exponent(input: &str) -> IResult<&str, &str> {
    let sign = opt(alt((tag("+"), tag("-"))));
    recognize((
        alt((tag("e"), tag("E"))),
        sign,
        take_while1(|c: char| c.is_ascii_digit()),
    ))
    .parse(input)
}

fn string(input: &str) -> IResult<&str, SyntaxKind> {
    let (body, _) = opt(alt((tag("h"), tag("H")))).parse(input)?;
    let (rest, closed) = alt((
        fenced("```"),
        fenced("~~~"),
        verbatim('"'),
        verbatim('\''),
        escaped('"'),
        escaped('\''),
    ))
    .parse(body)?;
    Ok((rest, if closed { String } else { Unknown }))
}

/// Text between two fences, over any number of lines; true when the second fence is there.
fn fenced(fence: &'static str) -> impl Fn(&str) -> IResult<&str, bool> {
    move |input| {
        let (body, _) = tag(fence).parse(input)?;
        match body.find(fence) {
            Some(end) => Ok((&body[end + fence.len()..], true)),
            None => Ok(("", false)),
        }
    }
}

/// `@"…"`: a doubled quote stands for itself; line breaks are allowed.
fn verbatim(quote: char) -> impl Fn(&str) -> IResult<&str, bool> {
    move |input| {
        let (body, _) = (tag("@"), nom::character::complete::char(quote))
            .parse(input)
            .map(|(rest, _)| (rest, ()))?;
        let mut from = 0;
        while let Some(found) = body[from..].find(quote) {
            let after = from + found + 1;
            if !body[after..].starts_with(quote) {
                return Ok((&body[after..], true));
            }
            from = after + 1;
        }
        Ok(("", false))
    }
}

/// `"…"` with backslash escapes, on one line; an open one ends with its line.
fn escaped(quote: char) -> impl Fn(&str) -> IResult<&str, bool> {
    move |input| {
        let (body, _) = nom::character::complete::char(quote).parse(input)?;
        let mut escape = false;
        for (at, c) in body.char_indices() {
            match c {
                '\n' | '\r' => return Ok((&body[at..], false)),
                _ if escape => escape = false,
                '\\' => escape = true,
                c if c == quote => return Ok((&body[at + c.len_utf8()..], true)),
                _ => {}
            }
        }
        Ok(("", false))
    }
}

fn punctuation(input: &str) -> IResult<&str, SyntaxKind> {
    for (text, kind) in PUNCTUATION {
        if let Some(rest) = input.strip_prefix(text) {
            return Ok((rest, kind));
        }
    }
    tag("punctuation").map(|_| Unknown).parse(input)
}
