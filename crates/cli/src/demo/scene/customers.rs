//! Customers and contacts of both sides, which every example brings over: read from inside of the stand-ins, compared
//! field by field, counted.

use std::collections::BTreeMap;

use serde_json::Value;

use super::verdict::{Verdict, list, plain};
use crate::demo::asking::Asking;
use crate::exit::Failure;

/// The CRM's fields and the ERP's that must be equal.
const FIELDS: &[(&str, &str)] =
    &[("name", "FName"), ("tel", "FTEL"), ("address", "FADDRESS"), ("tax_no__c", "FTAXREGISTERCODE")];
const CONTACT_FIELDS: &[(&str, &str)] = &[("name", "FNAME1"), ("mobile1", "FMOBILE")];
const CONTACT_ROWS: &str = "FT_BD_CUSTCONTACT";

/// What both sides hold.
pub struct Customers {
    accounts: Vec<Value>,
    contacts: Vec<Value>,
    customers: Vec<Value>,
}

impl Customers {
    /// Reads both sides whole.
    pub async fn read(asking: &Asking) -> Result<Customers, Failure> {
        Ok(Customers {
            accounts: list(asking.get("/_sandbox/fxiaoke/AccountObj").await?),
            contacts: list(asking.get("/_sandbox/fxiaoke/ContactObj").await?),
            customers: list(asking.get("/_sandbox/kingdee-k3cloud/BD_Customer").await?),
        })
    }

    /// How many customers the CRM has in force.
    pub fn count(&self) -> usize {
        self.accounts.iter().filter(|account| account["life_status"] == "normal").count()
    }

    /// The number of a customer in force, for a story to look at.
    pub fn example(&self) -> Option<String> {
        let normal = self.accounts.iter().find(|account| account["life_status"] == "normal");
        normal.map(|account| plain(&account["account_no"]))
    }

    pub fn verdict(&self) -> Verdict {
        let mut verdict = Verdict::default();
        let mut by_number: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
        for customer in &self.customers {
            by_number.entry(plain(&customer["FNumber"])).or_default().push(customer);
        }
        by_number.iter().for_each(|(number, customers)| verdict.counts(number, customers.len()));
        for account in &self.accounts {
            let there = by_number.get(&plain(&account["account_no"])).and_then(|customers| customers.first());
            self.compare(account, there.copied(), &mut verdict);
        }
        verdict
    }

    fn compare(&self, account: &Value, customer: Option<&Value>, verdict: &mut Verdict) {
        let number = plain(&account["account_no"]);
        let is_normal = account["life_status"] == "normal";
        match (customer, is_normal) {
            (Some(customer), true) => {
                self.compare_fields(account, customer, &number, verdict);
            }
            (None, true) => {
                verdict.lacks(&number);
            }
            // A voided one that came over before must be forbidden there; one that never came over must stay away.
            (Some(customer), false) if account["life_status"] == "invalid" => {
                verdict.equal(&number, "FForbidStatus", "B", &plain(&customer["FForbidStatus"]));
            }
            (_, false) => {}
        }
    }

    fn compare_fields(&self, account: &Value, customer: &Value, number: &str, verdict: &mut Verdict) {
        for (here, there) in FIELDS {
            verdict.equal(number, there, &plain(&account[*here]), &plain(&customer[*there]));
        }
        verdict.equal(number, "FDocumentStatus", "C", &plain(&customer["FDocumentStatus"]));
        verdict.equal(number, "FForbidStatus", "A", &plain(&customer["FForbidStatus"]));
        verdict.equal(number, "erp_no__c", &plain(&customer["FNumber"]), &plain(&account["erp_no__c"]));
        verdict.equal(number, "erp_status__c", "synced", &plain(&account["erp_status__c"]));
        let rows = customer[CONTACT_ROWS].as_array().map(Vec::as_slice).unwrap_or_default();
        let ours = self
            .contacts
            .iter()
            .filter(|contact| contact["account_id"] == account["_id"] && contact["life_status"] == "normal");
        for contact in ours {
            let id = plain(&contact["_id"]);
            let rows: Vec<&Value> = rows.iter().filter(|row| plain(&row["FNUMBER1"]) == id).collect();
            verdict.equal(number, CONTACT_ROWS, "1", &rows.len().to_string());
            if let [row] = rows[..] {
                for (here, there) in CONTACT_FIELDS {
                    verdict.equal(number, there, &plain(&contact[*here]), &plain(&row[*there]));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn books() -> Customers {
        let account = |id: &str, number: &str, state: &str| {
            json!({ "_id": id, "account_no": number, "name": "杭州桥梁", "life_status": state, "tel": "0571-1",
                "erp_no__c": number, "erp_status__c": "synced" })
        };
        let customer = |number: &str, forbidden: &str| {
            json!({ "FNumber": number, "FName": "杭州桥梁", "FTEL": "0571-1", "FADDRESS": " ",
                "FDocumentStatus": "C", "FForbidStatus": forbidden,
                "FT_BD_CUSTCONTACT": [{ "FNUMBER1": "c1", "FNAME1": "王芳", "FMOBILE": "138" }, { "FNUMBER1": "old" }] })
        };
        Customers {
            accounts: vec![account("1", "KH1", "normal"), account("2", "KH2", "invalid")],
            contacts: vec![
                json!({ "_id": "c1", "account_id": "1", "name": "王芳", "mobile1": "138", "life_status": "normal" }),
            ],
            customers: vec![customer("KH1", "A"), customer("KH2", "B")],
        }
    }

    #[test]
    fn two_sides_that_are_equal_agree() {
        assert_eq!(books().verdict(), Verdict::default());
    }

    #[test]
    fn what_is_lost_doubled_or_different_is_counted() {
        let counts = |change: fn(&mut Customers)| {
            let mut books = books();
            change(&mut books);
            let verdict = books.verdict();
            (verdict.lost, verdict.duplicates, verdict.differing)
        };
        assert_eq!(counts(|books| drop(books.customers.remove(0))), (1, 0, 0));
        assert_eq!(counts(|books| books.customers.push(books.customers[0].clone())), (0, 1, 0));
        assert_eq!(counts(|books| books.customers[0]["FTEL"] = json!("0571-2")), (0, 0, 1));
        assert_eq!(counts(|books| books.customers[0]["FDocumentStatus"] = json!("A")), (0, 0, 1));
        assert_eq!(counts(|books| books.customers[1]["FForbidStatus"] = json!("A")), (0, 0, 1));
        assert_eq!(counts(|books| books.contacts[0]["mobile1"] = json!("139")), (0, 0, 1));
        assert_eq!(counts(|books| books.customers[0]["FT_BD_CUSTCONTACT"] = json!([])), (0, 0, 1));
        assert_eq!(counts(|books| books.accounts[0]["erp_status__c"] = json!("failed")), (0, 0, 1));
    }
}
