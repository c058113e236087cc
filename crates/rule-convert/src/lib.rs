//! Conversion of rules from one Azure resource type to another, as explained edits.
//!
//! A conversion changes nothing by itself: it is a list of edits at syntax nodes and fields, each with
//! its reason, applicability and certainty, and a list of places that were left alone on purpose.
//! Applying no edit gives the rule back byte for byte; converting a converted rule gives no edits.

mod apply;
mod batch;
mod by_hand;
mod catalogue;
mod checks;
mod convert;
pub mod counted;
pub mod edit;
mod filters;
mod flow;
mod gaps;
mod metadata;
mod moves;
mod operations;
mod profile;
mod provider;
mod replace_all;
mod report;
mod resource_type;
mod result_fields;
mod rewrite;
mod widen;

pub use apply::{Converted, Placement, default_accepted};
pub use batch::{ConvertedRule, Summary, convert_all};
pub use by_hand::{ByHand, Refusal};
pub use catalogue::{Catalogue, Logged, Operation};
pub use convert::{Conversion, Mode, convert, convert_as};
pub use edit::{Applicability, Certainty, Edit, Kept, Target};
pub use profile::{
    Claim, MovedColumn, MovedTable, OwnTable, Profile, ProfileError, Success, default_profile,
    profile, profile_text, profiles,
};
pub use replace_all::{compare_with_replace_all, replace_all};
pub use report::{EditReport, KeptReport, Report};
pub use rewrite::Rewrite;
