//! Signature help: which parameter of which function an offset stands in.

use std::ops::Range;

use kql_syntax::SyntaxKind::{Arguments, CallExpression, Comma, LeftParen, RightParen};
use kql_syntax::ast::{Let, Name};
use kql_syntax::{Parse, SyntaxNode, SyntaxToken};

use crate::registry::help;

/// The function around an offset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Its signatures as they are written.
    pub labels: Vec<String>,
    /// The one that fits the number of arguments.
    pub active: usize,
    /// Place of the parameter at hand in that signature, in bytes.
    pub parameter: Option<Range<usize>>,
    /// What the function does.
    pub text: String,
    /// Its page in Microsoft's documentation.
    pub link: Option<String>,
}

/// The innermost call whose parentheses hold an offset, in UTF-8 bytes.
pub fn signature(parse: &Parse, offset: usize) -> Option<Signature> {
    let before = token_before(&parse.syntax(), offset)?;
    let arguments = before
        .parent_ancestors()
        .find(|node| node.kind() == Arguments && holds(node, offset))?;
    let call = arguments
        .parent()
        .filter(|call| call.kind() == CallExpression)?;
    let name = call.children().find_map(Name::cast)?.text();
    let commas = arguments
        .children_with_tokens()
        .filter(|child| child.kind() == Comma && usize::from(child.text_range().end()) <= offset)
        .count();
    let (labels, text, link) = declared(&parse.syntax(), &name).or_else(|| registered(&name))?;
    let fits = |label: &String| parameters(label).len() > commas;
    let active = labels.iter().position(fits);
    let active = active.unwrap_or(labels.len().saturating_sub(1));
    let places = labels.get(active).map(|label| parameters(label));
    let parameter = places.and_then(|places| {
        let place = places.get(commas).or(places.last().filter(|_| commas > 0));
        place.cloned()
    });
    Some(Signature {
        labels,
        active,
        parameter,
        text,
        link,
    })
}

/// The last token with meaning that begins before an offset.
fn token_before(root: &SyntaxNode, offset: usize) -> Option<SyntaxToken> {
    let tokens = root.descendants_with_tokens();
    let tokens = tokens.filter_map(|element| element.into_token());
    tokens
        .filter(|token| !token.kind().is_trivia())
        .take_while(|token| usize::from(token.text_range().start()) < offset)
        .last()
}

/// Whether an offset stands between the parentheses of arguments.
fn holds(arguments: &SyntaxNode, offset: usize) -> bool {
    let place = |kind| {
        let mut tokens = arguments.children_with_tokens();
        tokens.find(|token| token.kind() == kind)
    };
    let opened =
        place(LeftParen).is_some_and(|token| usize::from(token.text_range().end()) <= offset);
    let closed =
        place(RightParen).is_some_and(|token| usize::from(token.text_range().start()) < offset);
    opened && !closed
}

/// A function that the query declares.
fn declared(root: &SyntaxNode, name: &str) -> Option<(Vec<String>, String, Option<String>)> {
    let lets = root.descendants().filter_map(Let::cast);
    let mut named = lets.filter(|one| one.name().is_some_and(|its| its.text() == name));
    let lambda = named.find_map(|one| one.lambda())?;
    let parameters: Vec<String> = lambda
        .parameters()
        .iter()
        .map(|parameter| {
            let text = parameter.syntax().text().to_string();
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        })
        .collect();
    let label = format!("{name}({})", parameters.join(", "));
    Some((vec![label], "Declared by this query.".to_owned(), None))
}

fn registered(name: &str) -> Option<(Vec<String>, String, Option<String>)> {
    let labels = help::signatures(name);
    let found = help::functions().get(name);
    let found = found.or_else(|| help::aggregates().get(name))?;
    if labels.is_empty() {
        return None;
    }
    let sentences = [&format!("{}.", found.summary), found.nulls.sentence()];
    let text = sentences.join(" ").trim_end().to_owned();
    Some((labels, text, Some(found.link())))
}

/// The places of the parameters in a written signature: between commas outside of inner brackets.
fn parameters(label: &str) -> Vec<Range<usize>> {
    let Some(open) = label.find('(') else {
        return Vec::new();
    };
    let (mut places, mut start, mut depth) = (Vec::new(), open + 1, 0_usize);
    for (at, c) in label.char_indices().skip_while(|(at, _)| *at <= open) {
        match c {
            '(' | '[' => depth += 1,
            ')' if depth == 0 => {
                if !label[start..at].trim().is_empty() {
                    places.push(start..at);
                }
                break;
            }
            ')' | ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                places.push(start..at);
                start = at + 1;
            }
            _ => {}
        }
    }
    for place in &mut places {
        let text = &label[place.clone()];
        place.start += text.len() - text.trim_start().len();
    }
    places
}
