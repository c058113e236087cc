//! A worker that reads a file ahead of this one, so that reading and making rows go on at the same time.
//!
//! It ends with the value that stands for it here.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Array, ArrayBuffer, Function, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, Event, MessageEvent, Url, Worker};

use crate::chunks::CHUNK_BYTES;

/// What the worker runs. It travels inside of this module: a page from disk cannot load a file.
const SCRIPT: &str = include_str!("feeder.js");
/// Buffers that are filled and emptied in turn.
const BUFFERS: usize = 3;

/// What comes in place of bytes when the file cannot be read.
const BROKEN: &str = "broken";

/// The other worker.
pub struct Feeder {
    worker: Worker,
    inbox: Rc<RefCell<Inbox>>,
    _hears: Closure<dyn FnMut(MessageEvent)>,
    _fails: Closure<dyn FnMut(Event)>,
}

#[derive(Default)]
struct Inbox {
    messages: VecDeque<JsValue>,
    /// Called when a message has come, when one is waited for.
    waiting: Option<Function>,
}

impl Inbox {
    fn add(&mut self, message: JsValue) {
        self.messages.push_back(message);
        if let Some(waiting) = self.waiting.take() {
            // The function of a promise does not throw.
            let _ = waiting.call0(&JsValue::NULL);
        }
    }
}

impl Feeder {
    /// Starts a worker that reads these bytes; `None` where the browser has no workers here.
    pub fn of(bytes: &Blob) -> Option<Self> {
        let feeder = Self::started().ok()?;
        for _ in 0..BUFFERS {
            feeder.fill(&ArrayBuffer::new(CHUNK_BYTES));
        }
        feeder.worker.post_message(bytes).ok()?;
        Some(feeder)
    }

    /// Waits for its first bytes; whether there are any. A browser may refuse the worker only now.
    pub async fn reads(&self) -> bool {
        self.arrives().await;
        let inbox = self.inbox.borrow();
        inbox
            .messages
            .front()
            .is_some_and(|first| !is(first, BROKEN))
    }

    fn started() -> Result<Self, JsValue> {
        let kind = BlobPropertyBag::new();
        kind.set_type("text/javascript");
        let script = Array::of1(&SCRIPT.into());
        let script = Blob::new_with_str_sequence_and_options(&script, &kind)?;
        let address = Url::create_object_url_with_blob(&script)?;
        let worker = Worker::new(&address);
        // The worker has its own hold on the script.
        Url::revoke_object_url(&address)?;
        let worker = worker?;
        let inbox = Rc::new(RefCell::new(Inbox::default()));
        let (hearing, failing) = (Rc::clone(&inbox), Rc::clone(&inbox));
        let hears = Closure::new(move |event: MessageEvent| hearing.borrow_mut().add(event.data()));
        let fails = Closure::new(move |_: Event| failing.borrow_mut().add(BROKEN.into()));
        worker.set_onmessage(Some(hears.as_ref().unchecked_ref()));
        worker.set_onerror(Some(fails.as_ref().unchecked_ref()));
        Ok(Self {
            worker,
            inbox,
            _hears: hears,
            _fails: fails,
        })
    }

    /// Waits until there is a message.
    async fn arrives(&self) {
        while self.inbox.borrow().messages.is_empty() {
            let heard = Promise::new(&mut |resolve, _| {
                self.inbox.borrow_mut().waiting = Some(resolve);
            });
            // The promise is only ever resolved.
            let _ = JsFuture::from(heard).await;
        }
    }

    /// The next bytes; `None` at the end. The error says that the file cannot be read.
    pub async fn next(&self) -> Result<Option<Uint8Array>, JsValue> {
        self.arrives().await;
        let message = self.inbox.borrow_mut().messages.pop_front();
        match message.unwrap_or_default() {
            end if is(&end, "end") => Ok(None),
            broken if is(&broken, BROKEN) => Err(broken),
            bytes => Ok(Some(bytes.unchecked_into())),
        }
    }

    /// Gives a buffer to be filled.
    pub fn fill(&self, buffer: &ArrayBuffer) {
        let handed = Array::of1(buffer);
        let posted = self.worker.post_message_with_transfer(buffer, &handed);
        if posted.is_err() {
            // Without buffers the worker would wait for ever.
            self.inbox.borrow_mut().add(BROKEN.into());
        }
    }
}

impl Drop for Feeder {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

fn is(message: &JsValue, word: &str) -> bool {
    message.as_string().as_deref() == Some(word)
}
