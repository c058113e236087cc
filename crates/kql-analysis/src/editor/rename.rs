//! Renaming: all places of a symbol, refused where the query would mean something else.
//!
//! Soundness is not argued but tested: the renamed query is bound, and its plan must be the same but for
//! the name.

use kql_syntax::Parse;

use super::symbols::{Symbol, SymbolKind, symbol_at};
use crate::bind::{Bound, bind};
use crate::catalog::Catalog;

/// Longest name, as the service has it.
pub const MAX_NAME: usize = 1024;

/// Most columns of one name beside one another that are followed.
const MAX_COPIES: usize = 9;

/// The places of a name, and what is written there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamed {
    /// The symbol as it was.
    pub symbol: Symbol,
    /// What is written at each of its places.
    pub text: String,
    /// Whether the name is one of a result column, to which entity mappings may refer.
    pub in_result: bool,
}

/// Renames the symbol at an offset in UTF-8 bytes, or says why that is not sound.
pub fn rename(
    parse: &Parse,
    text: &str,
    offset: usize,
    name: &str,
    catalog: &Catalog,
) -> Result<Renamed, String> {
    let symbol = symbol_at(parse, offset, catalog).ok_or("There is no name here to rename.")?;
    let written = written(name)?;
    if symbol.kind == SymbolKind::Outside {
        let old = &symbol.name;
        return Err(match symbol.declarations.is_empty() {
            true => {
                format!("`{old}` is not introduced by this query, so it cannot be renamed here.")
            }
            false => format!(
                "`{old}` must keep its name: it replaces, or is matched by name with, a column from outside \
                 of the query."
            ),
        });
    }
    if !parse.diagnostics().is_empty() {
        return Err(
            "Correct the syntax errors first; names cannot be told for certain.".to_owned(),
        );
    }
    let changed = changed(text, &symbol, &written);
    let (before, after) = (bind(text, catalog), bind(&changed, catalog));
    check(&symbol, name, &before, &after)?;
    let result = before.result.as_ref();
    let in_result = symbol.kind == SymbolKind::Column
        && result.is_some_and(|schema| schema.index_of(&symbol.name).is_some())
        && after.result.as_ref() != result;
    Ok(Renamed {
        symbol,
        text: written,
        in_result,
    })
}

/// A name as it is written; refused where no name can be.
fn written(name: &str) -> Result<String, String> {
    if name.is_empty() || name.len() > MAX_NAME || name.contains(char::is_control) {
        return Err(format!("A name has 1 to {MAX_NAME} bytes on one line."));
    }
    Ok(crate::name::written(name))
}

/// The text with another name at all places of a symbol.
fn changed(text: &str, symbol: &Symbol, name: &str) -> String {
    let mut places = [symbol.declarations.clone(), symbol.uses.clone()].concat();
    places.sort_by_key(|range| range.start);
    let (mut out, mut end) = (String::new(), 0);
    for place in places {
        out.push_str(text.get(end..place.start).unwrap_or_default());
        out.push_str(name);
        end = place.end;
    }
    out.push_str(text.get(end..).unwrap_or_default());
    out
}

fn check(symbol: &Symbol, name: &str, before: &Bound, after: &Bound) -> Result<(), String> {
    let (Some(old), Some(new)) = (&before.query, &after.query) else {
        return check_unbound(symbol, name, before, after);
    };
    let old = comparable(&format!("{old:?}"), &symbol.name, name);
    match old == comparable(&format!("{new:?}"), &symbol.name, name) {
        true => Ok(()),
        false => Err(format!(
            "With `{name}` in place of `{}` the query would mean something else: the name is taken, or \
             is used where it cannot be followed, or other names derive from it.",
            symbol.name
        )),
    }
}

/// A query that cannot be run: what `let` and parameters name can be told by the text alone.
fn check_unbound(symbol: &Symbol, name: &str, before: &Bound, after: &Bound) -> Result<(), String> {
    if symbol.kind == SymbolKind::Column {
        return Err(
            "A column can be renamed when the query runs; correct its errors, or load its tables."
                .to_owned(),
        );
    }
    let told = |bound: &Bound| -> Vec<(&'static str, String)> {
        let found = bound.diagnostics.iter();
        found
            .map(|found| (found.code, found.message.replace(&symbol.name, name)))
            .collect()
    };
    match told(before) == told(after) {
        true => Ok(()),
        false => Err(format!("`{name}` is taken.")),
    }
}

/// A plan as text, without places and with one name for both.
fn comparable(plan: &str, old: &str, new: &str) -> String {
    let mut plan = plan.replace(&format!("{old:?}"), &format!("{new:?}"));
    // What a name becomes where two columns would have it. Whoever refers to such a name has an error now.
    for number in 1..=MAX_COPIES {
        let copy = |name: &str| format!("{:?}", format!("{name}{number}"));
        plan = plan.replace(&copy(old), &copy(new));
    }
    let mut out = String::with_capacity(plan.len());
    let mut rest = plan.as_str();
    while let Some((before, behind)) = rest.split_once("range: ") {
        out.push_str(before);
        rest = behind.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    }
    out.push_str(rest);
    out
}
