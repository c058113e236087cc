//! How a grid follows its region: the rows to ask for, and moving by rows where a pixel passes several of them.

use leptos::ev::KeyboardEvent;
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web::scrolling::{ROW_HEIGHT, Scrolling};
use web_sys::{Element, FocusOptions, HtmlElement, WheelEvent};

use super::{PAGE_ROWS, STEP_ROWS, Shown};

/// The event of a wheel or a touchpad.
const WHEEL: &str = "wheel";

/// Where a grid of more rows than fit into its height stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Standing {
    /// Row at the top edge, and how much of it is above.
    pub top: f64,
    /// Pixels of the region in which rows are seen.
    pub seen: f64,
}

/// The table in its region, as it is laid out.
fn scrolling(shown: Shown, region: &HtmlElement) -> Scrolling {
    let rows = untrack(|| shown.matched());
    let way = f64::from(region.scroll_height() - region.client_height());
    let table = Scrolling { rows, seen: 0.0 };
    let seen = table.height() - way;
    Scrolling { rows, seen }
}

/// The region was scrolled.
pub(super) fn scrolled(shown: Shown, region: &HtmlElement) {
    let table = scrolling(shown, region);
    let here = f64::from(region.scroll_top());
    let known = shown.standing.get_untracked().top;
    // A region cannot be scrolled by parts of a pixel, which are parts of rows.
    let is_known = table.is_shortened() && (table.scrolled(known) - here).abs() < 1.0;
    follow(shown, table, if is_known { known } else { table.top(here) });
}

/// Asks for the rows about the one at the top edge.
fn follow(shown: Shown, table: Scrolling, top: f64) {
    if table.rows == 0 {
        return;
    }
    if table.is_shortened() {
        let seen = table.seen;
        shown.standing.set(Standing { top, seen });
    }
    let above = PAGE_ROWS / 3;
    let first = (top as usize).saturating_sub(above) / STEP_ROWS * STEP_ROWS;
    if first != shown.first.get_untracked() {
        shown.first.set(first);
    }
}

/// Moves by so many rows; false where the browser does it.
fn move_by(shown: Shown, region: &HtmlElement, rows: impl Fn(Scrolling) -> f64) -> bool {
    let table = scrolling(shown, region);
    if !table.is_shortened() {
        return false;
    }
    let top = table.moved(shown.standing.get_untracked().top, rows(table));
    follow(shown, table, top);
    region.set_scroll_top(table.scrolled(top).round() as i32);
    true
}

/// The number of a row that a key leads to: from the region that of the first row in sight, from a number the
/// next one.
fn led_to(region: &HtmlElement, event: &KeyboardEvent) -> Option<HtmlElement> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let row = target.closest("tbody tr").ok()?;
    let row = match (event.key().as_str(), row) {
        ("Enter", None) if target.is_same_node(Some(region)) => first_in_sight(region)?,
        ("ArrowDown", Some(row)) => row.next_element_sibling()?,
        ("ArrowUp", Some(row)) => row.previous_element_sibling()?,
        _ => return None,
    };
    row.query_selector("button").ok()??.dyn_into().ok()
}

/// The first row below the heads, which stand at the top.
fn first_in_sight(region: &HtmlElement) -> Option<Element> {
    let rows = region.query_selector_all("tr[aria-rowindex]").ok()?;
    let rows = (1..rows.length()).filter_map(|place| rows.item(place)?.dyn_into().ok());
    let top = f64::from(region.scroll_top()) + ROW_HEIGHT;
    let seen = |row: &HtmlElement| f64::from(row.offset_top()) >= top;
    let mut rows = rows.filter(seen);
    rows.next().map(Element::from)
}

/// Keys that move by rows.
pub(super) fn pressed(shown: Shown, region: &HtmlElement, event: &KeyboardEvent) {
    let page = |table: Scrolling| (table.rows_seen() - 1.0).max(1.0);
    if event.ctrl_key() || event.alt_key() || event.meta_key() {
        return;
    }
    if let Some(number) = led_to(region, event) {
        event.prevent_default();
        let options = FocusOptions::new();
        // Where a pixel is several rows, the region moves by rows below.
        options.set_prevent_scroll(scrolling(shown, region).is_shortened());
        // A number that is there takes the focus.
        let _ = number.focus_with_options(&options);
    }
    let is_moved = match event.key().as_str() {
        "ArrowDown" => move_by(shown, region, |_| 1.0),
        "ArrowUp" => move_by(shown, region, |_| -1.0),
        "PageDown" => move_by(shown, region, page),
        "PageUp" => move_by(shown, region, |table| -page(table)),
        _ => false,
    };
    if is_moved {
        event.prevent_default();
    }
}

fn turned(shown: Shown, region: &HtmlElement, event: &WheelEvent) {
    let turned = event.delta_y();
    // With these the browser zooms, or scrolls sideways.
    if event.ctrl_key() || event.shift_key() || turned == 0.0 {
        return;
    }
    let rows = |table: Scrolling| match event.delta_mode() {
        WheelEvent::DOM_DELTA_LINE => turned,
        WheelEvent::DOM_DELTA_PAGE => turned * table.rows_seen(),
        _ => turned / ROW_HEIGHT,
    };
    if move_by(shown, region, rows) {
        event.prevent_default();
    }
}

/// Lets the wheel move by rows while the grid has more of them than fit into its height. Others are left to the
/// browser, which scrolls without asking the page.
pub(super) fn hear_wheel(shown: Shown, region: NodeRef<Div>) {
    let is_shortened = Memo::new(move |_| shown.table().is_shortened());
    Effect::new(move || {
        let Some(element) = region.get().filter(|_| is_shortened.get()) else {
            return;
        };
        let of = element.clone();
        let hear = move |event: WheelEvent| turned(shown, &of, &event);
        let hear = Closure::<dyn Fn(WheelEvent)>::new(hear);
        // Listening fails for nothing that is an element.
        let _ = element.add_event_listener_with_callback(WHEEL, hear.as_ref().unchecked_ref());
        let heard = StoredValue::new_local(Some((element, hear)));
        on_cleanup(move || {
            if let Some((element, hear)) = heard.try_update_value(Option::take).flatten() {
                let hear = hear.as_ref().unchecked_ref();
                let _ = element.remove_event_listener_with_callback(WHEEL, hear);
            }
        });
    });
}
