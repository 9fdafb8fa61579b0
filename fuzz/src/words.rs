//! Every cause that reaches a person has words.

use std::sync::LazyLock;

use model::{Catalogue, Cause, Lang};

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let registry =
        connect::registry(None).expect("without a folder of the user's there is none that is broken");
    let mut catalogue = Catalogue::default();
    catalogue.add(model::sentences());
    catalogue.add(mapping::sentences());
    catalogue.add(registry.sentences());
    catalogue
});

pub fn catalogue() -> &'static Catalogue {
    &CATALOGUE
}

/// # Panics
/// When the cause has no sentence.
pub fn told(cause: &Cause) {
    assert!(CATALOGUE.contains(&cause.code), "{} has no sentence", cause.code);
    for lang in [Lang::Zh, Lang::En] {
        assert!(!CATALOGUE.text(cause, lang).is_empty(), "{} says nothing", cause.code);
    }
}
