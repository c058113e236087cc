//! The scenarios: what happens in each sample.

use super::events::Log;
use super::raw::Resource;

/// A sample set.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// Name for the command line.
    pub name: &'static str,
    /// Title for a button.
    pub title: &'static str,
    /// What it holds and what should fire.
    pub description: &'static str,
    pub(super) resource: Resource,
    pub(super) parts: &'static [fn(&mut Log)],
}

const ORDINARY: fn(&mut Log) = Log::ordinary_days;

/// Every scenario.
pub const SCENARIOS: [Scenario; 10] = [
    Scenario {
        name: "hsm-all",
        title: "Managed HSM: all tests",
        description: "Two weeks of a Managed HSM with the three tests of Microsoft's article and a day of unusual access",
        resource: Resource::ManagedHsm,
        parts: &[
            ORDINARY,
            Log::create_and_delete,
            Log::mass_read,
            Log::known_address,
            Log::spike,
        ],
    },
    Scenario {
        name: "vault-all",
        title: "Key Vault: all tests",
        description: "The same for a Key Vault, where the original rules fire and the converted ones do not",
        resource: Resource::Vault,
        parts: &[
            ORDINARY,
            Log::create_and_delete,
            Log::mass_read,
            Log::known_address,
            Log::spike,
        ],
    },
    Scenario {
        name: "hsm-create-delete-key",
        title: "Managed HSM: test 1, a key is created and deleted",
        description: "Sensitive operations and its NRT form should fire",
        resource: Resource::ManagedHsm,
        parts: &[ORDINARY, Log::create_and_delete],
    },
    Scenario {
        name: "hsm-mass-key-read",
        title: "Managed HSM: test 2, one key is read 28 times",
        description: "Mass retrieval should fire, but not its versions from 1.0.5 on, which count different addresses",
        resource: Resource::ManagedHsm,
        parts: &[ORDINARY, Log::mass_read],
    },
    Scenario {
        name: "hsm-threat-intelligence",
        title: "Managed HSM: test 3, a caller's address is an indicator",
        description: "The threat-intelligence rule should fire",
        resource: Resource::ManagedHsm,
        parts: &[ORDINARY, Log::known_address],
    },
    Scenario {
        name: "hsm-access-spike",
        title: "Managed HSM: a day of unusual access",
        description: "The time series rule should fire, at runs in the first hour of the day",
        resource: Resource::ManagedHsm,
        parts: &[ORDINARY, Log::spike],
    },
    Scenario {
        name: "vault-create-delete-key",
        title: "Key Vault: test 1, a key is created and deleted",
        description: "Sensitive operations and its NRT form should fire",
        resource: Resource::Vault,
        parts: &[ORDINARY, Log::create_and_delete],
    },
    Scenario {
        name: "vault-mass-key-read",
        title: "Key Vault: test 2, one key is read 28 times",
        description: "Mass retrieval should fire, but not its versions from 1.0.5 on, which count different addresses",
        resource: Resource::Vault,
        parts: &[ORDINARY, Log::mass_read],
    },
    Scenario {
        name: "vault-threat-intelligence",
        title: "Key Vault: test 3, a caller's address is an indicator",
        description: "The threat-intelligence rule should fire",
        resource: Resource::Vault,
        parts: &[ORDINARY, Log::known_address],
    },
    Scenario {
        name: "vault-access-spike",
        title: "Key Vault: a day of unusual access",
        description: "The time series rule should fire, at runs in the first hour of the day",
        resource: Resource::Vault,
        parts: &[ORDINARY, Log::spike],
    },
];

/// A scenario by its name.
pub fn scenario(name: &str) -> Option<&'static Scenario> {
    SCENARIOS.iter().find(|scenario| scenario.name == name)
}
