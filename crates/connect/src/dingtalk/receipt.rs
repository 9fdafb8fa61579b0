//! What became of an accepted notice (§4.3, §4.4).
//!
//! A receipt is the task id, with `@` and the agent id behind it where the notice named an agent of its own.

use std::collections::BTreeSet;

use contract::connector::{Receipt, Refusal};
use model::{AnswerClass, Cause, Map, Value};

use super::account::Account;
use super::answer::Effect;

/// The receipt of a task.
pub(super) fn name(account: &Account<'_>, task: &str, agent: i64) -> String {
    if agent == account.agent_id { task.to_owned() } else { format!("{task}@{agent}") }
}

pub(super) async fn follow_up(account: &Account<'_>, receipt: &str) -> Result<Receipt, Refusal> {
    let bad = || {
        let cause = Cause::new("dingtalk.bad_receipt").with("receipt", receipt);
        Refusal::new(AnswerClass::Rejected, cause)
    };
    let (task, agent) = match receipt.split_once('@') {
        Some((task, agent)) => (task, agent.parse().map_err(|_| bad())?),
        None => (receipt, account.agent_id),
    };
    let task: i64 = task.parse().map_err(|_| bad())?;
    let body = progress(account, agent, task).await?;
    let progress = body.get("progress");
    let status = progress.and_then(|progress| progress.get("status")).and_then(Value::plain);
    if status.as_deref() != Some("2") {
        return Ok(Receipt::Pending);
    }
    let path = "topapi/message/corpconversation/getsendresult";
    let body = account.ask("getsendresult", path, &asked(agent, task), Effect::Read, &[]).await?;
    Ok(body.get("send_result").map_or(Receipt::Pending, judge))
}

/// `getsendprogress`.
pub(super) async fn progress(
    account: &Account<'_>,
    agent: i64,
    task: i64,
) -> Result<Value<'static>, Refusal> {
    let path = "topapi/message/corpconversation/getsendprogress";
    account.ask("getsendprogress", path, &asked(agent, task), Effect::Read, &[]).await
}

fn asked(agent: i64, task: i64) -> Value<'static> {
    let mut body = Map::new();
    body.push("agent_id", agent);
    body.push("task_id", task);
    Value::Map(body)
}

/// Who got it and who did not. Somebody whose copy was dropped because the same content had reached them that day
/// (143106) has it.
fn judge(result: &Value<'_>) -> Receipt {
    let ids = |name: &str| -> BTreeSet<String> {
        let list = result.get(name).and_then(Value::as_list).unwrap_or_default();
        list.iter().filter_map(Value::plain).map(|id| id.into_owned()).collect()
    };
    let forbidden_list = result.get("forbidden_list").and_then(Value::as_list).unwrap_or_default();
    let (mut has_it, mut dropped, mut reasons) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for entry in forbidden_list {
        let part = |name: &str| entry.get(name).and_then(Value::plain).unwrap_or_default().into_owned();
        match part("code").as_str() {
            "143106" => has_it.insert(part("userid")),
            code => {
                reasons.insert(code.to_owned());
                dropped.insert(part("userid"))
            }
        };
    }
    let forbidden: BTreeSet<String> =
        ids("forbidden_user_id_list").union(&dropped).filter(|id| !has_it.contains(*id)).cloned().collect();
    let reached = ids("read_user_id_list").len() + ids("unread_user_id_list").len() + has_it.len();
    let missed = [
        ids("invalid_user_id_list").len(),
        forbidden.len(),
        ids("failed_user_id_list").len(),
        ids("invalid_dept_id_list").len(),
    ];
    if missed.iter().sum::<usize>() == 0 {
        return Receipt::Received;
    }
    let [invalid, forbidden, failed, departments] = missed;
    let code = if reached == 0 { "dingtalk.reached_nobody" } else { "dingtalk.missed_some" };
    let reasons: Vec<String> = reasons.into_iter().collect();
    Receipt::Missed(
        Cause::new(code)
            .with("reached", reached)
            .with("invalid", invalid)
            .with("forbidden", forbidden)
            .with("failed", failed)
            .with("departments", departments)
            .with("reasons", if reasons.is_empty() { "-".to_owned() } else { reasons.join(", ") }),
    )
}
