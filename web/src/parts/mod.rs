//! Pieces that several places show.

mod download;
mod editor;
mod edits;
mod figure;
mod findings;
mod grid;
mod query;
mod results;
mod rule_list;
mod teach;
mod timeline;
mod why;

pub use download::{copy, download, download_bytes, file_of};
pub use editor::QueryEditor;
pub use edits::EditList;
pub use figure::FigureView;
pub use findings::{FindingCounts, Findings, watch_findings};
pub use grid::Grid;
pub use query::QueryPair;
pub use results::Results;
pub use rule_list::{WithRules, title};
pub use teach::Teach;
pub use timeline::Timeline;
pub use why::{Answers, Charts, Together, panel};
