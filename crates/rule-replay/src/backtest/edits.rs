//! What of a rule's query depends on the run: the tables it reads, and the calls that ask for the time.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;

use kql_analysis::Catalog;
use kql_analysis::plan::{Node, Plan, Query as Bound};
use kql_analysis::value::TICKS_PER_SECOND;
use kql_syntax::ast::{Call, Expr, Query, Statement, range_of};
use kql_syntax::{SyntaxKind, SyntaxNode, parse};
use sentinel_rules::rule::Rule;

use crate::outcome::Failure;
use crate::replay::TIME_COLUMN;

/// Functions whose answer depends on the moment and cannot be moved to another.
const UNMOVABLE: [&str; 2] = ["ingestion_time", "current_cluster_endpoint"];
/// Operators that cannot stand in a function that is called many times.
const UNCALLABLE: [(SyntaxKind, &str); 2] = [
    (SyntaxKind::AsOperator, "as"),
    (SyntaxKind::RenderOperator, "render"),
];

/// A rule's query, read for its dependence on the run.
pub(super) struct Reading {
    /// The tree.
    pub root: SyntaxNode,
    /// The `let`s.
    pub lets: Vec<SyntaxNode>,
    /// The expression that gives the result.
    pub result: Expr,
    /// Places where a table with a time is read, with its name.
    pub tables: Vec<(Range<usize>, String)>,
    /// Places where the rule asks for the time, with the node.
    pub clocks: Vec<(Range<usize>, Call)>,
}

impl Reading {
    /// Reads a bound query; refuses by name what cannot be moved to another time.
    pub fn of(rule: &Rule, bound: Option<&Bound>, catalog: &Catalog) -> Result<Self, Failure> {
        let root = parse(&rule.query).syntax();
        let bound = match bound {
            Some(bound) if bound.late.is_none() => bound,
            _ => {
                let message = "the columns of a plugin's result depend on the data, which a query for many runs cannot wait for";
                return Err(failure(message, "declare the columns of the plugin", 0..0));
            }
        };
        let (lets, result) = statements(&root)?;
        refuse(&root)?;
        Ok(Self {
            tables: tables(rule, bound, catalog)?,
            clocks: clocks(&root),
            root,
            lets,
            result,
        })
    }

    /// The text up to the end of its result, without what is behind: a semicolon, comments.
    pub fn text<'r>(&self, rule: &'r Rule) -> &'r str {
        &rule.query[..end_of(self.result.syntax()).min(rule.query.len())]
    }

    /// A name that the query does not use.
    pub fn fresh(&self, wanted: &str) -> String {
        let used = |name: &str| {
            let tokens = self.root.descendants_with_tokens();
            let mut tokens = tokens.filter_map(|element| element.into_token());
            tokens.any(|token| token.text().trim_matches(['"', '\'']) == name)
        };
        let numbers =
            std::iter::once(String::new()).chain((2..).map(|number: u32| number.to_string()));
        let mut names = numbers.map(|number| format!("{wanted}{number}"));
        names.find(|name| !used(name)).unwrap_or_default()
    }
}

/// Replacements of parts of a text; an empty range inserts.
#[derive(Default)]
pub(super) struct Edits(BTreeMap<(usize, usize), String>);

impl Edits {
    pub fn replace(&mut self, range: Range<usize>, by: impl Into<String>) {
        self.0.insert((range.start, range.end), by.into());
    }

    /// Inserts behind the last word of a node: what follows may be a comment.
    pub fn append(&mut self, node: &SyntaxNode, text: &str) {
        let end = end_of(node);
        self.0.entry((end, end)).or_default().push_str(text);
    }

    /// The text with all replacements.
    pub fn apply(&self, text: &str) -> String {
        let mut out = text.to_owned();
        for ((start, end), by) in self.0.iter().rev() {
            out.replace_range(start..end, by);
        }
        out
    }

    /// Writes `now()` and `ago()` as the time of the run.
    pub fn move_clocks(&mut self, reading: &Reading, time: &str, text: &str) {
        for (range, call) in &reading.clocks {
            let argument = call
                .arguments()
                .first()
                .map(|first| text[first.range()].to_owned());
            let by = match (call.name().map(|name| name.text()).as_deref(), argument) {
                (Some("ago"), Some(span)) => format!("({time} - ({span}))"),
                (_, Some(span)) => format!("({time} + ({span}))"),
                _ => time.to_owned(),
            };
            self.replace(range.clone(), by);
        }
    }
}

/// The end of the last token with meaning.
pub(super) fn end_of(node: &SyntaxNode) -> usize {
    let tokens = node.descendants_with_tokens();
    let tokens = tokens.filter_map(|element| element.into_token());
    let last = tokens.filter(|token| !token.kind().is_trivia()).last();
    last.map_or(range_of(node).end, |token| token.text_range().end().into())
}

/// Ticks between two runs; zero for an NRT rule.
pub(super) fn frequency(rule: &Rule) -> i64 {
    let seconds = rule
        .schedule
        .as_ref()
        .map_or(0, |one| one.frequency.seconds);
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    seconds.saturating_mul(TICKS_PER_SECOND)
}

pub(super) fn failure(message: impl Into<String>, hint: &str, range: Range<usize>) -> Failure {
    Failure {
        message: message.into(),
        hint: hint.to_owned(),
        range,
    }
}

/// The `let`s and the one result of the query.
fn statements(root: &SyntaxNode) -> Result<(Vec<SyntaxNode>, Expr), Failure> {
    let mut lets = Vec::new();
    let mut results = Vec::new();
    for statement in Query::cast(root.clone()).iter().flat_map(Query::statements) {
        match statement {
            Statement::Let(one) => lets.push(one.syntax().clone()),
            Statement::Expression(one) => results.push(one),
            Statement::Set(one) => {
                let message = "a `set` statement cannot stand in a query for many runs";
                return Err(failure(message, "remove it from the rule", one.range()));
            }
            Statement::Other(node) => {
                let message =
                    "an alias, declare or restrict statement cannot stand in a query for many runs";
                return Err(failure(
                    message,
                    "write what it declares into the query",
                    range_of(&node),
                ));
            }
        }
    }
    match (results.len(), results.pop()) {
        (1, Some(result)) => Ok((lets, result)),
        _ => Err(failure(
            "the query must give one result",
            "keep one tabular statement",
            0..0,
        )),
    }
}

fn refuse(root: &SyntaxNode) -> Result<(), Failure> {
    for node in root.descendants() {
        if let Some((_, word)) = UNCALLABLE.iter().find(|(kind, _)| *kind == node.kind()) {
            let message = format!("the operator `{word}` cannot stand in a query for many runs");
            return Err(failure(
                message,
                "use a `let`, or leave it out",
                range_of(&node),
            ));
        }
        let name = Call::cast(node.clone()).and_then(|call| call.name());
        if let Some(name) = name.map(|name| name.text())
            && UNMOVABLE.contains(&name.as_str())
        {
            let message = format!("`{name}()` cannot be moved to the time of another run");
            return Err(failure(message, "filter by TimeGenerated", range_of(&node)));
        }
    }
    Ok(())
}

fn clocks(root: &SyntaxNode) -> Vec<(Range<usize>, Call)> {
    let calls = root.descendants().filter_map(Call::cast);
    let asks = |call: &Call| {
        let name = call.name().map(|name| name.text());
        matches!(name.as_deref(), Some("now" | "ago"))
    };
    calls
        .filter(asks)
        .map(|call| (range_of(call.syntax()).start..end_of(call.syntax()), call))
        .collect()
}

/// The places where tables with a time are read. A table that is not named in place is refused.
fn tables(
    rule: &Rule,
    bound: &Bound,
    catalog: &Catalog,
) -> Result<Vec<(Range<usize>, String)>, Failure> {
    let found = RefCell::new(BTreeMap::new());
    let collect = |plan: &Plan| {
        if let Node::Table { name, .. } = &plan.node {
            found
                .borrow_mut()
                .insert((plan.range.start, plan.range.end), name.clone());
        }
        false
    };
    bound.any_plan(&collect);
    let mut tables = Vec::new();
    for ((start, end), name) in found.into_inner() {
        let timed = catalog
            .tables
            .get(&name)
            .and_then(|schema| schema.index_of(TIME_COLUMN));
        if timed.is_none() {
            continue;
        }
        let written = rule.query.get(start..end).unwrap_or_default().trim();
        let plain = written.trim_matches(['[', ']', '\'', '"']);
        if plain != name {
            let message = format!("`{written}` chooses tables that are not named in place");
            return Err(failure(message, "name each table", start..end));
        }
        tables.push((start..start + rule.query[start..end].trim_end().len(), name));
    }
    Ok(tables)
}
