//! A guided tour: the three tests of Microsoft's article, from the empty page to three incidents. It points
//! at the real controls and goes on when they are used; it stands at the end of the content, hides nothing
//! for good, and can be left at any time.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition};
use workbench::protocol::View;

use crate::places::next_step;
use crate::state::{FIRST_SAMPLE, Route, Store, go};

/// Where the tour is; nowhere when it is not taken.
#[derive(Clone, Copy)]
pub struct Tour(RwSignal<Option<usize>>);

/// A step of the tour.
struct Step {
    title: &'static str,
    text: &'static str,
    /// The control to use, as a selector.
    target: &'static str,
    /// Whether it was used.
    done: fn(&View, &Route) -> bool,
    /// Does what the control does.
    run: fn(Store),
}

const TEST_1: &str = "bundled#sensitive-operations.yaml";
const TEST_2: &str = "bundled#mass-retrieval.yaml";
const TEST_3: &str = "bundled#threat-intelligence-ip.yaml";

const STEPS: &[Step] = &[
    Step {
        title: "Three tests, three incidents",
        text: "Microsoft's article does three things to a Managed HSM and waits up to a day for an incident of each: it deletes a key, reads a key 28 times, and calls from an address that threat intelligence knows. Here it takes two minutes. The five Key Vault rules in the table are converted already: open the conversion.",
        target: "nav.story a[href^='#/conversion']",
        done: |_, route| route.place == "conversion",
        run: |_| go("conversion", TEST_1),
    },
    Step {
        title: "What the conversion changed",
        text: "A number in the queries is an edit, and the list below says why. Safe edits are applied; what changes the meaning waits for you. No rule has met a log yet: run the sample logs, two weeks of an HSM with the three tests in them.",
        target: ".top .actions button.primary",
        done: |view, _| !view.logs.is_empty() && next_step(view).place != "results",
        run: |store| store.run_sample(FIRST_SAMPLE),
    },
    Step {
        title: "What fires",
        text: "Both versions of each rule have run. Open the results.",
        target: "nav.story a[href^='#/results']",
        done: |_, route| route.place == "results",
        run: |_| go("results", TEST_1),
    },
    Step {
        title: "Quiet before, fires after",
        text: "The Key Vault rule finds nothing in an HSM's log, and the page names the condition that let no row through. The converted rule fires. A row's number leads to the log rows behind it. Open the incidents that follow.",
        target: "nav.story a[href^='#/incidents']",
        done: |_, route| route.place == "incidents",
        run: |_| go("incidents", TEST_1),
    },
    Step {
        title: "Test 1: a key was deleted",
        text: "The rule runs once a day, so that the incident comes hours after the deletion; the table says how many. Choose the rule of the second test.",
        target: "button.rule[data-rule='bundled#mass-retrieval.yaml']",
        done: |_, route| route.place == "incidents" && route.what == TEST_2,
        run: |_| go("incidents", TEST_2),
    },
    Step {
        title: "Test 2: a key was read 28 times",
        text: "More than 25 reads by one caller raise an alert, and it becomes the second incident. Choose the rule of the third test.",
        target: "button.rule[data-rule='bundled#threat-intelligence-ip.yaml']",
        done: |_, route| route.place == "incidents" && route.what == TEST_3,
        run: |_| go("incidents", TEST_3),
    },
    Step {
        title: "Test 3: an address that is known",
        text: "The sample holds indicators too, and a caller's address is one of them: the third incident. Open the export to take the rules along.",
        target: "nav.story a[href^='#/export']",
        done: |_, route| route.place == "export",
        run: |_| go("export", ""),
    },
    Step {
        title: "That was the way",
        text: "Choose a format and write the rules; the steps below lead from connecting the HSM to removing it all again. For your own work, drop rules or logs anywhere on this page, or paste them. Nothing leaves this browser.",
        target: "#export-files",
        done: |_, _| false,
        run: |_| {},
    },
];

impl Tour {
    /// A tour that nobody takes yet.
    pub fn new() -> Self {
        Self(RwSignal::new(None))
    }

    /// Begins at the first step.
    pub fn begin(self) {
        go("rules", "");
        self.0.set(Some(0));
    }

    fn leave(self) {
        self.0.set(None);
        point(None);
    }
}

/// The panel of the tour, while it is taken.
#[component]
pub fn TourPanel() -> impl IntoView {
    let store = expect_context::<Store>();
    let tour = expect_context::<Tour>();
    // What was done already when a step begins is no reason to pass over it: going back must be possible.
    let was_done = RwSignal::new(false);
    let done_now = move |at: usize| {
        let step = STEPS.get(at);
        step.is_some_and(|step| {
            store
                .view
                .with(|view| store.route.with(|route| (step.done)(view, route)))
        })
    };
    Effect::new(move |before: Option<Option<usize>>| {
        let now = tour.0.get();
        let Some(at) = now else { return now };
        let done = done_now(at);
        if before != Some(now) {
            was_done.set(done);
            request_animation_frame(|| focus("tour-title"));
        } else if done && !was_done.get_untracked() {
            tour.0.set(Some(at + 1));
        }
        // The control may be made anew by what changed.
        request_animation_frame(move || point(STEPS.get(at)));
        now
    });
    move || {
        let at = tour.0.get()?;
        let step = STEPS.get(at)?;
        let last = at + 1 == STEPS.len();
        let forward = move |_| {
            (step.run)(store);
            if done_now(at) || was_done.get_untracked() {
                tour.0.set(Some(at + 1));
            }
        };
        Some(view! {
            <aside class="tour" aria-labelledby="tour-title" on:keydown=move |event| if event.key() == "Escape" { tour.leave() }>
                <div>
                    <p class="facts">{format!("Tour, step {} of {}", at + 1, STEPS.len())}</p>
                    <h3 id="tour-title" tabindex="-1">{step.title}</h3>
                    <p>{step.text}</p>
                </div>
                <div class="actions">
                    <button disabled=at == 0 on:click=move |_| tour.0.set(at.checked_sub(1))>"Back"</button>
                    {(!last).then(|| view! {
                        <button on:click=move |_| show(step)>"Show me where"</button>
                        <button class="primary" on:click=forward>"Do it for me"</button>
                    })}
                    <button on:click=move |_| tour.leave()>{if last { "End the tour" } else { "Leave the tour" }}</button>
                </div>
            </aside>
        })
    }
}

fn find(selector: &str) -> Option<Element> {
    let document = web_sys::window()?.document()?;
    document.query_selector(selector).ok().flatten()
}

/// Marks the control of a step, and no other.
fn point(step: Option<&Step>) {
    const MARK: &str = "tour-target";
    // A class that is not there needs no removing, and adding one cannot fail.
    if let Some(marked) = find(".tour-target") {
        let _ = marked.class_list().remove_1(MARK);
    }
    if let Some(target) = step.and_then(|step| find(step.target)) {
        let _ = target.class_list().add_1(MARK);
    }
}

/// Brings the control of a step into sight and gives it the focus.
fn show(step: &Step) {
    let Some(target) = find(step.target).and_then(|found| found.dyn_into::<HtmlElement>().ok())
    else {
        return;
    };
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    target.scroll_into_view_with_scroll_into_view_options(&options);
    // What takes no focus is marked all the same.
    let _ = target.focus();
}

/// Gives the focus to an element by its id.
fn focus(id: &str) {
    let found = find(&format!("#{id}")).and_then(|found| found.dyn_into::<HtmlElement>().ok());
    if let Some(element) = found {
        // The panel is in sight already; an element that is there takes the focus.
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = element.focus_with_options(&options);
    }
}
