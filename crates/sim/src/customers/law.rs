//! Customers and contacts: one on each side, alike, and each new customer told of once.

use std::collections::BTreeMap;

use contract::store::TaskLine;
use model::task::State;
use serde_json::Value;

use crate::law;
use crate::screens::{is_delivered, is_void, list, text};
use crate::world::World;

/// Everything by which the two sides break the law.
pub async fn violations(world: &World, found: &mut Vec<String>) {
    law::stuck(world, waits_for_what_was_voided, found).await;
    let sides = Sides::read(world);
    sides.once_each(found);
    sides.alike(found);
    sides.told_once(found);
}

/// Nothing that these people do is wrong, so nothing may have failed; and only a contact may wait, for a customer that
/// was voided before it was ever synced.
fn waits_for_what_was_voided(line: &TaskLine) -> bool {
    let waits = line.task.state == State::Waiting && line.task.flow.as_str() == "contacts";
    waits && line.task.cause.as_ref().is_some_and(|cause| cause.code == "engine.parent_skipped")
}

/// Both sides, as read at the vendors' own screens.
struct Sides {
    accounts: Vec<Value>,
    contacts: Vec<Value>,
    customers: Vec<Value>,
    people: Vec<Value>,
    messages: Vec<Value>,
}

impl Sides {
    fn read(world: &World) -> Sides {
        let table = |path: &str| list(world.screens.read(world.now_ms(), path));
        Sides {
            accounts: table("fxiaoke/AccountObj"),
            contacts: table("fxiaoke/ContactObj"),
            customers: table("kingdee-k3cloud/BD_Customer"),
            people: table("kingdee-k3cloud/BD_CommonContact"),
            messages: table("dingtalk/messages"),
        }
    }

    /// One customer for each account that is not void, and none for nobody.
    fn once_each(&self, found: &mut Vec<String>) {
        let mut by_number: BTreeMap<String, usize> = BTreeMap::new();
        for customer in &self.customers {
            *by_number.entry(text(&customer["FNumber"])).or_default() += 1;
        }
        found.extend(
            by_number
                .iter()
                .filter(|(_, n)| **n > 1)
                .map(|(number, n)| format!("doubled: customer {number} × {n}")),
        );
        for account in self.accounts.iter().filter(|account| !is_void(account)) {
            let number = text(&account["account_no"]);
            if !by_number.contains_key(&number) {
                found.push(format!("lost: customer {number}"));
            }
        }
        let mut people: BTreeMap<String, usize> = BTreeMap::new();
        for person in &self.people {
            *people.entry(text(&person["FNumber"])).or_default() += 1;
        }
        found.extend(
            people
                .iter()
                .filter(|(_, n)| **n > 1)
                .map(|(number, n)| format!("doubled: contact {number} × {n}")),
        );
        let customer_stands = |contact: &&Value| {
            self.accounts.iter().any(|account| account["_id"] == contact["account_id"] && !is_void(account))
        };
        for contact in self.contacts.iter().filter(|contact| !is_void(contact)).filter(customer_stands) {
            if !people.contains_key(&text(&contact["_id"])) {
                found.push(format!("lost: contact {}", text(&contact["_id"])));
            }
        }
    }

    /// Every field that is mapped says the same on both sides.
    fn alike(&self, found: &mut Vec<String>) {
        for account in &self.accounts {
            let number = text(&account["account_no"]);
            let Some(customer) = self.customers.iter().find(|customer| text(&customer["FNumber"]) == number)
            else {
                continue;
            };
            let differ = |what: &str, crm: String, erp: String| {
                (crm != erp).then(|| format!("differs: customer {number} {what}: {crm:?} ≠ {erp:?}"))
            };
            if is_void(account) {
                found.extend(differ("forbidden", "B".into(), text(&customer["FForbidStatus"])));
                continue;
            }
            for (crm, erp) in [("name", "FName"), ("tel", "FTEL"), ("remark", "FDescription")] {
                found.extend(differ(erp, text(&account[crm]), text(&customer[erp])));
            }
            found.extend(differ("status", "C".into(), text(&customer["FDocumentStatus"])));
            found.extend(differ("forbidden", "A".into(), text(&customer["FForbidStatus"])));
            found.extend(differ("written back", number.clone(), text(&account["erp_no__c"])));
            found.extend(differ("contacts", self.contacts_of(account), lines_of(customer)));
        }
    }

    fn contacts_of(&self, account: &Value) -> String {
        let mut lines: Vec<String> = self
            .contacts
            .iter()
            .filter(|contact| !is_void(contact) && contact["account_id"] == account["_id"])
            .map(|contact| line(&contact["_id"], &contact["name"], &contact["mobile1"]))
            .collect();
        lines.sort();
        lines.join(", ")
    }

    /// People heard of each customer once at most, and of each that was audited since the flow began.
    fn told_once(&self, found: &mut Vec<String>) {
        let mut told: BTreeMap<String, usize> = BTreeMap::new();
        for message in self.messages.iter().filter(|message| is_delivered(message)) {
            let content = text(&message["message"]["text"]["content"]);
            *told.entry(content).or_default() += 1;
        }
        found.extend(
            told.iter().filter(|(_, n)| **n > 1).map(|(content, n)| format!("told {n} times: {content}")),
        );
        for account in self.accounts.iter().filter(|account| !is_void(account)) {
            let number = text(&account["account_no"]);
            if number.starts_with("SIM") && !told.contains_key(&format!("新客户 {number}")) {
                found.push(format!("not told: {number}"));
            }
        }
    }
}

fn line(id: &Value, name: &Value, mobile: &Value) -> String {
    format!("{} {} {}", text(id), text(name), text(mobile))
}

fn lines_of(customer: &Value) -> String {
    // Rows that people made in the ERP have numbers of their own, and stay.
    let mut rows = list(customer["FT_BD_CUSTCONTACT"].clone());
    rows.retain(|row| text(&row["FNUMBER1"]).len() == 24);
    let mut lines: Vec<String> =
        rows.iter().map(|row| line(&row["FNUMBER1"], &row["FNAME1"], &row["FMOBILE"])).collect();
    lines.sort();
    lines.join(", ")
}
