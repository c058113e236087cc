//! What the page knows: the session's last view, the chosen place and rule, what is under way.

mod client;
mod first_view;
mod hunt;
mod journal;
mod offline;
mod pending;
mod route;
mod store;
mod wanted;

pub use journal::{Aside, aside, clear_all, forget, usage};
pub use offline::{file_address, load_the_rest, newer_version, update};
pub use route::{Route, address, enter, go};
pub use store::{FIRST_SAMPLE, Reveal, Store};
