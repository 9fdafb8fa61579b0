//! Opening intents: links are reserved and steps stored before any call goes out.

use contract::store::{Opened, Opening};
use model::intent::Intent;
use model::link::LinkSide;
use model::step::Action;
use model::task::Kind;
use model::{LinkId, TaskId};

use super::links::{Links, Side, Wanted};
use super::tasks::{Beside, Board};
use crate::postgres::commit::Write;
use crate::postgres::failure::Done;
use crate::postgres::rows::known;

pub(super) async fn open(write: &mut Write, openings: &[Opening]) -> Done<Vec<Opened>> {
    let mut wanted = Wanted::default();
    openings.iter().for_each(|opening| wanted.side(side(opening)));
    let mut links = Links::of(write, &wanted).await?;
    let ids: Vec<TaskId> = openings.iter().map(|opening| opening.intent.task).collect();
    let mut board = Board::of_ids(write, &ids).await?;
    let mut places = Vec::with_capacity(openings.len());
    for opening in openings {
        places.push(reserve(&mut board, &mut links, opening)?);
    }
    links.store(write).await?;
    let mut opened = Vec::with_capacity(openings.len());
    for (opening, place) in openings.iter().zip(places) {
        let link = links.get(place);
        let id = known(link.id, "the link of an intent")?;
        opened.push(Opened { link: id, target_id: link.target_id.clone() });
        put_intent(&mut board, &opening.intent, id)?;
    }
    board.store(write).await?;
    Ok(opened)
}

fn side(opening: &Opening) -> LinkSide {
    LinkSide {
        source: opening.source.clone(),
        target_connection: opening.target_connection.clone(),
        target_object: Some(opening.target_object.clone()),
    }
}

/// Where the link of an opening is; its task is moved.
fn reserve(board: &mut Board, links: &mut Links, opening: &Opening) -> Done<usize> {
    let intent = &opening.intent;
    let task = known(board.get(intent.task), "the task of an intent")?;
    let place = links.reserve(Side::new(&opening.source, &opening.target_connection, &opening.target_object));
    task.moved(task.standing.opened(intent.sent));
    if intent.step.action != Action::Notify && task.kind == Kind::Deliver {
        links.doubt(place, opening.may_hold.as_ref());
    }
    Ok(place)
}

/// Stores the intent in the place of the one that was open.
fn put_intent(board: &mut Board, intent: &Intent, link: LinkId) -> Done<()> {
    let task = known(board.get(intent.task), "the task of an intent")?;
    task.intent = Beside::Put(Intent { link, ..intent.clone() });
    Ok(())
}
