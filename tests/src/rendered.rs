//! Which of Microsoft's rules the bundled ones render, and where their texts may be found.

use std::path::{Path, PathBuf};

/// Bundled rule and the version of Microsoft's rule that it renders.
pub const RENDERED: [(&str, &str); 5] = [
    (
        "sensitive-operations.yaml",
        "KeyVaultSensitiveOperations/1.0.4-05bb09d5.yaml",
    ),
    (
        "sensitive-operations-nrt.yaml",
        "NRT_KeyVaultSensitiveOperations/1.0.2-a967ed53.yaml",
    ),
    (
        "mass-retrieval.yaml",
        "KeyvaultMassSecretRetrieval/1.0.4-37b07060.yaml",
    ),
    (
        "time-series-anomaly.yaml",
        "TimeSeriesKeyvaultAccessAnomaly/1.0.4-2d6149a6.yaml",
    ),
    (
        "threat-intelligence-ip.yaml",
        "IPEntity_AzureKeyVault/NEW-1.3.7-c7417a51.yaml",
    ),
];

/// The optional folder of Microsoft's rules beside the project; `None`, with a line that says so, when
/// it is absent.
#[allow(clippy::print_stderr, reason = "a skipped test says so")]
pub fn microsofts_rules() -> Option<PathBuf> {
    let shared = std::env::var_os("RULESMITH_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
        PathBuf::from,
    );
    let folder = shared.join("corpus/keyvault-solution/rules");
    if !folder.is_dir() {
        eprintln!("skipped: ../shared not present");
        return None;
    }
    Some(folder)
}
