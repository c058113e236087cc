//! Hover: what the word at an offset of a query text means.

use std::ops::Range;

use kql_syntax::SyntaxKind;

use crate::catalog::Catalog;
use crate::context::{Place, Word, context, words};
use crate::registry::help::{self, Help};
use crate::tables;

/// What a word means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// The word, in UTF-8 bytes.
    pub range: Range<usize>,
    /// Signatures of a function, or a column with its type.
    pub title: String,
    /// What it does.
    pub text: String,
    /// Its page in Microsoft's documentation.
    pub link: Option<String>,
}

/// What the word at an offset, in UTF-8 bytes, means; `None` between words and for unknown names.
pub fn hover(text: &str, offset: usize, catalog: &Catalog) -> Option<Hover> {
    let words = words(text);
    let holds = |word: &Word| word.range.start <= offset && offset < word.range.end;
    let ends = |word: &Word| word.range.end == offset;
    let index = words.iter().position(holds);
    let index = index.or_else(|| words.iter().position(ends))?;
    let word = &words[index];
    let is_name = matches!(word.kind, SyntaxKind::Word | SyntaxKind::NotWord);
    let is_sign = help::functions().contains_key(word.text.as_str());
    if !is_name && !is_sign {
        return None;
    }
    let next = words.get(index + 1).map(|word| word.kind);
    let called = next == Some(SyntaxKind::LeftParen);
    let place = context(text, words.get(..index).unwrap_or_default()).place;
    let known = match place {
        Place::Operator => on_operator(word),
        Place::Source => on_operator(word).or_else(|| on_table(word, catalog)),
        Place::Inside { operator, .. } if operator == "evaluate" && called => {
            described(word, help::plugins().get(word.text.as_str()))
        }
        Place::Inside { operator, .. } => {
            let aggregates = matches!(
                operator.as_str(),
                "summarize" | "make-series" | "top-nested"
            );
            match called {
                true => on_call(word, aggregates),
                false => on_column(text, &words, index, catalog)
                    .or_else(|| on_table(word, catalog))
                    .or_else(|| described(word, help::functions().get(word.text.as_str()))),
            }
        }
    };
    known.or_else(|| called.then(|| on_call(word, false)).flatten())
}

fn on_operator(word: &Word) -> Option<Hover> {
    let name = match word.text.as_str() {
        "order" => "sort",
        "filter" => "where",
        "limit" => "take",
        "mvexpand" => "mv-expand",
        name => name,
    };
    described(word, help::operators().get(name))
}

fn on_call(word: &Word, aggregates: bool) -> Option<Hover> {
    let name = word.text.as_str();
    let aggregate = help::aggregates().get(name);
    let function = help::functions().get(name);
    let help = match aggregates {
        true => aggregate.or(function),
        false => function.or(aggregate),
    };
    described(word, help)
}

fn described(word: &Word, help: Option<&Help>) -> Option<Hover> {
    let help = help?;
    let signatures = help::signatures(&word.text);
    let title = match signatures.is_empty() {
        true => word.text.clone(),
        false => signatures.join("\n"),
    };
    let sentences = [&format!("{}.", help.summary), help.nulls.sentence()];
    Some(Hover {
        range: word.range.clone(),
        title,
        text: sentences.join(" ").trim_end().to_owned(),
        link: Some(help.link()),
    })
}

fn on_column(text: &str, words: &[Word], index: usize, catalog: &Catalog) -> Option<Hover> {
    let word = &words[index];
    let context = context(text, words.get(..index).unwrap_or_default());
    let schema = context.columns(catalog);
    let column = &schema.columns[schema.index_of(&word.text)?];
    Some(Hover {
        range: word.range.clone(),
        title: format!("{}: {}", column.name, column.ty.name()),
        text: "Column of the rows that the operator reads.".to_owned(),
        link: None,
    })
}

fn on_table(word: &Word, catalog: &Catalog) -> Option<Hover> {
    let range = word.range.clone();
    if let Some(schema) = catalog.tables.get(&word.text) {
        return Some(Hover {
            range,
            title: word.text.clone(),
            text: format!("Table of {} columns.", schema.len()),
            link: None,
        });
    }
    tables::function(&word.text)?;
    Some(Hover {
        range,
        title: word.text.clone(),
        text: "Function of the workspace; its rows are not in logs.".to_owned(),
        link: None,
    })
}
