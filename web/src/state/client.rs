//! The page's end of the worker: sends requests, hears answers, starts a new worker when one is ended.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::*;
use web::messages::{Answer, Call, FILES, NUMBER, STOP_READING};
use web_sys::{ErrorEvent, File, MessageEvent, Worker};
use workbench::protocol::{Question, Request};

use super::offline::file_address;
use super::wanted::Wanted;

#[wasm_bindgen(module = "/js/keep.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    fn start(address: &str) -> Result<Worker, JsValue>;
    fn watch(worker: &Worker);
}

/// What a worker tells the page.
pub enum Heard {
    /// An answer.
    Answer(Answer),
    /// The worker broke without an answer.
    Broken(String),
}

type Listener = Rc<dyn Fn(Heard)>;

/// A connection to a worker.
#[derive(Clone)]
pub struct Client {
    state: Rc<State>,
}

struct State {
    worker: RefCell<Option<Running>>,
    /// Messages that wait until the worker is ready.
    waiting: RefCell<Vec<JsValue>>,
    ready: Cell<bool>,
    next_number: Cell<u32>,
    wanted: Wanted,
    listener: Listener,
}

/// A worker with the closures that hear it.
struct Running {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

/// Whether a request is answered at once, so that nobody will want to end its work. The editor asks with
/// every key, and an address for each would cost more than the rest of the question.
fn is_short(request: &Request) -> bool {
    matches!(
        request,
        Request::Ask {
            question: Question::Language(..)
        }
    )
}

impl Client {
    /// Starts a worker; `listener` hears everything it says.
    pub fn start(listener: impl Fn(Heard) + 'static) -> Self {
        let state = State {
            worker: RefCell::new(None),
            waiting: RefCell::new(Vec::new()),
            ready: Cell::new(false),
            next_number: Cell::new(0),
            wanted: Wanted::default(),
            listener: Rc::new(listener),
        };
        let client = Self {
            state: Rc::new(state),
        };
        client.spawn();
        client
    }

    /// Ends the worker, whatever it is doing, and starts a new one.
    pub fn restart(&self) {
        if let Some(running) = self.state.worker.borrow_mut().take() {
            // One that the page ends itself is missed by nobody.
            running.worker.set_onerror(None);
            running.worker.terminate();
        }
        self.state.waiting.borrow_mut().clear();
        self.state.wanted.let_go();
        self.spawn();
    }

    /// Sends a request and gives its number.
    pub fn send(&self, request: Request) -> u32 {
        let number = self.number();
        // A request is plain data, which can always be written.
        let wanted = match is_short(&request) {
            true => None,
            false => self.state.wanted.note(number),
        };
        let call = Call {
            number,
            request,
            wanted,
        };
        if let Ok(message) = serde_wasm_bindgen::to_value(&call) {
            self.post_when_ready(message);
        }
        number
    }

    /// Lets go of all answers that have not come: what the worker is doing ends soon, with a failure.
    pub fn interrupt(&self) {
        self.state.wanted.let_go();
    }

    /// Sends the handles of files, whose bytes the worker reads, and gives the message's number.
    pub fn send_files(&self, files: &[File]) -> u32 {
        let number = self.number();
        let message = Object::new();
        let handles: Array = files.iter().collect();
        // A new object takes any member.
        let _ = Reflect::set(&message, &FILES.into(), &handles);
        let _ = Reflect::set(&message, &NUMBER.into(), &number.into());
        self.post_when_ready(message.into());
        number
    }

    /// Ends the reading of files; the worker keeps what it held before.
    pub fn stop_reading(&self) {
        self.post(&STOP_READING.into());
    }

    fn number(&self) -> u32 {
        let number = self.state.next_number.get() + 1;
        self.state.next_number.set(number);
        number
    }

    fn post_when_ready(&self, message: JsValue) {
        match self.state.ready.get() {
            true => self.post(&message),
            false => self.state.waiting.borrow_mut().push(message),
        }
    }

    fn spawn(&self) {
        self.state.ready.set(false);
        let started = match early_worker() {
            Some(worker) => Ok(worker),
            None => start(&file_address("worker-loader.js")),
        };
        let worker = match started {
            Ok(worker) => worker,
            Err(error) => return (self.state.listener)(Heard::Broken(format!("{error:?}"))),
        };
        let is_ready = member(&worker, "isReady").is_truthy();
        let client = self.clone();
        let on_message =
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| client.hear(&event));
        let listener = self.state.listener.clone();
        let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
            listener(Heard::Broken(event.message()));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        watch(&worker);
        *self.state.worker.borrow_mut() = Some(Running {
            worker,
            _on_message: on_message,
            _on_error: on_error,
        });
        if is_ready {
            self.send_waiting();
        }
    }

    /// The worker is ready: what waits is sent.
    fn send_waiting(&self) {
        self.state.ready.set(true);
        let waiting = self.state.waiting.take();
        waiting.iter().for_each(|message| self.post(message));
    }

    fn hear(&self, event: &MessageEvent) {
        let Ok(answer) = serde_wasm_bindgen::from_value::<Answer>(event.data()) else {
            return (self.state.listener)(Heard::Broken("an answer cannot be read".to_owned()));
        };
        if matches!(answer, Answer::Ready) {
            self.send_waiting();
        }
        if let Answer::Reply { number, .. } = &answer {
            self.state.wanted.forget(*number);
        }
        (self.state.listener)(Heard::Answer(answer));
    }

    fn post(&self, message: &JsValue) {
        if let Some(running) = self.state.worker.borrow().as_ref() {
            // Posting fails only for values that cannot be copied, and these can.
            let _ = running.worker.post_message(message);
        }
    }
}

/// The worker that `public/start.js` has started, once.
fn early_worker() -> Option<Worker> {
    let page = js_sys::global();
    let worker = member(&page, EARLY).dyn_into().ok()?;
    // A worker that was ended is not taken again.
    let _ = Reflect::set(&page, &EARLY.into(), &JsValue::UNDEFINED);
    Some(worker)
}

/// Where `public/start.js` leaves its worker.
const EARLY: &str = "rulesmithWorker";

fn member(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or_default()
}
