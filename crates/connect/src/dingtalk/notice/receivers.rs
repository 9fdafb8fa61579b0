//! Who gets a notice.

use contract::connector::Refusal;
use model::{AnswerClass, Cause, Map, Value};

use crate::dingtalk::account::Account;
use crate::dingtalk::kinds::{MOST_DEPARTMENTS, MOST_USERS, MOST_WITH_STATUS_BAR};
use crate::dingtalk::person;

/// People, departments, or everybody.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Receivers {
    users: Vec<String>,
    /// Not looked up yet.
    mobiles: Vec<String>,
    departments: Vec<String>,
    everybody: bool,
}

impl Receivers {
    pub(super) fn of(document: &Map<'_>) -> Result<Receivers, Cause> {
        let receivers = Receivers {
            users: list(document, "userid_list")?,
            mobiles: list(document, "mobiles")?,
            departments: list(document, "dept_id_list")?,
            everybody: truth(document, "to_all_user")?,
        };
        let nobody = Receivers::default();
        if receivers == nobody { Err(Cause::new("dingtalk.no_receivers")) } else { Ok(receivers) }
    }

    /// Finds the people of the mobile numbers. One whom nobody has stops the notice: to send it to the others would look
    /// as if everybody had got it.
    pub(super) async fn find_mobiles(&mut self, account: &Account<'_>) -> Result<(), Refusal> {
        for mobile in std::mem::take(&mut self.mobiles) {
            let Some(user) = person::by_mobile(account, &mobile).await? else {
                let cause = Cause::new("dingtalk.mobile_unknown").with("last", last_four(&mobile));
                return Err(Refusal::new(AnswerClass::Rejected, cause));
            };
            if !self.users.contains(&user) {
                self.users.push(user);
            }
        }
        Ok(())
    }

    /// Lets the last digits of the mobile numbers stand for the people, for a preview.
    pub(super) fn stand_in(&mut self) {
        let mobiles = std::mem::take(&mut self.mobiles);
        self.users.extend(mobiles.iter().map(|mobile| format!("(…{})", last_four(mobile))));
    }

    /// Checks the limits on receivers of one call.
    pub(super) fn check(&self, msg: &Map<'_>) -> Result<(), Cause> {
        let too_many = |code: &'static str, count: usize, most: usize| {
            Cause::new(code).with("count", count).with("most", most)
        };
        if self.users.len() > MOST_USERS {
            return Err(too_many("dingtalk.too_many_receivers", self.users.len(), MOST_USERS));
        }
        if self.departments.len() > MOST_DEPARTMENTS {
            return Err(too_many("dingtalk.too_many_departments", self.departments.len(), MOST_DEPARTMENTS));
        }
        let has_status_bar = msg.get("oa").and_then(|oa| oa.get("status_bar")).is_some();
        let are_few =
            self.users.len() <= MOST_WITH_STATUS_BAR && self.departments.is_empty() && !self.everybody;
        if has_status_bar && !are_few {
            return Err(too_many("dingtalk.status_bar_for_few", self.users.len(), MOST_WITH_STATUS_BAR));
        }
        Ok(())
    }

    pub(super) fn put_into(&self, body: &mut Map<'static>) {
        if !self.users.is_empty() {
            body.push("userid_list", self.users.join(","));
        }
        if !self.departments.is_empty() {
            body.push("dept_id_list", self.departments.join(","));
        }
        body.push("to_all_user", self.everybody);
    }
}

/// The last four digits of a mobile number, by which people know whose it is without its being shown.
fn last_four(mobile: &str) -> String {
    let letters: Vec<char> = mobile.chars().collect();
    letters[letters.len().saturating_sub(4)..].iter().collect()
}

fn shape(field: &str) -> Cause {
    Cause::new("dingtalk.field_shape").with("field", field)
}

/// Texts separated by commas, or a list; each once.
fn list(document: &Map<'_>, field: &str) -> Result<Vec<String>, Cause> {
    let Some(value) = document.get(field) else { return Ok(Vec::new()) };
    let texts: Vec<String> = match value {
        Value::Null => Vec::new(),
        Value::List(list) => list
            .iter()
            .map(|value| value.plain().map(|text| text.into_owned()).ok_or_else(|| shape(field)))
            .collect::<Result<_, _>>()?,
        value => {
            let text = value.plain().ok_or_else(|| shape(field))?;
            text.split([',', '，', ';', '；', '|']).map(str::to_owned).collect()
        }
    };
    let mut list: Vec<String> = Vec::new();
    for text in texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()) {
        if !list.iter().any(|known| known == text) {
            list.push(text.to_owned());
        }
    }
    Ok(list)
}

fn truth(document: &Map<'_>, field: &str) -> Result<bool, Cause> {
    let Some(value) = document.get(field).filter(|value| !value.is_blank()) else { return Ok(false) };
    match value.plain().as_deref() {
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        _ => Err(shape(field)),
    }
}
