//! Formats a query: pipes on lines of their own, arguments indented where they do not fit.
//!
//! Tokens and comments stay what they are and in their order; only blanks between them change. A text that
//! is formatted once is not changed by formatting it again. A text with syntax errors is refused.

mod build;
mod layout;
mod spacing;

use crate::diagnostic::Diagnostic;
use crate::syntax_kind::SyntaxKind;
use crate::{Parse, parse};

/// Why a text was not formatted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The text has syntax errors, of which this is the first.
    Erroneous(Diagnostic),
    /// The result would not read as the same tokens.
    Changed,
}

/// Formats a query text.
pub fn format(text: &str) -> Result<String, Refusal> {
    let before = parse(text);
    if let Some(first) = before.diagnostics().first() {
        return Err(Refusal::Erroneous(first.clone()));
    }
    let mut formatted = layout::set(&build::document(&before.syntax()));
    if text.ends_with('\n') && !formatted.is_empty() {
        formatted.push('\n');
    }
    let after = parse(&formatted);
    match after.diagnostics().is_empty() && tokens(&before).eq(tokens(&after)) {
        true => Ok(formatted),
        false => Err(Refusal::Changed),
    }
}

/// The tokens of a text that are not blank, comments included.
fn tokens(parse: &Parse) -> impl Iterator<Item = (SyntaxKind, String)> {
    let all = parse.syntax().descendants_with_tokens();
    all.filter_map(|element| element.into_token())
        .filter(|token| token.kind() != SyntaxKind::Whitespace)
        .map(|token| (token.kind(), token.text().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn erroneous_text_is_refused() {
        assert!(matches!(format("T | where ("), Err(Refusal::Erroneous(_))));
    }

    #[test]
    fn nothing_stays_nothing() {
        assert_eq!(format(""), Ok(String::new()));
        assert_eq!(format("\n\n"), Ok(String::new()));
    }
}
