//! From rules to files.

mod arm;
mod yaml;

pub use arm::{ArmOptions, MAX_TEMPLATE_RULES, deploy_command, write_arm};
pub use yaml::write_yaml;
