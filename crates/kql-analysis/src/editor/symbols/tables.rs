//! How operators on several tables take their columns together.

use kql_syntax::SyntaxKind::{
    Expressions, MemberExpression, NameReference, OnClause, OperatorParameter,
};
use kql_syntax::SyntaxNode;
use kql_syntax::ast::{Operator, range_of};

use super::walk::{first, names, text};
use super::{Columns, Symbols};

impl<'c> Symbols<'c> {
    /// `join` and `lookup`: the keys of both sides are one symbol.
    pub(super) fn joined(&mut self, node: &SyntaxNode, left: Columns<'c>) -> Columns<'c> {
        let right = node
            .children()
            .find(|child| !matches!(child.kind(), OperatorParameter | OnClause));
        let right = right
            .map(|right| self.query(&right, &Columns::default()))
            .unwrap_or_default();
        let clause = first(node, OnClause);
        for condition in clause.iter().flat_map(|clause| clause.descendants()) {
            self.join_condition(&condition, &left, &right);
        }
        let kind = Operator::cast(node.clone()).and_then(|join| join.parameter("kind"));
        match kind.as_deref() {
            Some("leftanti" | "anti" | "leftantisemi" | "leftsemi") => left,
            Some("rightanti" | "rightantisemi" | "rightsemi") => right,
            _ => beside(left, right),
        }
    }

    /// A name in the condition of a join: a key of one side, or of both.
    fn join_condition(&mut self, node: &SyntaxNode, left: &Columns<'c>, right: &Columns<'c>) {
        let parent = node.parent().map(|parent| parent.kind());
        match node.kind() {
            MemberExpression => {
                let side = match names(node).first().map(text).as_deref() {
                    Some("$left") => left,
                    Some("$right") => right,
                    _ => return,
                };
                if let Some(column) = names(node).get(1) {
                    let id = self.column(&text(column), side);
                    self.places.push((range_of(column), id, false));
                }
            }
            NameReference if parent != Some(MemberExpression) => {
                let name = text(node);
                let (of_left, of_right) = (self.column(&name, left), self.column(&name, right));
                self.unify(of_left, of_right);
                self.places.push((range_of(node), of_left, false));
            }
            _ => {}
        }
    }

    /// `union`: columns of one name are one symbol.
    pub(super) fn united(&mut self, node: &SyntaxNode, input: Columns<'c>) -> Columns<'c> {
        let mut output = input;
        let list = first(node, Expressions);
        for table in list.iter().flat_map(SyntaxNode::children) {
            let columns = self.query(&table, &Columns::default());
            for (name, id) in &columns.known {
                if output.has(name) {
                    let before = self.column(name, &output);
                    self.unify(before, *id);
                }
            }
            let names: Vec<String> = output.known.keys().cloned().collect();
            for name in names.iter().filter(|name| columns.is_of_table(name)) {
                let (here, outside) = (self.column(name, &output), self.outside(name));
                self.unify(here, outside);
            }
            output = beside(output, columns);
        }
        output
    }
}

/// The columns of both; a name that both have is the left one's.
fn beside<'c>(left: Columns<'c>, right: Columns<'c>) -> Columns<'c> {
    let mut both = right;
    both.known.retain(|name, _| !left.is_of_table(name));
    both.known.extend(left.known);
    both.tables.extend(left.tables);
    both
}
