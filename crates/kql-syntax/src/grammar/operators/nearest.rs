//! The keyword that a misspelt one was meant to be.

/// The keyword that is at most two edits away, nearest first.
pub(super) fn nearest(
    word: &str,
    keywords: impl Iterator<Item = &'static str>,
) -> Option<&'static str> {
    let lower = word.to_ascii_lowercase();
    let near = keywords.map(|keyword| (edits(&lower, keyword), keyword));
    let (distance, keyword) = near.min()?;
    (distance <= 2 && distance < keyword.len() / 2).then_some(keyword)
}

/// How many letters must be put in, taken out or changed to make one word of another.
fn edits(from: &str, to: &str) -> usize {
    const MAX_WORD: usize = 30;
    if from.len() > MAX_WORD {
        return from.len();
    }
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (at, a) in from.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], at + 1);
        for (column, b) in to.bytes().enumerate() {
            let changed = diagonal + usize::from(a != b);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_keyword_has_a_neighbour() {
        let keywords = ["summarize", "where", "project-away", "as"];
        let found = |word| nearest(word, keywords.into_iter());
        assert_eq!(found("summarise"), Some("summarize"));
        assert_eq!(found("WHERE"), Some("where"));
        assert_eq!(found("project_away"), Some("project-away"));
        assert_eq!(found("xyz"), None);
    }
}
