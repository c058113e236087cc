//! Constants, and the values inside of `dynamic(…)`.

use super::{children, node, tokens};
use crate::literal;
use crate::syntax_kind::{SyntaxKind, SyntaxNode};

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
    /// The constant; `None` where an erroneous text lacks it.
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
            SyntaxKind::Real => {
                let real = text.parse::<f64>().ok()?;
                LiteralKind::Real(if negative { -real } else { real })
            }
            SyntaxKind::TimeSpan => {
                let ticks = literal::timespan(text);
                LiteralKind::TimeSpan(ticks.map(|ticks| if negative { -ticks } else { ticks }))
            }
            SyntaxKind::String => LiteralKind::String(self.string()),
            SyntaxKind::Typed => {
                let (name, raw) = literal::typed(text)?;
                LiteralKind::Typed(name.to_owned(), raw.to_owned())
            }
            _ => word(text)?,
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

/// A constant that is a word.
fn word(text: &str) -> Option<LiteralKind> {
    Some(match text.to_ascii_lowercase().as_str() {
        "true" => LiteralKind::Bool(true),
        "false" => LiteralKind::Bool(false),
        "null" => LiteralKind::Null,
        _ => return None,
    })
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
