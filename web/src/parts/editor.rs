//! The query editor. Its script is loaded when an editor is first shown; what it asks about the language is
//! answered by the worker. Without the script a plain text field does the same work with less help.

use js_sys::{Function, Object, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement};
use workbench::protocol::{Answer, Question};

use crate::state::{Store, file_address};

/// The script, beside the page.
const SCRIPT: &str = "editor.js";
const SCRIPT_ID: &str = "query-editor";
/// What the script adds to the global object.
const GLOBAL: &str = "rulesmithEditor";

/// An editor that runs, with the closures that it calls.
struct Running {
    editor: JsValue,
    _ask: Closure<dyn Fn(String, String) -> Promise>,
    _changed: Closure<dyn Fn(String)>,
    _run: Closure<dyn Fn()>,
}

impl Running {
    /// Calls a method of the editor.
    fn call(&self, name: &str, argument: &str) {
        let method = Reflect::get(&self.editor, &name.into()).unwrap_or_default();
        if let Some(method) = method.dyn_ref::<Function>() {
            // The methods of the editor do not fail; what they find is told in the editor.
            let _ = method.call1(&self.editor, &argument.into());
        }
    }
}

/// Commands of the editor: their names, what they are called, and their keys.
const COMMANDS: [(&str, &str, &str); 4] = [
    ("format", "Format", "Shift+Alt+F"),
    ("rename", "Rename", "F2"),
    ("define", "Go to definition", "F12"),
    ("references", "Find all uses", "Shift+F12"),
];

/// An editor of a query. `run` is called for Ctrl+Enter; what `insert` is set to goes in at the caret; buttons
/// of the place stand in front of those of the editor.
#[component]
pub fn QueryEditor(
    label: &'static str,
    text: RwSignal<String>,
    #[prop(into)] run: Callback<()>,
    #[prop(optional)] insert: RwSignal<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let running: StoredValue<Option<Running>, LocalStorage> = StoredValue::new_local(None);
    let typed = StoredValue::new(String::new());
    let failed = RwSignal::new(false);
    let host = NodeRef::<leptos::html::Div>::new();
    Effect::new(move || {
        let Some(host) = host.get() else { return };
        with_script(
            move |global| {
                let open = || open(store, global, &host, label, (text, typed), run);
                if running.try_with_value(Option::is_none) == Some(true) {
                    running.set_value(open());
                }
            },
            move || failed.set(true),
        );
    });
    Effect::new(move || {
        // What was typed in the editor itself stands there already.
        if text.with(|text| typed.with_value(|typed| typed == text)) {
            return;
        }
        let text = text.get_untracked();
        running.with_value(|running| running.iter().for_each(|it| it.call("set", &text)));
    });
    Effect::new(move || {
        store.view.track();
        running.with_value(|running| running.iter().for_each(|it| it.call("refresh", "")));
    });
    Effect::new(move || {
        let name = insert.get();
        if name.is_empty() {
            return;
        }
        if failed.get_untracked() {
            return text.update(|text| text.push_str(&name));
        }
        running.with_value(|running| running.iter().for_each(|it| it.call("insert", &name)));
    });
    on_cleanup(move || {
        running.try_update_value(|running| {
            if let Some(running) = running.take() {
                running.call("close", "");
            }
        });
    });
    let command = move |name: &'static str| {
        running.with_value(|running| running.iter().for_each(|it| it.call("command", name)));
    };
    let buttons = COMMANDS.map(|(name, title, keys)| {
        view! { <button class="plain" title=keys on:click=move |_| command(name)>{title}</button> }
    });
    view! {
        <div class="editor">
            <div class="editor-tools">{children.map(|children| children())}{buttons.collect_view()}</div>
            <div class="editor-host" node_ref=host></div>
            <Show when=move || failed.get()>
                <label>{label}
                    <textarea rows="10" spellcheck="false" prop:value=move || text.get() on:input=move |event| text.set(event_target_value(&event))></textarea>
                </label>
            </Show>
        </div>
    }
}

/// Starts the script if that was not done yet, and hands over what it gives.
fn with_script(then: impl FnOnce(JsValue) + 'static, failed: impl FnOnce() + 'static) {
    if let Some(global) = loaded() {
        return then(global);
    }
    let Some(script) = script() else {
        return failed();
    };
    let on_load = Closure::once_into_js(move || {
        if let Some(global) = loaded() {
            then(global);
        }
    });
    let on_error = Closure::once_into_js(failed);
    // Listening is always allowed.
    let _ = script.add_event_listener_with_callback("load", on_load.unchecked_ref());
    let _ = script.add_event_listener_with_callback("error", on_error.unchecked_ref());
}

fn loaded() -> Option<JsValue> {
    let global = Reflect::get(&js_sys::global(), &GLOBAL.into()).ok()?;
    global.is_object().then_some(global)
}

/// The element of the script, added when it is not there.
fn script() -> Option<Element> {
    let document = web_sys::window()?.document()?;
    if let Some(script) = document.get_element_by_id(SCRIPT_ID) {
        return Some(script);
    }
    let script = document.create_element("script").ok()?;
    script.set_id(SCRIPT_ID);
    script.set_attribute("src", &file_address(SCRIPT)).ok()?;
    document.body()?.append_child(&script).ok()?;
    Some(script)
}

fn open(
    store: Store,
    global: JsValue,
    host: &HtmlElement,
    label: &str,
    (text, typed): (RwSignal<String>, StoredValue<String>),
    run: Callback<()>,
) -> Option<Running> {
    let ask = Closure::<dyn Fn(String, String) -> Promise>::new(move |text, question| {
        promised(store, text, question)
    });
    let changed = Closure::<dyn Fn(String)>::new(move |new: String| {
        typed.try_update_value(|typed| typed.clone_from(&new));
        text.try_maybe_update(|text| {
            let differs = *text != new;
            *text = new;
            (differs, ())
        });
    });
    let on_run = Closure::<dyn Fn()>::new(move || run.run(()));
    let options = Object::new();
    let members: [(&str, JsValue); 5] = [
        ("label", label.into()),
        ("text", text.get_untracked().into()),
        ("ask", ask.as_ref().clone()),
        ("changed", changed.as_ref().clone()),
        ("run", on_run.as_ref().clone()),
    ];
    for (name, value) in members {
        Reflect::set(&options, &name.into(), &value).ok()?;
    }
    let open: Function = Reflect::get(&global, &"open".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let editor = open.call2(&global, host, &options).ok()?;
    Some(Running {
        editor,
        _ask: ask,
        _changed: changed,
        _run: on_run,
    })
}

/// The worker's answer as a promise.
fn promised(store: Store, text: String, question: String) -> Promise {
    Promise::new(&mut |resolve, reject| {
        let question = Question::Language(text.clone(), question.clone());
        store.ask(question, move |answer| {
            let (then, value) = match answer {
                Ok(Answer::Language(json)) => (resolve, json),
                Ok(_) => (reject, "another answer".to_owned()),
                Err(problem) => (reject, problem.message),
            };
            // Settling a promise cannot fail.
            let _ = then.call1(&JsValue::NULL, &value.into());
        });
    })
}
