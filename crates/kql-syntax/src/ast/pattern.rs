//! `declare pattern`: tables by texts.

use super::operator::ColumnDeclaration;
use super::statement::Body;
use super::{Call, Expr, Name, child, has_child, node, tokens};
use crate::syntax_kind::{SyntaxElement, SyntaxKind, SyntaxNode};

node! {
    /// `declare pattern name = (parameters)[path] { (texts).[path] = { body }; … }`, or its beginning alone.
    Pattern = DeclareStatement
}

/// One line of a pattern.
#[derive(Clone, Debug)]
pub struct PatternCase {
    /// The texts in parentheses.
    pub values: Vec<Expr>,
    /// The text behind the dot.
    pub path: Option<Expr>,
    /// What gives the table.
    pub body: Body,
}

/// The use of a pattern, by its form: `name("text")`, `name("text").path` or `name("text").["path"]`. Whether
/// `name` is a pattern its declaration tells.
#[derive(Clone, Debug)]
pub struct PatternUse {
    /// The name in front.
    pub name: String,
    call: Call,
    /// The text behind the dot.
    pub path: Option<String>,
}

impl PatternUse {
    /// What stands in parentheses.
    pub fn values(&self) -> Vec<Expr> {
        self.call.arguments()
    }

    /// Reads an expression; `None` when it has another form.
    pub fn of(expression: &Expr) -> Option<Self> {
        let (call, path) = match expression {
            Expr::Call(call) => (call.clone(), None),
            Expr::Member(member) => match (member.base()?, member.member()?) {
                (Expr::Call(call), Expr::Name(path)) => (call, Some(path.text())),
                _ => return None,
            },
            Expr::Index(index) if has_child(index.syntax(), SyntaxKind::Dot) => {
                match index.base()? {
                    Expr::Call(call) => (call, Some(index.index()?.string()?)),
                    _ => return None,
                }
            }
            _ => return None,
        };
        Some(Self {
            name: call.name()?.text(),
            call,
            path,
        })
    }
}

impl PatternCase {
    /// Whether the line has the texts of a use; a value that is no text is like none.
    fn fits(&self, used: &PatternUse) -> bool {
        let alike =
            |own: &Expr, given: &Expr| own.string().is_some_and(|own| given.string() == Some(own));
        let given = used.values();
        let mut values = self.values.iter().zip(&given);
        self.path.as_ref().and_then(Expr::string) == used.path
            && self.values.len() == given.len()
            && values.all(|(own, given)| alike(own, given))
    }
}

impl Pattern {
    /// The pattern that a statement declares; `None` for another statement.
    pub fn of(statement: &SyntaxNode) -> Option<Self> {
        let is_pattern = tokens(statement).nth(1)?.text() == "pattern";
        Self::cast(statement.clone()).filter(|_| is_pattern)
    }

    /// The declared name.
    pub fn name(&self) -> Option<Name> {
        child(&self.0, SyntaxKind::NameReference).map(Name)
    }

    /// What the texts in parentheses are called.
    pub fn parameters(&self) -> Vec<ColumnDeclaration> {
        ColumnDeclaration::list(&self.0)
            .into_iter()
            .filter(|column| !is_path(column))
            .collect()
    }

    /// What the text behind the dot is called, when there is one.
    pub fn path(&self) -> Option<ColumnDeclaration> {
        ColumnDeclaration::list(&self.0).into_iter().find(is_path)
    }

    /// The line for a use of the pattern.
    pub fn case(&self, used: &PatternUse) -> Option<PatternCase> {
        self.cases().into_iter().find(|case| case.fits(used))
    }

    /// The lines in order; none where only the name is declared.
    pub fn cases(&self) -> Vec<PatternCase> {
        let mut cases = Vec::new();
        let (mut values, mut path, mut is_behind_dot) = (Vec::new(), None, false);
        let parts = self.0.children_with_tokens();
        for part in parts.skip_while(|part| part.kind() != SyntaxKind::LeftBrace) {
            match part {
                SyntaxElement::Token(token) => is_behind_dot |= token.kind() == SyntaxKind::Dot,
                SyntaxElement::Node(node) => match Body::cast(node.clone()) {
                    Some(body) => {
                        let (values, path) = (std::mem::take(&mut values), path.take());
                        cases.push(PatternCase { values, path, body });
                        is_behind_dot = false;
                    }
                    None if is_behind_dot => path = Expr::cast(node),
                    None => values.extend(Expr::cast(node)),
                },
            }
        }
        cases
    }
}

/// Whether a declaration stands in brackets.
fn is_path(column: &ColumnDeclaration) -> bool {
    let before = column.syntax().prev_sibling_or_token();
    before.is_some_and(|before| before.kind() == SyntaxKind::LeftBracket)
}
