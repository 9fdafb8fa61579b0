//! Trying a connection without changing anything: the token, the operator, the right to read CRM data.

use contract::Wire;
use contract::connector::{Finding, Refusal};
use model::Cause;

use super::call::Session;
use super::query::Query;
use super::sign_in;
use crate::manifest::Manifest;

/// What is read to see whether CRM data may be read: every company has customers.
const TRIED: &str = "AccountObj";

/// The findings, up to the first that did not go well.
pub(super) async fn check(wire: &dyn Wire, manifest: &Manifest) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Err(refusal) = walk(wire, manifest, &mut findings).await {
        findings.push(Finding { ok: false, cause: refusal.cause });
    }
    findings
}

async fn walk(wire: &dyn Wire, manifest: &Manifest, findings: &mut Vec<Finding>) -> Result<(), Refusal> {
    let mut well = |cause: Cause| findings.push(Finding { ok: true, cause });
    let session = Session::open(wire, manifest)?;
    sign_in::without_operator(&session).await?;
    well(Cause::new("fxiaoke.check_token").with("host", session.settings.host()));
    sign_in::with_operator(&session).await?;
    well(Cause::new("fxiaoke.check_operator"));
    let fields = ["_id".to_owned()];
    Query::of(TRIED, &fields).limit(1).run(&session).await?;
    well(Cause::new("fxiaoke.check_data").with("object", TRIED));
    Ok(())
}
