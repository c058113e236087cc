//! What the last `render` of a query asks for: a kind of chart and its properties.

use std::collections::BTreeMap;

use kql_syntax::ast::{Expr, Operator, OperatorParameter};
use kql_syntax::{SyntaxKind, parse};

/// A chart that is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Render {
    /// The kind as written, such as `timechart`.
    pub kind: String,
    /// Properties by name; texts without quotes, lists of columns as they are written.
    pub properties: BTreeMap<String, String>,
}

impl Render {
    /// A property's value.
    pub fn property(&self, name: &str) -> Option<&str> {
        self.properties.get(name).map(String::as_str)
    }

    /// The columns that a property lists.
    pub fn columns(&self, name: &str) -> Vec<String> {
        let list = self.property(name).unwrap_or_default().split(',');
        let names = list.map(|name| name.trim().trim_matches(['[', ']', '\'', '"']));
        names
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect()
    }
}

/// The last `render` of a query text, which need not be free of errors.
pub fn render(text: &str) -> Option<Render> {
    let nodes = parse(text).syntax().descendants();
    let last = nodes
        .filter(|node| node.kind() == SyntaxKind::RenderOperator)
        .last()?;
    let operator = Operator::cast(last)?;
    let tokens = operator.syntax().children_with_tokens();
    let mut words = tokens.filter(|token| token.kind() == SyntaxKind::Word);
    let kind = words.nth(1)?.as_token()?.text().to_owned();
    let mut properties = BTreeMap::new();
    for property in [operator.parameters(), operator.with_properties()].concat() {
        properties.insert(property.name(), value(&property));
    }
    Some(Render { kind, properties })
}

fn value(property: &OperatorParameter) -> String {
    let text = property.expression().as_ref().and_then(Expr::string);
    text.unwrap_or_else(|| property.value())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kind_and_properties_are_read() {
        let found = render(
            "T | render columnchart with (kind=stacked, title=\"By day\", ycolumns=a, ['b c'])",
        );
        let found = found.expect("a chart");
        assert_eq!(found.kind, "columnchart");
        assert_eq!(found.property("kind"), Some("stacked"));
        assert_eq!(found.property("title"), Some("By day"));
        assert_eq!(found.columns("ycolumns"), ["a", "b c"]);
        assert_eq!(render("T | take 5"), None);
    }
}
