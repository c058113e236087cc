//! The tactics of MITRE ATT&CK that Sentinel knows, by the names of its interface.

/// Names of the tactics.
pub const TACTICS: [&str; 17] = [
    "Reconnaissance",
    "ResourceDevelopment",
    "InitialAccess",
    "Execution",
    "Persistence",
    "PrivilegeEscalation",
    "DefenseEvasion",
    "CredentialAccess",
    "Discovery",
    "LateralMovement",
    "Collection",
    "Exfiltration",
    "CommandAndControl",
    "Impact",
    "PreAttack",
    "ImpairProcessControl",
    "InhibitResponseFunction",
];

/// The tactic that a text names, whatever its letter case and blanks.
pub fn tactic(text: &str) -> Option<&'static str> {
    let name: String = text.split_whitespace().collect();
    let mut known = TACTICS.into_iter();
    known.find(|tactic| tactic.eq_ignore_ascii_case(&name))
}

#[cfg(test)]
mod tests {
    use super::tactic;

    #[test]
    fn blanks_and_letter_case_do_not_matter() {
        assert_eq!(tactic("Credential Access"), Some("CredentialAccess"));
        assert_eq!(tactic("impact"), Some("Impact"));
        assert_eq!(tactic("High"), None);
        assert_eq!(tactic(""), None);
    }
}
