//! By which profile rules are converted, profiles of the user's own, and what the converted rules watch.

use leptos::prelude::*;
use workbench::protocol::{Answer, Question, Request, Way};

use crate::parts::{download, picked};
use crate::places::heard;
use crate::state::Store;

/// The profile, and whether rules watch both kinds of resource.
#[component]
pub fn WayChoice() -> impl IntoView {
    let store = expect_context::<Store>();
    let way = Memo::new(move |_| store.view.with(|view| view.way.clone()));
    let convert = move |way: Way| store.send("Converting all rules", Request::Convert { way });
    let widen = move |event| {
        let profile = way.get_untracked().profile;
        convert(Way {
            profile,
            widen: event_target_checked(&event),
        });
    };
    view! {
        <fieldset class="panel way">
            <legend>"How rules are converted"</legend>
            <ProfileChoice way convert=Callback::new(convert)/>
            <label>
                <input type="checkbox" prop:checked=move || way.get().widen on:change=widen/>
                " Watch both: one rule for vaults and Managed HSMs"
            </label>
            <OwnProfile way/>
        </fieldset>
    }
}

#[component]
fn ProfileChoice(way: Memo<Way>, convert: Callback<Way>) -> impl IntoView {
    let store = expect_context::<Store>();
    let profiles = Memo::new(move |_| store.view.with(|view| view.profiles.clone()));
    let choose = move |event| {
        let profile = event_target_value(&event);
        let widen = way.get_untracked().widen;
        convert.run(Way { profile, widen });
    };
    let option = move |(id, title): (String, String)| {
        let value = id.clone();
        let chosen = move || {
            let first = || profiles.with(|all| all.first().is_some_and(|(first, _)| *first == id));
            way.with(|way| way.profile == id || (way.profile.is_empty() && first()))
        };
        view! { <option value=value selected=chosen>{title}</option> }
    };
    view! {
        <label>
            "Profile "
            <select on:change=choose>{move || profiles.get().into_iter().map(option).collect_view()}</select>
        </label>
    }
}

/// A profile file of the user's own: chosen, saved to start from, taken out.
#[component]
fn OwnProfile(way: Memo<Way>) -> impl IntoView {
    let store = expect_context::<Store>();
    let load = move |event| {
        picked(&event, move |name, text| {
            store.send("Reading the profile", Request::AddProfile { name, text });
        });
    };
    let chosen = move || {
        let first = || {
            store
                .view
                .with(|view| view.profiles.first().map(|(id, _)| id.clone()))
        };
        match way.get().profile {
            id if id.is_empty() => first().unwrap_or_default(),
            id => id,
        }
    };
    let save = move |_| {
        let id = untrack(chosen);
        store.ask(Question::ProfileFile(id), move |answer| {
            if let Some(Answer::File(file)) = heard(store, answer) {
                download(&file);
            }
        });
    };
    let own = move || {
        store
            .view
            .with(|view| view.own_profiles.contains(&chosen()))
    };
    let remove = move |_| {
        let id = untrack(chosen);
        store.send("Taking the profile out", Request::RemoveProfile { id });
    };
    view! {
        <details class="own-profile">
            <summary>"A profile of your own"</summary>
            <p class="help">"A profile is a YAML file that says what differs between two kinds of resource. Save the chosen one, change it, give it an id of its own and load it. What does not fit is refused with its line and what can be done."</p>
            <div class="actions">
                <button on:click=save>"Save the chosen profile"</button>
                <label>"Load a profile "<input type="file" accept=".yaml,.yml" on:change=load/></label>
                <Show when=own><button on:click=remove>"Take this profile out"</button></Show>
            </div>
        </details>
    }
}
