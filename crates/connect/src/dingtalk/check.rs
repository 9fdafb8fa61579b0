//! Trying the connection without sending anything.

use contract::connector::{Finding, Refusal};
use model::{AnswerClass, Cause};

use super::account::Account;
use super::{person, receipt, token};

/// A number that nobody can have.
const NOBODY: &str = "10000000000";

/// The sign-in, the agent id, and whether people can be found by mobile number.
pub(super) async fn check(account: &Account<'_>) -> Vec<Finding> {
    let found = |ok: bool, cause: Cause| Finding { ok, cause };
    if let Err(refusal) = token::renewed(account).await {
        return vec![found(false, refusal.cause)];
    }
    let mut findings = vec![found(true, Cause::new("dingtalk.signed_in").with("app_key", account.app_key))];
    let agent = receipt::progress(account, account.agent_id, 1).await;
    findings.push(match agent {
        Err(refusal) if !is_about_the_task(&refusal) => found(false, refusal.cause),
        _ => found(true, Cause::new("dingtalk.agent_usable").with("agent_id", account.agent_id)),
    });
    findings.push(match person::ask(account, NOBODY).await {
        Err(refusal) if !person::is_nobody(&refusal) => {
            found(refusal.class == AnswerClass::Config, mobiles(refusal))
        }
        _ => found(true, Cause::new("dingtalk.mobiles_usable")),
    });
    findings
}

/// Without the permission only notices to mobile numbers fail: worth a word, not a failure.
fn mobiles(refusal: Refusal) -> Cause {
    match refusal.class {
        AnswerClass::Config => {
            let message = refusal.cause.param("message").unwrap_or_default().to_owned();
            Cause::new("dingtalk.mobiles_not_usable").with("message", message)
        }
        _ => refusal.cause,
    }
}

/// The task asked for does not exist: whatever DingTalk says about it, the agent id has passed. Only what is wrong with
/// settings, token or network counts, and a parameter error that names the agent id.
fn is_about_the_task(refusal: &Refusal) -> bool {
    let message = refusal.cause.param("message").unwrap_or_default().to_ascii_lowercase();
    refusal.class == AnswerClass::Rejected && !message.contains("agent")
}
