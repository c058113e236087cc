//! What stands in brackets, and the lists and clauses of operators.

use super::super::layout::Doc;
use super::{Builder, Gap, is_operator};
use crate::syntax_kind::SyntaxKind::{self, *};
use crate::syntax_kind::{SyntaxElement, SyntaxNode, SyntaxToken};

/// Lists of more constants than this fill lines instead of taking a line each.
const FILLED: usize = 8;

/// An opened bracket: what stands inside so far.
struct Open {
    inner: Vec<Doc>,
    /// What stands behind the opening and before the closing bracket.
    edge: Gap,
    list: List,
    /// Commas so far.
    commas: usize,
}

/// How the items of a list are set.
#[derive(Clone, Copy)]
enum List {
    /// A line each when they do not fit.
    Lines,
    /// As many as fit on a line.
    Filled,
    /// Rows of so many items.
    Rows(usize),
}

impl Builder {
    /// The children of a node; what stands in brackets is a group of its own.
    pub(super) fn children(&mut self, node: &SyntaxNode, out: &mut Vec<Doc>) {
        let breaks = breaks_lists(node);
        let mut open: Vec<Open> = Vec::new();
        for child in node.children_with_tokens() {
            match &child {
                SyntaxElement::Token(token) if is_opening(token.kind()) => {
                    let target = open.last_mut().map_or(&mut *out, |open| &mut open.inner);
                    self.token(token, target);
                    let opened = Open::new(node, token.kind());
                    self.wanted = Some(opened.edge);
                    open.push(opened);
                }
                SyntaxElement::Token(token) if is_closing(token.kind()) => {
                    let closed = open.pop();
                    let target = open.last_mut().map_or(&mut *out, |open| &mut open.inner);
                    self.close(closed, token, target);
                }
                _ => match open.last_mut() {
                    Some(open) => self.item(&child, open),
                    None if breaks && is_clause(&child) => self.clause(&child, out),
                    None => self.outside(&child, node, out),
                },
            }
        }
        for left in open {
            out.extend(left.inner);
        }
    }

    /// A list or clause on lines of its own.
    fn clause(&mut self, child: &SyntaxElement, out: &mut Vec<Doc>) {
        self.wanted = Some(Gap::Line(" "));
        let mut inner = Vec::new();
        self.element(child, &mut inner);
        out.push(Doc::Indent(inner));
    }

    /// A child outside of brackets.
    fn outside(&mut self, child: &SyntaxElement, node: &SyntaxNode, out: &mut Vec<Doc>) {
        let in_list = node.kind() == Expressions;
        self.element(child, out);
        if in_list && child.kind() == Comma {
            self.wanted = Some(Gap::Line(" "));
        }
    }

    /// Ends what stands in brackets; a closing bracket without an opening one is a token like others.
    fn close(&mut self, closed: Option<Open>, token: &SyntaxToken, out: &mut Vec<Doc>) {
        let Some(mut closed) = closed else {
            return self.token(token, out);
        };
        let mut group = Vec::new();
        self.wanted = match closed.inner.is_empty() {
            true => Some(Gap::None),
            false => Some(closed.edge),
        };
        match closed.edge {
            Gap::None => group.append(&mut closed.inner),
            _ => group.push(Doc::Indent(closed.inner)),
        }
        self.token(token, &mut group);
        out.push(Doc::Group(group));
    }

    /// A child inside of brackets.
    fn item(&mut self, child: &SyntaxElement, open: &mut Open) {
        if child.kind() == Expressions
            && let SyntaxElement::Node(list) = child
        {
            for child in list.children_with_tokens() {
                self.item(&child, open);
            }
            return;
        }
        match open.list {
            List::Filled if open.commas > 0 && child.kind() == Literal => {
                let mut item = Vec::new();
                self.element(child, &mut item);
                open.inner.push(Doc::Group(item));
            }
            _ => self.element(child, &mut open.inner),
        }
        if child.kind() == Comma {
            open.commas += 1;
            self.wanted = Some(open.behind_comma());
        }
    }
}

impl Open {
    fn new(node: &SyntaxNode, bracket: SyntaxKind) -> Self {
        let list = list_of(node, bracket);
        let edge = match (bracket, node.kind()) {
            (LeftBrace, kind) if kind != JsonObject => Gap::Line(" "),
            (_, DynamicLiteral | TypeOfExpression | IndexExpression | BetweenExpression) => {
                Gap::None
            }
            _ => Gap::Line(""),
        };
        Self {
            inner: Vec::new(),
            edge,
            list,
            commas: 0,
        }
    }

    /// What stands behind the last comma.
    fn behind_comma(&self) -> Gap {
        match self.list {
            List::Rows(columns) if !self.commas.is_multiple_of(columns) => Gap::Blank,
            List::Lines | List::Filled | List::Rows(_) => Gap::Line(" "),
        }
    }
}

/// How the list in a bracket of a node is set.
fn list_of(node: &SyntaxNode, bracket: SyntaxKind) -> List {
    if node.kind() == DatatableOperator && bracket == LeftBracket {
        let declared = node
            .children()
            .find(|child| child.kind() == ColumnDeclarations);
        let columns = declared.map_or(1, |declared| declared.children().count());
        return List::Rows(columns.max(1));
    }
    let constants = node.children().all(|child| child.kind() == Literal);
    match constants && node.children().nth(FILLED).is_some() {
        true => List::Filled,
        false => List::Lines,
    }
}

fn is_opening(kind: SyntaxKind) -> bool {
    matches!(kind, LeftParen | LeftBracket | LeftBrace)
}

fn is_closing(kind: SyntaxKind) -> bool {
    matches!(kind, RightParen | RightBracket | RightBrace)
}

/// Whether the list and the clauses of an operator or clause go on lines of their own when it is broken.
fn breaks_lists(node: &SyntaxNode) -> bool {
    let many = |node: &SyntaxNode| {
        let mut lists = node.children().filter(|child| child.kind() == Expressions);
        lists.any(|list| list.children().nth(1).is_some())
    };
    let by = || node.children().any(|child| child.kind() == ByClause);
    match node.kind() {
        DatatableOperator | ExternalDataOperator => false,
        SummarizeOperator | MakeSeriesOperator => by() || many(node),
        ByClause => many(node),
        kind => is_operator(kind) && many(node),
    }
}

fn is_clause(child: &SyntaxElement) -> bool {
    matches!(
        child.kind(),
        Expressions | ByClause | FromClause | ToClause | StepClause | OnClause | ScanStep
    )
}
