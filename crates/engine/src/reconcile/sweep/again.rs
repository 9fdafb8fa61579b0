//! What was gone before is asked for again by its id: what came back is read.

use super::super::Trouble;
use super::super::listing::absent;
use super::pass::Pass;

/// Records asked for at once.
const AT_ONCE: usize = 200;

pub(super) async fn again(pass: &mut Pass<'_>) -> Result<(), Trouble> {
    let mut after = String::new();
    loop {
        let gone = pass.seams.store.gone(pass.of(), &after, AT_ONCE).await?;
        let Some(last) = gone.last() else { break };
        after.clone_from(&last.id);
        pass.heed_quota()?;
        let ids: Vec<String> = gone.iter().map(|one| one.id.clone()).collect();
        let found = pass.face.get(&ids).await?;
        let absent = absent(&ids, &found);
        let counts =
            gone.iter().filter(|one| one.reason.is_none() && absent.contains(&one.id)).count() as u64;
        pass.sweep.sum.gone += counts;
        // It is known, and so it counts as one that is missed at the source.
        pass.sweep.sum.here += counts;
        for found in found {
            pass.findings.back.push(found.id.clone());
            pass.missed(found.id);
        }
    }
    pass.sweep.place.looked_again = true;
    pass.save().await
}
