//! Functions that a workspace stores, given beside a query.
//!
//! Those that a query reaches by name are put in front of it as `let` statements, each behind what it calls
//! itself, and the result is bound as one text. What is found is reported at its place in the query; what is
//! wrong inside of a function stands at the name that leads to it. A `let` of the query hides a stored
//! function of its name.

use std::collections::BTreeSet;
use std::ops::Range;

use indexmap::IndexMap;
use kql_syntax::ast::{Query, Statement};
use kql_syntax::text::LineIndex;
use kql_syntax::{SyntaxKind, SyntaxNode, parse};

use crate::diagnostic::Diagnostic;

/// Most functions that one query may reach.
pub const MAX_STORED: usize = 500;

/// Stored functions by name.
#[derive(Clone, Debug, Default)]
pub struct StoredFunctions {
    by_name: IndexMap<String, Stored>,
}

/// One function: its text behind `let name = `, and the words in it that may be names of others.
#[derive(Clone, Debug)]
struct Stored {
    lambda: String,
    words: BTreeSet<String>,
}

impl StoredFunctions {
    /// Reads a text of `let` statements, such as `let f = (n: long) { n + 1 };`.
    pub fn read(text: &str) -> Result<Self, String> {
        let parsed = parse(text);
        if let Some(found) = parsed.diagnostics().first() {
            let line = LineIndex::new(text).line(found.range.start);
            return Err(format!("line {line}: {}", found.message));
        }
        let mut functions = Self::default();
        for statement in parsed.root().statements() {
            let declared = match &statement {
                Statement::Let(declaration) => declaration.name().zip(declaration.lambda()),
                _ => None,
            };
            let Some((name, lambda)) = declared else {
                return Err(
                    "a file of functions holds statements `let name = (…) { … };` alone".to_owned(),
                );
            };
            functions.keep(name.text(), lambda.syntax());
        }
        Ok(functions)
    }

    /// Adds a function: a text such as `(n: long) { n + 1 }`, or the body alone when it has no parameters.
    pub fn add(&mut self, name: &str, text: &str) -> Result<(), String> {
        let forms = [
            format!("let f = {text};"),
            format!("let f = () {{\n{text}\n}};"),
        ];
        let mut message = String::new();
        for form in &forms {
            let parsed = parse(form);
            let statement = parsed.root().statements().next();
            match (parsed.diagnostics().first(), statement) {
                (None, Some(Statement::Let(declaration))) => {
                    if let Some(lambda) = declaration.lambda() {
                        self.keep(name.to_owned(), lambda.syntax());
                        return Ok(());
                    }
                }
                (Some(found), _) => message.clone_from(&found.message),
                _ => {}
            }
        }
        Err(format!("the function `{name}`: {message}"))
    }

    fn keep(&mut self, name: String, lambda: &SyntaxNode) {
        let stored = Stored {
            lambda: lambda.text().to_string(),
            words: words(lambda).map(|(word, _)| word).collect(),
        };
        self.by_name.insert(name, stored);
    }

    /// A query with the functions that it reaches in front.
    pub fn link(&self, query: &str) -> Result<Linked, String> {
        let mut linking = Linking::default();
        if !self.by_name.is_empty() {
            let root = parse(query);
            let own = declared(&root.root());
            for (word, place) in words(&root.syntax()) {
                if !own.contains(&word) {
                    self.reach(&word, &place, &mut linking)?;
                }
            }
        }
        let start = linking.text.len();
        Ok(Linked {
            text: linking.text + query,
            start,
            parts: linking.parts,
        })
    }

    /// Puts a function behind those that it calls.
    fn reach(&self, name: &str, place: &Range<usize>, linking: &mut Linking) -> Result<(), String> {
        let Some((name, stored)) = self.by_name.get_key_value(name) else {
            return Ok(());
        };
        // A function that is reached again from itself stays as it is: the word may be a column's, and if
        // it is a call, the binder does not know the name there.
        if linking.reached.contains(name) {
            return Ok(());
        }
        if linking.reached.len() == MAX_STORED {
            return Err(format!(
                "the query reaches more than {MAX_STORED} functions"
            ));
        }
        linking.reached.insert(name.clone());
        for word in &stored.words {
            self.reach(word, place, linking)?;
        }
        linking.emit(name, stored, place);
        Ok(())
    }
}

/// Functions that are put in front of a query, while they are looked for.
#[derive(Default)]
struct Linking {
    reached: BTreeSet<String>,
    text: String,
    parts: Vec<Part>,
}

impl Linking {
    fn emit(&mut self, name: &str, stored: &Stored, place: &Range<usize>) {
        let start = self.text.len();
        self.text += &format!("let {name} = {};\n", stored.lambda);
        self.parts.push(Part {
            name: name.to_owned(),
            text: start..self.text.len(),
            place: place.clone(),
        });
    }
}

/// A function in front of a query, and the name in the query that leads to it.
#[derive(Clone, Debug)]
struct Part {
    name: String,
    text: Range<usize>,
    place: Range<usize>,
}

/// A query with stored functions in front of it.
#[derive(Clone, Debug)]
pub struct Linked {
    /// What is bound.
    pub text: String,
    start: usize,
    parts: Vec<Part>,
}

impl Linked {
    /// The place in the query of a place in the linked text, and the function that it is in.
    pub fn place(&self, range: &Range<usize>) -> (Range<usize>, Option<&str>) {
        let within = |part: &&Part| part.text.contains(&range.start);
        match self.parts.iter().find(within) {
            Some(part) => (part.place.clone(), Some(&part.name)),
            None => {
                let back = |at: usize| at.saturating_sub(self.start);
                (back(range.start)..back(range.end), None)
            }
        }
    }

    /// Findings of the linked text as findings of the query, in order of place.
    pub fn diagnostics(&self, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let found = found.into_iter().map(|mut one| {
            let (range, function) = self.place(&one.range);
            if let Some(function) = function {
                one.message = format!("in the function `{function}`: {}", one.message);
                one.repair = None;
            }
            if let Some(repair) = &mut one.repair {
                repair.range = self.place(&repair.range).0;
            }
            one.range = range;
            one
        });
        let mut found: Vec<Diagnostic> = found.collect();
        found.sort_by_key(|one| one.range.start);
        found
    }
}

/// Names that a query declares itself.
fn declared(query: &Query) -> BTreeSet<String> {
    let lets = query.statements().filter_map(|statement| match statement {
        Statement::Let(declaration) => Some(declaration.name()?.text()),
        _ => None,
    });
    lets.collect()
}

/// The words of a tree with their places, in order.
fn words(root: &SyntaxNode) -> impl Iterator<Item = (String, Range<usize>)> {
    let tokens = root.descendants_with_tokens();
    let tokens = tokens.filter_map(|element| element.into_token());
    tokens
        .filter(|token| token.kind() == SyntaxKind::Word)
        .map(|token| {
            let range = token.text_range();
            let range = range.start().into()..range.end().into();
            (token.text().to_owned(), range)
        })
}
