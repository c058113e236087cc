//! The operation catalogue: which operations a resource logs, and how sure that is.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::edit::Certainty;

/// Whether a resource writes an operation into its log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Logged {
    /// It does.
    Yes,
    /// It does not.
    Never,
    /// Nobody says.
    Unknown,
}

/// What is known about an operation's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Name as documented.
    pub name: String,
    /// Whether the resource logs it.
    pub logged: Logged,
    /// Name that the resource logs instead.
    pub counterpart: Option<String>,
    /// Whether this resource alone logs it, and not the one that rules are converted from.
    pub own: bool,
    /// How sure this is.
    pub certainty: Certainty,
    /// Why, as a clause.
    pub reason: String,
    /// Where it is written.
    pub source: String,
}

/// Operations by lower-case name.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    operations: BTreeMap<String, Operation>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "resource")]
    _resource: String,
    groups: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    names: Vec<String>,
    logged: Logged,
    counterpart: Option<String>,
    #[serde(default)]
    own: bool,
    certainty: Certainty,
    reason: String,
    source: String,
}

impl Catalogue {
    /// Reads a catalogue file; the error names the line or the field.
    pub fn read(text: &str) -> Result<Self, String> {
        let fields = sentinel_rules::yaml::read(text).map_err(|error| error.to_string())?;
        let file: File = serde_json::from_value(fields).map_err(|error| error.to_string())?;
        let mut operations = BTreeMap::new();
        for group in file.groups {
            for name in &group.names {
                let operation = Operation {
                    name: name.clone(),
                    logged: group.logged,
                    counterpart: group.counterpart.clone(),
                    own: group.own,
                    certainty: group.certainty,
                    reason: group.reason.clone(),
                    source: group.source.clone(),
                };
                if operations.insert(name.to_lowercase(), operation).is_some() {
                    return Err(format!("`{name}` stands in two groups"));
                }
            }
        }
        Ok(Self { operations })
    }

    /// Every operation, in order of its name.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.operations.values()
    }

    /// Names of the operations that this resource alone logs.
    pub fn own(&self) -> impl Iterator<Item = &str> {
        let own = self.operations().filter(|operation| operation.own);
        own.map(|operation| operation.name.as_str())
    }

    /// What is known about a name, in any letter case.
    pub fn find(&self, name: &str) -> Option<&Operation> {
        self.operations.get(&name.to_lowercase())
    }

    /// What is known about a name that the resource never logs.
    pub fn never_logged(&self, name: &str) -> Option<&Operation> {
        self.find(name)
            .filter(|operation| operation.logged == Logged::Never)
    }
}
