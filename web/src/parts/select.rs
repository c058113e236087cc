//! Selecting a place of a text that is shown, so that the eye, the clipboard and a screen reader are there.

use wasm_bindgen::JsCast;
use web_sys::{
    Element, FocusOptions, HtmlElement, Node, ScrollIntoViewOptions, ScrollLogicalPosition,
};

/// Elements whose text is none of the query: the numbers of edits.
const ASIDE: &str = "SUP";

/// Selects a range of UTF-16 code units of an element's text, scrolls to it and focuses the element. Does
/// nothing where the text is shorter.
pub fn select(element: &HtmlElement, (start, end): (usize, usize)) {
    let mut texts = Vec::new();
    collect(element, &mut texts);
    let (Some(from), Some(to)) = (place(&texts, start, false), place(&texts, end, true)) else {
        return;
    };
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    // An element that is there takes the focus.
    let _ = element.focus_with_options(&options);
    if let Some(around) = from.0.parent_element() {
        scroll_to(&around);
    }
    mark(from, to);
}

fn mark((start, at): (&Node, u32), (end, until): (&Node, u32)) -> Option<()> {
    let window = web_sys::window()?;
    let range = window.document()?.create_range().ok()?;
    range.set_start(start, at).ok()?;
    range.set_end(end, until).ok()?;
    let selection = window.get_selection().ok()??;
    selection.remove_all_ranges().ok()?;
    selection.add_range(&range).ok()
}

fn scroll_to(element: &Element) {
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Center);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

/// The text nodes inside of a node, in order.
fn collect(node: &Node, texts: &mut Vec<Node>) {
    if node.node_type() == Node::TEXT_NODE {
        texts.push(node.clone());
    } else if node
        .dyn_ref::<Element>()
        .is_none_or(|element| element.tag_name() != ASIDE)
    {
        let children = node.child_nodes();
        for index in 0..children.length() {
            if let Some(child) = children.get(index) {
                collect(&child, texts);
            }
        }
    }
}

/// The text node that an offset is in, and the offset there; the end of a range belongs to the node before.
fn place(texts: &[Node], offset: usize, is_end: bool) -> Option<(&Node, u32)> {
    let mut before = 0;
    for text in texts {
        let length = text.text_content()?.encode_utf16().count();
        let inside = offset - before;
        if inside < length || (is_end && inside == length) {
            return Some((text, u32::try_from(inside).ok()?));
        }
        before += length;
    }
    None
}
