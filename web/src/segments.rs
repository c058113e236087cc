//! A query cut into pieces that each have one class and at most one mark.

use workbench::protocol::TokenView;

/// A place that is marked: an edit or a place left alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// First UTF-16 code unit.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// Number shown beside it.
    pub number: usize,
    /// Class for the style sheet, such as `applied` or `review`.
    pub class: &'static str,
    /// Text for a tooltip and for screen readers.
    pub title: String,
}

/// A piece of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Its text.
    pub text: String,
    /// Class of the token it belongs to; empty for blanks.
    pub class: String,
    /// Index of the mark it lies in.
    pub mark: Option<usize>,
}

/// Cuts a query at the borders of tokens, marks and lines. The pieces together are the query.
pub fn segments(query: &str, tokens: &[TokenView], marks: &[Mark]) -> Vec<Segment> {
    let units: Vec<u16> = query.encode_utf16().collect();
    let mut cuts: Vec<usize> = vec![0, units.len()];
    cuts.extend(tokens.iter().flat_map(|token| [token.start, token.end]));
    cuts.extend(marks.iter().flat_map(|mark| [mark.start, mark.end]));
    let breaks = units.iter().enumerate();
    let breaks = breaks.filter(|(_, unit)| **unit == u16::from(b'\n'));
    cuts.extend(breaks.map(|(index, _)| index + 1));
    cuts.retain(|cut| *cut <= units.len());
    cuts.sort_unstable();
    cuts.dedup();
    let mut token = 0;
    let pieces = cuts.windows(2).filter_map(|pair| {
        let (start, end) = (*pair.first()?, *pair.last()?);
        while tokens.get(token).is_some_and(|token| token.end <= start) {
            token += 1;
        }
        let class = tokens
            .get(token)
            .filter(|token| token.start <= start)
            .map(|token| token.class.clone());
        Some(Segment {
            text: String::from_utf16_lossy(units.get(start..end)?),
            class: class.unwrap_or_default(),
            mark: marks
                .iter()
                .position(|mark| mark.start <= start && end <= mark.end && mark.start < mark.end),
        })
    });
    pieces.collect()
}

/// Pieces by the line that they are in. The break at a line's end belongs to the line.
pub fn lines(pieces: Vec<Segment>) -> Vec<Vec<Segment>> {
    let mut lines = vec![Vec::new()];
    for piece in pieces {
        let ends = piece.text.ends_with('\n');
        if let Some(line) = lines.last_mut() {
            line.push(piece);
        }
        if ends {
            lines.push(Vec::new());
        }
    }
    lines
}
