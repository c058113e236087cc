//! A normal form of queries for comparing versions: format, comments, parentheses, names of `let`s and
//! parameters, the order of operands that may change places, and spellings of one and the same thing do not
//! show in it.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Range;

use kql_analysis::time::{parse_datetime, parse_timespan};
use kql_syntax::ast::{Expr, Json, Literal, LiteralKind, Name, Operator, Ordered, Pipeline};
use kql_syntax::{SyntaxElement, SyntaxKind, SyntaxNode};

/// Deepest nesting of expressions that is brought to normal form; what lies deeper is compared as written.
const MAX_DEPTH: usize = 120;

/// Spellings of functions and words that mean the same.
const ALIASES: [(&str, &str); 11] = [
    ("columnifexists", "column_ifexists"),
    ("makeset", "make_set"),
    ("makelist", "make_list"),
    ("iif", "iff"),
    ("tobool", "toboolean"),
    ("todouble", "toreal"),
    ("any", "take_any"),
    ("argmax", "arg_max"),
    ("argmin", "arg_min"),
    ("parsejson", "parse_json"),
    ("todynamic", "parse_json"),
];

/// Operators whose sides may change places.
const COMMUTATIVE: [&str; 7] = ["==", "!=", "=~", "!~", "+", "*", "<>"];

/// What names stand for.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    known: BTreeMap<String, String>,
    depth: Cell<usize>,
}

/// A part of an operator.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// What the part is of its operator, such as `filter`.
    pub role: &'static str,
    /// Normal form.
    pub normal: String,
    /// What it is about, for pairing a changed part with what it was: a column's name, a comparison's side.
    pub about: String,
    /// Place in the query, in UTF-8 bytes.
    pub range: Range<usize>,
}

/// An operator of a pipeline, or its source.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// Name of the operator, in one spelling; `source` for what the pipeline begins with.
    pub kind: String,
    /// Its parts.
    pub parts: Vec<Part>,
    /// Whether the order of the parts counts.
    pub is_ordered: bool,
    /// Pipelines inside of it, such as the right side of a join.
    pub inner: Vec<Vec<Step>>,
    /// Place in the query.
    pub range: Range<usize>,
}

impl Step {
    /// Normal form of the whole operator.
    pub fn normal(&self) -> String {
        let mut parts: Vec<&str> = self.parts.iter().map(|part| part.normal.as_str()).collect();
        if !self.is_ordered {
            parts.sort_unstable();
        }
        let inner: Vec<String> = self.inner.iter().map(|steps| normal_of(steps)).collect();
        format!("{} {} {}", self.kind, parts.join(", "), inner.join(" "))
    }
}

/// Normal form of a pipeline.
pub(super) fn normal_of(steps: &[Step]) -> String {
    let steps: Vec<String> = steps.iter().map(Step::normal).collect();
    format!("({})", steps.join(" | "))
}

impl Names {
    /// Names with one more that stands for something.
    pub fn define(&mut self, name: String, stands_for: String) {
        self.known.insert(name, stands_for);
    }

    /// The steps of a tabular expression.
    pub fn steps(&self, expr: &Expr) -> Vec<Step> {
        match expr.without_parentheses() {
            Expr::Pipeline(pipeline) => self.pipeline(&pipeline),
            Expr::Source(operator) => vec![self.step(&operator)],
            other => vec![self.source(&other)],
        }
    }

    fn pipeline(&self, pipeline: &Pipeline) -> Vec<Step> {
        let mut steps = match pipeline.source().map(|source| source.without_parentheses()) {
            Some(inner @ (Expr::Pipeline(_) | Expr::Source(_))) => self.steps(&inner),
            Some(source) => vec![self.source(&source)],
            None => Vec::new(),
        };
        for operator in pipeline.operators() {
            let step = self.step(&operator);
            match steps.last_mut() {
                // Two filters in a row are one.
                Some(last) if last.kind == "where" && step.kind == "where" => {
                    last.parts.extend(step.parts);
                }
                _ => steps.push(step),
            }
        }
        steps
    }

    fn source(&self, expr: &Expr) -> Step {
        Step {
            kind: "source".to_owned(),
            parts: vec![self.part("source", expr)],
            is_ordered: true,
            inner: Vec::new(),
            range: expr.range(),
        }
    }

    fn part(&self, role: &'static str, expr: &Expr) -> Part {
        Part {
            role,
            normal: self.normal(expr),
            about: self.about(expr),
            range: expr.range(),
        }
    }

    /// What an expression is about: the name that it is given, or the left side of a comparison.
    fn about(&self, expr: &Expr) -> String {
        match expr.without_parentheses() {
            Expr::Named(named) => match named.name() {
                Some(name) => format!("={}", name.text()),
                None => named
                    .tuple()
                    .iter()
                    .map(Name::text)
                    .collect::<Vec<_>>()
                    .join(","),
            },
            Expr::Binary(binary) => {
                let sides = [binary.left(), binary.right()].into_iter().flatten();
                let column =
                    sides.filter(|side| !matches!(side.without_parentheses(), Expr::Literal(_)));
                column
                    .map(|side| self.normal(&side))
                    .next()
                    .unwrap_or_default()
            }
            Expr::In(list) => list
                .needle()
                .map(|needle| self.normal(&needle))
                .unwrap_or_default(),
            Expr::Between(between) => between
                .operands()
                .first()
                .map(|value| self.normal(value))
                .unwrap_or_default(),
            Expr::Call(call) if call.name().is_some_and(|name| name.text() == "not") => call
                .arguments()
                .first()
                .map(|inner| self.about(inner))
                .unwrap_or_default(),
            other => self.normal(&other),
        }
    }

    fn step(&self, operator: &Operator) -> Step {
        let keyword = operator.keyword();
        let kind = match keyword.as_str() {
            "filter" => "where",
            "order" => "sort",
            "limit" => "take",
            "mvexpand" => "mv-expand",
            "mvapply" => "mv-apply",
            other => other,
        };
        let mut step = Step {
            kind: kind.to_owned(),
            parts: Vec::new(),
            is_ordered: false,
            inner: Vec::new(),
            range: operator.range(),
        };
        match operator.kind() {
            SyntaxKind::WhereOperator => {
                let predicate = operator.expression();
                let parts = predicate.iter().flat_map(conjuncts);
                step.parts = parts.map(|part| self.part("filter", &part)).collect();
            }
            SyntaxKind::ExtendOperator
            | SyntaxKind::ProjectOperator
            | SyntaxKind::DistinctOperator => {
                let parts = operator.list().into_iter();
                step.parts = parts.map(|part| self.part("column", &part)).collect();
            }
            SyntaxKind::SummarizeOperator => {
                let values = operator.list().into_iter();
                step.parts = values.map(|part| self.part("aggregate", &part)).collect();
                let keys = operator.by().into_iter();
                step.parts
                    .extend(keys.map(|part| self.part("group key", &part)));
            }
            SyntaxKind::SortOperator => {
                step.is_ordered = true;
                step.parts = operator
                    .ordered()
                    .iter()
                    .map(|key| self.sort_key(key))
                    .collect();
            }
            SyntaxKind::JoinOperator | SyntaxKind::LookupOperator => self.join(operator, &mut step),
            SyntaxKind::UnionOperator => self.union(operator, &mut step),
            _ => {
                step.is_ordered = true;
                let normal = format!("{kind} {}", self.written_after_keyword(operator.syntax()));
                step.parts = vec![Part {
                    role: "operator",
                    about: step.kind.clone(),
                    normal,
                    range: operator.range(),
                }];
            }
        }
        step
    }

    fn sort_key(&self, key: &Ordered) -> Part {
        let expression = key.expression();
        let normal = expression
            .as_ref()
            .map(|key| self.normal(key))
            .unwrap_or_default();
        let direction = if key.has("asc") { "asc" } else { "desc" };
        let nulls = match (key.has("first"), key.has("last")) {
            (true, _) => " nulls first",
            (_, true) => " nulls last",
            _ => "",
        };
        Part {
            role: "sort key",
            about: normal.clone(),
            normal: format!("{normal} {direction}{nulls}"),
            range: key.range(),
        }
    }

    fn join(&self, operator: &Operator, step: &mut Step) {
        let parameters = operator.parameters();
        let kind = parameters
            .iter()
            .find(|parameter| parameter.name() == "kind");
        step.parts.push(Part {
            role: "kind of join",
            about: "kind".to_owned(),
            normal: kind.map_or_else(|| "innerunique".to_owned(), |kind| kind.value()),
            range: kind.map_or(operator.range(), |kind| kind.range()),
        });
        let key = |expr: &Expr| {
            let mut part = self.part("join key", expr);
            if let Expr::Name(name) = expr.without_parentheses() {
                let name = name.text();
                part.normal = two_sides("==", format!("$left.{name}"), format!("$right.{name}"));
            }
            part
        };
        step.parts.extend(
            operator
                .on()
                .iter()
                .flat_map(conjuncts)
                .map(|expr| key(&expr)),
        );
        step.inner
            .extend(operator.expression().map(|right| self.steps(&right)));
    }

    fn union(&self, operator: &Operator, step: &mut Step) {
        let parameters = operator.parameters().into_iter();
        step.parts = parameters
            .filter(|parameter| !parameter.name().starts_with("hint."))
            .map(|parameter| Part {
                role: "parameter",
                about: parameter.name(),
                normal: format!("{}={}", parameter.name(), parameter.value()),
                range: parameter.range(),
            })
            .collect();
        let tables = operator.syntax().descendants().filter_map(Expr::cast);
        let outermost = tables.filter(|expr| is_outermost(expr.syntax(), operator.syntax()));
        for table in outermost {
            match table.without_parentheses() {
                inner @ (Expr::Pipeline(_) | Expr::Source(_)) => {
                    step.inner.push(self.steps(&inner))
                }
                other => step.parts.push(self.part("table", &other)),
            }
        }
    }

    /// Normal form of an expression.
    pub fn normal(&self, expr: &Expr) -> String {
        let depth = self.depth.get();
        if depth >= MAX_DEPTH {
            return expr.syntax().text().to_string();
        }
        self.depth.set(depth + 1);
        let form = self.form(expr);
        self.depth.set(depth);
        form
    }

    fn form(&self, expr: &Expr) -> String {
        match expr.without_parentheses() {
            Expr::Literal(literal) => literal_form(&literal),
            Expr::Dynamic(dynamic) => dynamic
                .value()
                .map(|json| json_form(&json))
                .unwrap_or_default(),
            Expr::Name(name) => self.name(&name),
            Expr::Call(call) => {
                let name = call.name().map(|name| name.text()).unwrap_or_default();
                let args = call.arguments();
                match (name.as_str(), args.as_slice()) {
                    ("not", [only]) => self.negated(only),
                    _ => {
                        let name = self
                            .known
                            .get(&name)
                            .cloned()
                            .unwrap_or_else(|| alias(&name).to_owned());
                        let args: Vec<String> = args.iter().map(|arg| self.normal(arg)).collect();
                        format!("{name}({})", args.join(", "))
                    }
                }
            }
            Expr::Binary(binary) => {
                let side =
                    |side: Option<Expr>| side.map(|side| self.normal(&side)).unwrap_or_default();
                binary_form(
                    &binary.operator(),
                    side(binary.left()),
                    side(binary.right()),
                )
            }
            Expr::Logical(logical) => {
                let word = if logical.is_and() { " and " } else { " or " };
                let mut operands = self.operands(expr, logical.is_and());
                operands.sort();
                operands.dedup();
                format!("({})", operands.join(word))
            }
            Expr::In(list) => {
                let needle = list
                    .needle()
                    .map(|needle| self.normal(&needle))
                    .unwrap_or_default();
                let mut values: Vec<String> = list
                    .values()
                    .iter()
                    .flat_map(|value| self.members(value))
                    .collect();
                values.sort();
                values.dedup();
                format!("{needle} {} ({})", list.operator(), values.join(", "))
            }
            Expr::Between(between) => {
                let parts: Vec<String> = between
                    .operands()
                    .iter()
                    .map(|part| self.normal(part))
                    .collect();
                format!(
                    "{}between({})",
                    if between.is_negated() { "!" } else { "" },
                    parts.join(", ")
                )
            }
            Expr::Named(named) => {
                let names = named.name().map(|name| name.text());
                let names = names.unwrap_or_else(|| {
                    named
                        .tuple()
                        .iter()
                        .map(Name::text)
                        .collect::<Vec<_>>()
                        .join(", ")
                });
                let value = named
                    .value()
                    .map(|value| self.normal(&value))
                    .unwrap_or_default();
                format!("{names} = {value}")
            }
            Expr::Pipeline(_) | Expr::Source(_) => normal_of(&self.steps(expr)),
            other => self.written(other.syntax()),
        }
    }

    /// `not(…)` of an expression; twice is not at all.
    fn negated(&self, expr: &Expr) -> String {
        let form = self.normal(expr);
        match form
            .strip_prefix("not(")
            .and_then(|rest| rest.strip_suffix(')'))
        {
            Some(inner) => inner.to_owned(),
            None => format!("not({form})"),
        }
    }

    /// Operands of nested `and`s, or of nested `or`s.
    fn operands(&self, expr: &Expr, is_and: bool) -> Vec<String> {
        match expr.without_parentheses() {
            Expr::Logical(logical) if logical.is_and() == is_and => logical
                .operands()
                .iter()
                .flat_map(|operand| self.operands(operand, is_and))
                .collect(),
            other => vec![self.normal(&other)],
        }
    }

    /// The members of a list; a dynamic array counts as its elements.
    fn members(&self, value: &Expr) -> Vec<String> {
        match value.without_parentheses() {
            Expr::Dynamic(dynamic) => match dynamic.value() {
                Some(Json::Array(items)) => items.iter().map(json_form).collect(),
                other => other.iter().map(json_form).collect(),
            },
            other => vec![self.normal(&other)],
        }
    }

    fn name(&self, name: &Name) -> String {
        let text = name.text();
        self.known.get(&text).cloned().unwrap_or(text)
    }

    /// The tokens of a node one by one, with expressions in normal form.
    fn written(&self, node: &SyntaxNode) -> String {
        let elements = node.children_with_tokens();
        let parts = elements.filter_map(|element| self.written_element(node, element));
        parts.collect::<Vec<_>>().join(" ")
    }

    /// As [`Self::written`], without the first token.
    fn written_after_keyword(&self, node: &SyntaxNode) -> String {
        let elements = node.children_with_tokens();
        let parts = elements.filter_map(|element| self.written_element(node, element));
        parts.skip(1).collect::<Vec<_>>().join(" ")
    }

    fn written_element(&self, node: &SyntaxNode, element: SyntaxElement) -> Option<String> {
        match element {
            SyntaxElement::Token(token) if token.kind().is_trivia() => None,
            SyntaxElement::Token(token) => Some(token.text().to_owned()),
            SyntaxElement::Node(child) => Some(match Expr::cast(child.clone()) {
                Some(expr) if expr.syntax() != node => self.normal(&expr),
                _ => self.written(&child),
            }),
        }
    }
}

/// The operands of `and`, or the expression itself.
fn conjuncts(expr: &Expr) -> Vec<Expr> {
    match expr.without_parentheses() {
        Expr::Logical(logical) if logical.is_and() => {
            logical.operands().iter().flat_map(conjuncts).collect()
        }
        other => vec![other],
    }
}

/// Whether no expression lies between a node and the operator around it.
fn is_outermost(node: &SyntaxNode, operator: &SyntaxNode) -> bool {
    let mut between = node
        .ancestors()
        .skip(1)
        .take_while(|ancestor| ancestor != operator);
    let is_part = |kind: SyntaxKind| kind == SyntaxKind::OperatorParameter;
    !between.any(|ancestor| is_part(ancestor.kind()) || Expr::cast(ancestor.clone()).is_some())
}

fn alias(name: &str) -> &str {
    let found = ALIASES.iter().find(|(spelling, _)| *spelling == name);
    found.map_or(name, |(_, name)| name)
}

fn binary_form(operator: &str, left: String, right: String) -> String {
    match operator {
        ">" => format!("{right} < {left}"),
        ">=" => format!("{right} <= {left}"),
        "<>" => two_sides("!=", left, right),
        _ if COMMUTATIVE.contains(&operator) => two_sides(operator, left, right),
        _ => format!("{left} {operator} {right}"),
    }
}

fn two_sides(operator: &str, left: String, right: String) -> String {
    match left <= right {
        true => format!("{left} {operator} {right}"),
        false => format!("{right} {operator} {left}"),
    }
}

fn literal_form(literal: &Literal) -> String {
    match literal.value() {
        Some(LiteralKind::String(Some(text))) => format!("{text:?}"),
        Some(LiteralKind::Long(Some(number))) => number.to_string(),
        Some(LiteralKind::Real(number)) => number.to_string(),
        Some(LiteralKind::TimeSpan(Some(ticks))) => format!("timespan({ticks})"),
        Some(LiteralKind::Bool(truth)) => truth.to_string(),
        Some(LiteralKind::Typed(name, raw)) => typed_form(&name.to_lowercase(), &raw),
        _ => literal.syntax().text().to_string(),
    }
}

fn typed_form(name: &str, raw: &str) -> String {
    let known = match name {
        "time" | "timespan" => parse_timespan(raw).map(|ticks| format!("timespan({ticks})")),
        "datetime" | "date" => parse_datetime(raw).map(|ticks| format!("datetime({ticks})")),
        _ => None,
    };
    known.unwrap_or_else(|| format!("{name}({raw})"))
}

fn json_form(json: &Json) -> String {
    match json {
        Json::Scalar(literal) => literal_form(literal),
        Json::Array(items) => {
            let mut items: Vec<String> = items.iter().map(json_form).collect();
            items.sort();
            format!("[{}]", items.join(", "))
        }
        Json::Object(members) => {
            let mut members: Vec<String> = members
                .iter()
                .map(|(key, value)| format!("{key:?}: {}", json_form(value)))
                .collect();
            members.sort();
            format!("{{{}}}", members.join(", "))
        }
    }
}
