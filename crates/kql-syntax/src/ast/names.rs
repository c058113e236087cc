//! Names, patterns of names, and expressions that are given a name.

use super::{Expr, child, children, expressions, has_child, node, tokens};
use crate::literal;
use crate::syntax_kind::SyntaxKind;

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
        Self::fits(&self.0.text().to_string(), name)
    }

    /// Whether a name fits a pattern in which `*` stands for any text, none too.
    pub fn fits(pattern: &str, name: &str) -> bool {
        let mut parts = pattern.split('*');
        let Some(mut rest) = name.strip_prefix(parts.next().unwrap_or_default()) else {
            return false;
        };
        let middle: Vec<&str> = parts.collect();
        let Some((last, inner)) = middle.split_last() else {
            return rest.is_empty();
        };
        for part in inner {
            match rest.split_once(part) {
                Some((_, behind)) => rest = behind,
                None => return false,
            }
        }
        rest.ends_with(last)
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
