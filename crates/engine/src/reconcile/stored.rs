//! What the store tells by itself: records that failed or were never brought over, and how many agree.

use contract::store::{Counted, Linked, Paired};
use model::link::Referent;
use model::reconciliation::{Found as Difference, Kind, Known as Named, Origin, State as Standing, Sum};
use model::task::State;
use model::{Cause, Hash, RecordId, json};

use super::Trouble;
use super::listing::pairs_of;
use super::pass::Pass;

/// Records asked for at once.
const AT_ONCE: usize = 500;

/// Closes what is not at odds any more.
pub(super) async fn again(pass: &mut Pass<'_>) -> Result<(), Trouble> {
    let kept = pass.differences(Origin::Stored).await?;
    let ids: Vec<String> = kept.iter().map(|difference| difference.found.key().to_owned()).collect();
    let pairs = pairs_of(pass, model::reconciliation::Side::Here, &ids).await?;
    for id in ids {
        if pairs.get(&id).is_none_or(|pair| !may_be_at_odds(pair)) {
            pass.agrees(Origin::Stored, &id);
        }
    }
    pass.save().await
}

fn may_be_at_odds(pair: &Paired) -> bool {
    let is_linked = pair.link.as_ref().is_some_and(|link| link.target_id.is_some());
    match &pair.task {
        None => !is_linked,
        // On its way: what comes of it is seen next time.
        Some(task) if !task.state.rests() => true,
        Some(task) => task.state == State::Failed || task.state == State::Synced && !is_linked,
    }
}

/// Finds the records that do not stand as they should.
pub(super) async fn at_odds(pass: &mut Pass<'_>) -> Result<(), Trouble> {
    let mut after = RecordId(0);
    loop {
        let page = pass.seams.store.at_odds(&pass.pair, after, AT_ONCE).await?;
        let Some(last) = page.last().and_then(|pair| pair.record.as_ref()).map(|record| record.id) else {
            return Ok(());
        };
        after = last;
        let is_last = page.len() < AT_ONCE;
        let (failed, others): (Vec<_>, Vec<_>) = page
            .into_iter()
            .partition(|pair| pair.task.as_ref().is_some_and(|task| task.state == State::Failed));
        for pair in &failed {
            let cause = pair.task.as_ref().and_then(|task| task.cause.clone());
            let is_linked = pair.link.as_ref().is_some_and(|link| link.target_id.is_some());
            let kind = if is_linked { Kind::Differs } else { Kind::OnlyHere };
            pass.differs(difference(pair, kind, cause));
        }
        not_linked(pass, others).await?;
        pass.save_much().await?;
        if is_last {
            return Ok(());
        }
    }
}

/// Records without a link: some are another flow's to link, or none of this flow's.
async fn not_linked(pass: &mut Pass<'_>, pairs: Vec<Paired>) -> Result<(), Trouble> {
    let keys: Vec<_> =
        pairs.iter().filter_map(|pair| pair.record.as_ref()).map(|record| record.key.clone()).collect();
    if keys.is_empty() {
        return Ok(());
    }
    let others = match pass.flow.is_mirrored {
        true => {
            let asked = keys.iter().map(|key| Referent::from(pass.flow.link_side(key)));
            pass.seams.other_sides(asked.collect()).await?
        }
        false => Default::default(),
    };
    let records = pass.seams.store.find(&keys).await?;
    for ((pair, key), record) in pairs.iter().zip(&keys).zip(records) {
        let side = Referent::from(pass.flow.link_side(key));
        let is_linked_back = matches!(others.get(&side), Some(Linked::One { .. }));
        let body = record.as_ref().map(|record| &*record.body).unwrap_or("{}");
        let is_in_scope = json::read(body).is_ok_and(|body| pass.flow.compiled.scope(&body).unwrap_or(true));
        let is_carried = pair.task.is_some() || pass.flow.flow().source.history;
        match is_in_scope && is_carried && !is_linked_back && pass.flow.flow().target.creates {
            true => {
                let cause = Cause::new("reconcile.never_brought");
                pass.differs(difference(pair, Kind::OnlyHere, Some(cause)));
            }
            false => pass.agrees(Origin::Stored, &key.id),
        }
    }
    Ok(())
}

fn difference(pair: &Paired, kind: Kind, cause: Option<Cause>) -> Difference {
    let record = pair.record.as_ref();
    let target = pair.link.as_ref().and_then(|link| {
        Some(Named { id: link.target_id.clone()?, number: link.target_number.clone(), name: None })
    });
    let code = cause.as_ref().map(|cause| &*cause.code).unwrap_or_default();
    let hash = record.map_or(Hash(0), |record| record.hash);
    Difference {
        origin: Origin::Stored,
        kind,
        source: record.map(|record| Named {
            id: record.key.id.clone(),
            number: record.number.clone(),
            name: record.name.clone(),
        }),
        target,
        fields: Vec::new(),
        standing: Hash::of_text(&format!("{hash}\u{1f}{code}")),
        cause,
    }
}

/// Says how many agree, differ, are on the way or outside, from how records stand and which differences are kept.
pub(super) async fn sum_up(pass: &mut Pass<'_>) -> Result<(), Trouble> {
    pass.save().await?;
    let census = pass.seams.store.census(&pass.pair).await?;
    let kept = pass.seams.store.count_differences(&pass.run.flow).await?;
    let mut sum = Sum { ignored: 0, ..pass.run.sum };
    (sum.matched, sum.in_flight, sum.outside) = (0, 0, 0);
    (sum.only_here, sum.only_there, sum.differs) = (0, 0, 0);
    census.iter().for_each(|counted| add(&mut sum, counted));
    for (kind, state, count) in kept {
        let of_kind = match kind {
            Kind::OnlyHere => &mut sum.only_here,
            Kind::OnlyThere => &mut sum.only_there,
            Kind::Differs => &mut sum.differs,
        };
        match state {
            Standing::Open | Standing::Repairing => *of_kind += count,
            Standing::Ignored => sum.ignored += count,
            Standing::Closed => {}
        }
    }
    sum.matched = sum.matched.saturating_sub(paired_differences(pass).await?);
    pass.run.sum = sum;
    Ok(())
}

fn add(sum: &mut Sum, counted: &Counted) {
    match counted.state {
        _ if counted.void => sum.outside += counted.records,
        Some(State::Synced) if counted.linked => sum.matched += counted.records,
        Some(state) if !state.rests() => sum.in_flight += counted.records,
        Some(State::Ignored | State::Closed) => sum.ignored += counted.records,
        // Differences themselves.
        Some(State::Failed | State::Synced) => {}
        Some(_) | None => sum.outside += counted.records,
    }
}

/// How many pairs that count as synced differ all the same, whether that is ignored or not.
async fn paired_differences(pass: &Pass<'_>) -> Result<u64, Trouble> {
    let mut count = 0;
    for origin in [Origin::Here, Origin::There] {
        let kept = pass.differences(origin).await?;
        let is_pair = |found: &Difference| found.source.is_some() && found.target.is_some();
        count += kept.iter().filter(|difference| is_pair(&difference.found)).count() as u64;
    }
    Ok(count)
}
