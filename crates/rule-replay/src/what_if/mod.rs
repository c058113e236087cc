//! What if a rule were set otherwise: its controls, a changed rule, what changes on a log, and curves.
//!
//! Controls are found in the fields of the rule and at nodes of the query's syntax tree. A value that is
//! set is checked to be read back from the changed query, so a change never means something else.

mod axis;
mod change;
mod compare;
mod control;
mod curve;
mod fields;
mod literal;
mod query;

pub use change::{Changed, Refused, Setting, change};
pub use compare::{Comparison, Difference, Happening, Totals, compare};
pub use control::{Control, ControlKind, controls};
pub use curve::{Curve, MAX_POINTS, Point, curve};
