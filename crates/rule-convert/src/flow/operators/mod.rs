//! Tabular operators: which columns a table has behind each, and what flows into them.

mod cells;
mod columns;
mod tables;

use std::collections::BTreeSet;
use std::rc::Rc;

use kql_syntax::ast::{Call, Expr, Operator, Pipeline};
use kql_syntax::{SyntaxKind, SyntaxNode, apart};

use super::value::{Base, Binding, Kinds, Outside, Scope, TableFlow};
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
        if let Some(table) = self.pattern(expression, scope) {
            return table.table();
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

    /// Operators one after the other.
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
        let outside = table.outside;
        let counted = usize::from(elsewhere && !takes_more);
        self.elsewhere += counted;
        let others = match takes_more {
            true => BTreeSet::new(),
            false => table.others.clone(),
        };
        let outer = std::mem::replace(&mut self.others, others.clone());
        let flag = self.flag.take();
        let mut given = self.columns_behind(operator, table, scope);
        self.flag = flag;
        self.others = outer;
        self.elsewhere -= counted;
        given.others.extend(others);
        let is_union = operator.kind() == SyntaxKind::UnionOperator;
        given.elsewhere |= elsewhere && !is_union;
        given.target_only |= target_only && !is_union;
        given.outside = given.outside.max(outside);
        given
    }

    /// The table behind an operator, by its kind.
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
            WhereOperator => apart(|| self.filter(operator, &mut table, &row)),
            ExtendOperator | SerializeOperator => {
                apart(|| self.assign(&operator.list(), &mut table, scope))
            }
            ProjectOperator | PrintOperator | DistinctOperator => {
                return apart(|| self.project(operator, table, &row));
            }
            ProjectRenameOperator => apart(|| self.rename_columns(operator, &mut table, &row)),
            ProjectReorderOperator
            | ProjectKeepOperator
            | ProjectAwayOperator
            | SortOperator
            | TopOperator
            | TakeOperator
            | SampleOperator => self.visit(operator.syntax(), &row),
            SummarizeOperator => return apart(|| self.summarize(operator, table, scope)),
            JoinOperator | LookupOperator => return apart(|| self.join(operator, table, scope)),
            UnionOperator => return apart(|| self.union(operator, table, scope)),
            DatatableOperator => return apart(|| self.datatable(operator)),
            MvExpandOperator => apart(|| self.expand(operator, &mut table, scope)),
            MvApplyOperator => {
                self.expand(operator, &mut table, scope);
                return apart(|| self.subquery(operator, table, scope));
            }
            PartitionOperator => return apart(|| self.subquery(operator, table, scope)),
            ForkOperator => {
                let branches = operator.branches().into_iter();
                for inner in branches.filter_map(|branch| branch.subquery()) {
                    self.operators(&inner.operators(), table.clone(), scope);
                }
            }
            ParseOperator | ParseKvOperator => apart(|| self.parse(operator, &mut table, scope)),
            AsOperator => {
                if let Some(name) = operator.name() {
                    self.tables.insert(name.text(), Rc::new(table.clone()));
                }
            }
            EvaluateOperator => {
                self.visit(operator.syntax(), &row);
                self.plugin(operator, &mut table, &row);
            }
            InvokeOperator => return apart(|| self.invoke(operator, table, scope)),
            SearchOperator | FindOperator => return apart(|| self.search(operator, table, scope)),
            CountOperator | RangeOperator => {
                self.visit(operator.syntax(), &row);
                return TableFlow::default();
            }
            // Its columns are all named, but what stands in them somebody wrote.
            ExternalDataOperator => {
                return TableFlow {
                    outside: Outside::Unknown,
                    ..TableFlow::of_base(Base::Other)
                };
            }
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

    /// `where`: what the condition leaves is noted with the table.
    fn filter(&mut self, operator: &Operator, table: &mut TableFlow, row: &Scope) {
        let Some(condition) = operator.expression() else {
            return;
        };
        let filtered = self.found.filtered.clone();
        let flow = self.expression(&condition, row);
        // Most conditions are about something else, and need not be evaluated once more.
        let asks = flow.kinds.has(Kinds::RESOURCE) || flow.depends();
        if asks && self.lets_all_through(&condition, row) {
            self.found.filtered = filtered;
            self.left_out(&condition, row);
        }
        self.check_call(&condition, &flow, row);
        table.target_only |= self.exclusion(&condition, row);
        let said = self.providers(&condition, row);
        if said.elsewhere {
            table.elsewhere = true;
            self.filtered(row);
        }
        if said.own && self.quiet == 0 {
            for read in &table.reads {
                let known = self.found.by_provider.entry(*read).or_default();
                known.extend(said.others.iter().cloned());
            }
            table.others.extend(said.others);
        }
    }

    /// The subquery of an operator on its rows, or the rows when it has none.
    fn subquery(&mut self, operator: &Operator, table: TableFlow, scope: &Scope) -> TableFlow {
        match operator.subquery() {
            Some(inner) => self.operators(&inner.operators(), table, scope),
            None => table,
        }
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

    /// `invoke f(…)`: a call with the table before it as the first argument.
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

/// The operands of `and`, or the expression itself.
pub(super) fn conjuncts(expression: &Expr) -> Vec<Expr> {
    match expression.without_parentheses() {
        Expr::Logical(logical) if logical.is_and() => logical.operands(),
        other => vec![other],
    }
}

/// Whether nothing is piped into an operator.
fn is_first(operator: &Operator) -> bool {
    operator.syntax().prev_sibling().is_none()
}
