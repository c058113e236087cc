//! Paths into dynamic values: `$.a.b[0]['c']`.

use kql_analysis::value::Value;

/// One step of a path.
#[derive(Debug, PartialEq)]
enum Step {
    Key(String),
    Index(i64),
}

/// What a path finds, or `None` when it leads nowhere or is no path.
pub(super) fn find(value: &Value, path: &str) -> Option<Value> {
    let steps = steps(path)?;
    steps
        .iter()
        .try_fold(value.clone(), |value, step| member(&value, step))
}

fn member(value: &Value, step: &Step) -> Option<Value> {
    match (value, step) {
        (Value::Bag(bag), Step::Key(key)) => bag.get(key.as_str()).cloned(),
        (Value::Array(items), Step::Index(index)) => {
            let index = if *index < 0 {
                index.checked_add(items.len() as i64)?
            } else {
                *index
            };
            items.get(usize::try_from(index).ok()?).cloned()
        }
        _ => None,
    }
}

fn steps(path: &str) -> Option<Vec<Step>> {
    let mut rest = path.strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let (step, after) = if let Some(name) = rest.strip_prefix('.') {
            let end = name.find(['.', '[']).unwrap_or(name.len());
            (Step::Key(name[..end].to_owned()), &name[end..])
        } else {
            let (inside, after) = rest.strip_prefix('[')?.split_once(']')?;
            (bracketed(inside)?, after)
        };
        steps.push(step);
        rest = after;
    }
    Some(steps)
}

fn bracketed(inside: &str) -> Option<Step> {
    for quote in ['\'', '"'] {
        if let Some(key) = inside.strip_prefix(quote) {
            return Some(Step::Key(key.strip_suffix(quote)?.to_owned()));
        }
    }
    inside.parse().ok().map(Step::Index)
}
