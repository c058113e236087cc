//! The worker: holds the session and answers the page's requests, one after the other.
//!
//! A panic is told to the page before the worker stops; the page then starts a new one.

mod chunks;
mod feeder;
mod wanted;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::pin::Pin;
use std::rc::Rc;

use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, File, MessageEvent};
use workbench::messages::{Answer, Call, FILES, NUMBER, STOP_READING};
use workbench::{Reading, Session};

use chunks::{Chunks, let_messages_in};

/// Bytes of a file after which the page hears how far it has come.
const ANNOUNCED_BYTES: usize = 8 * 1024 * 1024;

fn main() {
    std::panic::set_hook(Box::new(|info| {
        post(&Answer::Crashed {
            text: info.to_string(),
        })
    }));
    let worker = Rc::new(Worker::new());
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        Worker::hear(&worker, event.data());
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The closure lives as long as the worker.
    on_message.forget();
    // Nothing is done before it is asked for: the page needs the processors to be drawn.
    post(&Answer::Ready);
}

/// The session, and the messages that wait while files are read.
struct Worker {
    session: RefCell<Session>,
    waiting: RefCell<VecDeque<JsValue>>,
    answering: Cell<bool>,
    /// Whether the page no longer wants the files that are being read.
    stopped: Cell<bool>,
}

impl Worker {
    fn new() -> Self {
        Self {
            session: RefCell::new(Session::unopened()),
            waiting: RefCell::default(),
            answering: Cell::default(),
            stopped: Cell::default(),
        }
    }

    fn hear(worker: &Rc<Self>, message: JsValue) {
        if message.as_string().as_deref() == Some(STOP_READING) {
            return worker.stopped.set(true);
        }
        worker.waiting.borrow_mut().push_back(message);
        if !worker.answering.replace(true) {
            let worker = Rc::clone(worker);
            spawn_local(async move {
                while let Some(message) = worker.next() {
                    worker.answer(&message).await;
                }
                worker.answering.set(false);
            });
        }
    }

    fn next(&self) -> Option<JsValue> {
        self.waiting.borrow_mut().pop_front()
    }

    async fn answer(&self, message: &JsValue) {
        let files = Reflect::get(message, &FILES.into()).unwrap_or_default();
        if let Some(files) = files.dyn_ref::<Array>() {
            let number = Reflect::get(message, &NUMBER.into()).unwrap_or_default();
            let number = number.as_f64().unwrap_or_default() as u32;
            // Behind a pointer, so that what reads files is no part of what answers, and is downloaded later.
            let added: Pin<Box<dyn Future<Output = ()> + '_>> =
                Box::pin(self.add_files(number, files));
            added.await;
        } else if let Ok(call) = serde_wasm_bindgen::from_value::<Call>(message.clone()) {
            self.carry_out(call);
        }
    }

    fn carry_out(&self, call: Call) {
        let number = call.number;
        let mut session = self.session.borrow_mut();
        let reply = wanted::during(call.wanted, || {
            session.handle(call.request, &mut |progress| {
                post(&Answer::Progress { number, progress })
            })
        });
        let reply = Box::new(reply);
        post(&Answer::Reply { number, reply });
        // What a cancelled run held would have kept the answer waiting.
        workbench::interrupt::give_back();
    }

    async fn add_files(&self, number: u32, files: &Array) {
        self.stopped.set(false);
        self.session.borrow_mut().begin_files();
        let files = files.iter();
        let mut files = files.filter_map(|file| file.dyn_into::<File>().ok());
        // The first bytes of a file take a while to come: they are asked for while the one before is read.
        let begun = |file: File| {
            let chunks = Chunks::of(&file);
            (file, chunks)
        };
        let mut next = files.next().map(begun);
        while let Some((file, chunks)) = next.take() {
            next = files.next().map(begun);
            match self.read(number, &file, chunks).await {
                Ok(reading) => self.session.borrow_mut().add_file(reading),
                Err((message, remedy)) => {
                    let mut session = self.session.borrow_mut();
                    session.leave_out(&file.name(), message, remedy);
                }
            }
            if self.stopped.get() {
                break;
            }
        }
        let reply = Box::new(self.session.borrow().reply());
        post(&Answer::Reply { number, reply });
    }

    /// Reads a file chunk by chunk. The error is a sentence and its remedy.
    async fn read(
        &self,
        number: u32,
        file: &File,
        chunks: Result<Chunks, JsValue>,
    ) -> Result<Reading, (&'static str, &'static str)> {
        const UNREADABLE: (&str, &str) = (
            "the browser cannot read this file",
            "check that it still exists, and that it is a file and not a folder",
        );
        let loaded = self.session.borrow().log_bytes();
        let mut reading = Reading::new(&file.name(), file.size() as u64).beside(loaded);
        let mut chunks = chunks.map_err(|_| UNREADABLE)?;
        let mut unannounced = 0;
        while let Some(chunk) = chunks.next().await.map_err(|_| UNREADABLE)? {
            unannounced += chunk.len();
            let wanted = reading.push(chunk);
            if unannounced >= ANNOUNCED_BYTES {
                unannounced = 0;
                let progress = reading.progress();
                post(&Answer::Progress { number, progress });
                let_messages_in().await;
            }
            if self.stopped.get() {
                return Err(("reading was stopped", "add the file again to read it"));
            }
            if !wanted {
                break;
            }
        }
        Ok(reading)
    }
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
