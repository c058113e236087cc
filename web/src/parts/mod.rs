//! Pieces that several places show.

mod assumptions;
mod download;
mod editor;
mod edits;
mod figure;
mod findings;
mod grid;
mod pick;
mod prose;
mod query;
mod results;
mod rule_filter;
mod rule_list;
mod select;
mod severity;
mod teach;
mod timeline;
mod why;

pub use assumptions::Assumptions;
pub use download::{copy, download, download_bytes, file_of};
pub use editor::QueryEditor;
pub use edits::EditList;
pub use figure::FigureView;
pub use findings::{FindingCounts, Findings, finding_item, watch_findings};
pub use grid::Grid;
pub use pick::picked;
pub use prose::{prose, sentences};
pub use query::QueryPair;
pub use results::Results;
pub use rule_filter::{RuleFilter, found};
pub use rule_list::{WithRules, title};
pub use severity::{severity, tactics};
pub use teach::Teach;
pub use timeline::Timeline;
pub use why::{Answers, Charts, Together, panel};
