//! Conversion profiles: what differs between two kinds of resource, as data.

use std::sync::LazyLock;

use serde::Deserialize;
use uuid::Uuid;

use crate::catalogue::Catalogue;

/// What a conversion changes.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Name for the command line.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// Table that holds rows of both kinds of resource.
    pub table: String,
    /// Column that tells them apart.
    pub column: String,
    /// Its value for the original kind.
    pub from: String,
    /// Its value for the target.
    pub to: String,
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
}

/// Why a profile or its catalogue cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the profile `{profile}` cannot be read: {message}")]
pub struct ProfileError {
    /// Name of the profile.
    pub profile: String,
    /// What is wrong, with the line or the field where known.
    pub message: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct File {
    id: String,
    title: String,
    table: String,
    column: String,
    from: String,
    to: String,
    operation_column: String,
    operations: String,
    id_namespace: Uuid,
    words: Vec<Word>,
    name_suffix: String,
    version: String,
    drop_connectors: Vec<String>,
    unattested_columns: Vec<Unattested>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Word {
    from: String,
    to: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unattested {
    column: String,
    reason: String,
}

/// Text of every profile that comes with the program.
const PROFILES: [&str; 1] = [include_str!(
    "../../../rules/profiles/key-vault-to-managed-hsm.yaml"
)];

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
    /// Reads a profile file; its catalogue is one of those that come with the program.
    pub fn read(text: &str) -> Result<Self, ProfileError> {
        let unread = |message: String| ProfileError {
            profile: String::new(),
            message,
        };
        let fields = sentinel_rules::yaml::read(text).map_err(|error| unread(error.to_string()))?;
        let file: File =
            serde_json::from_value(fields).map_err(|error| unread(error.to_string()))?;
        let fail = |message: String| ProfileError {
            profile: file.id.clone(),
            message,
        };
        let (_, catalogue) = CATALOGUES
            .iter()
            .find(|(name, _)| *name == file.operations)
            .ok_or_else(|| {
                fail(format!(
                    "operations: there is no catalogue `{}`",
                    file.operations
                ))
            })?;
        let operations =
            Catalogue::read(catalogue).map_err(|message| fail(format!("operations: {message}")))?;
        for (field, text) in [
            ("table", &file.table),
            ("column", &file.column),
            ("from", &file.from),
            ("to", &file.to),
        ] {
            if text.is_empty() {
                return Err(fail(format!("{field}: is empty")));
            }
        }
        Ok(Self {
            id: file.id,
            title: file.title,
            table: file.table,
            column: file.column,
            from: file.from,
            to: file.to,
            operation_column: file.operation_column,
            operations,
            id_namespace: file.id_namespace,
            words: file
                .words
                .into_iter()
                .map(|word| (word.from, word.to))
                .collect(),
            name_suffix: file.name_suffix,
            version: file.version,
            drop_connectors: file.drop_connectors,
            unattested_columns: file
                .unattested_columns
                .into_iter()
                .map(|one| (one.column, one.reason))
                .collect(),
        })
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

    #[test]
    fn a_wrong_profile_is_refused_by_field() {
        let wrong = PROFILES[0].replace("operations: managed-hsm", "operations: none");
        let message = Profile::read(&wrong)
            .map(|profile| profile.id)
            .map_err(|error| error.to_string());
        assert_eq!(
            message,
            Err("the profile `key-vault-to-managed-hsm` cannot be read: operations: there is no catalogue `none`".to_owned())
        );
    }
}
