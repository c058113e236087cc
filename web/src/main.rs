//! The page: shows the session that the worker holds, and sends it what the user does.

mod app;
mod client;
mod detail;
mod download;
mod edits;
mod exports;
mod files;
mod header;
mod journal;
mod logs;
mod problems;
mod query;
mod results;
mod rules;
mod store;
mod timeline;
mod words;

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(app::App);
}
