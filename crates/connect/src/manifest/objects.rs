//! Presets of objects.

use contract::connector::ObjectFacts;

use super::{Manifest, Preset};

impl Manifest {
    /// The preset of that name.
    pub fn preset(&self, object: &str) -> Option<&Preset> {
        self.objects.iter().find(|preset| preset.name == object)
    }

    /// What holds for an object: its preset, else the one named `*`, else an object of which nothing is known but that
    /// its id is called `id`.
    pub fn object(&self, object: &str) -> ObjectFacts {
        match self.preset(object).or_else(|| self.preset("*")) {
            Some(preset) => preset.facts.clone(),
            None => ObjectFacts {
                id: "id".into(),
                number: None,
                name: None,
                version: None,
                by_time: false,
                statuses: Vec::new(),
                personal: Vec::new(),
            },
        }
    }
}
