//! Explanations in sentences. Places are lines of the query text.

use std::ops::Range;

use kql_syntax::text::LineIndex;

use super::{Behind, Emptied, Fate, Part, Stop, Why, Without};

/// Characters shown of a piece of the query.
const SHOWN_CHARACTERS: usize = 90;
/// Reasons of one operator that are told.
const SHOWN_REASONS: usize = 3;

/// Tells explanations of one query.
pub struct Words<'q> {
    text: &'q str,
    lines: LineIndex,
}

impl<'q> Words<'q> {
    /// For explanations of the query with this text.
    pub fn of(text: &'q str) -> Self {
        Self {
            text,
            lines: LineIndex::new(text),
        }
    }

    /// The line of a place, counted from 1.
    pub fn line(&self, range: &Range<usize>) -> usize {
        self.lines.line(range.start)
    }

    /// A piece of the query on one line, shortened.
    pub fn quote(&self, range: &Range<usize>) -> String {
        let text = self.text.get(range.clone()).unwrap_or_default();
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        match line.char_indices().nth(SHOWN_CHARACTERS) {
            Some((cut, _)) => format!("{}…", line.get(..cut).unwrap_or(&line)),
            None => line,
        }
    }

    fn place(&self, range: &Range<usize>) -> String {
        format!("Line {}, `{}`", self.line(range), self.quote(range))
    }

    /// What became of a row, one sentence for each operator that left it out, and one for the end.
    pub fn fate(&self, fate: &Fate) -> Vec<String> {
        if fate.reads == 0 {
            return vec!["The query does not read this row's table.".to_owned()];
        }
        let mut sentences: Vec<String> = fate.stops.iter().map(|stop| self.stop(stop)).collect();
        let kept = fate.kept.iter().map(|(_, rows)| rows);
        let kept: Vec<u32> = kept.flatten().copied().collect();
        sentences.push(match kept.as_slice() {
            [] => "It is in no row of the result.".to_owned(),
            [row] => format!("Kept until the end: it is in result row {}.", row + 1),
            rows => format!(
                "Kept until the end: it is in {} result rows, the first is row {}.",
                rows.len(),
                rows.first().map_or(0, |row| row + 1)
            ),
        });
        sentences
    }

    /// One operator that left a row out.
    pub fn stop(&self, stop: &Stop) -> String {
        let reasons = stop.why.iter().take(SHOWN_REASONS);
        let reasons: Vec<String> = reasons.map(|why| self.why(why)).collect();
        let more = match stop.why.len().saturating_sub(SHOWN_REASONS) {
            0 => String::new(),
            more => format!("; and {more} more reasons"),
        };
        let rows = match stop.rows {
            1 => String::new(),
            rows => format!("{rows} rows made of it: "),
        };
        format!(
            "{}: {rows}{}{more}.",
            self.place(&stop.range),
            reasons.join("; ")
        )
    }

    fn why(&self, why: &Why) -> String {
        match why {
            Why::OutsideWindow => "its time is not in the span that the run reads".to_owned(),
            Why::Condition { parts } => {
                let parts: Vec<String> = parts.iter().map(|part| self.part(part)).collect();
                parts.join(", and ")
            }
            Why::NoPartner { key } => {
                format!("the other side of the join has no row with {}", keyed(key))
            }
            Why::HasPartner { key } => format!(
                "the other side has a row with {}, and this join keeps rows without a partner",
                keyed(key)
            ),
            Why::SameKeyAsEarlier { key } => format!(
                "an earlier row has the same key ({}), and innerunique keeps one row of each",
                keyed(key)
            ),
            Why::BeyondCount => {
                "other rows come first, and the number of rows is limited".to_owned()
            }
            Why::NothingToExpand => "there is nothing to expand: the array is empty".to_owned(),
            Why::OutsideAxis => "it has no place on the axis".to_owned(),
            Why::NoMatch => "the text does not fit the pattern".to_owned(),
            Why::MatchesNoStep => "it matches no step".to_owned(),
            Why::NotChosen => "another row of its group was chosen".to_owned(),
            Why::EqualToEarlier => {
                "an earlier row is equal; it went on and stands for this one too".to_owned()
            }
            Why::LookedUp => {
                "the row was only looked up here, it is no part of a result row".to_owned()
            }
            Why::LeftOut => "this operator gives no row for it".to_owned(),
        }
    }

    /// A part of a predicate that did not hold.
    pub fn part(&self, part: &Part) -> String {
        let quote = self.quote(&part.range);
        if !part.parts.is_empty() {
            let parts = told_once(&part.parts);
            let parts: Vec<String> = parts.iter().map(|part| self.part(part)).collect();
            return match (part.wanted, parts.as_slice()) {
                // A term that was looked for in every column.
                (true, [one]) => one.clone(),
                (true, _) => format!("none of `{quote}` held ({})", parts.join("; ")),
                (false, _) => format!("none of `{quote}` was false ({})", parts.join("; ")),
            };
        }
        let mut reads = part.reads.clone();
        let constants = part.constants.iter();
        let named = constants.filter_map(|(range, value)| {
            let name = self.text.get(range.clone())?;
            (is_name(name) && name != value).then(|| (name.to_owned(), value.clone()))
        });
        for named in named {
            if !reads.contains(&named) {
                reads.push(named);
            }
        }
        let reads = match reads.as_slice() {
            [] => String::new(),
            reads => format!(": {}", assigned(reads)),
        };
        format!("`{quote}` was {}{reads}", part.value)
    }

    /// The operators because of which a result is empty, and the conditions without which it is not.
    pub fn empty(&self, emptied: &[Emptied], without: &[Without], untried: usize) -> Vec<String> {
        let mut sentences: Vec<String> = emptied.iter().map(|one| self.emptied(one)).collect();
        let conditions = without.iter().map(|one| {
            format!(
                "If `{}` (line {}) were not there: {}.",
                self.quote(&one.range),
                self.line(&one.range),
                counted(one.rows, "row")
            )
        });
        sentences.extend(conditions);
        if without.is_empty() && !emptied.is_empty() {
            sentences.push(
                "No single condition is to blame: without any one of them the result is still empty."
                    .to_owned(),
            );
        }
        if untried > 0 {
            let left = counted(untried, "condition");
            sentences.push(format!("{left} not tried, to keep this short."));
        }
        sentences
    }

    fn emptied(&self, emptied: &Emptied) -> String {
        if let Some(table) = &emptied.table {
            return format!("{table} has no row in the span that the run reads.");
        }
        let rows: Vec<String> = emptied
            .rows_in
            .iter()
            .map(|rows| counted(*rows, "row"))
            .collect();
        let met = met(&emptied.met);
        format!(
            "{}, gave no row; it had {}.{met}",
            self.place(&emptied.range),
            rows.join(" and ")
        )
    }

    /// What is not exact in the rows behind a result row.
    pub fn approximations(&self, behind: &Behind) -> Vec<String> {
        let found = behind.approximate.iter();
        found
            .map(|one| format!("{}: {}.", self.place(&one.range), one.why))
            .collect()
    }
}

/// What a step met that let nothing through, as a sentence that goes on behind another; empty when nothing is
/// known.
pub fn met(values: &[String]) -> String {
    match values {
        [] => String::new(),
        values => format!(" There, {}.", values.join("; ")),
    }
}

/// Parts that stand at one place and met the same are one, with all that they read.
fn told_once(parts: &[Part]) -> Vec<Part> {
    let mut told: Vec<Part> = Vec::new();
    for part in parts {
        let is_like = |known: &&mut Part| {
            known.range == part.range && known.value == part.value && known.parts == part.parts
        };
        match told.iter_mut().find(is_like) {
            Some(known) => {
                let new = part.reads.iter().filter(|read| !known.reads.contains(read));
                let new: Vec<_> = new.cloned().collect();
                known.reads.extend(new);
            }
            None => told.push(part.clone()),
        }
    }
    told
}

/// Whether a constant is written as the name of a `let`, and not as what it is.
fn is_name(text: &str) -> bool {
    let mut letters = text.chars();
    let starts = letters
        .next()
        .is_some_and(|first| first.is_alphabetic() || first == '_');
    starts && letters.all(|letter| letter.is_alphanumeric() || letter == '_')
}

fn assigned(values: &[(String, String)]) -> String {
    let values: Vec<String> = values
        .iter()
        .map(|(name, value)| format!("{name} was {value}"))
        .collect();
    values.join(", ")
}

fn keyed(key: &[(String, String)]) -> String {
    let values: Vec<String> = key
        .iter()
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    values.join(", ")
}

fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}
