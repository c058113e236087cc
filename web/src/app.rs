//! The page as a whole.

use leptos::prelude::*;

use crate::detail::RuleDetail;
use crate::exports::ExportPanel;
use crate::files::DropZone;
use crate::header::Header;
use crate::logs::LogsPanel;
use crate::problems::Problems;
use crate::rules::RulesList;
use crate::store::Store;

/// Header, rules, the chosen rule, logs and export.
#[component]
pub fn App() -> impl IntoView {
    let store = Store::start();
    provide_context(store);
    view! {
        <a class="skip" href="#rule">"Skip to the chosen rule"</a>
        <DropZone>
            <Header/>
            <Problems/>
            <div class="columns">
                <nav class="side" aria-label="Rules and logs">
                    <RulesList/>
                    <LogsPanel/>
                    <ExportPanel/>
                </nav>
                <main id="rule" tabindex="-1">
                    <RuleDetail/>
                </main>
            </div>
        </DropZone>
    }
}
