//! Who is the same person in the CRM and in the ERP: bound by rule, as an administrator does with `qiao binding match`.

use std::sync::Arc;

use engine::Seams;
use engine::bindings::{self, MatchError, Proposal};
use engine::connection::TokenBox;
use engine::setup::Setup;
use model::ConnectionName;
use model::binding::Kind;

/// Binds the people of `crm` and `erp` whom the rule is sure of and who are meant. Gives how many that were.
///
/// # Errors
/// When the store or one of the systems does not answer.
///
/// # Panics
/// Without connections of those names.
pub async fn bind(seams: &Seams, is_meant: impl Fn() -> bool) -> Result<usize, MatchError> {
    let setup = Setup::load(seams, &Arc::new(TokenBox::new(seams.store.clone())), None).await?;
    let line =
        |name: &str| setup.lines.get(&ConnectionName::new(name)).expect("the connection is there").clone();
    let (crm, erp) = (line("crm"), line("erp"));
    let found = bindings::find(seams, &crm, &erp, Kind::Person).await?;
    let meant: Vec<Proposal> = found.proposals.into_iter().filter(|_| is_meant()).collect();
    bindings::apply(seams, [&crm, &erp], Kind::Person, &meant).await?;
    Ok(meant.len())
}
