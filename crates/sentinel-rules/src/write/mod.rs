//! From rules to files. Every writer takes the one model; what Azure would refuse is refused here.

mod arm;
mod automation;
mod bicep;
mod check;
mod package;
mod terraform;
pub(crate) mod terraform_names;
mod yaml;

pub use arm::{ArmOptions, deploy_command, write_arm};
pub use automation::{Automation, Owner, read_automation, write_automation};
pub use bicep::write_bicep;
pub use check::{MAX_TEMPLATE_BYTES, MAX_TEMPLATE_RULES};
pub use package::{PackageText, file_stem, write_package};
pub use terraform::write_terraform;
pub use yaml::write_yaml;
