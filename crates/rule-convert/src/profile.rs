//! Conversion profiles: what differs between two kinds of resource, as data.

mod file;

use std::sync::LazyLock;

use serde::Deserialize;
use uuid::Uuid;

use crate::catalogue::Catalogue;
use crate::edit::Certainty;

/// What a conversion changes.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Name for the command line.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// Name of the target for sentences, such as `Managed HSM`.
    pub target: String,
    /// Name of the original for sentences, such as `vault`.
    pub original: String,
    /// Table that holds rows of both kinds of resource.
    pub table: String,
    /// Column that tells them apart; empty when the kind of resource stays.
    pub column: String,
    /// Its value for the original kind.
    pub from: String,
    /// Its value for the target.
    pub to: String,
    /// Provider that both kinds belong to, as in a resource id.
    pub provider: String,
    /// Columns of any table that hold resource ids or operations of the resource provider.
    pub id_columns: Vec<String>,
    /// Columns of the table that hold the name of the resource.
    pub name_columns: Vec<String>,
    /// Columns of the table that hold addresses.
    pub address_columns: Vec<String>,
    /// Ends of host names with those of the target.
    pub hosts: Vec<(String, String)>,
    /// Column with the name of the operation.
    pub operation_column: String,
    /// Operations of the target.
    pub operations: Catalogue,
    /// Namespace of new rule ids.
    pub id_namespace: Uuid,
    /// Words of names and descriptions with their replacements, in order.
    pub words: Vec<(String, String)>,
    /// Put behind a name in which no word changed.
    pub name_suffix: String,
    /// Version of a converted rule.
    pub version: String,
    /// Connectors that do not deliver the target's rows.
    pub drop_connectors: Vec<String>,
    /// Columns that the target may not fill, with the reason.
    pub unattested_columns: Vec<(String, String)>,
    /// Columns of the original with those that the target fills instead.
    pub claims: Vec<Claim>,
    /// A column that does not say what rules take it to say.
    pub success: Option<Success>,
    /// Tables with those that replace them.
    pub tables: Vec<MovedTable>,
    /// Tables of the original's own, which may hold rows of the target too.
    pub own_tables: Vec<OwnTable>,
}

/// A table of the original's own, in which the target's rows would be told by their ids.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnTable {
    /// The table.
    pub table: String,
    /// Its column with the id of the resource.
    pub column: String,
    /// What is known of the target's rows, as a clause.
    pub reason: String,
    /// How sure it is that they are there.
    pub certainty: Certainty,
}

/// A column that the original fills, and the one that the target fills in its place.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// Column of the original.
    pub short: String,
    /// Column of the target.
    pub long: String,
    /// Evidence, as a clause.
    pub reason: String,
    /// How sure it is.
    pub certainty: Certainty,
}

/// A column that holds the same value for calls that succeeded and for calls that did not.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Success {
    /// The column.
    pub column: String,
    /// Its value.
    pub value: String,
    /// A condition that tells success, as KQL.
    pub condition: String,
    /// Evidence, as a clause.
    pub reason: String,
    /// How sure it is.
    pub certainty: Certainty,
}

/// A table that another one replaces.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MovedTable {
    /// Name of the edits, such as `indicators`.
    pub id: String,
    /// The table.
    pub from: String,
    /// What replaces it.
    pub to: String,
    /// Columns of the old table with KQL over the new one that gives them.
    pub columns: Vec<MovedColumn>,
    /// Evidence, as a sentence.
    pub reason: String,
    /// How sure it is.
    pub certainty: Certainty,
    /// Whether the profile is about this move, so that a rule that reads the table is to be converted.
    #[serde(default)]
    pub main: bool,
}

/// A column of a table that another one replaces.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MovedColumn {
    /// Name in the old table.
    pub name: String,
    /// KQL over the new table.
    pub value: String,
}

/// Why a profile or its catalogue cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}; {remedy}", self.place())]
pub struct ProfileError {
    /// Line in the file, from 1, when it is known.
    pub line: Option<usize>,
    /// Field, when it is known.
    pub field: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What can be done.
    pub remedy: String,
}

impl ProfileError {
    fn place(&self) -> String {
        let line = self.line.map(|line| format!("line {line}: "));
        let field = self.field.as_ref().map(|field| format!("{field}: "));
        line.unwrap_or_default() + &field.unwrap_or_default()
    }
}

/// Text of every profile that comes with the program.
const PROFILES: [&str; 2] = [
    include_str!("../../../rules/profiles/key-vault-to-managed-hsm.yaml"),
    include_str!("../../../rules/profiles/key-vault-to-resource-specific.yaml"),
];

/// Text of every catalogue, by name.
const CATALOGUES: [(&str, &str); 1] = [(
    "managed-hsm",
    include_str!("../../../rules/operations/managed-hsm.yaml"),
)];

static READ: LazyLock<Vec<Profile>> = LazyLock::new(|| {
    PROFILES
        .iter()
        .filter_map(|text| Profile::read(text).ok())
        .collect()
});

/// The profiles that come with the program.
pub fn profiles() -> &'static [Profile] {
    &READ
}

/// A profile by its id.
pub fn profile(id: &str) -> Option<&'static Profile> {
    profiles().iter().find(|profile| profile.id == id)
}

/// The file of a profile that comes with the program, by its id.
pub fn profile_text(id: &str) -> Option<&'static str> {
    let named = profiles().iter().position(|profile| profile.id == id)?;
    PROFILES.get(named).copied()
}

/// The first profile: Key Vault to Managed HSM.
///
/// # Panics
/// When the profiles built into the program cannot be read, which a test rules out.
#[allow(
    clippy::expect_used,
    reason = "the files are part of the program and a test reads them"
)]
pub fn default_profile() -> &'static Profile {
    profiles().first().expect("the built-in profile is valid")
}

impl Profile {
    /// Reads a profile file. `operations` names a catalogue that comes with the program.
    pub fn read(text: &str) -> Result<Self, ProfileError> {
        file::read(text)
    }

    /// Whether a text is meant as a profile: it has the field that every profile and no rule has.
    pub fn is_one(text: &str) -> bool {
        file::is_one(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_that_comes_with_the_program_is_read() {
        let read: Result<Vec<Profile>, ProfileError> =
            PROFILES.iter().map(|text| Profile::read(text)).collect();
        assert_eq!(read.map(|read| read.len()), Ok(PROFILES.len()));
    }

    /// What is said of the first profile with one text in place of another.
    fn refusal(from: &str, to: &str) -> String {
        assert!(PROFILES[0].contains(from), "{from}");
        match Profile::read(&PROFILES[0].replacen(from, to, 1)) {
            Ok(profile) => format!("{} is read", profile.id),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_wrong_profile_is_refused_with_line_field_and_remedy() {
        let said = [
            refusal("operations: managed-hsm", "operations: none"),
            refusal("to: MANAGEDHSMS", "to: ''"),
            refusal("to: MANAGEDHSMS", "to: vaults"),
            refusal("version: 1.0.0", "version: [1]"),
            refusal("version: 1.0.0", "versoin: 1.0.0"),
            refusal("version: 1.0.0", "version: one"),
            refusal("table: AzureDiagnostics", "table: Azure Diagnostics"),
            refusal("certainty: documented", "certainty: sure"),
            refusal("title:", "title"),
            refusal("nameSuffix: \" (Managed HSM)\"\n", ""),
        ];
        expect_test::expect_file!["../tests/profile-refusals.txt"]
            .assert_eq(&(said.join("\n") + "\n"));
    }
}
