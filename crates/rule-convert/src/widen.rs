//! One rule about both kinds of resource: each condition on the kind is made to hold for either.

use std::ops::Range;

use kql_syntax::ast::{Binary, Expr, In, range_of};
use kql_syntax::{SyntaxKind, SyntaxNode, ast, parse};

use crate::checks::replaced;
use crate::edit::{Applicability, Certainty, Edit, Target};
use crate::flow::{Analysis, Change, Why, analyse};
use crate::profile::Profile;
use crate::resource_type::Found;

/// Edits that widen a query; what cannot be widened by machine is a hint.
pub(crate) fn find(
    root: &SyntaxNode,
    query: &str,
    analysis: &Analysis,
    found: &Found,
    profile: &Profile,
) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    for (change, why) in analysis.changes.values() {
        let node = node_at(root, change);
        let review = found.edits.iter().any(|edit| {
            edit.target.range() == Some(&change.range) && edit.applicability != Applicability::Safe
        });
        let site = analysis.found.sites.get(&change.range.start);
        let is_name = site.is_some_and(|site| site.is_name);
        let widened = node
            .as_ref()
            .filter(|_| !is_name)
            .and_then(|node| widened(root, query, node, change, analysis));
        let (range, after) = widened
            .clone()
            .unwrap_or_else(|| (change.range.clone(), text(query, change)));
        if edits.iter().any(|edit| edit.target.range() == Some(&range)) {
            continue;
        }
        edits.push(edit(
            query,
            range,
            after,
            widened.is_some(),
            (review, *why),
            profile,
        ));
    }
    take_back(query, &mut edits, profile);
    let questions = ["condition@", "excluded@", "name@"];
    let is_question = |edit: &&Edit| questions.iter().any(|kind| edit.id.starts_with(kind));
    edits.extend(found.edits.iter().filter(is_question).cloned());
    edits
}

/// Edits after which the condition still tells the kinds apart become hints: an element that was added to a
/// list is met only where any element is.
fn take_back(query: &str, edits: &mut [Edit], profile: &Profile) {
    let mut applied = String::new();
    let mut copied = 0;
    let mut places: Vec<Range<usize>> = Vec::new();
    let mut order: Vec<usize> = (0..edits.len()).collect();
    let start = |edit: &Edit| edit.target.range().map_or(0, |range| range.start);
    order.sort_by_key(|at| start(&edits[*at]));
    for at in &order {
        let range = edits[*at].target.range().cloned().unwrap_or_default();
        if range.start < copied {
            places.push(applied.len()..applied.len());
            continue;
        }
        applied.push_str(query.get(copied..range.start).unwrap_or_default());
        let from = applied.len();
        applied.push_str(&edits[*at].after);
        places.push(from..applied.len());
        copied = range.end;
    }
    applied.push_str(query.get(copied..).unwrap_or_default());
    let again = analyse(&parse(&applied).root(), &applied, profile);
    for (at, place) in order.into_iter().zip(places) {
        let left = again
            .changes
            .values()
            .any(|(change, _)| change.range.start < place.end && place.start < change.range.end);
        let one = &mut edits[at];
        if left && one.applicability != Applicability::Manual {
            one.after.clone_from(&one.before);
            one.applicability = Applicability::Manual;
            one.reason = by_hand(profile);
        }
    }
}

fn by_hand(profile: &Profile) -> String {
    format!(
        "This text flows to where one value is needed, so that a {} cannot be added here by machine; write the condition for both, or convert the rule into one of its own.",
        profile.target
    )
}

fn edit(
    query: &str,
    range: Range<usize>,
    after: String,
    widened: bool,
    (review, why): (bool, Why),
    profile: &Profile,
) -> Edit {
    Edit {
        id: format!("widen@{}", range.start),
        before: query.get(range.clone()).unwrap_or_default().to_owned(),
        target: Target::Query { range },
        after,
        title: "Both kinds of resource".to_owned(),
        reason: match widened {
            true => format!(
                "The condition holds for a {} and now for a {} too.",
                profile.original, profile.target
            ),
            false => by_hand(profile),
        },
        applicability: match (widened, review || !why.is_sure()) {
            (false, _) => Applicability::Manual,
            (_, true) => Applicability::Review,
            _ => Applicability::Safe,
        },
        certainty: Certainty::Documented,
    }
}

fn text(query: &str, change: &Change) -> String {
    query
        .get(change.range.clone())
        .unwrap_or_default()
        .to_owned()
}

fn node_at(root: &SyntaxNode, change: &Change) -> Option<SyntaxNode> {
    root.descendants()
        .filter(|node| range_of(node) == change.range)
        .last()
        .or_else(|| {
            // A text inside `dynamic([…])` is a token of its own.
            root.descendants_with_tokens()
                .filter_map(|element| element.into_token())
                .find(|token| usize::from(token.text_range().start()) == change.range.start)?
                .parent()
        })
}

/// The place to change, and the text that holds for both.
fn widened(
    root: &SyntaxNode,
    query: &str,
    node: &SyntaxNode,
    change: &Change,
    analysis: &Analysis,
) -> Option<(Range<usize>, String)> {
    // What asks for all of a list asks for either list.
    if let Some(list) = list_of(node).filter(|list| list.operator() == "has_all") {
        return Some(either(query, &list.range(), "or", analysis));
    }
    // An element of a list: the target's goes behind it.
    if is_element(node) {
        let before = text(query, change);
        return Some((change.range.clone(), format!("{before}, {}", change.after)));
    }
    // A comparison in place: a list, or two comparisons.
    if let Some(comparison) = comparison_of(node) {
        return Some(in_place(query, &comparison, analysis));
    }
    // The value of a `let` that only comparisons use: they are widened with the value written out.
    through_let(root, query, node, change)
}

/// Whether a text stands in a list of which any element may be met.
fn is_element(node: &SyntaxNode) -> bool {
    let Some(parent) = node.parent() else {
        return false;
    };
    match parent.kind() {
        SyntaxKind::JsonArray => true,
        SyntaxKind::Arguments => {
            let above = parent.parent();
            let is_array = above
                .clone()
                .and_then(ast::Call::cast)
                .and_then(|call| call.name());
            let is_array = is_array
                .is_some_and(|name| matches!(name.text().as_str(), "pack_array" | "set_union"));
            is_array || above.and_then(In::cast).is_some()
        }
        _ => false,
    }
}

/// The list of an `in`, `has_any` or `has_all` that a text stands in.
fn list_of(node: &SyntaxNode) -> Option<In> {
    let above = node.parent()?.parent();
    In::cast(node.parent()?).or_else(|| above.and_then(In::cast))
}

/// A condition beside itself with the changes made.
fn either(
    query: &str,
    range: &Range<usize>,
    word: &str,
    analysis: &Analysis,
) -> (Range<usize>, String) {
    let before = query.get(range.clone()).unwrap_or_default();
    let after = replaced(before, &changes_inside(range, analysis));
    (range.clone(), format!("({before} {word} {after})"))
}

/// The changes inside a range, by their places in it.
fn changes_inside(range: &Range<usize>, analysis: &Analysis) -> Vec<(Range<usize>, String)> {
    let inside = analysis
        .changes
        .values()
        .map(|(change, _)| change)
        .filter(|change| range.start <= change.range.start && change.range.end <= range.end);
    let moved = inside.map(|change| {
        let place = change.range.start - range.start..change.range.end - range.start;
        (place, change.after.clone())
    });
    moved.collect()
}

fn comparison_of(node: &SyntaxNode) -> Option<Binary> {
    let binary = node
        .ancestors()
        .skip(1)
        .take_while(|above| {
            Expr::cast(above.clone()).is_some() || above.kind() == SyntaxKind::Arguments
        })
        .find_map(Binary::cast)?;
    let computes = ["+", "-", "*", "/", "%"].contains(&binary.operator().as_str());
    (!computes).then_some(binary)
}

/// `=~ "A"` becomes `in~ ("A", "B")`, and what has no list becomes two comparisons.
fn in_place(query: &str, comparison: &Binary, analysis: &Analysis) -> (Range<usize>, String) {
    let range = comparison.range();
    let inside = changes_inside(&range, analysis);
    let operator = comparison.operator();
    let list = match operator.as_str() {
        "==" => Some("in"),
        "=~" => Some("in~"),
        "!=" | "<>" => Some("!in"),
        "!~" => Some("!in~"),
        "has" => Some("has_any"),
        _ => None,
    };
    let sides = (comparison.left(), comparison.right());
    if let (Some(list), (Some(left), Some(right)), [(place, target)]) =
        (list, sides, inside.as_slice())
        && place.start + range.start == right.range().start
        && place.end + range.start == right.range().end
    {
        let (left, right) = (
            left.syntax().text().to_string(),
            right.syntax().text().to_string(),
        );
        return (range, format!("{left} {list} ({right}, {target})"));
    }
    let word = if is_negative(&operator) { "and" } else { "or" };
    either(query, &range, word, analysis)
}

/// Whether a comparison with this operator is against its right side.
pub(crate) fn is_negative(operator: &str) -> bool {
    operator.starts_with('!') || operator == "<>" || operator.starts_with("not")
}

/// A `let` with one use: the target's value is written out there.
fn through_let(
    root: &SyntaxNode,
    query: &str,
    node: &SyntaxNode,
    change: &Change,
) -> Option<(Range<usize>, String)> {
    let declaration = ast::Let::cast(node.parent()?)?;
    let name = declaration.name()?;
    let uses: Vec<SyntaxNode> = root
        .descendants()
        .filter_map(ast::Name::cast)
        .filter(|used| used.text() == name.text() && used.syntax() != name.syntax())
        .map(|used| used.syntax().clone())
        .collect();
    let [used] = uses.as_slice() else {
        return None;
    };
    if let Some(list) = used
        .parent()
        .and_then(|parent| parent.parent())
        .and_then(In::cast)
    {
        debug_assert!(list.needle().is_some());
        let place = range_of(used);
        let before = query.get(place.clone())?;
        return Some((place, format!("{before}, {}", change.after)));
    }
    let binary = comparison_of(used)?;
    let range = binary.range();
    let before = query.get(range.clone())?;
    let place = range_of(used);
    let inside = (
        place.start - range.start..place.end - range.start,
        change.after.clone(),
    );
    let after = replaced(before, &[inside]);
    let word = if is_negative(&binary.operator()) {
        "and"
    } else {
        "or"
    };
    Some((range, format!("({before} {word} {after})")))
}
