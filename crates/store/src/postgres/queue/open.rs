//! Opening intents: links are reserved and steps stored before any call goes out.

use contract::store::{OpenIntent, Opened, Opening};
use model::intent::Intent;
use model::link::LinkSide;
use model::step::{Action, Step};
use model::task::Kind;
use model::{FlowName, LaneName, LinkId, TaskId, Timestamp};

use super::links::{Links, Side, Wanted};
use super::tasks::{Beside, Board};
use crate::codec::{self, key_text};
use crate::postgres::commit::{Read, Write};
use crate::postgres::failure::Done;
use crate::postgres::params::{text, texts};
use crate::postgres::rows::{known, place};
use crate::postgres::session::get;

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

/// For each key, the tasks of the lane that go on by themselves and have an open intent of it.
pub(super) async fn open_intents(
    read: &Read,
    lane: &LaneName,
    keys: &[Vec<(String, String)>],
) -> Done<Vec<Vec<OpenIntent>>> {
    let written: Vec<String> = keys.iter().map(|key| key_text(key)).collect();
    let found = read
        .sql
        .all(
            "select n.place, t.id, t.flow, i.step, i.sent from unnest($3::text[]) with ordinality n (key, place)
             join intent i on i.key = n.key and i.key <> '[]'
             join task t on t.id = i.task and t.tenant = $1 and t.lane = $2 and t.open and t.state < 4
             order by t.id",
            &[&read.tenant, &text(lane.as_str()), &texts(written.iter().map(String::as_str))],
            |row| {
                let step: Step = known(codec::read(get(row, 3)?), "an intent's step")?;
                let under_way = OpenIntent {
                    task: TaskId(get(row, 1)?),
                    flow: FlowName::new(get::<&str>(row, 2)?),
                    object: step.object,
                    sent: Timestamp(get(row, 4)?),
                };
                Ok((place(row, 0)?, under_way))
            },
        )
        .await?;
    let mut tasks = vec![Vec::new(); keys.len()];
    found.into_iter().for_each(|(place, task)| tasks[place].push(task));
    Ok(tasks)
}
