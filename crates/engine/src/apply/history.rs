//! What existed before a flow: raised when the flow comes into force, and read once more where it needs new fields.

use contract::store::{ConfigText, History};

use crate::reading::ObjectReading;
use crate::setup::Setup;

/// What is taken up with these texts. Flows with history take what was read before them too; where one needs fields that
/// were not read before, what existed is read once more. Given again they miss nothing.
pub(super) fn of(before: &Setup, after: &Setup, texts: &[ConfigText]) -> Vec<History> {
    let is_given = |name: &str| texts.iter().any(|text| text.kind == "flow" && text.name == name);
    let given = after.flows.values().filter(|active| is_given(active.name().as_str()));
    let with_history = given.filter(|active| active.flow().source.history);
    let taken_up = with_history.map(|active| {
        let source = &active.flow().source;
        let known = ObjectReading::of(before, &source.connection, &source.object);
        let reading = ObjectReading::of(after, &source.connection, &source.object);
        let read_again = known
            .zip(reading)
            .is_some_and(|(known, reading)| reading.fields.iter().any(|field| !known.fields.contains(field)));
        History {
            connection: source.connection.clone(),
            object: source.object.clone(),
            raise: active.raise(),
            read_again,
        }
    });
    taken_up.collect()
}
