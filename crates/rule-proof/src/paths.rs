//! Properties of the bags that a query reads out of a column, and bags that have them.

use kql_analysis::plan::{Expr, ExprKind};
use kql_analysis::text::{json_text, parse_json};
use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;
use serde_json::{Map, Value as Json};

/// Names of properties, outermost first.
pub(crate) type Path = Vec<String>;

/// Functions that leave what a bag says as it is.
const THROUGH: [&str; 5] = [
    "tostring",
    "todynamic",
    "toobject",
    "parse_json",
    "parsejson",
];
/// Properties of one column that are looked at.
const MAX_PATHS: usize = 8;

/// The column and the property that an expression reads; `None` for anything else.
pub(crate) fn path_of(expr: &Expr) -> Option<(usize, Path)> {
    match &expr.kind {
        ExprKind::Column(index) => Some((*index, Path::new())),
        ExprKind::Index(base, index) => {
            let ExprKind::Literal(Value::String(name)) = &index.kind else {
                return None;
            };
            let (column, mut path) = path_of(base)?;
            path.push(name.to_string());
            Some((column, path))
        }
        ExprKind::Call(function, args) if THROUGH.contains(&function.name) => {
            path_of(args.first()?)
        }
        _ => None,
    }
}

/// Bags with each text in the properties: in all, in one alone; and bags with none.
pub(crate) fn bags<'p>(
    paths: impl Iterator<Item = &'p Path>,
    texts: &[String],
    ty: ScalarType,
) -> Vec<Value> {
    let paths: Vec<&Path> = paths.take(MAX_PATHS).collect();
    if paths.is_empty() {
        return Vec::new();
    }
    let made_up = "someone@example.com".to_owned();
    let texts = [made_up].into_iter().chain(texts.iter().cloned());
    let mut all: Vec<Json> = Vec::new();
    for text in texts {
        all.push(bag(&paths, |_| text.clone()));
        for alone in (0..paths.len()).filter(|_| paths.len() > 1) {
            all.push(bag(&paths, |at| match at == alone {
                true => text.clone(),
                false => String::new(),
            }));
        }
    }
    all.push(bag(&paths, |_| String::new()));
    all.push(Json::Object(Map::new()));
    let values = all.iter().filter_map(|bag| parse_json(&bag.to_string()));
    values
        .map(|bag| match ty {
            ScalarType::String => Value::String(json_text(&bag).into()),
            _ => bag,
        })
        .collect()
}

fn bag(paths: &[&Path], text: impl Fn(usize) -> String) -> Json {
    let mut whole = Map::new();
    for (at, path) in paths.iter().enumerate() {
        put(&mut whole, path, text(at));
    }
    Json::Object(whole)
}

/// Puts a text at a property, making the bags on the way.
fn put(bag: &mut Map<String, Json>, path: &[String], text: String) {
    match path {
        [] => {}
        [name] => drop(bag.insert(name.clone(), Json::String(text))),
        [name, inner @ ..] => {
            let entry = bag.entry(name.clone()).or_insert(Json::Null);
            if !entry.is_object() {
                *entry = Json::Object(Map::new());
            }
            if let Json::Object(next) = entry {
                put(next, inner, text);
            }
        }
    }
}
