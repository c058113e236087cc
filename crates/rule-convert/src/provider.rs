//! Rules that name the provider of a resource and no kind of it: both kinds share the provider, so such a rule
//! treats them alike as it stands.

use kql_syntax::ast::Expr;
use kql_syntax::{SyntaxKind, SyntaxNode, SyntaxToken, literal};

use crate::edit::Kept;
use crate::profile::Profile;
use crate::widen::is_negative;

/// The comparisons of a query with the provider, each as a place that stays.
pub(crate) fn comparisons(root: &SyntaxNode, profile: &Profile) -> Vec<Kept> {
    let tokens = root.descendants_with_tokens();
    let texts = tokens.filter_map(|element| element.into_token());
    let named = texts.filter(|token| is_provider(token, profile) && is_let_through(token));
    let kept = named.map(|token| Kept {
        range: token.text_range().start().into()..token.text_range().end().into(),
        text: token.text().to_owned(),
        reason: format!(
            "a {} and a {} have the same provider, so this treats both alike",
            profile.original, profile.target
        ),
    });
    kept.collect()
}

/// Whether a text is the provider alone, as it stands in a column of its own, an id or an operation.
fn is_provider(token: &SyntaxToken, profile: &Profile) -> bool {
    let is_text = token.kind() == SyntaxKind::String && !profile.provider.is_empty();
    let text = literal::string(token.text()).filter(|_| is_text);
    let text = text.unwrap_or_default().to_lowercase();
    let bare = text.trim_matches('/');
    bare.strip_prefix("providers/").unwrap_or(bare) == profile.provider.to_lowercase()
}

/// Whether a text stands in a comparison that is for it, and not against it.
fn is_let_through(token: &SyntaxToken) -> bool {
    let around: Vec<Expr> = token.parent_ancestors().filter_map(Expr::cast).collect();
    let operator = around.iter().find_map(|expr| match expr {
        Expr::Binary(binary) => Some(binary.operator()),
        Expr::In(list) => Some(list.operator()),
        _ => None,
    });
    let is_denied = around.iter().any(|expr| match expr {
        Expr::Call(call) => call.name().is_some_and(|name| name.text() == "not"),
        _ => false,
    });
    operator.is_some_and(|operator| !is_negative(&operator)) && !is_denied
}
