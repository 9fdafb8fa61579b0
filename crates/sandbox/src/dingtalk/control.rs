//! `/_sandbox/dingtalk/…`: the organisation from inside.
//!
//! | path | GET | POST |
//! |---|---|---|
//! | `/messages` | every accepted notice with what became of it for each recipient | |
//! | `/users`, `/departments` | who is on DingTalk | |
//! | `/organisation` | its state | changes the members that are sent |
//! | `/forget_tokens` | | the token dies |

use serde_json::{Value, json};

use super::DingTalk;
use crate::state;

pub fn control(system: &mut DingTalk, path: &str, body: &Value) -> Option<Value> {
    let reads = body.is_null();
    Some(match path.trim_matches('/') {
        "messages" if reads => json!(system.notices.tasks),
        "users" if reads => users(system),
        "departments" if reads => system
            .staff
            .departments
            .iter()
            .map(|department| json!({ "dept_id": department.id, "name": department.name }))
            .collect(),
        "organisation" if reads => json!(system.organisation),
        "organisation" => state::change(&mut system.organisation, body),
        "forget_tokens" if !reads => {
            system.token.forget();
            json!({})
        }
        _ => return None,
    })
}

fn users(system: &DingTalk) -> Value {
    system
        .staff
        .members
        .iter()
        .map(|member| {
            json!({
                "userid": member.user_id,
                "unionid": member.union_id,
                "name": member.name,
                "mobile": member.mobile,
                "job_number": member.job_number,
                "visible": system.is_visible(member),
            })
        })
        .collect()
}
