//! Completion: what may stand at an offset of a query text.
//!
//! Names come from the registry, from the catalog and from the query itself. Nothing is offered inside of
//! texts and comments.

use std::ops::Range;

use kql_syntax::SyntaxKind;

use crate::catalog::Catalog;
use crate::context::{Context, Place, Word, context, words};
use crate::name::written;
use crate::registry::help;
use crate::tables;

/// Most entries that are offered at once.
pub const MAX_COMPLETIONS: usize = 500;

/// What a completion stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names say it")]
pub enum CompletionKind {
    Column,
    Variable,
    Table,
    Operator,
    Aggregate,
    Function,
    Plugin,
    Keyword,
}

/// A completion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What is shown and inserted.
    pub text: String,
    /// What it is.
    pub kind: CompletionKind,
    /// A column's type, or what a function does.
    pub detail: String,
}

/// The completions at a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completions {
    /// The letters that a completion replaces, in UTF-8 bytes.
    pub range: Range<usize>,
    /// Columns first, then what the query declares, then tables, operators and functions; by name.
    pub items: Vec<Completion>,
}

/// Words that compare, between two values.
const COMPARISONS: [&str; 22] = [
    "and",
    "or",
    "has",
    "!has",
    "has_cs",
    "has_any",
    "has_all",
    "hasprefix",
    "hassuffix",
    "contains",
    "!contains",
    "contains_cs",
    "startswith",
    "!startswith",
    "startswith_cs",
    "endswith",
    "!endswith",
    "endswith_cs",
    "matches regex",
    "between",
    "in",
    "in~",
];

/// Operators that give rows themselves.
const SOURCES: [&str; 7] = [
    "print",
    "range",
    "datatable",
    "externaldata",
    "union",
    "search",
    "find",
];

/// Kinds of `join`.
const JOIN_KINDS: [&str; 9] = [
    "inner",
    "innerunique",
    "leftouter",
    "rightouter",
    "fullouter",
    "leftanti",
    "leftsemi",
    "rightanti",
    "rightsemi",
];

/// What may stand at an offset, in UTF-8 bytes, of a query text.
pub fn complete(text: &str, offset: usize, catalog: &Catalog) -> Completions {
    let before = text.get(..offset).unwrap_or(text);
    let all = words(before);
    if is_quiet(&all, before) {
        return Completions {
            range: before.len()..before.len(),
            items: Vec::new(),
        };
    }
    let typed = typed(&all, before);
    let complete = match typed.is_empty() {
        true => all.as_slice(),
        false => all.get(..all.len() - 1).unwrap_or_default(),
    };
    let context = context(before, complete);
    let prefix = before.get(typed.clone()).unwrap_or_default().to_lowercase();
    let mut items = offered(&context, catalog);
    items.retain(|item| item.text.to_lowercase().starts_with(&prefix));
    items.sort_by(|a, b| (a.kind, &a.text).cmp(&(b.kind, &b.text)));
    items.dedup_by(|a, b| a.text == b.text && a.kind == b.kind);
    items.truncate(MAX_COMPLETIONS);
    for item in &mut items {
        if matches!(item.kind, CompletionKind::Column | CompletionKind::Table) {
            item.text = written(&item.text);
        }
    }
    Completions {
        range: typed,
        items,
    }
}

/// Whether the text ends inside of a comment or of a quoted text.
fn is_quiet(words: &[Word], text: &str) -> bool {
    words.last().is_some_and(|word| {
        let touches = word.range.end == text.len();
        let open = |quote: char| word.text.matches(quote).count() % 2 == 1;
        match word.kind {
            SyntaxKind::Comment => touches,
            SyntaxKind::Unknown | SyntaxKind::String => touches && (open('"') || open('\'')),
            _ => false,
        }
    })
}

/// The word that is being typed; empty behind a blank or a sign.
fn typed(words: &[Word], text: &str) -> Range<usize> {
    match words.last() {
        Some(word) if word.kind == SyntaxKind::Word && word.range.end == text.len() => {
            word.range.clone()
        }
        _ => text.len()..text.len(),
    }
}

fn offered(context: &Context, catalog: &Catalog) -> Vec<Completion> {
    match &context.place {
        Place::Source => sources(context, catalog),
        Place::Operator => entries(CompletionKind::Operator, help::operators(), |name| {
            !SOURCES.contains(&name) || matches!(name, "union" | "search")
        }),
        Place::Inside { operator, previous } => inside(context, operator, previous, catalog),
    }
}

/// Tables and what else gives rows.
fn sources(context: &Context, catalog: &Catalog) -> Vec<Completion> {
    let operators = help::operators();
    let mut items = entries(CompletionKind::Operator, operators, |name| {
        SOURCES.contains(&name)
    });
    items.push(completion(
        "let",
        CompletionKind::Keyword,
        "Declares a name",
    ));
    items.extend(declared(context));
    items.extend(table_names(catalog));
    items
}

fn table_names(catalog: &Catalog) -> Vec<Completion> {
    let tables = catalog.tables.iter().map(|(name, schema)| {
        let detail = format!("{} columns", schema.len());
        completion(name, CompletionKind::Table, &detail)
    });
    let functions = tables::functions()
        .map(|name| completion(name, CompletionKind::Table, "Function of the workspace"));
    tables.chain(functions).collect()
}

fn declared(context: &Context) -> Vec<Completion> {
    let names = context.declared().into_iter();
    names
        .map(|name| completion(&name, CompletionKind::Variable, "Declared by `let`"))
        .collect()
}

fn inside(
    context: &Context,
    operator: &str,
    previous: &Word,
    catalog: &Catalog,
) -> Vec<Completion> {
    let is = |kind: SyntaxKind| previous.kind == kind;
    match operator {
        "evaluate" if previous.text == "evaluate" => {
            return entries(CompletionKind::Plugin, help::plugins(), |_| true);
        }
        "join" | "lookup" if is(SyntaxKind::Equal) => {
            let kinds = JOIN_KINDS.iter();
            return kinds
                .map(|kind| completion(kind, CompletionKind::Keyword, "Kind of join"))
                .collect();
        }
        "union" | "join" | "lookup" if !is(SyntaxKind::Equal) && previous.text != "on" => {
            let mut items = declared(context);
            items.extend(table_names(catalog));
            return items;
        }
        _ => {}
    }
    if ends_value(previous, operator) {
        return comparisons(operator);
    }
    values(context, operator, catalog)
}

/// Whether the word before is a value, so that an operator or a keyword must follow.
fn ends_value(previous: &Word, operator: &str) -> bool {
    let word = previous.kind == SyntaxKind::Word
        && previous.text != operator
        && !COMPARISONS.contains(&previous.text.as_str())
        && !matches!(
            previous.text.as_str(),
            "by" | "on" | "to" | "with" | "step" | "from" | "not"
        );
    let closed = matches!(
        previous.kind,
        SyntaxKind::RightParen
            | SyntaxKind::RightBracket
            | SyntaxKind::String
            | SyntaxKind::Integer
            | SyntaxKind::Real
            | SyntaxKind::TimeSpan
            | SyntaxKind::Typed
    );
    word || closed
}

fn comparisons(operator: &str) -> Vec<Completion> {
    let functions = help::functions();
    let words = COMPARISONS.iter().map(|word| {
        let summary = functions.get(word).map_or("", |help| help.summary);
        completion(word, CompletionKind::Keyword, summary)
    });
    let more: &[&str] = match operator {
        "summarize" | "make-series" | "top" | "sort" | "order" => &["by", "asc", "desc"],
        "join" | "lookup" => &["on"],
        "mv-expand" => &["to typeof(", "limit"],
        _ => &[],
    };
    let more = more
        .iter()
        .map(|word| completion(word, CompletionKind::Keyword, ""));
    words.chain(more).collect()
}

/// What may begin a value.
fn values(context: &Context, operator: &str, catalog: &Catalog) -> Vec<Completion> {
    let schema = context.columns(catalog);
    let columns = schema.columns.iter();
    let mut items: Vec<Completion> = columns
        .map(|column| completion(&column.name, CompletionKind::Column, column.ty.name()))
        .collect();
    items.extend(declared(context));
    if matches!(operator, "summarize" | "make-series") {
        items.extend(entries(
            CompletionKind::Aggregate,
            help::aggregates(),
            |_| true,
        ));
    }
    items.extend(entries(
        CompletionKind::Function,
        help::functions(),
        |name| {
            name.starts_with(|letter: char| letter.is_ascii_lowercase())
                && !name.contains(' ')
                && !COMPARISONS.contains(&name)
        },
    ));
    items
}

fn entries(
    kind: CompletionKind,
    entries: &'static help::Entries,
    keep: impl Fn(&str) -> bool,
) -> Vec<Completion> {
    let kept = entries.iter().filter(|(name, _)| keep(name));
    kept.map(|(name, help)| completion(name, kind, help.summary))
        .collect()
}

fn completion(text: &str, kind: CompletionKind, detail: &str) -> Completion {
    Completion {
        text: text.to_owned(),
        kind,
        detail: detail.to_owned(),
    }
}
