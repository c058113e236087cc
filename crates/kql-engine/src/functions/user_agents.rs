//! `parse_user_agent`: browser, system and device of a user agent, by the patterns of uap-core.
//!
//! Microsoft documents the parts and two examples, both of which uap-core's patterns give. Which version of them the
//! service has is not published, so newer browsers may be told apart differently there.

use std::sync::Arc;

use kql_analysis::value::{Bag, Value};

use super::kernel::{Ctx, Table, arg, elements, string, text};
use crate::error::EvalError;
use crate::interrupt;

pub(super) const KERNELS: Table = &[("parse_user_agent", parse_user_agent)];

const BROWSER: [&str; 4] = ["Family", "MajorVersion", "MinorVersion", "Patch"];
const SYSTEM: [&str; 5] = [
    "Family",
    "MajorVersion",
    "MinorVersion",
    "Patch",
    "PatchMinor",
];
const DEVICE: [&str; 3] = ["Family", "Brand", "Model"];

fn parse_user_agent(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    // Some thousand patterns are tried.
    interrupt::check()?;
    let agent = text(arg(args, 0));
    let asked = arg(args, 1);
    let single = [asked.clone()];
    let asked = elements(asked).unwrap_or(&single);
    let mut found = Bag::default();
    for part in asked {
        let (name, members) = match text(part) {
            "browser" => ("Browser", members(BROWSER, user_agents::browser(agent))),
            "os" => (
                "OperatingSystem",
                members(SYSTEM, user_agents::system(agent)),
            ),
            "device" => ("Device", members(DEVICE, user_agents::device(agent))),
            other => return Err(unknown(other)),
        };
        found.insert(name.into(), members);
    }
    Ok(Value::Bag(Arc::new(found)))
}

fn members<const N: usize>(names: [&str; N], values: [String; N]) -> Value {
    let members = names.into_iter().zip(values);
    let members = members.map(|(name, value)| (name.into(), string(value)));
    Value::Bag(Arc::new(members.collect::<Bag>()))
}

fn unknown(part: &str) -> EvalError {
    EvalError::new(format!(
        "parse_user_agent() finds no '{part}' in a user agent"
    ))
    .with_hint("Ask for \"browser\", \"os\" or \"device\", or for several of them in an array.")
}
