//! The command palette: every command by name, with the keyboard alone.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, KeyboardEvent, ScrollIntoViewOptions, ScrollLogicalPosition};

use super::commands::{self, Command, PALETTE};
use crate::state::Store;

/// Commands that are listed at once.
const SHOWN: usize = 50;

/// The dialog; opened by `commands::open_palette`.
#[component]
pub fn Palette() -> impl IntoView {
    let store = expect_context::<Store>();
    let tour = expect_context::<super::Tour>();
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    let wanted = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    let opened = RwSignal::new(false);
    // The view decides which rules and samples can be named, the place which buttons.
    let found = Memo::new(move |_| {
        at.set(0);
        if !opened.get() {
            return Vec::new();
        }
        store.view.track();
        matching(commands::all(store, tour), &wanted.get())
    });
    let element =
        move || -> Option<HtmlDialogElement> { dialog.get_untracked().map(JsCast::unchecked_into) };
    let closed = move |_| {
        wanted.set(String::new());
        // The browser may tell of it when the palette is open again.
        opened.set(element().is_some_and(|dialog| dialog.open()));
    };
    let close = move || {
        if let Some(element) = element() {
            element.close();
        }
    };
    let run = move |index: usize| {
        let command = found.with_untracked(|found| found.get(index).cloned());
        close();
        if let Some(command) = command {
            command.run.run(());
        }
    };
    let key = move |event: KeyboardEvent| {
        let last = found.with_untracked(Vec::len).saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" => at.update(|at| *at = (*at + 1).min(last)),
            "ArrowUp" => at.update(|at| *at = at.saturating_sub(1)),
            "Enter" => run(at.get_untracked()),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
        bring_into_sight(at.get_untracked());
    };
    let item = move |(index, command): (usize, Command)| {
        view! {
            <li
                role="option"
                id=item_id(index)
                aria-selected=move || (at.get() == index).to_string()
                on:click=move |_| run(index)
            >
                <span>{command.title}</span>
                <kbd>{command.keys}</kbd>
            </li>
        }
    };
    view! {
        <dialog id=PALETTE node_ref=dialog aria-label="Commands" on:close=closed>
            <input
                type="text"
                role="combobox"
                aria-label="Command"
                aria-expanded="true"
                aria-controls="commands"
                aria-autocomplete="list"
                aria-activedescendant=move || item_id(at.get())
                placeholder="What do you want to do?"
                autocomplete="off"
                autofocus
                on:focus=move |_| opened.set(true)
                prop:value=move || wanted.get()
                on:input=move |event| wanted.set(event_target_value(&event))
                on:keydown=key
            />
            <ul id="commands" role="listbox" aria-label="Commands">
                {move || found.get().into_iter().enumerate().map(item).collect_view()}
            </ul>
        </dialog>
    }
}

/// Scrolls the list to a command of it.
fn bring_into_sight(index: usize) {
    let document = web_sys::window().and_then(|window| window.document());
    let item = document.and_then(|document| document.get_element_by_id(&item_id(index)));
    if let Some(item) = item {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        item.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

fn item_id(index: usize) -> String {
    format!("command-{index}")
}

/// Commands whose title holds every word that was typed, those first of which the most was typed.
fn matching(commands: Vec<Command>, wanted: &str) -> Vec<Command> {
    let wanted = wanted.to_lowercase();
    let holds = |command: &Command| {
        let title = command.title.to_lowercase();
        wanted.split_whitespace().all(|word| title.contains(word))
    };
    let mut found: Vec<Command> = commands.into_iter().filter(holds).collect();
    if !wanted.is_empty() {
        found.sort_by_key(|command| command.title.chars().count());
    }
    found.truncate(SHOWN);
    found
}
