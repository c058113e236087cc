//! Operators on graphs. They are refused when run, but their columns are known, so that queries with them can
//! be checked.

use std::ops::Range;

use kql_syntax::ast::{Call, Expr as Syntax, Member, Operator};
use kql_syntax::{SyntaxElement, SyntaxKind, SyntaxNode};

use super::Binder;
use super::literals::constant;
use super::names::{ColumnNames, derived};
use super::scope::{Binding, Row, Scope};
use super::tabular::plan;
use crate::plan::{Expr, Node, Plan};
use crate::types::{ColumnSchema, ScalarType, Schema};
use crate::value::Value;

/// The columns of a graph's nodes and edges.
#[derive(Clone, Debug)]
pub(crate) struct Graph {
    nodes: Schema,
    edges: Schema,
}

/// A node or an edge that a pattern names.
#[derive(Clone, Debug)]
pub(crate) struct Element {
    columns: Schema,
    /// Columns of the nodes, which `inner_nodes` reads.
    nodes: Schema,
    /// Whether it stands for several edges, so that its columns are arrays.
    several: bool,
}

/// Functions on elements of a pattern.
const FUNCTIONS: [&str; 8] = [
    "all",
    "any",
    "inner_nodes",
    "labels",
    "map",
    "node_degree_in",
    "node_degree_out",
    "node_id",
];

impl Binder<'_> {
    /// An operator that makes or reads a graph.
    pub(crate) fn graph_operator(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let graph = self.graph_input.take();
        self.unsupported_operator(operator);
        if operator.kind() == SyntaxKind::MakeGraphOperator {
            let graph = self.made_graph(&input.schema, operator);
            self.graph = Some(graph);
            return Some(self.refused_rows(Schema::default(), operator));
        }
        let Some(mut graph) = graph else {
            return Some(self.unknown_table(Schema::unknown(), operator.range()));
        };
        match operator.kind() {
            SyntaxKind::GraphWhereNodesOperator => self.graph_condition(&graph.nodes, operator),
            SyntaxKind::GraphWhereEdgesOperator => self.graph_condition(&graph.edges, operator),
            SyntaxKind::GraphMarkComponentsOperator => {
                let name = operator.parameter("with_component_id");
                graph.nodes.columns.push(ColumnSchema {
                    name: name.unwrap_or_else(|| "ComponentId".to_owned()),
                    ty: ScalarType::Long,
                });
            }
            SyntaxKind::GraphToTableOperator => return self.graph_to_table(&graph, operator),
            _ => return self.graph_matched(graph, operator),
        }
        self.graph = Some(graph);
        Some(self.refused_rows(Schema::default(), operator))
    }

    /// A stored graph, of which nothing is known.
    pub(crate) fn unknown_graph(&mut self, range: Range<usize>) -> Plan {
        self.graph = Some(Graph {
            nodes: Schema::default(),
            edges: Schema::default(),
        });
        self.broken = true;
        plan(Node::Rows { rows: Vec::new() }, Schema::default(), range)
    }

    fn graph_condition(&mut self, columns: &Schema, operator: &Operator) {
        let row = self.row(columns);
        if let Some(condition) = operator.expression() {
            self.predicate(&condition, &row);
        }
    }

    /// `make-graph source --> target with nodes on key, …`
    fn made_graph(&mut self, edges: &Schema, operator: &Operator) -> Graph {
        let row = self.row(edges);
        let ends = operator
            .syntax()
            .children()
            .filter_map(Syntax::cast)
            .take(2);
        let ends: Vec<Option<Expr>> = ends.map(|end| self.expression(&end, &row)).collect();
        let id = ends.first().and_then(Option::as_ref).map(|end| end.ty);
        let mut nodes = Schema::default();
        let mut clauses = operator.syntax().children();
        if let Some(with) = clauses.find(|node| node.kind() == SyntaxKind::WithClause) {
            nodes = self.graph_nodes(&with, id.unwrap_or(ScalarType::Unknown));
        }
        Graph {
            nodes,
            edges: edges.clone(),
        }
    }

    fn graph_nodes(&mut self, with: &SyntaxNode, id: ScalarType) -> Schema {
        let written: Vec<Syntax> = with.children().filter_map(Syntax::cast).collect();
        if with
            .first_token()
            .is_some_and(|word| word.text() == "with_node_id")
        {
            let name = written.first().and_then(derived).unwrap_or_default();
            return Schema::new([(name, id)]);
        }
        let mut nodes = Schema::default();
        for pair in written.chunks(2) {
            let Some(table) = self.tabular(&pair[0]) else {
                continue;
            };
            if let Some(key) = pair.get(1) {
                let row = self.row(&table.schema);
                self.expression(key, &row);
            }
            let missing = |column: &ColumnSchema| nodes.index_of(&column.name).is_none();
            let added: Vec<ColumnSchema> =
                table.schema.columns.into_iter().filter(missing).collect();
            nodes.columns.extend(added);
            nodes.open |= table.schema.open;
        }
        nodes
    }

    /// `graph-match` and `graph-shortest-paths`.
    fn graph_matched(&mut self, graph: Graph, operator: &Operator) -> Option<Plan> {
        let mut scope = Scope::default();
        for (name, element) in elements(&graph, operator) {
            scope
                .names
                .insert(name, Binding::Element(Box::new(element)));
        }
        self.scopes.push(scope);
        let clause = |kind| {
            operator
                .syntax()
                .children()
                .find(|node| node.kind() == kind)
        };
        if let Some(condition) = clause(SyntaxKind::WhereClause) {
            let condition = condition.children().find_map(Syntax::cast);
            condition.and_then(|condition| self.predicate(&condition, &Row::none()));
        }
        let projected = clause(SyntaxKind::ProjectClause).map(|project| {
            let list = project
                .descendants()
                .find(|node| node.kind() == SyntaxKind::Expressions);
            let items: Option<Vec<Syntax>> =
                list.map(|list| list.children().filter_map(Syntax::cast).collect());
            self.graph_columns(&items.unwrap_or_default())
        });
        self.scopes.pop();
        match projected {
            Some(schema) => Some(self.refused_rows(schema, operator)),
            None => {
                self.graph = Some(graph);
                Some(self.refused_rows(Schema::default(), operator))
            }
        }
    }

    fn refused_rows(&mut self, schema: Schema, operator: &Operator) -> Plan {
        self.broken = true;
        plan(Node::Rows { rows: Vec::new() }, schema, operator.range())
    }

    fn graph_columns(&mut self, items: &[Syntax]) -> Schema {
        let mut names = ColumnNames::default();
        let mut columns = Vec::new();
        for item in items {
            let expr = self.expression(item, &Row::none());
            let ty = match self.reads_several(item.syntax()) {
                true => ScalarType::Dynamic,
                false => expr.map_or(ScalarType::Unknown, |expr| expr.ty),
            };
            let name = names.derive(item);
            columns.push(ColumnSchema { name, ty });
        }
        Schema::from(columns)
    }

    fn reads_several(&self, syntax: &SyntaxNode) -> bool {
        let names = syntax.descendants().filter_map(Syntax::cast);
        let mut names = names.filter_map(|name| match name {
            Syntax::Name(name) => Some(name.text()),
            _ => None,
        });
        names.any(
            |name| matches!(self.lookup(&name), Some(Binding::Element(element)) if element.several),
        )
    }

    /// `graph-to-table nodes as N, edges as E`
    fn graph_to_table(&mut self, graph: &Graph, operator: &Operator) -> Option<Plan> {
        let outputs = outputs(graph, operator.syntax());
        if let [(_, schema)] = outputs.as_slice() {
            return Some(self.refused_rows(schema.clone(), operator));
        }
        for (name, schema) in outputs {
            let rows = self.refused_rows(schema.clone(), operator);
            let shared = self.share(name.clone(), Some(rows), schema, operator.range());
            if let Some(index) = shared {
                self.define(name, Binding::Table(index));
            }
        }
        self.lost = true;
        Some(self.refused_rows(Schema::default(), operator))
    }

    /// `element.column` of a pattern's element; `None` when the base is none.
    pub(crate) fn element_column(&mut self, member: &Member) -> Option<Option<Expr>> {
        let (Some(Syntax::Name(base)), Some(Syntax::Name(name))) = (member.base(), member.member())
        else {
            return None;
        };
        let Some(Binding::Element(element)) = self.lookup(&base.text()) else {
            return None;
        };
        let columns = element.columns.clone();
        let row = self.row(&columns);
        let column = self.name(&name.text(), &row, name.range());
        // The column belongs to no row that a plan could read.
        Some(column.map(|column| constant(Value::Null, column.ty, member.range())))
    }

    /// A function on an element of a pattern; `None` when the call is none.
    pub(crate) fn element_call(&mut self, call: &Call) -> Option<Expr> {
        let name = call.name()?.text();
        let arguments = call.arguments();
        let first = arguments.first()?;
        if !FUNCTIONS.contains(&name.as_str()) {
            return None;
        }
        let element = self.element_of(first)?;
        if let Some(value) = arguments.get(1) {
            let inner = self.row(&element.columns);
            self.expression(value, &inner);
        }
        let ty = match name.as_str() {
            "all" | "any" => ScalarType::Bool,
            "node_degree_in" | "node_degree_out" => ScalarType::Long,
            "node_id" => ScalarType::Unknown,
            _ => ScalarType::Dynamic,
        };
        Some(constant(Value::Null, ty, call.range()))
    }

    /// The element that an argument names, or whose inner nodes it takes.
    fn element_of(&self, argument: &Syntax) -> Option<Element> {
        match argument {
            Syntax::Name(name) => match self.lookup(&name.text()) {
                Some(Binding::Element(element)) => Some(element.as_ref().clone()),
                _ => None,
            },
            Syntax::Call(call) if call.name()?.text() == "inner_nodes" => {
                let mut element = self.element_of(call.arguments().first()?)?;
                element.columns = element.nodes.clone();
                Some(element)
            }
            _ => None,
        }
    }
}

/// The elements that the patterns of an operator name.
fn elements(graph: &Graph, operator: &Operator) -> Vec<(String, Element)> {
    let patterns = operator.syntax().children();
    let patterns = patterns.filter(|node| node.kind() == SyntaxKind::GraphPattern);
    let names = patterns.flat_map(|pattern| pattern.children().collect::<Vec<_>>());
    let named = names.filter_map(|node| {
        let Syntax::Name(name) = Syntax::cast(node.clone())? else {
            return None;
        };
        let is_node = beside(&node, false) == Some(SyntaxKind::LeftParen);
        let element = Element {
            columns: if is_node {
                graph.nodes.clone()
            } else {
                graph.edges.clone()
            },
            nodes: graph.nodes.clone(),
            several: !is_node && beside(&node, true) == Some(SyntaxKind::Star),
        };
        Some((name.text(), element))
    });
    named.collect()
}

/// Kind of the token before or behind a node, blanks left out.
fn beside(node: &SyntaxNode, behind: bool) -> Option<SyntaxKind> {
    let step = |element: &SyntaxElement| match behind {
        true => element.next_sibling_or_token(),
        false => element.prev_sibling_or_token(),
    };
    let mut at = step(&SyntaxElement::Node(node.clone()))?;
    while at.kind().is_trivia() {
        at = step(&at)?;
    }
    Some(at.kind())
}

/// The outputs of `graph-to-table` with their names and columns.
fn outputs(graph: &Graph, operator: &SyntaxNode) -> Vec<(String, Schema)> {
    let mut outputs: Vec<(String, Vec<ColumnSchema>, &Schema)> = Vec::new();
    for part in operator.children_with_tokens() {
        match &part {
            SyntaxElement::Token(token) if token.text() == "nodes" => {
                outputs.push((String::new(), Vec::new(), &graph.nodes));
            }
            SyntaxElement::Token(token) if token.text() == "edges" => {
                outputs.push((String::new(), Vec::new(), &graph.edges));
            }
            SyntaxElement::Node(node) => {
                let Some(output) = outputs.last_mut() else {
                    continue;
                };
                if node.kind() == SyntaxKind::OperatorParameter {
                    let text = node.text().to_string();
                    let name = text.split('=').nth(1).unwrap_or_default().trim().to_owned();
                    let ty = ScalarType::Long;
                    output.1.push(ColumnSchema { name, ty });
                } else if let Some(Syntax::Name(name)) = Syntax::cast(node.clone()) {
                    output.0 = name.text();
                }
            }
            SyntaxElement::Token(_) => {}
        }
    }
    let outputs = outputs.into_iter().map(|(name, mut ids, shape)| {
        ids.extend(shape.columns.iter().cloned());
        (name, Schema::from(ids).opened(shape.open))
    });
    outputs.collect()
}
