//! The answers that the page wants: while it does, an object is there at the address that went with the
//! request. A worker that works hears no message, but it can look whether an address leads anywhere.

use std::cell::RefCell;
use std::collections::BTreeMap;

use js_sys::Array;
use web_sys::{Blob, Url};

/// Addresses by the number of their request.
#[derive(Default)]
pub struct Wanted(RefCell<BTreeMap<u32, String>>);

impl Wanted {
    /// An address for a request; without one, its work cannot be ended alone.
    pub fn note(&self, number: u32) -> Option<String> {
        let nothing = Blob::new_with_str_sequence(&Array::new()).ok()?;
        let address = Url::create_object_url_with_blob(&nothing).ok()?;
        self.0.borrow_mut().insert(number, address.clone());
        Some(address)
    }

    /// The answer to a request has come.
    pub fn forget(&self, number: u32) {
        if let Some(address) = self.0.borrow_mut().remove(&number) {
            revoke(&address);
        }
    }

    /// No answer is wanted any more.
    pub fn let_go(&self) {
        self.0.take().values().for_each(|address| revoke(address));
    }
}

fn revoke(address: &str) {
    // An address that is gone already is what is wanted.
    let _ = Url::revoke_object_url(address);
}
