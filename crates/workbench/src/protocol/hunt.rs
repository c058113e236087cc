//! A free query over the loaded logs.

pub use kql_engine::figure::{Dot, Figure, Scale, Series, Shape};
use serde::{Deserialize, Serialize};

/// What a query found; its rows are the grid's [`super::GridSource::Hunt`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HuntView {
    /// Number of rows.
    pub rows: usize,
    /// The time that `now()` was.
    pub now: String,
    /// The chart that `render` asks for.
    pub figure: Option<Figure>,
    /// Why there is no chart although one is asked for; empty otherwise.
    pub note: String,
}
