//! Questions that wait for their answer, each with what is to be done with it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use workbench::protocol::{Answer, Problem};

type Then = Box<dyn FnOnce(Result<Answer, Problem>)>;

/// Questions by the number of their request.
#[derive(Clone, Default)]
pub struct Pending(Rc<RefCell<BTreeMap<u32, Then>>>);

impl Pending {
    /// Notes a question.
    pub fn add(&self, number: u32, then: impl FnOnce(Result<Answer, Problem>) + 'static) {
        self.0.borrow_mut().insert(number, Box::new(then));
    }

    /// What waits for the answer to a request.
    pub fn take(&self, number: u32) -> Option<Then> {
        self.0.borrow_mut().remove(&number)
    }

    /// Tells every question that no answer will come.
    pub fn give_up(&self) {
        let waiting = self.0.take();
        for then in waiting.into_values() {
            then(Err(Problem {
                subject: "This question".to_owned(),
                line: None,
                field: None,
                message: "was stopped before it was answered".to_owned(),
                remedy: "ask again".to_owned(),
            }));
        }
    }
}
