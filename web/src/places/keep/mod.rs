//! Keeping and sharing: what this browser holds, everything as one file, rules in an address, and rules that
//! somebody shared.

mod everything;
mod kept;
mod received;
mod share;

pub use kept::files_kept;
use leptos::prelude::*;
use workbench::protocol::Problem;

use crate::parts::prose;

/// The whole place.
#[component]
pub fn Keep() -> impl IntoView {
    view! {
        <received::Received/>
        <share::Share/>
        <everything::Everything/>
        <kept::Kept/>
    }
}

/// What could not be done, with the remedy.
fn failed(problem: &Problem) -> AnyView {
    let text = format!("{}; {}", problem.message, problem.remedy);
    view! { <p class="query-error" role="alert">{prose(text)}</p> }.into_any()
}
