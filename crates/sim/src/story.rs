//! What happened to one record, for a person who looks for the cause of something.

use std::collections::BTreeSet;

use contract::store::Story;

use crate::world::World;

/// Stories of one text, at most.
const STORIES: usize = 5;

/// What was done and called that names the record with that number, id or name, as far as the trace keeps it, and then
/// everything the store knows of it.
pub async fn of(world: &World, text: &str) -> Vec<String> {
    let stories = facts(world, text).await;
    let ids: BTreeSet<&str> = stories.iter().flat_map(ids).chain([text]).collect();
    let names_it = |line: &String| ids.iter().any(|id| line.contains(id));
    let mut lines: Vec<String> = world.trace.lines().into_iter().filter(names_it).collect();
    lines.extend(stories.iter().map(|story| format!("{story:#?}")));
    lines
}

/// What the store knows of it.
pub async fn facts(world: &World, text: &str) -> Vec<Story> {
    world.facts().trace(text, STORIES).await.expect("the store answers")
}

/// The ids of a record on both sides. Those of the ERP are numbers, which stand in every other line too.
fn ids(story: &Story) -> impl Iterator<Item = &str> {
    const SHORTEST: usize = 12;
    let there = story.links.iter().filter_map(|link| link.target_id.as_deref());
    std::iter::once(&*story.record.key.id).chain(there).filter(|id| id.len() >= SHORTEST)
}
