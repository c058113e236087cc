//! From a tree to a document: where lines may break, and where they must.

use super::layout::Doc;
use super::spacing::is_spaced;
use crate::syntax_kind::SyntaxKind::{self, *};
use crate::syntax_kind::{SyntaxElement, SyntaxNode, SyntaxToken};

/// Lists of more constants than this fill lines instead of taking a line each.
const FILLED: usize = 8;

/// The document of a whole tree.
pub(super) fn document(root: &SyntaxNode) -> Vec<Doc> {
    let mut builder = Builder::default();
    let mut out = Vec::new();
    builder.statements(root, &mut out);
    out
}

/// What stands between two tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gap {
    /// A break when the group around it is broken, otherwise this text.
    Line(&'static str),
    /// A new line.
    Hard,
    /// A blank.
    Blank,
    /// Nothing.
    None,
}

/// State of the walk over the tokens.
#[derive(Default)]
struct Builder {
    last: Option<SyntaxToken>,
    /// What the next token wants before it, when that is not usual.
    wanted: Option<Gap>,
    /// Whether the gap before the next token has been written.
    written: bool,
    /// Whether a line must end here, because a comment does.
    ended: bool,
    /// Line ends since the last token.
    lines: usize,
    /// Whether anything stood since the last token.
    blank: bool,
}

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
    /// A child that is no node of meaning: keeps comments, counts line ends.
    fn trivia(&mut self, token: &SyntaxToken, out: &mut Vec<Doc>) {
        self.blank = true;
        if token.kind() == Whitespace {
            self.lines += token.text().matches('\n').count();
            return;
        }
        if self.ended || (self.last.is_some() && self.lines > 0) {
            out.push(Doc::Hard {
                blank: self.lines > 1,
            });
        } else if self.last.is_some() {
            out.push(Doc::Text(" ".to_owned()));
        }
        out.push(Doc::Text(token.text().to_owned()));
        (self.ended, self.lines) = (true, 0);
    }

    /// Writes what stands before a token.
    fn gap(&mut self, next: &SyntaxToken, out: &mut Vec<Doc>) {
        if std::mem::replace(&mut self.written, true) {
            return;
        }
        let wanted = self.wanted.take();
        let hard = Doc::Hard {
            blank: self.lines > 1,
        };
        match wanted {
            // The rest of what a comment interrupts.
            None if self.ended && self.last.is_some() => return out.push(Doc::Indent(vec![hard])),
            _ if self.ended => return out.push(hard),
            _ => {}
        }
        let Some(last) = &self.last else { return };
        let usual = || match is_spaced(last, next, self.blank) {
            true => Gap::Blank,
            false => Gap::None,
        };
        match wanted.unwrap_or_else(usual) {
            Gap::Line(flat) => out.push(Doc::Line(flat)),
            Gap::Hard => out.push(hard),
            Gap::Blank => out.push(Doc::Text(" ".to_owned())),
            Gap::None => {}
        }
    }

    fn token(&mut self, token: &SyntaxToken, out: &mut Vec<Doc>) {
        self.gap(token, out);
        out.push(Doc::Text(token.text().to_owned()));
        (self.written, self.ended, self.blank, self.lines) = (false, false, false, 0);
        self.last = Some(token.clone());
    }

    /// The gap before a node; false when the node has no tokens.
    fn begin(&mut self, node: &SyntaxNode, out: &mut Vec<Doc>) -> bool {
        let first = node.first_token();
        if let Some(first) = &first {
            self.gap(first, out);
        }
        first.is_some()
    }

    fn node(&mut self, node: &SyntaxNode, out: &mut Vec<Doc>) {
        if !self.begin(node, out) {
            return;
        }
        match node.kind() {
            Pipeline | Subquery => self.pipeline(node, out),
            LetStatement => self.declaration(node, out),
            Body if has_braces(node) => self.body(node, out),
            Body => self.statements(node, out),
            LogicalExpression => self.logical(node, out),
            NameReference | WildcardName | GraphPattern | UnknownOperator | Error => {
                self.verbatim(node, out);
            }
            kind if is_grouped(kind) => {
                let mut inner = Vec::new();
                self.children(node, &mut inner);
                out.push(Doc::Group(inner));
            }
            _ => self.children(node, out),
        }
    }

    /// Statements, each on a new line.
    fn statements(&mut self, node: &SyntaxNode, out: &mut Vec<Doc>) {
        for child in node.children_with_tokens() {
            match child {
                SyntaxElement::Node(child) => self.node(&child, out),
                SyntaxElement::Token(token) if token.kind().is_trivia() => self.trivia(&token, out),
                SyntaxElement::Token(token) => {
                    self.token(&token, out);
                    self.wanted = Some(Gap::Hard);
                }
            }
        }
    }

    /// `{ statements }` of a function: on one line when it is one expression that fits.
    fn body(&mut self, node: &SyntaxNode, out: &mut Vec<Doc>) {
        let single = node.children().count() == 1;
        let edge = match single {
            true => Gap::Line(" "),
            false => Gap::Hard,
        };
        let (mut all, mut inner) = (Vec::new(), Vec::new());
        for child in node.children_with_tokens() {
            match child {
                SyntaxElement::Node(child) => self.node(&child, &mut inner),
                SyntaxElement::Token(token) if token.kind().is_trivia() => {
                    self.trivia(&token, &mut inner);
                }
                SyntaxElement::Token(token) if token.kind() == LeftBrace => {
                    self.token(&token, &mut all);
                    self.wanted = Some(edge);
                }
                SyntaxElement::Token(token) if token.kind() == RightBrace => {
                    all.push(Doc::Indent(std::mem::take(&mut inner)));
                    self.wanted = Some(edge);
                    self.token(&token, &mut all);
                }
                SyntaxElement::Token(token) => {
                    self.token(&token, &mut inner);
                    self.wanted = Some(Gap::Hard);
                }
            }
        }
        all.extend(inner);
        out.push(Doc::Group(all));
    }

    /// `let name = value`; a value of several operators begins on a line of its own.
    fn declaration(&mut self, node: &SyntaxNode, out: &mut Vec<Doc>) {
        let (mut all, mut value) = (Vec::new(), Vec::new());
        for child in node.children_with_tokens() {
            match child {
                SyntaxElement::Node(child) if child.kind() == Pipeline => {
                    self.wanted = Some(Gap::Line(" "));
                    self.node(&child, &mut value);
                    all.push(Doc::Indent(std::mem::take(&mut value)));
                }
                child => self.element(&child, &mut all),
            }
        }
        out.push(Doc::Group(all));
    }

    fn element(&mut self, element: &SyntaxElement, out: &mut Vec<Doc>) {
        match element {
            SyntaxElement::Node(node) => self.node(node, out),
            SyntaxElement::Token(token) if token.kind().is_trivia() => self.trivia(token, out),
            SyntaxElement::Token(token) => self.token(token, out),
        }
    }

    /// A source and operators, each pipe on a new line; a nested one of a single pipe may stay on a line.
    fn pipeline(&mut self, node: &SyntaxNode, out: &mut Vec<Doc>) {
        let pipes = node
            .children_with_tokens()
            .filter(|child| child.kind() == Pipe)
            .count();
        let top = node.parent().and_then(|statement| statement.parent());
        let short = pipes == 1 && top.is_none_or(|root| root.kind() != Root || is_let(node));
        for child in node.children_with_tokens() {
            if child.kind() == Pipe {
                self.wanted = Some(match short {
                    true => Gap::Line(" "),
                    false => Gap::Hard,
                });
            }
            self.element(&child, out);
        }
    }

    /// `a and b and …`: a line each when they do not fit.
    fn logical(&mut self, node: &SyntaxNode, out: &mut Vec<Doc>) {
        let (mut first, mut rest) = (Vec::new(), Vec::new());
        let mut is_first = true;
        for child in node.children_with_tokens() {
            match &child {
                SyntaxElement::Token(token) if !token.kind().is_trivia() => {
                    is_first = false;
                    self.wanted = Some(Gap::Line(" "));
                    self.token(token, &mut rest);
                    self.wanted = Some(Gap::Blank);
                }
                _ if is_first => self.element(&child, &mut first),
                _ => self.element(&child, &mut rest),
            }
        }
        first.push(Doc::Indent(rest));
        out.push(Doc::Group(first));
    }

    /// Tokens with the blanks that stand between them now, on one line.
    fn verbatim(&mut self, node: &SyntaxNode, out: &mut Vec<Doc>) {
        let tokens = node.descendants_with_tokens();
        for token in tokens.filter_map(|element| element.into_token()) {
            match token.kind().is_trivia() {
                true => self.trivia(&token, out),
                false => {
                    self.wanted = Some(match self.blank {
                        true => Gap::Blank,
                        false => Gap::None,
                    });
                    self.token(&token, out);
                }
            }
        }
        self.wanted = None;
    }

    /// The children of a node; what stands in brackets is a group of its own.
    fn children(&mut self, node: &SyntaxNode, out: &mut Vec<Doc>) {
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
                    None if breaks && is_clause(&child) => {
                        self.wanted = Some(Gap::Line(" "));
                        let mut inner = Vec::new();
                        self.element(&child, &mut inner);
                        out.push(Doc::Indent(inner));
                    }
                    None => self.outside(&child, node, out),
                },
            }
        }
        for left in open {
            out.extend(left.inner);
        }
    }

    /// A child outside of brackets.
    fn outside(&mut self, child: &SyntaxElement, node: &SyntaxNode, out: &mut Vec<Doc>) {
        let in_list = node.kind() == Expressions;
        self.element(child, out);
        if in_list && child.kind() == Comma {
            self.wanted = Some(Gap::Line(" "));
        }
    }

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

fn has_braces(body: &SyntaxNode) -> bool {
    body.first_token()
        .is_some_and(|token| token.kind() == LeftBrace)
}

fn is_let(node: &SyntaxNode) -> bool {
    node.parent()
        .is_some_and(|parent| parent.kind() == LetStatement)
}

/// Whether breaks inside belong together.
fn is_grouped(kind: SyntaxKind) -> bool {
    matches!(kind, ByClause | OnClause) || is_operator(kind)
}

fn is_operator(kind: SyntaxKind) -> bool {
    (WhereOperator..=UnknownOperator).contains(&kind)
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
