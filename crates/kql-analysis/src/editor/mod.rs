//! The language service of an editor: one question about a text, one answer, as plain data.
//!
//! Offsets are UTF-16 code units, as editors count. No text and no offset makes a question fail; an offset
//! beyond the end is the end.

mod rename;
mod signature;
mod symbols;

use std::ops::Range;

use kql_syntax::text::LineIndex;
use kql_syntax::{Parse, fold, format, highlight, parse};
use serde::{Deserialize, Serialize};

pub use rename::MAX_NAME;
pub use symbols::SymbolKind;

use crate::catalog::Catalog;
use crate::check::diagnose;
use crate::complete::{CompletionKind, complete};
use crate::diagnostic::{Diagnostic, Severity};
use crate::hover::hover;

/// What an editor asks about a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Question {
    /// Colours, errors and foldable parts: asked at every change.
    Analyse,
    /// What may stand at an offset.
    Complete {
        /// The offset.
        at: usize,
    },
    /// What the word at an offset means.
    Hover {
        /// The offset.
        at: usize,
    },
    /// The parameters of the call around an offset.
    Signature {
        /// The offset.
        at: usize,
    },
    /// All places of the name at an offset.
    Places {
        /// The offset.
        at: usize,
    },
    /// The changes that give the name at an offset another one.
    Rename {
        /// The offset.
        at: usize,
        /// The new name.
        name: String,
    },
    /// The text in its usual form.
    Format,
}

/// The answer to a [`Question`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// To [`Question::Analyse`].
    Analysis(Analysis),
    /// To [`Question::Complete`].
    Completions(Completions),
    /// To [`Question::Hover`].
    Hover(Hover),
    /// To [`Question::Signature`].
    Signature(Signature),
    /// To [`Question::Places`].
    Places(Places),
    /// To [`Question::Rename`] and [`Question::Format`]: changes that belong together.
    Edits(Edits),
    /// Nothing is known at the offset.
    Nothing,
    /// What was asked for cannot be done.
    Refused {
        /// Why, and what to do, in sentences.
        reason: String,
    },
}

/// A change of the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// Offset of the first code unit that is replaced.
    pub start: usize,
    /// Offset behind the last one.
    pub end: usize,
    /// What stands there instead.
    pub text: String,
}

/// Colours, errors and foldable parts of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Analysis {
    /// Three numbers for each token: start, end, and index into [`CLASSES`].
    pub tokens: Vec<u32>,
    /// Errors and warnings in order of place.
    pub problems: Vec<Problem>,
    /// Start and end of each foldable part.
    pub folds: Vec<(usize, usize)>,
}

/// Names of the classes of tokens, for a style sheet.
pub const CLASSES: [&str; 9] = [
    "keyword",
    "operator",
    "function",
    "string",
    "number",
    "comment",
    "name",
    "punctuation",
    "error",
];

/// What is wrong at a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Offset of its first code unit.
    pub start: usize,
    /// Offset behind its last one; the start for a place between two characters.
    pub end: usize,
    /// Stable code.
    pub code: String,
    /// `error`, `warning`, or `info` for what Rulesmith does not run.
    pub severity: String,
    /// What is wrong, with what to do about it.
    pub message: String,
    /// Changes that are likely to repair it.
    pub fixes: Vec<Fix>,
}

/// A change that repairs a problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// What it does, in words.
    pub title: String,
    /// The change.
    pub edit: Edit,
}

/// What may stand at a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completions {
    /// Offset of the first code unit that a completion replaces.
    pub start: usize,
    /// Offset behind the last one.
    pub end: usize,
    /// The completions in order.
    pub items: Vec<Completion>,
}

/// A completion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion {
    /// What is shown and inserted.
    pub text: String,
    /// `column`, `variable`, `table`, `operator`, `aggregate`, `function`, `plugin` or `keyword`.
    pub kind: String,
    /// A column's type, or what a function does.
    pub detail: String,
}

/// What a word means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hover {
    /// Offset of its first code unit.
    pub start: usize,
    /// Offset behind its last one.
    pub end: usize,
    /// Signatures of a function, or a column with its type; a line each.
    pub title: String,
    /// What it does.
    pub text: String,
    /// Its page in Microsoft's documentation.
    pub link: Option<String>,
}

/// The function around a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// Its signatures as they are written.
    pub labels: Vec<String>,
    /// The one that fits the number of arguments.
    pub active: usize,
    /// Start and end of the parameter at hand in that signature.
    pub parameter: Option<(usize, usize)>,
    /// What the function does.
    pub text: String,
    /// Its page in Microsoft's documentation.
    pub link: Option<String>,
}

/// All places of a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Places {
    /// The name without brackets.
    pub name: String,
    /// What it stands for, such as `let` or `column`.
    pub role: String,
    /// Start and end of the places that introduce it; empty for what comes from outside of the query.
    pub declarations: Vec<(usize, usize)>,
    /// Start and end of each use.
    pub uses: Vec<(usize, usize)>,
}

/// Changes that belong together, in order of place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edits {
    /// The changes.
    pub edits: Vec<Edit>,
    /// What else has to be changed by hand.
    pub note: Option<String>,
}

/// Answers a question about a query text over tables.
pub fn ask(text: &str, question: &Question, catalog: &Catalog) -> Answer {
    let lines = LineIndex::new(text);
    let asked = Asked {
        text,
        lines,
        catalog,
    };
    match question {
        Question::Analyse => Answer::Analysis(asked.analysis()),
        Question::Complete { at } => Answer::Completions(asked.completions(*at)),
        Question::Hover { at } => asked.hover(*at).map_or(Answer::Nothing, Answer::Hover),
        Question::Signature { at } => asked
            .signature(*at)
            .map_or(Answer::Nothing, Answer::Signature),
        Question::Places { at } => asked.places(*at).map_or(Answer::Nothing, Answer::Places),
        Question::Rename { at, name } => asked.rename(*at, name),
        Question::Format => asked.format(),
    }
}

/// A text with its places.
struct Asked<'a> {
    text: &'a str,
    lines: LineIndex,
    catalog: &'a Catalog,
}

impl Asked<'_> {
    fn parse(&self) -> Parse {
        parse(self.text)
    }

    fn byte(&self, at: usize) -> usize {
        self.lines.byte(self.text, at)
    }

    fn place(&self, bytes: &Range<usize>) -> (usize, usize) {
        let range = self.lines.utf16_range(bytes);
        (range.start, range.end)
    }

    fn edit(&self, bytes: &Range<usize>, text: &str) -> Edit {
        let (start, end) = self.place(bytes);
        Edit {
            start,
            end,
            text: text.to_owned(),
        }
    }

    fn analysis(&self) -> Analysis {
        let parse = self.parse();
        let mut tokens = Vec::new();
        for (range, class) in highlight::highlight(&parse) {
            let (start, end) = self.place(&range);
            let class = CLASSES.iter().position(|name| *name == class.name());
            let numbers = [start, end, class.unwrap_or_default()];
            tokens.extend(numbers.map(|number| u32::try_from(number).unwrap_or(u32::MAX)));
        }
        let folds = fold::folds(&parse);
        let problems = diagnose(self.text, self.catalog);
        Analysis {
            tokens,
            problems: problems.iter().map(|found| self.problem(found)).collect(),
            folds: folds.iter().map(|fold| self.place(fold)).collect(),
        }
    }

    fn problem(&self, found: &Diagnostic) -> Problem {
        let (start, end) = self.place(&found.range);
        let severity = match found.severity {
            _ if found.is_unsupported() => "info",
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let message = match &found.hint {
            Some(hint) => format!("{}; {hint}", found.message),
            None => found.message.clone(),
        };
        let repair = found.repair.iter();
        let fixes = repair.map(|repair| Fix {
            title: self.title(repair),
            edit: self.edit(&repair.range, &repair.text),
        });
        Problem {
            start,
            end,
            code: found.code.to_owned(),
            severity: severity.to_owned(),
            message,
            fixes: fixes.collect(),
        }
    }

    fn title(&self, repair: &kql_syntax::Repair) -> String {
        let replaced = self.text.get(repair.range.clone()).unwrap_or_default();
        let text = repair.text.trim();
        match (replaced.trim().is_empty(), text.is_empty()) {
            (_, true) if replaced.trim().is_empty() => "Remove the blank".to_owned(),
            (_, true) => format!("Remove `{}`", replaced.trim()),
            (true, _) => format!("Insert `{text}`"),
            _ => format!("Write `{text}`"),
        }
    }

    fn completions(&self, at: usize) -> Completions {
        let found = complete(self.text, self.byte(at), self.catalog);
        let (start, end) = self.place(&found.range);
        let items = found.items.into_iter().map(|item| Completion {
            text: item.text,
            kind: kind_name(item.kind).to_owned(),
            detail: item.detail,
        });
        Completions {
            start,
            end,
            items: items.collect(),
        }
    }

    fn hover(&self, at: usize) -> Option<Hover> {
        let at = self.byte(at);
        let known = hover(self.text, at, self.catalog);
        let Some(found) = known else {
            return self.hover_on_name(at);
        };
        let (start, end) = self.place(&found.range);
        Some(Hover {
            start,
            end,
            title: found.title,
            text: found.text,
            link: found.link,
        })
    }

    /// A name that the query declares.
    fn hover_on_name(&self, at: usize) -> Option<Hover> {
        let symbol = symbols::symbol_at(&self.parse(), at, self.catalog)?;
        let declaration = symbol.declarations.first()?;
        let mut places = symbol.declarations.iter().chain(&symbol.uses);
        let here = places.find(|range| range.start <= at && at <= range.end)?;
        let (start, end) = self.place(here);
        let line = self.lines.line(declaration.start);
        Some(Hover {
            start,
            end,
            title: symbol.name.clone(),
            text: format!("{}, introduced in line {line}.", role(symbol.kind)),
            link: None,
        })
    }

    fn signature(&self, at: usize) -> Option<Signature> {
        let found = signature::signature(&self.parse(), self.byte(at))?;
        let label = found.labels.get(found.active).map_or("", String::as_str);
        let lines = LineIndex::new(label);
        let parameter = found.parameter.map(|range| lines.utf16_range(&range));
        Some(Signature {
            parameter: parameter.map(|range| (range.start, range.end)),
            labels: found.labels,
            active: found.active,
            text: found.text,
            link: found.link,
        })
    }

    fn places(&self, at: usize) -> Option<Places> {
        let symbol = symbols::symbol_at(&self.parse(), self.byte(at), self.catalog)?;
        let all = |ranges: &[Range<usize>]| ranges.iter().map(|range| self.place(range)).collect();
        Some(Places {
            role: role(symbol.kind).to_owned(),
            declarations: all(&symbol.declarations),
            uses: all(&symbol.uses),
            name: symbol.name,
        })
    }

    fn rename(&self, at: usize, name: &str) -> Answer {
        let parse = self.parse();
        let at = self.byte(at);
        match rename::rename(&parse, self.text, at, name, self.catalog) {
            Err(reason) => Answer::Refused { reason },
            Ok(renamed) => {
                let symbol = &renamed.symbol;
                let places = symbol.declarations.iter().chain(&symbol.uses);
                let mut edits: Vec<Edit> = places
                    .map(|range| self.edit(range, &renamed.text))
                    .collect();
                edits.sort_by_key(|edit| edit.start);
                let note = renamed.in_result.then(|| {
                    format!(
                        "`{}` is a column of the result: change entity mappings and custom details that name it, too.",
                        symbol.name
                    )
                });
                Answer::Edits(Edits { edits, note })
            }
        }
    }

    fn format(&self) -> Answer {
        let formatted = match format::format(self.text) {
            Ok(formatted) => formatted,
            Err(format::Refusal::Erroneous(first)) => {
                let reason = format!(
                    "Line {} has a syntax error; correct it first: {}.",
                    self.lines.line(first.range.start),
                    first.message
                );
                return Answer::Refused { reason };
            }
            Err(format::Refusal::Changed) => {
                let reason = "The text was left as it is: formatted, it would read otherwise.";
                return Answer::Refused {
                    reason: reason.to_owned(),
                };
            }
        };
        let edits = match formatted == self.text {
            true => Vec::new(),
            false => vec![self.edit(&(0..self.text.len()), &formatted)],
        };
        Answer::Edits(Edits { edits, note: None })
    }
}

fn role(kind: SymbolKind) -> &'static str {
    match kind {
        SymbolKind::Let => "Declared by the query",
        SymbolKind::Function => "Function of the query",
        SymbolKind::Parameter => "Parameter",
        SymbolKind::Column => "Column that the query introduces",
        SymbolKind::Outside => "Table or column from outside of the query",
    }
}

fn kind_name(kind: CompletionKind) -> &'static str {
    match kind {
        CompletionKind::Column => "column",
        CompletionKind::Variable => "variable",
        CompletionKind::Table => "table",
        CompletionKind::Operator => "operator",
        CompletionKind::Aggregate => "aggregate",
        CompletionKind::Function => "function",
        CompletionKind::Plugin => "plugin",
        CompletionKind::Keyword => "keyword",
    }
}
