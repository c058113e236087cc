//! The page: shows the session that the worker holds, and sends it what the user does.
//!
//! `state` is what the page knows, `shell` is around every place, `places` are what the story leads
//! through, `parts` are what several places show.

mod parts;
mod places;
mod shell;
mod state;
mod words;

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(shell::App);
}
