//! One walk over a query: which texts meet the columns that tell resources apart, and which conditions
//! hold for one kind of resource only.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

use kql_analysis::value::Value;
use kql_syntax::ast::{Expr, Lambda, Statement, range_of};
use kql_syntax::{SyntaxKind, SyntaxNode, literal};

use super::evaluator::{Evaluator, MAX_EXPRESSION, quoted};
use super::rename::{names_target, rename};
use super::value::{
    AFTER, AFTER_ON_ORIGINAL, BEFORE, BEFORE_ON_OTHER, BEFORE_ON_TARGET, Base, Binding, Flow,
    Kinds, Names, Scope, TableFlow, WORLDS, Worlds,
};
use crate::profile::Profile;

/// Functions inside one another that are followed.
const MAX_CALLS: usize = 24;
/// Expressions that one walk looks at.
const MAX_STEPS: usize = 200_000;

/// A change of the query that the walk takes for made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub range: Range<usize>,
    pub after: String,
}

/// A text in quotes, or a constant.
#[derive(Clone, Debug, Default)]
pub(crate) struct Site {
    pub range: Range<usize>,
    /// Its text without quotes.
    pub text: String,
    /// Columns that it meets.
    pub met: Kinds,
    /// Columns that it may meet.
    pub maybe: Kinds,
    /// Another column that it meets too.
    pub foreign: Option<String>,
    /// Whether it meets the columns only where both kinds of resource are named already.
    pub covered: bool,
}

/// A condition that holds for the original kind, or is meant to exclude it, and does not do so for the
/// target.
#[derive(Clone, Debug)]
pub(crate) struct Trouble {
    pub range: Range<usize>,
    /// Places of the constants in it.
    pub constants: Vec<Range<usize>>,
    pub sites: BTreeSet<usize>,
    /// What the other side is for the original kind, and for the target.
    pub values: Vec<(Value, Value)>,
    /// Whether a regular expression is matched.
    pub is_pattern: bool,
}

/// What a walk has found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    pub sites: BTreeMap<usize, Site>,
    pub troubles: BTreeMap<usize, Trouble>,
    /// Whether something names the target, or holds for it alone.
    pub has_target: bool,
    /// Assignments of a constant to a column, with their sites, and those that met a column.
    pub assigned: BTreeMap<usize, BTreeSet<usize>>,
    pub compared: BTreeSet<usize>,
    /// Reads of the shared table, by their ends, and those behind which rows are told apart.
    pub reads: BTreeMap<usize, Range<usize>>,
    pub filtered: BTreeSet<usize>,
    /// Columns of the shared table that the query names.
    pub columns: BTreeSet<String>,
    /// Whether the walk ended early.
    pub cut: bool,
}

/// The state of a walk.
pub(crate) struct Walker<'a> {
    pub profile: &'a Profile,
    pub changes: &'a BTreeMap<usize, Change>,
    pub evaluator: &'a mut Evaluator,
    pub found: Found,
    /// Tables that `as` named.
    pub tables: BTreeMap<String, Rc<TableFlow>>,
    pub source: &'a str,
    steps: usize,
    depth: usize,
    /// Above zero where nothing is noted.
    pub quiet: usize,
    /// Above zero inside of a condition that names both kinds.
    pub covered: usize,
}

impl<'a> Walker<'a> {
    pub fn new(
        profile: &'a Profile,
        source: &'a str,
        changes: &'a BTreeMap<usize, Change>,
        evaluator: &'a mut Evaluator,
    ) -> Self {
        Self {
            profile,
            changes,
            evaluator,
            found: Found::default(),
            tables: BTreeMap::new(),
            source,
            steps: 0,
            depth: 0,
            quiet: 0,
            covered: 0,
        }
    }

    /// Walks a whole query.
    pub fn query(&mut self, statements: impl Iterator<Item = Statement>) {
        self.statements(statements, Names::default());
    }

    /// Walks statements; the last one's value is that of a function's body.
    fn statements(
        &mut self,
        statements: impl Iterator<Item = Statement>,
        mut names: Names,
    ) -> Binding {
        let mut last = Binding::Scalar(Flow::default());
        for statement in statements {
            let scope = Scope {
                names: names.clone(),
                ..Scope::default()
            };
            match statement {
                Statement::Let(declaration) => {
                    let Some(name) = declaration.name() else {
                        continue;
                    };
                    let binding = match (declaration.lambda(), declaration.value()) {
                        (Some(lambda), _) => self.declare(lambda, &names),
                        (None, Some(value)) => self.value(&value, &scope),
                        _ => continue,
                    };
                    Rc::make_mut(&mut names).insert(name.text(), binding);
                }
                Statement::Expression(expression) => last = self.value(&expression, &scope),
                Statement::Set(_) | Statement::Other(_) => {}
            }
        }
        last
    }

    /// A function without parameters is what its body gives; others are walked at each call.
    fn declare(&mut self, lambda: Lambda, names: &Names) -> Binding {
        let function = Rc::new((lambda, names.clone()));
        // Walked once without arguments, so that the texts of a function nobody calls are known too.
        let blank = vec![None; function.0.parameters().len()];
        self.quiet += 1;
        self.call(&function, blank);
        self.quiet -= 1;
        Binding::Function(function)
    }

    /// Calls a function of the query.
    pub fn call(
        &mut self,
        function: &Rc<(Lambda, Names)>,
        arguments: Vec<Option<Binding>>,
    ) -> Binding {
        if self.depth >= MAX_CALLS {
            self.found.cut = true;
            return Binding::Scalar(Flow::default());
        }
        self.depth += 1;
        let (lambda, names) = (&function.0, &function.1);
        let mut names = names.clone();
        let mut arguments = arguments.into_iter();
        for parameter in lambda.parameters() {
            let given = arguments.next().flatten();
            let value = given.unwrap_or_else(|| match parameter.default() {
                Some(default) => Binding::Scalar(self.expression(&default, &Scope::default())),
                None => Binding::Scalar(Flow::default()),
            });
            if let Some(name) = parameter.name() {
                Rc::make_mut(&mut names).insert(name.text(), value);
            }
        }
        let value = self.statements(lambda.statements().into_iter(), names);
        self.depth -= 1;
        value
    }

    /// Whether the walk may look at one more expression.
    pub fn step(&mut self) -> bool {
        self.steps += 1;
        self.found.cut |= self.steps > MAX_STEPS;
        self.steps <= MAX_STEPS
    }

    /// A scalar or tabular expression.
    pub fn value(&mut self, expression: &Expr, scope: &Scope) -> Binding {
        match expression {
            Expr::Paren(paren) => match paren.inner() {
                Some(inner) if scope.row.is_none() || is_tabular(&inner) => {
                    self.value(&inner, scope)
                }
                _ => Binding::Scalar(self.expression(expression, scope)),
            },
            Expr::Pipeline(_) | Expr::Source(_) => {
                Binding::Table(Rc::new(self.table(expression, scope)))
            }
            Expr::Name(name) if scope.row.is_none() => {
                let text = name.text();
                match scope.names.get(&text) {
                    Some(Binding::Function(function)) if function.0.parameters().is_empty() => {
                        let function = function.clone();
                        self.call(&function, Vec::new())
                    }
                    Some(binding) => binding.clone(),
                    None => Binding::Table(Rc::new(self.named_table(&text, &expression.range()))),
                }
            }
            Expr::Call(call) => {
                let name = call.name().map(|name| name.text()).unwrap_or_default();
                match (name.as_str(), call.arguments().as_slice()) {
                    ("materialize" | "view", [inner]) => self.value(inner, scope),
                    ("table" | "cluster" | "database" | "workspace" | "app" | "resource", _)
                        if scope.row.is_none() =>
                    {
                        Binding::Table(Rc::new(self.table(expression, scope)))
                    }
                    _ => match scope.names.get(&name) {
                        Some(Binding::Function(function)) => {
                            let function = function.clone();
                            let arguments = self.arguments(&call.arguments(), scope);
                            self.call(&function, arguments)
                        }
                        _ => Binding::Scalar(self.expression(expression, scope)),
                    },
                }
            }
            _ => Binding::Scalar(self.expression(expression, scope)),
        }
    }

    fn arguments(&mut self, arguments: &[Expr], scope: &Scope) -> Vec<Option<Binding>> {
        arguments
            .iter()
            .map(|argument| {
                let argument = match argument {
                    Expr::Named(named) => named.value()?,
                    other => other.clone(),
                };
                Some(self.value(&argument, scope))
            })
            .collect()
    }

    /// A table by its name.
    pub fn named_table(&mut self, name: &str, range: &Range<usize>) -> TableFlow {
        if let Some(table) = self.tables.get(name) {
            return (**table).clone();
        }
        if name == self.profile.table {
            let mut table = TableFlow::of_base(Base::Shared);
            table.reads.insert(range.end);
            self.found.reads.insert(range.end, range.clone());
            return table;
        }
        let known = kql_analysis::tables::schema(name).is_some();
        TableFlow::of_base(if known { Base::Other } else { Base::Unknown })
    }

    /// What a name stands for in a row, or else as declared by `let`.
    pub fn resolve(&mut self, name: &str, scope: &Scope) -> Flow {
        if let Some(row) = &scope.row
            && let Some(flow) = self.column(row, name)
        {
            return flow;
        }
        match scope.names.get(name) {
            Some(binding) => binding.scalar(),
            None => {
                let row = scope.row.as_ref();
                if row.is_some_and(|row| row.bases.contains(&Base::Shared)) && self.quiet == 0 {
                    self.found.columns.insert(name.to_owned());
                }
                Flow {
                    column: Some(name.to_owned()),
                    ..Flow::default()
                }
            }
        }
    }

    /// A column that tells something; `None` for one that nothing is known of.
    pub fn column(&mut self, table: &TableFlow, name: &str) -> Option<Flow> {
        if let Some(flow) = table.columns.get(name) {
            return Some(flow.clone());
        }
        for base in &table.bases {
            if let Some(flow) = self.base_column(base, name) {
                if *base == Base::Shared && self.quiet == 0 {
                    self.found.columns.insert(name.to_owned());
                }
                return Some(flow);
            }
        }
        // A join gives the columns of its right side a number.
        let plain = name.strip_suffix('1')?;
        match table.bases.len() {
            0 | 1 => None,
            _ => table
                .bases
                .iter()
                .find_map(|base| self.base_column(base, plain)),
        }
    }

    fn base_column(&self, base: &Base, name: &str) -> Option<Flow> {
        let profile = self.profile;
        let is = |columns: &[String]| columns.iter().any(|column| column == name);
        let worlds = |original: String, target: String, other: String| -> Worlds {
            [original.clone(), target.clone(), original, target, other].map(|text| quoted(&text))
        };
        let mut flow = if is(&profile.id_columns) {
            let lower = name.starts_with('_');
            let id = |provider: &str, kind: &str| {
                let id = format!(
                    "/SUBSCRIPTIONS/00000000-0000-0000-0000-000000000000/RESOURCEGROUPS/GROUP/PROVIDERS/{provider}/{kind}/NAME"
                );
                if lower { id.to_lowercase() } else { id }
            };
            Flow::known(
                Kinds::ID,
                worlds(
                    id(&profile.provider, &profile.from),
                    id(&profile.provider, &profile.to),
                    id("OTHER.PROVIDER", "OTHERTYPES"),
                ),
            )
        } else if *base == Base::Other {
            return None;
        } else if name == profile.column {
            Flow::known(
                Kinds::TYPE,
                worlds(
                    profile.from.clone(),
                    profile.to.clone(),
                    "OTHERTYPES".to_owned(),
                ),
            )
        } else if name == profile.operation_column && *base == Base::Shared {
            Flow {
                kinds: Kinds::OPERATION,
                ..Flow::default()
            }
        } else if is(&profile.address_columns)
            && let Some((from, to)) = profile.hosts.first()
        {
            let address = |host: &str| format!("https://name.{host}/keys/key");
            Flow::known(
                Kinds::ADDRESS,
                worlds(address(from), address(to), address("other.example")),
            )
        } else if name == "ResourceProvider"
            && *base == Base::Shared
            && !profile.provider.is_empty()
        {
            let provider = profile.provider.to_uppercase();
            Flow::known(
                Kinds::default(),
                worlds(provider.clone(), provider, "OTHER.PROVIDER".to_owned()),
            )
        } else {
            return None;
        };
        if name == "OperationNameValue" || name == "OperationName" {
            flow.worlds = None;
        }
        flow.doubtful = *base == Base::Unknown;
        flow.column = Some(name.to_owned());
        Some(flow)
    }

    /// The texts in quotes of a node that stands for a constant.
    pub fn constant(&mut self, node: &SyntaxNode) -> Flow {
        let mut flow = Flow {
            constant: true,
            origin: Some(range_of(node)),
            ..Flow::default()
        };
        let is_literal = node.kind() == SyntaxKind::Literal;
        let mut joined = String::new();
        for token in node
            .descendants_with_tokens()
            .filter_map(|element| element.into_token())
            .filter(|token| token.kind() == SyntaxKind::String)
        {
            let Some(text) = literal::string(token.text()) else {
                continue;
            };
            let start = usize::from(token.text_range().start());
            if is_literal {
                joined.push_str(&text);
                continue;
            }
            self.site(start..usize::from(token.text_range().end()), text);
            flow.sites.insert(start);
        }
        if is_literal
            && node
                .children_with_tokens()
                .any(|t| t.kind() == SyntaxKind::String)
        {
            let range = range_of(node);
            flow.sites.insert(range.start);
            self.site(range, joined);
        }
        let (before, after) = (self.text(node, false), self.text(node, true));
        flow.worlds = worlds_of([&before, &after, &after, &before, &before]);
        flow
    }

    fn site(&mut self, range: Range<usize>, text: String) {
        self.found.sites.entry(range.start).or_insert(Site {
            range,
            text,
            ..Site::default()
        });
    }

    /// The source of a node, with the changes inside it when asked.
    pub fn text(&self, node: &SyntaxNode, changed: bool) -> String {
        let range = range_of(node);
        let mut out = String::new();
        let mut copied = range.start;
        if changed {
            for change in self.changes.range(range.clone()).map(|(_, change)| change) {
                if change.range.start >= copied && change.range.end <= range.end {
                    out.push_str(
                        self.source
                            .get(copied..change.range.start)
                            .unwrap_or_default(),
                    );
                    out.push_str(&change.after);
                    copied = change.range.end;
                }
            }
        }
        out.push_str(self.source.get(copied..range.end).unwrap_or_default());
        out
    }

    /// An expression made of others: closed when they are.
    pub fn compose(&mut self, node: &SyntaxNode, parts: &[(Range<usize>, Flow)]) -> Flow {
        let range = range_of(node);
        let mut whole = Flow {
            constant: true,
            origin: Some(range.clone()),
            ..Flow::default()
        };
        for (_, part) in parts {
            whole.absorb(part);
            whole.constant &= part.constant;
        }
        // What is made of one column is named after it.
        let mut columns = parts.iter().filter(|(_, part)| !part.constant);
        if let (Some((_, only)), None) = (columns.next(), columns.next()) {
            whole.column.clone_from(&only.column);
        }
        if !whole.constant {
            whole.origin = None;
        }
        let mut worlds: Worlds = Default::default();
        for (world, out) in worlds.iter_mut().enumerate() {
            let mut copied = range.start;
            out.push('(');
            for (place, part) in parts {
                let Some(texts) = &part.worlds else {
                    return whole;
                };
                out.push_str(self.source.get(copied..place.start).unwrap_or_default());
                out.push_str(&texts[world]);
                copied = place.end;
            }
            out.push_str(self.source.get(copied..range.end).unwrap_or_default());
            out.push(')');
        }
        if node.kind() == SyntaxKind::CallExpression
            || node.kind() == SyntaxKind::ParenthesizedExpression
        {
            worlds = worlds.map(|text| text.get(1..text.len() - 1).unwrap_or_default().to_owned());
        }
        if let Some(change) = self.changes.get(&range.start)
            && change.range == range
        {
            worlds[AFTER] = change.after.clone();
            worlds[AFTER_ON_ORIGINAL] = change.after.clone();
        }
        whole.worlds = worlds_of([0, 1, 2, 3, 4].map(|world: usize| &worlds[world]));
        whole
    }

    /// Notes that texts are compared with a value.
    pub fn meet(&mut self, value: &Flow, texts: &Flow, scope: &Scope) {
        if self.quiet > 0 {
            return;
        }
        let covered = self.covered > 0;
        if value.kinds.has(Kinds::RESOURCE) {
            self.found.compared.extend(&texts.assigned);
            self.found.compared.extend(&value.assigned);
            let is_type = value.kinds.has(Kinds::TYPE) && texts.constant;
            if is_type || self.may_tell_apart(texts) {
                self.filtered(scope);
            }
        }
        for site in &texts.sites {
            let Some(site) = self.found.sites.get_mut(site) else {
                continue;
            };
            if value.kinds.is_empty() {
                if texts.constant && !value.constant && value.column.is_some() {
                    site.foreign.clone_from(&value.column);
                }
                continue;
            }
            match (covered, value.doubtful) {
                (true, _) => site.covered = true,
                (_, true) => site.maybe = site.maybe.and(value.kinds),
                _ => site.met = site.met.and(value.kinds),
            }
        }
    }

    /// Notes that the rows at hand are told apart.
    pub fn filtered(&mut self, scope: &Scope) {
        for row in [&scope.row, &scope.right].into_iter().flatten() {
            self.found.filtered.extend(&row.reads);
        }
    }

    /// Whether an expression that cannot be evaluated may tell resources apart: it holds the words of a
    /// kind. That there is a type or an address at all tells nothing.
    fn may_tell_apart(&self, flow: &Flow) -> bool {
        let sites = flow.sites.iter();
        let mut texts = sites.filter_map(|start| self.found.sites.get(start));
        texts.any(|site| {
            rename(&site.text, self.profile).is_some() || names_target(&site.text, self.profile)
        })
    }

    /// The truth of a condition in each world; `None` when it cannot be told.
    pub fn truths(&mut self, flow: &Flow) -> Option<[bool; WORLDS]> {
        let worlds = flow.worlds.clone()?;
        let mut truths = [false; WORLDS];
        for (truth, text) in truths.iter_mut().zip(worlds.iter()) {
            *truth = match self.evaluator.value(text)? {
                Value::Bool(truth) => truth,
                Value::Null => false,
                _ => return None,
            };
        }
        Some(truths)
    }

    /// Whether a condition names both kinds of resource already.
    pub fn covers_both(&mut self, flow: &Flow) -> bool {
        flow.depends()
            && self.truths(flow).is_some_and(|truths| {
                truths[BEFORE] == truths[BEFORE_ON_TARGET]
                    && truths[BEFORE] != truths[BEFORE_ON_OTHER]
            })
    }

    /// Notes a condition that tells resources apart, and whether the changes make it do so for the
    /// target.
    pub fn check(
        &mut self,
        range: &Range<usize>,
        flow: &Flow,
        parts: &[Flow],
        is_pattern: bool,
        scope: &Scope,
    ) {
        if self.quiet > 0 {
            return;
        }
        if !flow.depends() {
            return;
        }
        let Some(truths) = self.truths(flow) else {
            if self.may_tell_apart(flow) {
                self.filtered(scope);
            }
            return;
        };
        let (on_original, on_target, on_other) = (
            truths[BEFORE],
            truths[BEFORE_ON_TARGET],
            truths[BEFORE_ON_OTHER],
        );
        // What holds for every kind of resource, such as that there is an address, tells none apart.
        // The name of an operation is no kind of resource, either.
        let differs = on_original != on_target || on_original != on_other;
        if differs && flow.kinds.has(Kinds::RESOURCE) {
            self.filtered(scope);
        }
        if on_target != on_original && on_other == on_original
            || on_original && on_target && !on_other
        {
            self.found.has_target = true;
        }
        // Different for the original kind than for all others, and not yet so for the target.
        let about_original = on_original != on_target && on_original != on_other;
        let follows = truths[AFTER] == on_original && truths[AFTER_ON_ORIGINAL] == on_other;
        if about_original && !follows && self.covered == 0 {
            self.trouble(range, flow, parts, is_pattern);
        }
    }

    fn trouble(&mut self, range: &Range<usize>, flow: &Flow, parts: &[Flow], is_pattern: bool) {
        let constants = parts.iter().filter(|part| part.constant);
        let constants = constants.filter_map(|part| part.origin.clone()).collect();
        let values = parts
            .iter()
            .filter(|part| part.depends())
            .filter_map(|part| {
                let worlds = part.worlds.clone()?;
                let original = self.evaluator.value(&worlds[BEFORE])?;
                Some((original, self.evaluator.value(&worlds[BEFORE_ON_TARGET])?))
            })
            .collect();
        self.found.troubles.entry(range.start).or_insert(Trouble {
            range: range.clone(),
            constants,
            sites: flow.sites.clone(),
            values,
            is_pattern,
        });
    }
}

/// Whether an expression is a table by its shape.
fn is_tabular(expression: &Expr) -> bool {
    match expression {
        Expr::Paren(paren) => paren.inner().is_some_and(|inner| is_tabular(&inner)),
        Expr::Pipeline(_) | Expr::Source(_) => true,
        _ => false,
    }
}

/// The texts of all worlds, unless they are too long to be evaluated.
fn worlds_of(texts: [&String; WORLDS]) -> Option<Rc<Worlds>> {
    let fits = texts.iter().all(|text| text.len() <= MAX_EXPRESSION);
    fits.then(|| Rc::new(texts.map(String::clone)))
}
