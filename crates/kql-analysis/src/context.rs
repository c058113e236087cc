//! Where in a query an offset lies: what the words before it are, and which table its operator reads.

use std::ops::Range;

use kql_syntax::{SyntaxKind, SyntaxToken};

use crate::bind::bind;
use crate::catalog::Catalog;
use crate::types::Schema;

/// A token with meaning.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    pub kind: SyntaxKind,
    pub text: String,
    pub range: Range<usize>,
}

/// The tokens of a text that are not blank.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let parse = kql_syntax::parse(text);
    let tokens = parse.syntax().descendants_with_tokens();
    let tokens = tokens.filter_map(|element| element.into_token());
    tokens
        .filter(|token| token.kind() != SyntaxKind::Whitespace)
        .map(|token: SyntaxToken| {
            let range = token.text_range();
            Word {
                kind: token.kind(),
                text: token.text().to_owned(),
                range: range.start().into()..range.end().into(),
            }
        })
        .collect()
}

/// The operator that an offset stands in.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// At the start of a statement or of a table in parentheses.
    Source,
    /// Right behind a pipe.
    Operator,
    /// Behind an operator's keyword.
    Inside {
        /// The keyword.
        operator: String,
        /// The last word before the offset.
        previous: Word,
    },
}

/// What is around an offset.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub place: Place,
    /// The part of the text that gives the rows that the operator reads; empty at a source.
    input: String,
    /// Complete statements before, and parameters of the bodies around the offset as statements.
    before: String,
    /// Parameters around the offset of which nothing but the name is known.
    open_tables: Vec<String>,
}

/// The context behind `words`, all of which end before the offset.
pub(crate) fn context(text: &str, words: &[Word]) -> Context {
    let (start, pipe) = innermost(words);
    let statements = words.get(..start).unwrap_or_default();
    let end_of_statements = statements
        .iter()
        .rev()
        .find(|word| word.kind == SyntaxKind::Semicolon)
        .map_or(0, |word| word.range.end);
    let around = around(text, statements);
    let inner = text
        .get(around.cursor..end_of_statements)
        .unwrap_or_default();
    let before = around.before + inner;
    let own = words.get(start..).unwrap_or_default();
    let (place, input) = match pipe {
        None if own.is_empty() => (Place::Source, String::new()),
        None => (inside(own), String::new()),
        Some(pipe) => {
            let from = own.first().map_or(0, |word| word.range.start);
            let input = text.get(from..words[pipe].range.start).unwrap_or_default();
            let behind = words.get(pipe + 1..).unwrap_or_default();
            let place = match behind.is_empty() {
                true => Place::Operator,
                false => inside(behind),
            };
            (place, input.to_owned())
        }
    };
    Context {
        place,
        input,
        before,
        open_tables: around.open_tables,
    }
}

/// What is in sight of a body from outside of it.
#[derive(Default)]
struct Around {
    before: String,
    open_tables: Vec<String>,
    /// Where the innermost body begins.
    cursor: usize,
}

/// Statements before the functions whose bodies are still open at the end of `words`, and their parameters.
fn around(text: &str, words: &[Word]) -> Around {
    let mut open = Vec::new();
    for (index, word) in words.iter().enumerate() {
        match word.kind {
            SyntaxKind::LeftParen | SyntaxKind::LeftBrace => open.push(index),
            SyntaxKind::RightParen | SyntaxKind::RightBrace => {
                open.pop();
            }
            _ => {}
        }
    }
    let mut found = Around::default();
    for brace in open {
        if words[brace].kind != SyntaxKind::LeftBrace {
            continue;
        }
        let statements = words.get(..brace).unwrap_or_default().iter().rev();
        let mut ends = statements.filter(|word| word.kind == SyntaxKind::Semicolon);
        let end = ends.next().map_or(0, |word| word.range.end);
        found.before += text.get(found.cursor..end).unwrap_or_default();
        parameters(words, brace, &mut found);
        found.cursor = words[brace].range.end;
    }
    found
}

/// Notes the parameters of the function whose body opens at `brace`.
fn parameters(words: &[Word], brace: usize, found: &mut Around) {
    let mut depth = 0_usize;
    let list = words.get(..brace).unwrap_or_default();
    let start = list.iter().rposition(|word| {
        match word.kind {
            SyntaxKind::RightParen => depth += 1,
            SyntaxKind::LeftParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    });
    let Some(list) = start.and_then(|start| list.get(start + 1..brace.saturating_sub(1))) else {
        return;
    };
    let mut depth = 0_usize;
    let parts = list.split(|word| {
        match word.kind {
            SyntaxKind::LeftParen => depth += 1,
            SyntaxKind::RightParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && word.kind == SyntaxKind::Comma
    });
    for part in parts {
        let [name, colon, ty, rest @ ..] = part else {
            continue;
        };
        if name.kind != SyntaxKind::Word || colon.kind != SyntaxKind::Colon {
            continue;
        }
        let name = &name.text;
        if ty.kind == SyntaxKind::LeftParen {
            let columns = rest
                .iter()
                .take_while(|word| word.kind != SyntaxKind::RightParen);
            let columns: Vec<&str> = columns.map(|word| word.text.as_str()).collect();
            match columns.contains(&"*") {
                true => found.open_tables.push(name.clone()),
                false => {
                    found.before += &format!("let {name} = datatable({})[];", columns.join(" "));
                }
            }
        } else {
            let value = match ty.text.as_str() {
                "string" => "\"\"".to_owned(),
                other => format!("{other}(null)"),
            };
            found.before += &format!("let {name} = {value};");
        }
    }
}

fn inside(words: &[Word]) -> Place {
    match (words.first(), words.last()) {
        (Some(first), Some(last)) => Place::Inside {
            operator: first.text.clone(),
            previous: last.clone(),
        },
        _ => Place::Source,
    }
}

/// Index of the first word of the innermost pipeline, and of its last pipe.
///
/// Parentheses of calls and lists belong to the pipeline around them; only those that hold a table of their
/// own open a new one.
fn innermost(words: &[Word]) -> (usize, Option<usize>) {
    let mut open: Vec<(usize, Option<usize>)> = Vec::new();
    let (mut start, mut pipe) = (0, None);
    for (index, word) in words.iter().enumerate() {
        match word.kind {
            SyntaxKind::LeftParen | SyntaxKind::LeftBrace if opens_table(words, index) => {
                open.push((start, pipe));
                (start, pipe) = (index + 1, None);
            }
            SyntaxKind::LeftParen | SyntaxKind::LeftBrace => open.push((start, pipe)),
            SyntaxKind::RightParen | SyntaxKind::RightBrace => {
                (start, pipe) = open.pop().unwrap_or((start, pipe));
            }
            SyntaxKind::Semicolon => (start, pipe) = (index + 1, None),
            SyntaxKind::Equal if begins_let(words, index) => (start, pipe) = (index + 1, None),
            SyntaxKind::Pipe => pipe = Some(index),
            _ => {}
        }
    }
    (start, pipe)
}

/// Whether a parenthesis holds a table: behind `join`, `union`, `in (`, `toscalar(`, …, or a body's brace.
fn opens_table(words: &[Word], index: usize) -> bool {
    if words[index].kind == SyntaxKind::LeftBrace {
        return true;
    }
    let before = index.checked_sub(1).and_then(|index| words.get(index));
    before.is_none_or(|word| match word.kind {
        SyntaxKind::Word => matches!(
            word.text.as_str(),
            "join"
                | "lookup"
                | "union"
                | "toscalar"
                | "materialize"
                | "on"
                | "inner"
                | "innerunique"
                | "leftouter"
                | "rightouter"
                | "fullouter"
                | "leftanti"
                | "leftsemi"
                | "rightanti"
                | "rightsemi"
                | "anti"
                | "true"
                | "false"
                | "view"
        ),
        SyntaxKind::LeftParen => true,
        SyntaxKind::Comma => follows_union(words, index),
        SyntaxKind::Equal => true,
        _ => false,
    })
}

/// Whether a list that a parenthesis stands in is one of tables: the operator is `union`.
fn follows_union(words: &[Word], index: usize) -> bool {
    let before = words.get(..index).unwrap_or_default();
    let last = before.iter().rev().find(|word| {
        matches!(word.kind, SyntaxKind::Pipe | SyntaxKind::Semicolon) || word.text == "union"
    });
    last.is_some_and(|word| word.text == "union")
}

/// Whether an `=` belongs to `let name =`.
fn begins_let(words: &[Word], index: usize) -> bool {
    index >= 2 && words[index - 2].text == "let"
}

impl Context {
    /// The columns that the operator reads, as far as they are known.
    pub fn columns(&self, catalog: &Catalog) -> Schema {
        if self.input.is_empty() {
            return Schema::unknown();
        }
        let text = format!("{}{}", self.before, self.input);
        bind(&text, catalog).result.unwrap_or_default()
    }

    /// Names that `let` statements before declare.
    pub fn declared(&self) -> Vec<String> {
        let words = words(&self.before);
        let lets = words.windows(2).filter(|pair| pair[0].text == "let");
        let names = lets.map(|pair| pair[1].text.clone());
        names.chain(self.open_tables.iter().cloned()).collect()
    }
}
