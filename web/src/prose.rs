//! Sentences that quote code between backticks, cut into words and code. The pieces together are the sentence
//! without its backticks.

/// A piece of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// What is read as prose.
    Words(&'a str),
    /// What stood between two backticks.
    Code(&'a str),
}

/// The pieces of a sentence in order, none of them empty. Where a backtick has no other end, which quoted text
/// can bring about, the sentence stays as it is.
pub fn pieces(sentence: &str) -> Vec<Piece<'_>> {
    if sentence.matches('`').count() % 2 == 1 {
        return vec![Piece::Words(sentence)];
    }
    let parts = sentence.split('`').enumerate();
    let parts = parts.filter(|(_, text)| !text.is_empty());
    let piece = |(index, text)| match index % 2 {
        0 => Piece::Words(text),
        _ => Piece::Code(text),
    };
    parts.map(piece).collect()
}
