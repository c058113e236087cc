//! Whether the page still wants the answer that is being worked on.
//!
//! A worker hears no message while it works, and memory shared with the page needs headers that a plain
//! static host does not send. So each request comes with the address of an object that the page lets go of
//! when it no longer wants the answer; now and then the worker looks whether the address still leads
//! anywhere.

use std::cell::{Cell, RefCell};

use wasm_bindgen::JsCast;
use web_sys::{DedicatedWorkerGlobalScope, XmlHttpRequest};

/// Milliseconds between two looks.
const BETWEEN: f64 = 40.0;

thread_local! {
    static ADDRESS: RefCell<Option<String>> = const { RefCell::new(None) };
    static LOOKED: Cell<f64> = const { Cell::new(0.0) };
    /// Whether an address that is there was found; a browser or a policy may not let the worker look.
    static CAN_LOOK: Cell<Option<bool>> = const { Cell::new(None) };
}

/// Works on a request of this address.
pub fn during<T>(address: Option<String>, work: impl FnOnce() -> T) -> T {
    let address = address.filter(|address| can_look(address));
    ADDRESS.set(address);
    LOOKED.set(now());
    workbench::interrupt::ask(Some(is_unwanted));
    let result = work();
    workbench::interrupt::ask(None);
    ADDRESS.set(None);
    result
}

/// Tried once, with the address of the first request, which is wanted when it comes.
fn can_look(address: &str) -> bool {
    let known = CAN_LOOK.get();
    let can_look = known.unwrap_or_else(|| !leads_nowhere(address));
    CAN_LOOK.set(Some(can_look));
    can_look
}

fn is_unwanted() -> bool {
    let now = now();
    if now - LOOKED.get() < BETWEEN {
        return false;
    }
    LOOKED.set(now);
    ADDRESS.with_borrow(|address| address.as_deref().is_some_and(leads_nowhere))
}

fn leads_nowhere(address: &str) -> bool {
    let Ok(request) = XmlHttpRequest::new() else {
        return false;
    };
    let opened = request.open_with_async("GET", address, false);
    opened.is_ok() && request.send().is_err()
}

fn now() -> f64 {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    scope
        .performance()
        .map_or(0.0, |performance| performance.now())
}
