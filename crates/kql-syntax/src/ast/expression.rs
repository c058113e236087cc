//! Scalar expressions.

use super::operator::{ColumnDeclaration, Operator};
use super::{child, children, expressions, has_child, node, tokens};
use crate::literal;
use crate::syntax_kind::{SyntaxKind, SyntaxNode};

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Expr {
    /// A number, text, date or other constant.
    Literal(Literal),
    /// `dynamic(…)`.
    Dynamic(DynamicLiteral),
    /// A name of a column, table or `let`.
    Name(Name),
    /// A name with `*`.
    Wildcard(Wildcard),
    /// `name(arguments)`.
    Call(Call),
    /// `base.name`.
    Member(Member),
    /// `base[index]`.
    Index(Index),
    /// `-operand`.
    Unary(Unary),
    /// `left operator right`.
    Binary(Binary),
    /// `a and b and …`, `a or b or …`.
    Logical(Logical),
    /// `needle in (…)`.
    In(In),
    /// `value between (a .. b)`.
    Between(Between),
    /// `(inner)`.
    Paren(Paren),
    /// `*`.
    Star(SyntaxNode),
    /// `name = value`.
    Named(Named),
    /// `typeof(…)`.
    TypeOf(TypeOf),
    /// A source and operators.
    Pipeline(super::Pipeline),
    /// A head operator such as `print` or `datatable` without pipes.
    Source(Operator),
}

impl Expr {
    /// The typed view of an expression's node.
    pub fn cast(node: SyntaxNode) -> Option<Self> {
        use SyntaxKind::*;
        Some(match node.kind() {
            Literal => Self::Literal(super::Literal(node)),
            DynamicLiteral => Self::Dynamic(super::DynamicLiteral(node)),
            NameReference => Self::Name(Name(node)),
            WildcardName => Self::Wildcard(Wildcard(node)),
            CallExpression => Self::Call(Call(node)),
            MemberExpression => Self::Member(Member(node)),
            IndexExpression => Self::Index(Index(node)),
            UnaryExpression => Self::Unary(Unary(node)),
            BinaryExpression => Self::Binary(Binary(node)),
            LogicalExpression => Self::Logical(Logical(node)),
            InExpression => Self::In(In(node)),
            BetweenExpression => Self::Between(Between(node)),
            ParenthesizedExpression => Self::Paren(Paren(node)),
            StarExpression => Self::Star(node),
            NamedExpression => Self::Named(Named(node)),
            TypeOfExpression => Self::TypeOf(TypeOf(node)),
            Pipeline => Self::Pipeline(super::Pipeline(node)),
            _ => Self::Source(Operator::cast(node)?),
        })
    }

    /// The node.
    pub fn syntax(&self) -> &SyntaxNode {
        match self {
            Self::Literal(node) => node.syntax(),
            Self::Dynamic(node) => node.syntax(),
            Self::Name(node) => node.syntax(),
            Self::Wildcard(node) => node.syntax(),
            Self::Call(node) => node.syntax(),
            Self::Member(node) => node.syntax(),
            Self::Index(node) => node.syntax(),
            Self::Unary(node) => node.syntax(),
            Self::Binary(node) => node.syntax(),
            Self::Logical(node) => node.syntax(),
            Self::In(node) => node.syntax(),
            Self::Between(node) => node.syntax(),
            Self::Paren(node) => node.syntax(),
            Self::Star(node) => node,
            Self::Named(node) => node.syntax(),
            Self::TypeOf(node) => node.syntax(),
            Self::Pipeline(node) => node.syntax(),
            Self::Source(node) => node.syntax(),
        }
    }

    /// Its place in UTF-8 bytes of the text.
    pub fn range(&self) -> std::ops::Range<usize> {
        super::range_of(self.syntax())
    }

    /// The expression inside any number of parentheses.
    pub fn without_parentheses(&self) -> Self {
        let mut inner = self.clone();
        while let Self::Paren(paren) = &inner {
            match paren.inner() {
                Some(next) => inner = next,
                None => break,
            }
        }
        inner
    }

    /// The expressions that it is made of.
    pub fn operands(&self) -> Vec<Self> {
        expressions(self.syntax()).collect()
    }

    /// The text, when this is a string literal.
    pub fn string(&self) -> Option<String> {
        match self.without_parentheses() {
            Self::Literal(literal) => literal.string(),
            _ => None,
        }
    }
}

node! {
    /// A constant.
    Literal = Literal
}

/// The kinds of constant.
#[derive(Clone, Debug, PartialEq)]
pub enum LiteralKind {
    /// `true` or `false`.
    Bool(bool),
    /// A number without fraction; `None` when it does not fit 64 bits.
    Long(Option<i64>),
    /// A number with fraction or exponent.
    Real(f64),
    /// Text; `None` when a quote or escape is broken.
    String(Option<String>),
    /// A duration in ticks of 100 ns; `None` when it does not fit 64 bits.
    TimeSpan(Option<i64>),
    /// Type name and raw text, such as `datetime` and `2020-01-01`.
    Typed(String, String),
    /// `null` inside `dynamic(…)`.
    Null,
}

impl Literal {
    /// The constant.
    pub fn value(&self) -> Option<LiteralKind> {
        let mut parts = tokens(&self.0);
        let first = parts.next()?;
        let (negative, token) = match first.kind() {
            SyntaxKind::Minus => (true, parts.next()?),
            SyntaxKind::Plus => (false, parts.next()?),
            _ => (false, first),
        };
        let text = token.text();
        Some(match token.kind() {
            SyntaxKind::Integer if negative => {
                LiteralKind::Long(literal::integer(&format!("-{text}")))
            }
            SyntaxKind::Integer => LiteralKind::Long(literal::integer(text)),
            SyntaxKind::Real => LiteralKind::Real(
                text.parse::<f64>()
                    .ok()
                    .map(|x| if negative { -x } else { x })?,
            ),
            SyntaxKind::TimeSpan => LiteralKind::TimeSpan(
                literal::timespan(text).map(|ticks| if negative { -ticks } else { ticks }),
            ),
            SyntaxKind::String => LiteralKind::String(self.string()),
            SyntaxKind::Typed => {
                let (name, raw) = literal::typed(text)?;
                LiteralKind::Typed(name.to_owned(), raw.to_owned())
            }
            _ => match text.to_ascii_lowercase().as_str() {
                "true" => LiteralKind::Bool(true),
                "false" => LiteralKind::Bool(false),
                "null" => LiteralKind::Null,
                _ => return None,
            },
        })
    }

    /// The text of a string literal; adjacent ones are joined.
    pub fn string(&self) -> Option<String> {
        let parts: Vec<_> = tokens(&self.0).collect();
        if parts.is_empty() || parts.iter().any(|token| token.kind() != SyntaxKind::String) {
            return None;
        }
        parts
            .iter()
            .map(|token| literal::string(token.text()))
            .collect()
    }
}

node! {
    /// `dynamic(json)`.
    DynamicLiteral = DynamicLiteral
}

impl DynamicLiteral {
    /// The value in the parentheses.
    pub fn value(&self) -> Option<Json> {
        self.0.children().find_map(Json::cast)
    }
}

/// A value inside `dynamic(…)`.
#[derive(Clone, Debug)]
pub enum Json {
    /// A constant.
    Scalar(Literal),
    /// Elements in order.
    Array(Vec<Json>),
    /// Properties in order.
    Object(Vec<(String, Json)>),
}

impl Json {
    fn cast(node: SyntaxNode) -> Option<Self> {
        match node.kind() {
            SyntaxKind::Literal => Some(Self::Scalar(Literal(node))),
            SyntaxKind::DynamicLiteral => DynamicLiteral(node).value(),
            SyntaxKind::JsonArray => Some(Self::Array(
                node.children().filter_map(Self::cast).collect(),
            )),
            SyntaxKind::JsonObject => Some(Self::Object(
                children(&node, SyntaxKind::JsonPair)
                    .filter_map(|pair| Self::pair(&pair))
                    .collect(),
            )),
            _ => None,
        }
    }

    fn pair(node: &SyntaxNode) -> Option<(String, Self)> {
        let key = tokens(node).next()?;
        let name = match key.kind() {
            SyntaxKind::String => literal::string(key.text())?,
            _ => key.text().to_owned(),
        };
        Some((name, node.children().find_map(Self::cast)?))
    }
}

node! {
    /// A name: a word, or `['any text']`.
    Name = NameReference
}

impl Name {
    /// The name without its brackets and quotes.
    pub fn text(&self) -> String {
        tokens(&self.0)
            .filter_map(|token| match token.kind() {
                SyntaxKind::String => literal::string(token.text()),
                SyntaxKind::LeftBracket
                | SyntaxKind::RightBracket
                | SyntaxKind::LeftBrace
                | SyntaxKind::RightBrace => None,
                _ => Some(token.text().to_owned()),
            })
            .collect()
    }

    /// Whether it is written `{name}`: a client such as a workbook puts a value in its place.
    pub fn is_client_parameter(&self) -> bool {
        has_child(&self.0, SyntaxKind::LeftBrace)
    }
}

node! {
    /// A name with `*`.
    Wildcard = WildcardName
}

impl Wildcard {
    /// Whether a name fits the pattern.
    pub fn matches(&self, name: &str) -> bool {
        let pattern = self.0.text().to_string();
        let mut parts = pattern.split('*');
        let Some(mut rest) = name.strip_prefix(parts.next().unwrap_or_default()) else {
            return false;
        };
        let middle: Vec<&str> = parts.collect();
        let Some((last, inner)) = middle.split_last() else {
            return rest.is_empty();
        };
        for part in inner {
            match rest.find(part) {
                Some(found) => rest = &rest[found + part.len()..],
                None => return false,
            }
        }
        rest.ends_with(last)
    }
}

node! {
    /// `name(arguments)`.
    Call = CallExpression
}

impl Call {
    /// The function's name.
    pub fn name(&self) -> Option<Name> {
        child(&self.0, SyntaxKind::NameReference).map(Name)
    }

    /// The arguments in order.
    pub fn arguments(&self) -> Vec<Expr> {
        child(&self.0, SyntaxKind::Arguments)
            .map(|list| expressions(&list).collect())
            .unwrap_or_default()
    }
}

node! {
    /// `base.name` or `base.function(…)`.
    Member = MemberExpression
}

impl Member {
    /// What stands before the dot.
    pub fn base(&self) -> Option<Expr> {
        expressions(&self.0).next()
    }

    /// The name or call behind the dot.
    pub fn member(&self) -> Option<Expr> {
        expressions(&self.0).nth(1)
    }
}

node! {
    /// `base[index]`.
    Index = IndexExpression
}

impl Index {
    /// What stands before the bracket.
    pub fn base(&self) -> Option<Expr> {
        expressions(&self.0).next()
    }

    /// What stands in the brackets.
    pub fn index(&self) -> Option<Expr> {
        expressions(&self.0).nth(1)
    }
}

node! {
    /// `-operand` or `+operand`.
    Unary = UnaryExpression
}

impl Unary {
    /// Whether the sign is a minus.
    pub fn is_negative(&self) -> bool {
        tokens(&self.0)
            .next()
            .is_some_and(|token| token.kind() == SyntaxKind::Minus)
    }

    /// The operand.
    pub fn operand(&self) -> Option<Expr> {
        expressions(&self.0).next()
    }
}

node! {
    /// `left operator right`.
    Binary = BinaryExpression
}

impl Binary {
    /// The operator as KQL names it: `==`, `has`, `matches regex`.
    pub fn operator(&self) -> String {
        let words: Vec<String> = tokens(&self.0)
            .map(|token| token.text().to_owned())
            .collect();
        words.join(" ")
    }

    /// The left operand.
    pub fn left(&self) -> Option<Expr> {
        expressions(&self.0).next()
    }

    /// The right operand.
    pub fn right(&self) -> Option<Expr> {
        expressions(&self.0).nth(1)
    }
}

node! {
    /// Operands joined by `and` or by `or`.
    Logical = LogicalExpression
}

impl Logical {
    /// Whether the operands are joined by `and`.
    pub fn is_and(&self) -> bool {
        tokens(&self.0)
            .next()
            .is_some_and(|token| token.text() == "and")
    }

    /// The operands in order.
    pub fn operands(&self) -> Vec<Expr> {
        expressions(&self.0).collect()
    }
}

node! {
    /// `needle in (values)`, `needle has_any (values)`.
    In = InExpression
}

impl In {
    /// The operator: `in`, `!in~`, `has_any`, …
    pub fn operator(&self) -> String {
        tokens(&self.0)
            .next()
            .map(|token| token.text().to_owned())
            .unwrap_or_default()
    }

    /// The left operand.
    pub fn needle(&self) -> Option<Expr> {
        expressions(&self.0).next()
    }

    /// What stands in the parentheses.
    pub fn values(&self) -> Vec<Expr> {
        child(&self.0, SyntaxKind::Arguments)
            .map(|list| expressions(&list).collect())
            .unwrap_or_default()
    }
}

node! {
    /// `value between (low .. high)`.
    Between = BetweenExpression
}

impl Between {
    /// Whether it is `!between`.
    pub fn is_negated(&self) -> bool {
        tokens(&self.0)
            .next()
            .is_some_and(|token| token.kind() == SyntaxKind::NotWord)
    }

    /// Value, low and high end.
    pub fn operands(&self) -> Vec<Expr> {
        expressions(&self.0).collect()
    }
}

node! {
    /// `(inner)`.
    Paren = ParenthesizedExpression
}

impl Paren {
    /// What stands in the parentheses.
    pub fn inner(&self) -> Option<Expr> {
        expressions(&self.0).next()
    }
}

node! {
    /// `name = value` or `(name, name) = value`.
    Named = NamedExpression
}

impl Named {
    /// The name, unless there are several.
    pub fn name(&self) -> Option<Name> {
        // Behind a tuple, a reference to a name is the value.
        if child(&self.0, SyntaxKind::NameTuple).is_some() {
            return None;
        }
        child(&self.0, SyntaxKind::NameReference).map(Name)
    }

    /// The names of a tuple.
    pub fn tuple(&self) -> Vec<Name> {
        child(&self.0, SyntaxKind::NameTuple)
            .map(|tuple| {
                children(&tuple, SyntaxKind::NameReference)
                    .map(Name)
                    .collect()
            })
            .unwrap_or_default()
    }

    /// The value.
    pub fn value(&self) -> Option<Expr> {
        let names = usize::from(self.name().is_some());
        expressions(&self.0).nth(names)
    }
}

node! {
    /// `typeof(type)` or `typeof(name: type, …)`.
    TypeOf = TypeOfExpression
}

impl TypeOf {
    /// The name of the type, when there is one.
    pub fn type_name(&self) -> Option<String> {
        tokens(&self.0)
            .filter(|token| token.kind() == SyntaxKind::Word)
            .nth(1)
            .map(|token| token.text().to_owned())
    }

    /// Whether a table type starts with `*`, the columns of the table at hand.
    pub fn keeps_input(&self) -> bool {
        child(&self.0, SyntaxKind::ColumnDeclarations)
            .is_some_and(|columns| has_child(&columns, SyntaxKind::Star))
    }

    /// Whether it is a table type that begins with `*`.
    pub fn is_open(&self) -> bool {
        child(&self.0, SyntaxKind::ColumnDeclarations)
            .is_some_and(|columns| has_child(&columns, SyntaxKind::Star))
    }

    /// The columns, when it is a table type.
    pub fn columns(&self) -> Vec<ColumnDeclaration> {
        child(&self.0, SyntaxKind::ColumnDeclarations)
            .map(|columns| ColumnDeclaration::list(&columns))
            .unwrap_or_default()
    }
}
