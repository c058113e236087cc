//! How operators use, keep and introduce columns.

use kql_syntax::SyntaxKind::{
    Arguments, AsOperator, ByClause, CallExpression, ColumnDeclaration, ColumnDeclarations,
    CountOperator, DatatableOperator, DistinctOperator, Expressions, ExtendOperator,
    ExternalDataOperator, ForkBranch, FromClause, InvokeOperator, JoinOperator, LookupOperator,
    MakeSeriesOperator, MvApplyOperator, MvExpandOperator, NameReference, NameTuple,
    NamedExpression, OnClause, OperatorParameter, ParseKvOperator, ParseOperator, Pattern,
    PrintOperator, ProjectAwayOperator, ProjectOperator, ProjectRenameOperator, RangeOperator,
    SerializeOperator, StarExpression, StepClause, Subquery, SummarizeOperator, ToClause,
    UnionOperator, WildcardName, WithClause,
};
use kql_syntax::SyntaxNode;

use super::walk::{first, names, of_kind, text};
use super::{Columns, SymbolKind, Symbols};

/// Aggregates whose arguments keep their names.
const KEEPING: [&str; 5] = ["arg_max", "arg_min", "take_any", "any", "take_anyif"];

impl<'c> Symbols<'c> {
    /// The columns behind an operator that reads `input`.
    pub(super) fn operator(&mut self, node: &SyntaxNode, input: Columns<'c>) -> Columns<'c> {
        match node.kind() {
            ExtendOperator | SerializeOperator | MvExpandOperator => self.extended(node, input),
            ProjectOperator | DistinctOperator | PrintOperator => {
                let mut output = Columns::default();
                self.listed(node, &input, &mut output, false);
                output
            }
            SummarizeOperator | MakeSeriesOperator => self.summarized(node, &input),
            ProjectAwayOperator => self.without(node, input),
            ProjectRenameOperator => self.renamed(node, input),
            MvApplyOperator => self.applied(node, input),
            ParseOperator | ParseKvOperator => self.parsed(node, input),
            JoinOperator | LookupOperator => self.joined(node, input),
            UnionOperator => self.united(node, input),
            DatatableOperator | ExternalDataOperator => self.written_out(node),
            AsOperator => {
                if let Some((name, id)) = self.named_by(node, SymbolKind::Let) {
                    self.define(name, id, input.clone());
                }
                input
            }
            CountOperator | RangeOperator => self.single(node, &input),
            InvokeOperator => {
                self.children(node, &input);
                let call = first(node, CallExpression);
                let name = call.and_then(|call| names(&call).first().map(text));
                let declared = name.and_then(|name| self.lookup(&name));
                declared
                    .map(|declared| declared.columns.clone())
                    .unwrap_or_default()
            }
            _ => {
                self.opaque(node, &input);
                input
            }
        }
    }

    /// An operator whose columns are not followed: names inside are those of its input.
    fn opaque(&mut self, node: &SyntaxNode, input: &Columns<'c>) {
        for child in node.children() {
            match child.kind() {
                Subquery => {
                    self.operators(child.children(), input.clone());
                }
                OnClause | ForkBranch | WithClause if first(&child, Subquery).is_some() => {
                    self.opaque(&child, input);
                }
                _ => self.expression(&child, input),
            }
        }
    }

    /// The symbol of the name that an operator introduces.
    fn named_by(&mut self, node: &SyntaxNode, kind: SymbolKind) -> Option<(String, usize)> {
        let name = names(node).into_iter().next()?;
        self.declare(&name, kind)
    }

    /// `count as name`, `range name from …`: a table of one column.
    fn single(&mut self, node: &SyntaxNode, input: &Columns<'c>) -> Columns<'c> {
        let mut output = Columns::default();
        if let Some((name, id)) = self.named_by(node, SymbolKind::Column) {
            output.known.insert(name, id);
        }
        for clause in node
            .children()
            .filter(|child| child.kind() != NameReference)
        {
            self.expression(&clause, input);
        }
        output
    }

    /// The items of an operator's list: names stay what they are, `name = value` introduces a column.
    fn listed(
        &mut self,
        node: &SyntaxNode,
        input: &Columns<'c>,
        output: &mut Columns<'c>,
        overwrites: bool,
    ) {
        for child in node.children() {
            match child.kind() {
                Expressions => {
                    for item in child.children() {
                        self.item(&item, input, output, overwrites);
                    }
                }
                ByClause | OnClause => self.listed(&child, input, output, overwrites),
                FromClause | ToClause | StepClause | OperatorParameter => {
                    self.expression(&child, input);
                }
                _ => self.item(&child, input, output, overwrites),
            }
        }
    }

    /// An item of a list, which gives a column or only reads some.
    fn item(
        &mut self,
        item: &SyntaxNode,
        input: &Columns<'c>,
        output: &mut Columns<'c>,
        overwrites: bool,
    ) {
        match item.kind() {
            NamedExpression => self.named(item, input, output, overwrites),
            NameReference => {
                if let Some((name, id)) = self.refer(item, input) {
                    output.known.insert(name, id);
                }
            }
            StarExpression | WildcardName => keep_all(input, output),
            CallExpression => {
                self.expression(item, input);
                self.kept_by_aggregate(item, input, output);
            }
            _ => self.expression(item, input),
        }
    }

    /// `name = value` or `(name, name) = value`.
    fn named(
        &mut self,
        item: &SyntaxNode,
        input: &Columns<'c>,
        output: &mut Columns<'c>,
        overwrites: bool,
    ) {
        let mut children = item.children();
        let Some(target) = children.next() else {
            return;
        };
        for value in children {
            self.expression(&value, input);
            self.kept_by_aggregate(&value, input, output);
        }
        let targets = match target.kind() {
            NameTuple => names(&target),
            _ => vec![target],
        };
        for target in targets {
            let Some((name, id)) = self.declare(&target, SymbolKind::Column) else {
                continue;
            };
            if overwrites && input.has(&name) {
                let before = self.column(&name, input);
                self.unify(before, id);
            }
            output.known.insert(name, id);
        }
    }

    /// `arg_max(t, *)` and its relatives give columns under the names that they have.
    fn kept_by_aggregate(
        &mut self,
        call: &SyntaxNode,
        input: &Columns<'c>,
        output: &mut Columns<'c>,
    ) {
        let name = names(call).first().map(text).unwrap_or_default();
        let list = match first(call, Arguments) {
            Some(list) if KEEPING.contains(&name.as_str()) => list,
            _ => return,
        };
        for argument in list.children() {
            match argument.kind() {
                NameReference => {
                    let name = text(&argument);
                    let id = self.column(&name, input);
                    output.known.entry(name).or_insert(id);
                }
                StarExpression | WildcardName => keep_all(input, output),
                _ => {}
            }
        }
    }

    /// `extend` and its relatives: new columns beside those of the input.
    fn extended(&mut self, node: &SyntaxNode, input: Columns<'c>) -> Columns<'c> {
        let mut output = input.clone();
        self.listed(node, &input, &mut output, true);
        output
    }

    /// `summarize` and `make-series`: what is listed, and nothing else.
    fn summarized(&mut self, node: &SyntaxNode, input: &Columns<'c>) -> Columns<'c> {
        let mut output = Columns::default();
        self.listed(node, input, &mut output, false);
        output
    }

    /// `project-away`.
    fn without(&mut self, node: &SyntaxNode, input: Columns<'c>) -> Columns<'c> {
        let mut output = input.clone();
        let list = first(node, Expressions);
        for name in list.iter().flat_map(names) {
            if let Some((name, _)) = self.refer(&name, &input) {
                output.known.remove(&name);
            }
        }
        output
    }

    /// `project-rename`.
    fn renamed(&mut self, node: &SyntaxNode, input: Columns<'c>) -> Columns<'c> {
        let mut output = input.clone();
        for item in first(node, Expressions)
            .iter()
            .flat_map(|list| of_kind(list, NamedExpression))
        {
            if let Some(old) = item.children().nth(1)
                && old.kind() == NameReference
            {
                output.known.remove(&text(&old));
            }
            self.named(&item, &input, &mut output, false);
        }
        output
    }

    /// `mv-apply`: the columns of the subquery beside those of the input.
    fn applied(&mut self, node: &SyntaxNode, input: Columns<'c>) -> Columns<'c> {
        let mut inner = input.clone();
        if let Some(list) = first(node, Expressions) {
            for item in list.children() {
                self.item(&item, &input, &mut inner, true);
            }
        }
        let subquery = first(node, OnClause).and_then(|clause| first(&clause, Subquery));
        let Some(subquery) = subquery else {
            return inner;
        };
        let result = self.operators(subquery.children(), inner);
        let mut output = input;
        output.known.extend(result.known);
        output
    }

    /// `parse` and `parse-kv`: the columns of the pattern beside those of the input.
    fn parsed(&mut self, node: &SyntaxNode, input: Columns<'c>) -> Columns<'c> {
        let mut output = input.clone();
        for child in node.children() {
            match child.kind() {
                Pattern | ColumnDeclarations => self.declarations(&child, &mut output),
                _ => self.expression(&child, &input),
            }
        }
        output
    }

    /// Columns that are declared with a type.
    fn declarations(&mut self, list: &SyntaxNode, output: &mut Columns<'c>) {
        for declaration in of_kind(list, ColumnDeclaration) {
            if let Some((name, id)) = self.named_by(&declaration, SymbolKind::Column) {
                if output.has(&name) {
                    let before = self.column(&name, output);
                    self.unify(before, id);
                }
                output.known.insert(name, id);
            }
        }
    }

    /// `datatable` and `externaldata`: the declared columns.
    fn written_out(&mut self, node: &SyntaxNode) -> Columns<'c> {
        let mut output = Columns::default();
        if let Some(list) = first(node, ColumnDeclarations) {
            self.declarations(&list, &mut output);
        }
        output
    }
}

/// Adds all columns of the input; those that are there already stay.
fn keep_all<'c>(input: &Columns<'c>, output: &mut Columns<'c>) {
    for (name, id) in &input.known {
        output.known.entry(name.clone()).or_insert(*id);
    }
    output.tables.extend(&input.tables);
}
