//! The worker: holds the session and answers the page's requests, one after the other.
//!
//! A panic is told to the page before the worker stops; the page then starts a new one.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web::messages::{Answer, Call};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};
use workbench::Session;

fn main() {
    std::panic::set_hook(Box::new(|info| {
        post(&Answer::Crashed {
            text: info.to_string(),
        })
    }));
    let session = Rc::new(RefCell::new(Session::new()));
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        if let Ok(call) = serde_wasm_bindgen::from_value::<Call>(event.data()) {
            answer(&mut session.borrow_mut(), call);
        }
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The closure lives as long as the worker.
    on_message.forget();
    post(&Answer::Ready);
}

fn answer(session: &mut Session, call: Call) {
    let number = call.number;
    let reply = session.handle(call.request, &mut |progress| {
        post(&Answer::Progress { number, progress })
    });
    post(&Answer::Reply {
        number,
        reply: Box::new(reply),
    });
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

fn post(answer: &Answer) {
    if let Ok(message) = serde_wasm_bindgen::to_value(answer) {
        // Posting fails only when the page is gone.
        let _ = scope().post_message(&message);
    }
}
