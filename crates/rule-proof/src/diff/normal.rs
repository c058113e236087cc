//! A normal form of queries for comparing versions: format, comments, parentheses, names of `let`s and
//! parameters, the order of operands that may change places, and spellings of one and the same thing do not
//! show in it.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Range;

use kql_syntax::ast::{Expr, Json, Name, Operator, Ordered, Parameter, Pipeline, range_of};
use kql_syntax::{SyntaxElement, SyntaxKind, SyntaxNode};

use super::forms::{alias, binary_form, json_form, literal_form, two_sides};
use super::reorder::{Flow, settled};

/// Deepest nesting of expressions that is brought to normal form; what lies deeper is compared as written.
const MAX_DEPTH: usize = 120;

/// Operators of a table up to which they are put in where it is named.
const MAX_PUT_IN: usize = 100;

/// What names stand for.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    known: BTreeMap<String, String>,
    lists: BTreeMap<String, Vec<String>>,
    tables: BTreeMap<String, Vec<Step>>,
    depth: Cell<usize>,
}

/// A part of an operator.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    /// What the part is of its operator, such as `filter`.
    pub role: &'static str,
    /// Normal form.
    pub normal: String,
    /// What it is about, for pairing a changed part with what it was: a column's name, a comparison's side.
    pub about: String,
    /// Place in the query, in UTF-8 bytes.
    pub range: Range<usize>,
    /// What it makes and reads, for parts that may change places with others.
    pub flow: Flow,
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
    /// Operators in it, itself and those inside.
    fn count(&self) -> usize {
        1 + self.inner.iter().flatten().map(Self::count).sum::<usize>()
    }

    /// Normal form of the whole operator.
    pub fn normal(&self) -> String {
        let mut parts: Vec<&str> = self.parts.iter().map(|part| part.normal.as_str()).collect();
        if !self.is_ordered {
            parts.sort_unstable();
        }
        let mut inner: Vec<String> = self.inner.iter().map(|steps| normal_of(steps)).collect();
        if self.kind == "union" {
            inner.sort_unstable();
        }
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

    /// Names with one more that stands for a list, of which only the members count.
    pub fn define_list(&mut self, name: String, members: Vec<String>) {
        self.lists.insert(name.clone(), members);
        self.known.remove(&name);
    }

    /// Names with one more that stands for the operators of a table, unless they are too many to be put in
    /// wherever it is named.
    pub fn define_table(&mut self, name: String, steps: Vec<Step>) {
        if steps.iter().map(Step::count).sum::<usize>() <= MAX_PUT_IN {
            self.tables.insert(name, steps);
        }
    }

    /// The operators of a table that is named.
    fn table(&self, expr: &Expr) -> Option<&Vec<Step>> {
        match expr {
            Expr::Name(name) => self.tables.get(&name.text()),
            _ => None,
        }
    }

    /// Normal form of the value of a `let`, of whose array the order does not count where it is a set.
    pub fn value(&self, value: &Expr, is_set: bool) -> String {
        match is_set {
            true => format!(
                "({})",
                self.members_of(std::slice::from_ref(value)).join(", ")
            ),
            false => self.normal(value),
        }
    }

    /// The steps of a tabular expression.
    pub fn steps(&self, expr: &Expr) -> Vec<Step> {
        match expr.without_parentheses() {
            Expr::Pipeline(pipeline) => self.pipeline(&pipeline),
            Expr::Source(operator) => vec![self.step(&operator)],
            other => match self.table(&other) {
                Some(steps) => steps.clone(),
                None => vec![self.source(&other)],
            },
        }
    }

    fn pipeline(&self, pipeline: &Pipeline) -> Vec<Step> {
        let mut steps = match pipeline.source().map(|source| source.without_parentheses()) {
            Some(source) => self.steps(&source),
            None => Vec::new(),
        };
        steps.extend(
            pipeline
                .operators()
                .iter()
                .map(|operator| self.step(operator)),
        );
        settled(steps)
    }

    /// A parameter of a function, as a part of it.
    pub fn parameter(&self, parameter: &Parameter, number: usize, default: &str) -> Step {
        let ty = parameter
            .ty()
            .map(|_| self.type_of(parameter))
            .unwrap_or_default();
        let range = range_of(parameter.syntax());
        Step {
            kind: format!("parameter {number}"),
            parts: vec![Part {
                role: "parameter",
                normal: format!("{ty} = {default}"),
                about: format!("parameter {number}"),
                range: range.clone(),
                flow: Flow::default(),
            }],
            is_ordered: true,
            inner: Vec::new(),
            range,
        }
    }

    /// What a parameter is declared to be.
    fn type_of(&self, parameter: &Parameter) -> String {
        let text = self.written(parameter.syntax());
        let behind = text.split_once(':').map(|(_, behind)| behind.to_owned());
        let behind = behind.unwrap_or_default();
        let ty = behind.split_once('=').map(|(ty, _)| ty.to_owned());
        ty.unwrap_or(behind).trim().to_owned()
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
            flow: Flow::of(expr),
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
            SyntaxKind::ProjectAwayOperator | SyntaxKind::ProjectKeepOperator => {
                let parts = operator.list().into_iter();
                step.parts = parts.map(|part| self.part("column", &part)).collect();
            }
            SyntaxKind::ExtendOperator
            | SyntaxKind::ProjectOperator
            | SyntaxKind::ProjectRenameOperator
            | SyntaxKind::DistinctOperator => {
                let parts = operator.list().into_iter();
                step.parts = parts.map(|part| self.part("column", &part)).collect();
                number_unnamed(&operator.list(), &mut step.parts);
            }
            SyntaxKind::SummarizeOperator => {
                let values = operator.list().into_iter();
                step.parts = values.map(|part| self.part("aggregate", &part)).collect();
                number_unnamed(&operator.list(), &mut step.parts);
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
                    flow: Flow::default(),
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
        // Unless said otherwise, nulls are the least.
        let nulls = match (key.has("first"), key.has("last")) {
            (true, _) => "first",
            (_, true) => "last",
            _ if direction == "asc" => "first",
            _ => "last",
        };
        Part {
            role: "sort key",
            about: normal.clone(),
            normal: format!("{normal} {direction} nulls {nulls}"),
            range: key.range(),
            flow: Flow::default(),
        }
    }

    fn join(&self, operator: &Operator, step: &mut Step) {
        let parameters = operator.parameters();
        let kind = parameters
            .iter()
            .find(|parameter| parameter.name() == "kind");
        let default = match operator.kind() {
            SyntaxKind::LookupOperator => "leftouter",
            _ => "innerunique",
        };
        step.parts.push(Part {
            role: "kind of join",
            about: "kind".to_owned(),
            normal: kind.map_or_else(|| default.to_owned(), |kind| kind.value()),
            range: kind.map_or(operator.range(), |kind| kind.range()),
            flow: Flow::default(),
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
            .filter(|parameter| {
                let (name, value) = (parameter.name(), parameter.value());
                let default = [("kind", "outer"), ("isfuzzy", "false")];
                !name.starts_with("hint.") && !default.contains(&(name.as_str(), value.as_str()))
            })
            .map(|parameter| Part {
                role: "parameter",
                about: parameter.name(),
                normal: format!("{}={}", parameter.name(), parameter.value()),
                range: parameter.range(),
                flow: Flow::default(),
            })
            .collect();
        // A union that nothing is piped into is an expression itself.
        let below = operator.syntax().descendants().skip(1);
        let tables = below.filter_map(Expr::cast);
        let outermost = tables.filter(|expr| is_outermost(expr.syntax(), operator.syntax()));
        for table in outermost {
            match table.without_parentheses() {
                inner @ (Expr::Pipeline(_) | Expr::Source(_)) => {
                    step.inner.push(self.steps(&inner))
                }
                other => match self.table(&other) {
                    Some(steps) => step.inner.push(steps.clone()),
                    None => step.parts.push(self.part("table", &other)),
                },
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
                let values = self.members_of(&list.values());
                format!("({needle} {} ({}))", list.operator(), values.join(", "))
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
                // Only without a name do the columns of both have different ones.
                match value.strip_prefix("any(") {
                    Some(rest) => format!("{names} = take_any({rest}"),
                    None => format!("{names} = {value}"),
                }
            }
            Expr::Pipeline(_) | Expr::Source(_) => normal_of(&self.steps(expr)),
            Expr::Member(member) => {
                let base = member.base().map(|base| self.normal(&base));
                let name = member.member().map(|name| match name {
                    Expr::Name(name) => name.text(),
                    other => self.written(other.syntax()),
                });
                format!("{}.{}", base.unwrap_or_default(), name.unwrap_or_default())
            }
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

    /// The different members of lists, in an order of their own.
    pub fn members_of(&self, values: &[Expr]) -> Vec<String> {
        let mut members: Vec<String> = values
            .iter()
            .flat_map(|value| self.members(value))
            .collect();
        members.sort();
        members.dedup();
        members
    }

    /// The members of a list; a dynamic array counts as its elements.
    fn members(&self, value: &Expr) -> Vec<String> {
        match value.without_parentheses() {
            Expr::Dynamic(dynamic) => match dynamic.value() {
                Some(Json::Array(items)) => items.iter().map(json_form).collect(),
                other => other.iter().map(json_form).collect(),
            },
            Expr::Name(name) if self.lists.contains_key(&name.text()) => {
                self.lists.get(&name.text()).cloned().unwrap_or_default()
            }
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
                _ => match Ordered::cast(child.clone()) {
                    Some(key) => self.sort_key(&key).normal,
                    None => self.written(&child),
                },
            }),
        }
    }
}

/// Columns without a name are numbered in their order where no column that they read names them: the number
/// is then a part of what they say.
fn number_unnamed(items: &[Expr], parts: &mut [Part]) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (item, part) in items.iter().zip(parts) {
        let named_by = match item.without_parentheses() {
            Expr::Named(_) | Expr::Name(_) | Expr::Member(_) => continue,
            Expr::Call(call) => {
                let reads_column = call
                    .arguments()
                    .first()
                    .is_some_and(|first| matches!(first.without_parentheses(), Expr::Name(_)));
                let name = call.name().map(|name| name.text()).unwrap_or_default();
                if reads_column && name != "countif" {
                    continue;
                }
                name
            }
            _ => String::new(),
        };
        let count = counts.entry(named_by).or_default();
        if *count > 0 {
            part.normal.push_str(&format!(" #{count}"));
        }
        *count += 1;
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
