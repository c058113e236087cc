//! Tabular operators: which columns a table has behind each, and what flows into them.

use std::collections::BTreeSet;
use std::rc::Rc;

use kql_syntax::ast::{Call, Expr, Named, Operator, PatternPart, Pipeline};
use kql_syntax::{SyntaxKind, SyntaxNode};

use super::constant_tables::key_names;
use super::evaluator::{first_cell, literal_of};
use super::value::{AFTER, BEFORE_ON_OTHER, Base, Binding, Flow, Kinds, Scope, TableFlow, WORLDS};
use super::walker::Walker;

/// Aggregates that give the columns of one row.
const ROWS: [&str; 6] = ["arg_max", "arg_min", "argmax", "argmin", "any", "take_any"];
/// Operators behind which a table of one row still has one.
const KEEP_THE_ROW: [SyntaxKind; 9] = [
    SyntaxKind::ExtendOperator,
    SyntaxKind::SerializeOperator,
    SyntaxKind::ProjectOperator,
    SyntaxKind::ProjectRenameOperator,
    SyntaxKind::ProjectReorderOperator,
    SyntaxKind::ProjectKeepOperator,
    SyntaxKind::ProjectAwayOperator,
    SyntaxKind::PrintOperator,
    SyntaxKind::AsOperator,
];

impl Walker<'_> {
    /// What a tabular expression gives.
    pub fn table(&mut self, expression: &Expr, scope: &Scope) -> TableFlow {
        if !self.step() {
            return TableFlow::of_base(Base::Unknown);
        }
        match expression {
            Expr::Paren(paren) => match paren.inner() {
                Some(inner) => self.table(&inner, scope),
                None => TableFlow::default(),
            },
            Expr::Pipeline(pipeline) => self.pipeline(pipeline, scope),
            Expr::Source(operator) => self.operator(operator, TableFlow::default(), scope),
            Expr::Name(name) => match scope.names.get(&name.text()) {
                Some(Binding::Function(function)) => {
                    let function = function.clone();
                    self.call(&function, Vec::new()).table()
                }
                Some(binding) => binding.table(),
                None => self.named_table(&name.text(), &expression.range()),
            },
            Expr::Call(call) => self.table_call(call, expression, scope),
            // `workspace("…").Table` and the like.
            Expr::Member(member) => match member.member() {
                Some(inner) => self.table(&inner, &Scope::default()),
                None => TableFlow::default(),
            },
            Expr::Wildcard(wildcard) => match wildcard.matches(&self.profile.table) {
                true => TableFlow::of_base(Base::Shared),
                false => TableFlow::of_base(Base::Other),
            },
            Expr::Star(_) => TableFlow::of_base(Base::Shared),
            _ => TableFlow::of_base(Base::Unknown),
        }
    }

    fn table_call(&mut self, call: &Call, expression: &Expr, scope: &Scope) -> TableFlow {
        let name = call.name().map(|name| name.text()).unwrap_or_default();
        let arguments = call.arguments();
        match (name.as_str(), arguments.first()) {
            ("table", Some(argument)) => {
                let flow = self.expression(argument, &scope.outside());
                let text = flow.worlds.as_ref().map(|worlds| worlds[0].clone());
                match text.and_then(|text| self.evaluator.text(&text)) {
                    Some(table) => self.named_table(&table, &expression.range()),
                    None => TableFlow::of_base(Base::Unknown),
                }
            }
            ("materialize" | "view", Some(inner)) => self.table(inner, scope),
            _ if scope.names.contains_key(&name) => {
                self.value(expression, &scope.outside()).table()
            }
            _ => {
                for argument in &arguments {
                    self.value(argument, &scope.outside());
                }
                TableFlow::of_base(Base::Unknown)
            }
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline, scope: &Scope) -> TableFlow {
        let outside = scope.outside();
        let mut table = match pipeline.source() {
            Some(source) => self.table(&source, &outside),
            None => TableFlow::default(),
        };
        for operator in pipeline.operators() {
            table = self.operator(&operator, table, &outside);
        }
        table
    }

    fn operators(
        &mut self,
        operators: &[Operator],
        mut table: TableFlow,
        scope: &Scope,
    ) -> TableFlow {
        for operator in operators {
            table = self.operator(operator, table, scope);
        }
        table
    }

    /// What an operator gives. Behind a condition that leaves rows of another provider only, nothing is
    /// about the kind of resource.
    fn operator(&mut self, operator: &Operator, table: TableFlow, scope: &Scope) -> TableFlow {
        let takes_more = matches!(
            operator.kind(),
            SyntaxKind::JoinOperator | SyntaxKind::LookupOperator | SyntaxKind::UnionOperator
        );
        let (elsewhere, target_only) = (table.elsewhere, table.target_only);
        let counted = usize::from(elsewhere && !takes_more);
        self.elsewhere += counted;
        let others = match takes_more {
            true => BTreeSet::new(),
            false => table.others.clone(),
        };
        let outer = std::mem::replace(&mut self.others, others.clone());
        let mut given = self.columns_behind(operator, table, scope);
        self.others = outer;
        self.elsewhere -= counted;
        given.others.extend(others);
        let is_union = operator.kind() == SyntaxKind::UnionOperator;
        given.elsewhere |= elsewhere && !is_union;
        given.target_only |= target_only && !is_union;
        given
    }

    fn columns_behind(
        &mut self,
        operator: &Operator,
        mut table: TableFlow,
        scope: &Scope,
    ) -> TableFlow {
        use SyntaxKind::*;
        let row = scope.with_row(&table);
        table.single &= KEEP_THE_ROW.contains(&operator.kind());
        match operator.kind() {
            WhereOperator => {
                if let Some(condition) = operator.expression() {
                    let flow = self.expression(&condition, &row);
                    self.check_call(&condition, &flow, &row);
                    table.target_only |= self.exclusion(&condition, &row);
                    let said = self.providers(&condition, &row);
                    if said.elsewhere {
                        table.elsewhere = true;
                        self.filtered(&row);
                    }
                    if said.own && self.quiet == 0 {
                        for read in &table.reads {
                            let known = self.found.by_provider.entry(*read).or_default();
                            known.extend(said.others.iter().cloned());
                        }
                        table.others.extend(said.others);
                    }
                }
            }
            ExtendOperator | SerializeOperator => self.assign(&operator.list(), &mut table, scope),
            ProjectOperator | PrintOperator | DistinctOperator => {
                let mut given = TableFlow {
                    reads: table.reads.clone(),
                    single: table.single || operator.kind() == PrintOperator,
                    ..TableFlow::default()
                };
                for item in operator.list() {
                    match &item {
                        Expr::Star(_) => return table,
                        _ => self.item(&item, &row, &mut given),
                    }
                }
                return given;
            }
            ProjectRenameOperator => {
                for named in operator.list().iter().filter_map(named) {
                    let (Some(name), Some(Expr::Name(old))) = (named.name(), named.value()) else {
                        continue;
                    };
                    let mut flow = self.named(&old, &row);
                    flow.made = Kinds::default();
                    table.set(old.text(), Flow::default());
                    table.set(name.text(), flow);
                }
            }
            ProjectReorderOperator
            | ProjectKeepOperator
            | ProjectAwayOperator
            | SortOperator
            | TopOperator
            | TakeOperator
            | SampleOperator => self.visit(operator.syntax(), &row),
            SummarizeOperator => return self.summarize(operator, table, scope),
            JoinOperator | LookupOperator => return self.join(operator, table, scope),
            UnionOperator => return self.union(operator, table, scope),
            DatatableOperator => return self.datatable(operator),
            MvExpandOperator => self.expand(operator, &mut table, scope),
            MvApplyOperator => {
                self.expand(operator, &mut table, scope);
                if let Some(inner) = operator.subquery() {
                    return self.operators(&inner.operators(), table, scope);
                }
            }
            PartitionOperator => {
                if let Some(inner) = operator.subquery() {
                    return self.operators(&inner.operators(), table, scope);
                }
            }
            ForkOperator => {
                for branch in operator.branches() {
                    if let Some(inner) = branch.subquery() {
                        self.operators(&inner.operators(), table.clone(), scope);
                    }
                }
            }
            ParseOperator | ParseKvOperator => self.parse(operator, &mut table, scope),
            AsOperator => {
                if let Some(name) = operator.name() {
                    self.tables.insert(name.text(), Rc::new(table.clone()));
                }
            }
            EvaluateOperator => {
                self.visit(operator.syntax(), &row);
                self.plugin(operator, &mut table, &row);
            }
            InvokeOperator => return self.invoke(operator, table, scope),
            SearchOperator | FindOperator => return self.search(operator, table, scope),
            CountOperator | RangeOperator => {
                self.visit(operator.syntax(), &row);
                return TableFlow::default();
            }
            ExternalDataOperator => return TableFlow::of_base(Base::Other),
            MakeSeriesOperator => {
                self.visit(operator.syntax(), &row);
                for item in operator.by() {
                    self.item(&item, &row, &mut table);
                }
            }
            _ => self.visit(operator.syntax(), &row),
        }
        table
    }

    /// Looks at every expression of an operator that has no reading of its own.
    fn visit(&mut self, node: &SyntaxNode, scope: &Scope) {
        for child in node.children() {
            match Expr::cast(child.clone()) {
                Some(expression) => {
                    let flow = self.expression(&expression, scope);
                    self.check_call(&expression, &flow, scope);
                }
                None => self.visit(&child, scope),
            }
        }
    }

    fn assign(&mut self, items: &[Expr], table: &mut TableFlow, scope: &Scope) {
        for item in items {
            let row = scope.with_row(table);
            self.item(item, &row, table);
        }
    }

    /// An item of `extend`, `project` or `by`: a name with a value.
    fn item(&mut self, item: &Expr, row: &Scope, table: &mut TableFlow) {
        let mut flow = self.expression(item, row);
        flow.made = self.made_by_itself(item, &flow, row);
        let value = named(item).and_then(|named| named.value());
        self.check_call(value.as_ref().unwrap_or(item), &flow, row);
        if flow.constant && !flow.sites.is_empty() {
            let start = item.range().start;
            flow.assigned.insert(start);
            if self.quiet == 0 {
                self.found
                    .assigned
                    .entry(start)
                    .or_default()
                    .extend(&flow.sites);
            }
            // From here on it is a column, which every row holds alike.
            flow.constant = true;
        }
        match named(item) {
            Some(named) => {
                if let Some(name) = named.name() {
                    table.set(name.text(), flow);
                } else {
                    let flows = self.tuple(value.as_ref(), row);
                    for (at, name) in named.tuple().iter().enumerate() {
                        table.set(name.text(), flows.get(at).cloned().unwrap_or_default());
                    }
                }
            }
            None => {
                let name = name_of(item);
                // A column whose name is not known is still the first of a table.
                table.set(
                    name.unwrap_or_else(|| format!("#{}", item.range().start)),
                    flow,
                );
            }
        }
    }

    /// What the columns of an item with several names hold: the arguments of an aggregate that gives those of
    /// one row.
    fn tuple(&mut self, value: Option<&Expr>, row: &Scope) -> Vec<Flow> {
        let Some(Expr::Call(call)) = value else {
            return Vec::new();
        };
        let name = call.name().map(|name| name.text()).unwrap_or_default();
        match ROWS.contains(&name.as_str()) {
            true => {
                let arguments = call.arguments();
                let flows = arguments.iter().map(|one| self.expression(one, row));
                flows.collect()
            }
            false => Vec::new(),
        }
    }

    fn summarize(&mut self, operator: &Operator, table: TableFlow, scope: &Scope) -> TableFlow {
        let row = scope.with_row(&table);
        let mut given = TableFlow {
            reads: table.reads.clone(),
            ..TableFlow::default()
        };
        for item in operator.by() {
            self.item(&item, &row, &mut given);
        }
        for item in operator.list() {
            self.item(&item, &row, &mut given);
            let value = named(&item).and_then(|named| named.value()).unwrap_or(item);
            let Expr::Call(call) = value else { continue };
            let name = call.name().map(|name| name.text()).unwrap_or_default();
            if !ROWS.contains(&name.as_str()) {
                continue;
            }
            for argument in call.arguments() {
                if let Expr::Name(name) = &argument {
                    let flow = self.resolve(&name.text(), &row);
                    given.set(name.text(), flow);
                }
            }
            if has_star(&call) {
                for (name, flow) in &table.columns {
                    if !given.columns.contains_key(name) {
                        given.set(name.clone(), flow.clone());
                    }
                }
                given.bases.clone_from(&table.bases);
            }
        }
        given
    }

    fn join(&mut self, operator: &Operator, left: TableFlow, scope: &Scope) -> TableFlow {
        let right = match operator.expression() {
            Some(right) => self.table(&right, &scope.outside()),
            None => TableFlow::default(),
        };
        let sides = Scope {
            names: scope.names.clone(),
            row: Some(Rc::new(left.clone())),
            right: Some(Rc::new(right.clone())),
        };
        self.anti_join(operator, &right);
        for key in operator.on() {
            match &key {
                Expr::Name(name) => {
                    let name = name.text();
                    let one = self.column(&left, &name).unwrap_or_default();
                    let other = self.column(&right, &name).unwrap_or_default();
                    if one.kinds.has(Kinds::RESOURCE) && other.kinds.has(Kinds::RESOURCE) {
                        // Only rows of the resources on the other side are left.
                        self.filtered(&sides);
                    }
                    self.meet(&one, &other, &sides);
                    self.meet(&other, &one, &sides);
                    self.hold_keys(operator, &key, [&name, &name], &sides);
                }
                _ => {
                    for equality in conjuncts(&key) {
                        self.expression(&equality, &sides);
                        if let Some([one, other]) = key_names(&equality) {
                            self.hold_keys(operator, &equality, [&one, &other], &sides);
                        }
                    }
                }
            }
        }
        let mut joined = left.clone();
        for name in &right.order {
            let Some(flow) = right.columns.get(name) else {
                continue;
            };
            joined.set(format!("{name}1"), flow.clone());
            if self.column(&left, name).is_none() {
                joined.set(name.clone(), flow.clone());
            }
        }
        joined.bases.extend(right.bases.iter().cloned());
        joined.reads.extend(&right.reads);
        joined
    }

    fn union(&mut self, operator: &Operator, table: TableFlow, scope: &Scope) -> TableFlow {
        let mut tables = match operator.syntax().parent().map(|parent| parent.kind()) {
            Some(SyntaxKind::Pipeline) if !is_first(operator) => vec![table],
            Some(SyntaxKind::Subquery) => vec![table],
            _ => Vec::new(),
        };
        let listed = operator.list();
        let direct: Vec<Expr> = operator
            .syntax()
            .children()
            .filter_map(Expr::cast)
            .collect();
        for one in if listed.is_empty() { direct } else { listed } {
            tables.push(self.table(&one, &scope.outside()));
        }
        let mut all = TableFlow::default();
        let names: Vec<String> = tables
            .iter()
            .flat_map(|table| table.order.clone())
            .collect();
        for name in names {
            let flows: Vec<Flow> = tables
                .iter()
                .filter_map(|table| self.column(table, &name))
                .collect();
            let either = flows
                .iter()
                .skip(1)
                .fold(flows.first().cloned().unwrap_or_default(), |one, other| {
                    one.or(other)
                });
            all.set(name, either);
        }
        for table in tables {
            all.bases.extend(table.bases);
            all.reads.extend(table.reads);
        }
        all
    }

    fn datatable(&mut self, operator: &Operator) -> TableFlow {
        let names: Vec<String> = operator
            .columns()
            .iter()
            .filter_map(|column| column.name())
            .map(|name| name.text())
            .collect();
        let mut table = TableFlow::default();
        for name in &names {
            table.set(
                name.clone(),
                Flow {
                    constant: true,
                    ..Flow::default()
                },
            );
        }
        let mut cells: Vec<SyntaxNode> = operator
            .syntax()
            .children()
            .filter(|child| child.kind() != SyntaxKind::ColumnDeclarations)
            .flat_map(|child| match child.kind() {
                SyntaxKind::Expressions | SyntaxKind::Arguments => child.children().collect(),
                _ => vec![child],
            })
            .collect();
        cells.retain(|cell| Expr::cast(cell.clone()).is_some());
        table.single = cells.len() == names.len();
        for (at, cell) in cells.iter().enumerate() {
            let Some(name) = names.get(at % names.len().max(1)) else {
                continue;
            };
            let Some(expression) = Expr::cast(cell.clone()) else {
                continue;
            };
            let cell = self.expression(&expression, &Scope::default());
            let one = cells.len() == names.len();
            if let Some(column) = table.columns.get_mut(name) {
                column.absorb(&cell);
                if one {
                    column.worlds = cell.worlds;
                    column.origin = cell.origin;
                }
            }
        }
        table
    }

    /// `mv-expand` and the first part of `mv-apply`: an element of the array keeps where it comes from.
    fn expand(&mut self, operator: &Operator, table: &mut TableFlow, scope: &Scope) {
        let row = scope.with_row(table);
        for expanded in operator.expanded() {
            let Some(expression) = expanded.expression else {
                continue;
            };
            let flow = self.expression(&expression, &row).opaque();
            let name = match named(&expression) {
                Some(named) => named.name().map(|name| name.text()),
                None => name_of(&expression),
            };
            if let Some(name) = name {
                table.set(name, flow);
            }
        }
    }

    fn parse(&mut self, operator: &Operator, table: &mut TableFlow, scope: &Scope) {
        let row = scope.with_row(table);
        let Some(source) = operator.expression() else {
            return;
        };
        let flow = self.expression(&source, &row);
        let mut names = Vec::new();
        let pattern = operator.pattern();
        for part in &pattern {
            match part {
                PatternPart::Text(text) => {
                    let text = self.constant(text.syntax());
                    self.meet(&flow, &text, &row);
                }
                PatternPart::Column(column) => names.extend(column.name().map(|name| name.text())),
                PatternPart::Star => {}
            }
        }
        let declared = operator.columns();
        names.extend(
            declared
                .iter()
                .filter_map(|column| Some(column.name()?.text())),
        );
        for name in names {
            let parsed = self.parsed(operator, &source, &flow, &name);
            table.set(name, parsed);
        }
    }

    /// A column that `parse` fills, read from the example of each world.
    fn parsed(&mut self, operator: &Operator, source: &Expr, flow: &Flow, name: &str) -> Flow {
        let mut column = flow.opaque();
        column.column = Some(name.to_owned());
        let Some(worlds) = &flow.worlds else {
            return column;
        };
        let mut values: [String; WORLDS] = Default::default();
        for (world, value) in values.iter_mut().enumerate() {
            let changed = (AFTER..BEFORE_ON_OTHER).contains(&world) && world != 3;
            let text = self.text(operator.syntax(), changed);
            let start = source.range().start - operator.range().start;
            let end = source.range().end - operator.range().start;
            // The source may be changed too, so its place in the changed text is not certain.
            let Some(parse) = text.get(..start).zip(text.get(end..)) else {
                return column;
            };
            let query = format!(
                "print source__ = {} | {}source__{} | project ['{}']",
                worlds[world],
                parse.0,
                parse.1,
                name.replace('\'', "\\'")
            );
            let Some(literal) = first_cell(&query).as_ref().and_then(literal_of) else {
                return column;
            };
            *value = literal;
        }
        column.worlds = Some(Rc::new(values));
        column
    }

    fn invoke(&mut self, operator: &Operator, table: TableFlow, scope: &Scope) -> TableFlow {
        let Some(call) = operator.call() else {
            return table;
        };
        let name = call.name().map(|name| name.text()).unwrap_or_default();
        let Some(Binding::Function(function)) = scope.names.get(&name) else {
            return table;
        };
        let function = function.clone();
        let mut arguments = vec![Some(Binding::Table(Rc::new(table)))];
        for argument in call.arguments() {
            arguments.push(Some(self.value(&argument, &scope.outside())));
        }
        self.call(&function, arguments).table()
    }
}

fn named(expression: &Expr) -> Option<Named> {
    match expression {
        Expr::Named(named) => Some(named.clone()),
        _ => None,
    }
}

/// The name that an item without one gets: its column's, also inside a conversion.
fn name_of(item: &Expr) -> Option<String> {
    match item {
        Expr::Name(name) => Some(name.text()),
        Expr::Call(call) => {
            let function = call.name().map(|name| name.text())?;
            let inner = call.arguments().first().and_then(name_of)?;
            Some(match function.as_str() {
                "bin" | "tostring" | "toupper" | "tolower" | "trim" => inner,
                // Aggregates put their name before it.
                "make_set" => format!("set_{inner}"),
                "make_list" => format!("list_{inner}"),
                _ => format!("{function}_{inner}"),
            })
        }
        _ => None,
    }
}

/// Whether an aggregate takes every column with it.
fn has_star(call: &Call) -> bool {
    call.syntax()
        .descendants_with_tokens()
        .any(|element| element.kind() == SyntaxKind::Star)
}

/// The operands of `and`, or the expression itself.
fn conjuncts(expression: &Expr) -> Vec<Expr> {
    match expression.without_parentheses() {
        Expr::Logical(logical) if logical.is_and() => logical.operands(),
        other => vec![other],
    }
}

/// Whether nothing is piped into an operator.
fn is_first(operator: &Operator) -> bool {
    operator.syntax().prev_sibling().is_none()
}
