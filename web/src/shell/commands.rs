//! Everything that can be done, by name: the palette lists it, and the keys of the most used ones.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{HtmlDialogElement, HtmlElement, KeyboardEvent};
use workbench::protocol::Request;

use super::Tour;
use crate::places::PLACES;
use crate::state::{Store, enter, go};

/// Something the user can do.
#[derive(Clone)]
pub struct Command {
    /// What it does, as it is listed and searched.
    pub title: String,
    /// Keys that do it anywhere, empty for none.
    pub keys: &'static str,
    /// Does it.
    pub run: Callback<()>,
}

/// A title says what a command does, so it tells commands apart.
impl PartialEq for Command {
    fn eq(&self, other: &Self) -> bool {
        self.title == other.title
    }
}

/// All commands in the present state.
pub fn all(store: Store, tour: Tour) -> Vec<Command> {
    let mut commands = fixed(store, tour);
    for place in PLACES {
        let title = format!("Go to {}", place.title);
        commands.push(command(title, "", move || leave_for(place.id, "")));
    }
    let view = store.view.get_untracked();
    for rule in &view.rules {
        let key = rule.key.clone();
        let title = format!("Rule: {}", rule.name);
        commands.push(command(title, "", move || leave_for("conversion", &key)));
    }
    for sample in &view.samples {
        let name = sample.name.clone();
        let title = format!("Load sample and run: {}", sample.title);
        commands.push(command(title, "", move || store.run_sample(&name)));
    }
    for (title, _) in buttons() {
        if commands.iter().all(|command| command.title != title) {
            let wanted = title.clone();
            commands.push(command(title, "", move || press(&wanted)));
        }
    }
    commands
}

/// The buttons of the place with their names; those of rules and rows are too many, and found in their lists.
fn buttons() -> Vec<(String, HtmlElement)> {
    let document = web_sys::window().and_then(|window| window.document());
    let found = document.and_then(|document| document.query_selector_all(BUTTONS).ok());
    let found = found
        .iter()
        .flat_map(|found| (0..found.length()).map(|at| found.item(at)));
    let buttons = found.filter_map(|button| button?.dyn_into::<HtmlElement>().ok());
    let named = buttons.filter_map(|button| {
        let label = button.get_attribute("aria-label");
        let name = label.or_else(|| button.text_content())?;
        (!name.is_empty()).then_some((name, button))
    });
    named.collect()
}

/// What [`buttons`] finds.
const BUTTONS: &str =
    "main button:not(.link, .rule, .grid *, .tour *, details:not([open]) *, :disabled)";

/// Presses the button of the place with a name.
fn press(name: &str) {
    let found = buttons().into_iter().find(|(title, _)| title == name);
    if let Some((_, button)) = found {
        // The focus stays where the work goes on.
        let _ = button.focus();
        button.click();
    }
}

fn fixed(store: Store, tour: Tour) -> Vec<Command> {
    vec![
        command("Run all rules".to_owned(), "Ctrl+Enter", move || {
            store.run_all()
        }),
        command(
            "Replay the schedule of every rule".to_owned(),
            "",
            move || {
                for rule in &store.view.get_untracked().rules {
                    let rule = rule.key.clone();
                    store.send("Replaying the schedule", Request::Replay { rule });
                }
            },
        ),
        command("Take the tour".to_owned(), "", move || tour.begin()),
        command("Undo".to_owned(), "Ctrl+Z", move || store.undo()),
        command("Redo".to_owned(), "Ctrl+Shift+Z", move || store.redo()),
        command("Cancel what is under way".to_owned(), "", move || {
            store.cancel()
        }),
        command(
            "Clear everything this page keeps".to_owned(),
            "",
            super::open_clear,
        ),
        command(
            "Add rules or logs…".to_owned(),
            "",
            super::files::open_dialog,
        ),
    ]
}

/// Goes to a place, and takes the focus along: a command has no control that could keep it.
fn leave_for(place: &str, what: &str) {
    go(place, what);
    enter();
}

fn command(title: String, keys: &'static str, run: impl Fn() + Send + Sync + 'static) -> Command {
    Command {
        title,
        keys,
        run: Callback::new(move |()| run()),
    }
}

/// Id of the palette's dialog.
pub const PALETTE: &str = "palette";

/// Opens the palette.
pub fn open_palette() {
    let document = web_sys::window().and_then(|window| window.document());
    let dialog = document.and_then(|document| document.get_element_by_id(PALETTE));
    if let Some(dialog) = dialog.and_then(|dialog| dialog.dyn_into::<HtmlDialogElement>().ok()) {
        // Fails only when it is open already.
        let _ = dialog.show_modal();
    }
}

/// Listens for keys on the whole page.
pub fn hear_shortcuts(store: Store) {
    let hear = Closure::<dyn FnMut(KeyboardEvent)>::new(move |event: KeyboardEvent| {
        if let Some(run) = shortcut(store, &event) {
            event.prevent_default();
            run.run(());
        }
    });
    if let Some(window) = web_sys::window() {
        // Listening to keys is always allowed.
        let _ = window.add_event_listener_with_callback("keydown", hear.as_ref().unchecked_ref());
    }
    // The closure lives as long as the page.
    hear.forget();
}

fn shortcut(store: Store, event: &KeyboardEvent) -> Option<Callback<()>> {
    if !(event.ctrl_key() || event.meta_key()) || event.alt_key() {
        return None;
    }
    let key = event.key().to_lowercase();
    let run: fn(Store) = match (key.as_str(), event.shift_key()) {
        ("k", false) => |_| open_palette(),
        ("enter", false) => |store| store.run_all(),
        ("z", false) if !super::in_field(event) => |store| store.undo(),
        ("z", true) | ("y", false) if !super::in_field(event) => |store| store.redo(),
        _ => return None,
    };
    Some(Callback::new(move |()| run(store)))
}
