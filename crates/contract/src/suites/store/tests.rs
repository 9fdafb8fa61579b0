//! The suite is whole: every promise is listed, every method of the seams is used.

const PROMISES: [(&str, &str); 24] = [
    ("lanes", include_str!("lanes.rs")),
    ("due", include_str!("due.rs")),
    ("opening", include_str!("opening.rs")),
    ("settling", include_str!("settling.rs")),
    ("waiting", include_str!("waiting.rs")),
    ("choosing", include_str!("choosing.rs")),
    ("people", include_str!("people.rs")),
    ("taking_in", include_str!("taking_in.rs")),
    ("wishing", include_str!("wishing.rs")),
    ("rereading", include_str!("rereading.rs")),
    ("raising", include_str!("raising.rs")),
    ("linking", include_str!("linking.rs")),
    ("binding", include_str!("binding.rs")),
    ("configuring", include_str!("configuring.rs")),
    ("receiving", include_str!("receiving.rs")),
    ("accessing", include_str!("accessing.rs")),
    ("jobbing", include_str!("jobbing.rs")),
    ("auditing", include_str!("auditing.rs")),
    ("alerting", include_str!("alerting.rs")),
    ("viewing", include_str!("viewing.rs")),
    ("changing", include_str!("changing.rs")),
    ("keeping", include_str!("keeping.rs")),
    ("reconciling", include_str!("reconciling.rs")),
    ("sweeping", include_str!("sweeping.rs")),
];

const SEAMS: [&str; 16] = [
    include_str!("../../store/queue.rs"),
    include_str!("../../store/nodes.rs"),
    include_str!("../../store/records.rs"),
    include_str!("../../store/links.rs"),
    include_str!("../../store/bindings.rs"),
    include_str!("../../store/receipts.rs"),
    include_str!("../../store/access.rs"),
    include_str!("../../store/config.rs"),
    include_str!("../../store/jobs.rs"),
    include_str!("../../store/audit.rs"),
    include_str!("../../store/alerts.rs"),
    include_str!("../../store/views.rs"),
    include_str!("../../store/upkeep.rs"),
    include_str!("../../store/reconciling.rs"),
    include_str!("../../store/choices.rs"),
    include_str!("../../store/sweeping.rs"),
];

macro_rules! names {
    ($($file:ident::$promise:ident),* $(,)?) => {
        vec![$((stringify!($file), stringify!($promise))),*]
    };
}

/// The names that follow a word of the source, up to their parenthesis.
fn names_after<'s>(source: &'s str, word: &str) -> Vec<&'s str> {
    source.split(word).skip(1).filter_map(|rest| rest.split_once('(').map(|(name, _)| name)).collect()
}

#[test]
fn every_promise_is_in_the_list() {
    let listed = every_store_promise!(names);
    let written: Vec<(&str, &str)> = PROMISES
        .iter()
        .flat_map(|(file, source)| names_after(source, "pub async fn ").into_iter().map(|name| (*file, name)))
        .collect();
    assert_eq!(listed, written);
}

#[test]
fn every_method_of_the_seams_is_used_by_a_promise() {
    let given = include_str!("given.rs");
    let methods: Vec<&str> = SEAMS.iter().flat_map(|source| names_after(source, "    async fn ")).collect();
    assert!(methods.len() >= 28, "{methods:?}");
    for method in methods {
        let call = format!("store.{method}(");
        let used = PROMISES.iter().any(|(_, source)| source.contains(&call)) || given.contains(&call);
        assert!(used, "no promise calls {method}");
    }
}
