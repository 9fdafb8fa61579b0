//! The words of the command line: help, usage errors, and the sentences for causes, each in Chinese and English.

pub mod help;
pub mod language;
mod phrases;
mod sentences;
pub mod usage;

use model::{Catalogue, Sentence};

/// The command line's own sentences.
pub fn sentences() -> Vec<Sentence> {
    sentences::all()
}

/// Every sentence there is: ours, the engine's, the mapping's, the store's and the connectors'.
pub fn catalogue(registry: &connect::Registry) -> Catalogue {
    let mut catalogue = Catalogue::default();
    catalogue.add(registry.sentences());
    catalogue.add(model::sentences());
    catalogue.add(store::sentences());
    catalogue.add(mapping::sentences());
    catalogue.add(objects::sentences());
    catalogue.add(engine::sentences());
    catalogue.add(functions::sentences());
    catalogue.add(sentences());
    catalogue.add_phrases(&mapping::phrases());
    catalogue.add_phrases(phrases::PHRASES);
    catalogue
}

/// The words that are compiled in, for the tests of the house.
pub fn built_in_catalogue() -> Catalogue {
    catalogue(&crate::wire::built_in())
}

/// Every sentence that is compiled in, in order of the codes.
pub fn all_sentences() -> Vec<Sentence> {
    built_in_catalogue().iter().cloned().collect()
}
