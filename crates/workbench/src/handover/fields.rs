//! What the user says about the workspace and the HSM, held against Azure's rules for names.

use serde::{Deserialize, Serialize};

use crate::protocol::Problem;

/// The fields of a hand-over; an empty one is not filled in yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Fields {
    /// Subscription of the workspace.
    pub subscription: String,
    /// Resource group of the workspace.
    pub resource_group: String,
    /// Name of the Log Analytics workspace.
    pub workspace: String,
    /// Name of the Managed HSM.
    pub hsm: String,
    /// Key that the tests make and delete.
    pub key: String,
    /// Address that the third test takes for known to threat intelligence.
    pub address: String,
}

/// Placeholders for fields that are not filled in.
const PLACEHOLDERS: [&str; 6] = [
    "<subscription-id>",
    "<resource-group>",
    "<workspace>",
    "<hsm-name>",
    "<key-name>",
    "<your-address>",
];

impl Fields {
    /// The fields with placeholders for empty ones; fails with every field that Azure would refuse.
    pub fn checked(&self) -> Result<Self, Vec<Problem>> {
        let checks = [
            field("subscription", &self.subscription, is_guid, "a GUID"),
            field(
                "resource group",
                &self.resource_group,
                is_group,
                "1 to 90 letters, digits, _ - . and round brackets, no full stop at the end",
            ),
            field(
                "workspace",
                &self.workspace,
                is_workspace,
                "4 to 63 letters, digits and -, a letter or digit at both ends",
            ),
            field(
                "hsm",
                &self.hsm,
                is_hsm,
                "3 to 24 letters, digits and -, a letter first, a letter or digit last, no two - in a row",
            ),
            field("key", &self.key, is_key, "1 to 127 letters, digits and -"),
            field(
                "address",
                &self.address,
                is_address,
                "an IPv4 or IPv6 address",
            ),
        ];
        let problems: Vec<Problem> = checks.into_iter().flatten().collect();
        if !problems.is_empty() {
            return Err(problems);
        }
        let given = [
            &self.subscription,
            &self.resource_group,
            &self.workspace,
            &self.hsm,
            &self.key,
            &self.address,
        ];
        let mut filled = given
            .into_iter()
            .zip(PLACEHOLDERS)
            .map(|(text, placeholder)| match text.is_empty() {
                true => placeholder.to_owned(),
                false => text.clone(),
            });
        let mut next = || filled.next().unwrap_or_default();
        Ok(Self {
            subscription: next(),
            resource_group: next(),
            workspace: next(),
            hsm: next(),
            key: next(),
            address: next(),
        })
    }

    /// Resource id of the workspace.
    pub fn workspace_id(&self) -> String {
        format!(
            "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.OperationalInsights/workspaces/{}",
            self.subscription, self.resource_group, self.workspace
        )
    }
}

fn field(name: &str, text: &str, fits: fn(&str) -> bool, rule: &str) -> Option<Problem> {
    if text.is_empty() || fits(text) {
        return None;
    }
    let message = format!("`{text}` is no name that Azure takes for the {name}");
    Some(Problem::about(name, message, format!("use {rule}")))
}

fn is_guid(text: &str) -> bool {
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    groups == [8, 4, 4, 4, 12] && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}

fn is_group(text: &str) -> bool {
    let plain = |letter: char| letter.is_alphanumeric() || "_-.()".contains(letter);
    (1..=90).contains(&text.chars().count()) && text.chars().all(plain) && !text.ends_with('.')
}

fn dashed(text: &str) -> bool {
    text.chars()
        .all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
}

fn is_workspace(text: &str) -> bool {
    let end = |letter: Option<char>| letter.is_some_and(|letter| letter != '-');
    (4..=63).contains(&text.len())
        && dashed(text)
        && end(text.chars().next())
        && end(text.chars().next_back())
}

fn is_hsm(text: &str) -> bool {
    (3..=24).contains(&text.len())
        && dashed(text)
        && !text.contains("--")
        && !text.ends_with('-')
        && text.starts_with(|first: char| first.is_ascii_alphabetic())
}

fn is_key(text: &str) -> bool {
    // A dash in front would be an option of the command.
    (1..=127).contains(&text.len()) && dashed(text) && !text.starts_with('-')
}

fn is_address(text: &str) -> bool {
    text.parse::<std::net::IpAddr>().is_ok()
}
