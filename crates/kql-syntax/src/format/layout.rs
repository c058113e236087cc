//! Documents of text and possible line breaks, and their layout within a width.
//!
//! A group is set on one line when it fits, together with what must follow on that line; otherwise all of
//! its own breaks are taken.

/// Columns of a line.
pub(super) const WIDTH: usize = 100;
/// Columns of a level of indentation.
const INDENT: usize = 4;

/// A piece of a document.
#[derive(Clone, Debug)]
pub(super) enum Doc {
    /// Text as it stands.
    Text(String),
    /// A break; this text when it is not taken.
    Line(&'static str),
    /// A break that is always taken, with a blank line or without.
    Hard { blank: bool },
    /// Pieces one level deeper.
    Indent(Vec<Doc>),
    /// Pieces that are broken all or none.
    Group(Vec<Doc>),
}

impl Doc {
    /// Whether a break inside is always taken.
    fn is_broken(&self) -> bool {
        match self {
            Self::Hard { .. } => true,
            Self::Indent(docs) | Self::Group(docs) => docs.iter().any(Self::is_broken),
            Self::Text(_) | Self::Line(_) => false,
        }
    }
}

/// A piece that is to be set: its indentation, and whether breaks are taken.
type Pending<'d> = (usize, bool, &'d Doc);

/// Sets documents as text.
pub(super) fn set(docs: &[Doc]) -> String {
    let mut out = String::new();
    let mut column = 0;
    let mut stack: Vec<Pending> = docs.iter().rev().map(|doc| (0, true, doc)).collect();
    while let Some((indent, broken, doc)) = stack.pop() {
        match doc {
            Doc::Text(text) => {
                out.push_str(text);
                column = after(column, text);
            }
            Doc::Line(flat) if !broken => {
                out.push_str(flat);
                column += flat.len();
            }
            Doc::Line(_) => column = line(&mut out, indent, false),
            Doc::Hard { blank } => column = line(&mut out, indent, *blank),
            Doc::Indent(docs) => push(&mut stack, indent + INDENT, broken, docs),
            Doc::Group(docs) => {
                let flat = !doc.is_broken() && fits(docs, &stack, WIDTH.saturating_sub(column));
                push(&mut stack, indent, !flat, docs);
            }
        }
    }
    out
}

fn push<'d>(stack: &mut Vec<Pending<'d>>, indent: usize, broken: bool, docs: &'d [Doc]) {
    stack.extend(docs.iter().rev().map(|doc| (indent, broken, doc)));
}

fn line(out: &mut String, indent: usize, blank: bool) -> usize {
    out.push_str(if blank { "\n\n" } else { "\n" });
    out.extend(std::iter::repeat_n(' ', indent));
    indent
}

/// The column behind a text.
fn after(column: usize, text: &str) -> usize {
    match text.rsplit_once('\n') {
        Some((_, last)) => last.chars().count(),
        None => column + text.chars().count(),
    }
}

/// Whether pieces without breaks, and what follows up to the next break, fit into the rest of a line.
fn fits(docs: &[Doc], rest: &[Pending], room: usize) -> bool {
    let mut room = room;
    let mut rest = rest.iter().rev();
    let mut stack: Vec<(bool, &Doc)> = docs.iter().rev().map(|doc| (false, doc)).collect();
    loop {
        let (broken, doc) = match stack.pop() {
            Some(next) => next,
            None => match rest.next() {
                Some((_, broken, doc)) => (*broken, *doc),
                None => return true,
            },
        };
        match doc {
            Doc::Text(text) => {
                let first = text.split('\n').next().unwrap_or_default();
                match room.checked_sub(first.chars().count()) {
                    Some(left) if first.len() == text.len() => room = left,
                    fits => return fits.is_some(),
                }
            }
            Doc::Line(flat) if !broken => match room.checked_sub(flat.len()) {
                Some(left) => room = left,
                None => return false,
            },
            Doc::Line(_) | Doc::Hard { .. } => return true,
            Doc::Indent(docs) => stack.extend(docs.iter().rev().map(|doc| (broken, doc))),
            // What follows may break at its own first break.
            Doc::Group(docs) => stack.extend(docs.iter().rev().map(|doc| (broken, doc))),
        }
    }
}
