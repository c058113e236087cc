//! Parts that read alike in both versions, of which a name stands for something else.

use std::collections::BTreeSet;
use std::ops::Range;

use kql_syntax::ast::Name;

use super::declared::Text;
use super::structure::in_old;

/// What a part of the new version names that the old version gives another value, in a clause.
pub(super) fn named_anew(old: &Text<'_>, new: &Text<'_>, part: &Range<usize>) -> Option<String> {
    let names = names_in(new.query.get(part.clone())?);
    let mut lets = new.lets.iter().filter(|is| names.contains(&is.name));
    lets.find_map(|is| {
        let mut known = old.lets.iter();
        let was = known.find(|was| was.name == is.name && was.normal != is.normal)?;
        let (was, is) = (old.place(&was.range), new.place(&is.range));
        Some(format!(
            "line {} has `{}`, where it had `{}`{}",
            is.line,
            is.text,
            was.text,
            in_old(&was)
        ))
    })
}

/// Names that stand in a text.
fn names_in(text: &str) -> BTreeSet<String> {
    let names = kql_syntax::parse(text).syntax().descendants();
    let names = names.filter_map(Name::cast);
    names.map(|name| name.text()).collect()
}
