//! A client that is signed in, and a clock it can move.

use sandbox::company::Company;
use sandbox::faults::Conditions;
use sandbox::kingdee::K3Cloud;
use sandbox::stand_in::{Chance, Moment, Reply, Request, StandIn};
use serde_json::{Value, json};

/// 2026-06-01T09:12:44.72 by the server's clock.
pub const NOW_MS: i64 = 1_780_276_364_720;

pub const FORM_SERVICE: &str = "Kingdee.BOS.WebApi.ServicesStub.DynamicFormService";
pub const AUTH_SERVICE: &str = "Kingdee.BOS.WebApi.ServicesStub.AuthService";

pub struct Desk {
    pub system: K3Cloud,
    pub chance: Chance,
    pub now_ms: i64,
    pub conditions: Conditions,
    pub session: Option<String>,
}

impl Desk {
    /// Nobody is signed in. No customer is known from before.
    pub fn closed() -> Desk {
        Desk::with(&Company::new(7, 12), 0)
    }

    /// Signed in with a password.
    pub fn open() -> Desk {
        let mut desk = Desk::closed();
        desk.sign_in();
        desk
    }

    pub fn with(company: &Company, percent: u64) -> Desk {
        Desk {
            system: K3Cloud::with_existing(company, 7, NOW_MS, percent),
            chance: Chance::new(11),
            now_ms: NOW_MS,
            conditions: Conditions::default(),
            session: None,
        }
    }

    pub fn account(&self) -> Value {
        self.system.connection("http://127.0.0.1:8080")
    }

    pub fn sign_in(&mut self) {
        let account = self.account();
        let body = json!({
            "acctid": account["acct_id"],
            "username": account["username"],
            "password": account["password"],
            "lcid": 2052,
        });
        let reply = self.auth("ValidateUser", body);
        assert_eq!(reply["LoginResultType"], 1, "{reply}");
        self.session = Some(reply["KDSVCSessionId"].as_str().unwrap().to_owned());
    }

    pub fn send(&mut self, call: &Request) -> Reply {
        let mut moment =
            Moment { now_ms: self.now_ms, chance: &mut self.chance, conditions: self.conditions };
        self.system.answer(call, &mut moment)
    }

    /// One call as a request, with the session in its header.
    pub fn request(&self, service: &str, method: &str, body: impl Into<Vec<u8>>) -> Request {
        let mut headers = vec![("Content-Type".to_string(), "application/json".to_string())];
        if let Some(session) = &self.session {
            headers.push(("kdservice-sessionid".into(), session.clone()));
        }
        Request::new("POST", &format!("/k3cloud/{service}.{method}.common.kdsvc"), headers, body)
    }

    pub fn auth(&mut self, method: &str, body: Value) -> Value {
        let call = self.request(AUTH_SERVICE, method, body.to_string());
        read(&self.send(&call))
    }

    /// One operation with that body.
    pub fn call(&mut self, method: &str, body: Value) -> Value {
        let call = self.request(FORM_SERVICE, method, body.to_string());
        read(&self.send(&call))
    }

    pub fn save(&mut self, form: &str, model: Value) -> Value {
        self.call("Save", json!({ "formid": form, "data": { "Model": model } }))
    }

    /// Saves and gives the id; fails the test when the save does.
    pub fn saved(&mut self, form: &str, model: Value) -> i64 {
        let reply = self.save(form, model);
        reply["Result"]["Id"].as_i64().unwrap_or_else(|| panic!("{reply}"))
    }

    /// One of the operations on documents named by number.
    pub fn step(&mut self, operation: &str, form: &str, number: &str) -> Value {
        self.call(operation, json!({ "formid": form, "data": { "Numbers": [number] } }))
    }

    pub fn audited(&mut self, form: &str, number: &str) {
        for step in ["Submit", "Audit"] {
            let reply = self.step(step, form, number);
            assert_eq!(status(&reply)["IsSuccess"], true, "{step}: {reply}");
        }
    }

    /// An audited customer of that number.
    pub fn customer(&mut self, number: &str, name: &str) -> i64 {
        let id = self.saved("BD_Customer", customer(number, name));
        self.audited("BD_Customer", number);
        id
    }

    /// A query by form, keys and filter.
    pub fn query(&mut self, form: &str, keys: &str, filter: &str) -> Value {
        self.query_with(form, keys, filter, json!({}))
    }

    pub fn query_with(&mut self, form: &str, keys: &str, filter: &str, more: Value) -> Value {
        let mut data = json!({ "FormId": form, "FieldKeys": keys, "FilterString": filter });
        data.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.call("ExecuteBillQuery", json!({ "data": data }))
    }

    /// The one value of a query for one value.
    pub fn value(&mut self, form: &str, key: &str, filter: &str) -> Value {
        let rows = self.query(form, key, filter);
        rows[0][0].clone()
    }

    pub fn control(&mut self, path: &str, body: Value) -> Value {
        let mut moment =
            Moment { now_ms: self.now_ms, chance: &mut self.chance, conditions: self.conditions };
        self.system.control(path, &body, &mut moment).unwrap_or_else(|| panic!("no path {path}"))
    }
}

pub fn read(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&reply.body)))
}

/// The ResponseStatus of a reply.
pub fn status(reply: &Value) -> &Value {
    &reply["Result"]["ResponseStatus"]
}

/// The first error of a reply: its message and code.
pub fn error(reply: &Value) -> (String, i64) {
    let status = status(reply);
    let message = status["Errors"][0]["Message"].as_str().unwrap_or_default().to_owned();
    (message, status["MsgCode"].as_i64().unwrap_or(-1))
}

/// A customer with what must be there.
pub fn customer(number: &str, name: &str) -> Value {
    json!({
        "FCUSTID": 0,
        "FNumber": number,
        "FName": name,
        "FCreateOrgId": { "FNumber": "100" },
        "FUseOrgId": { "FNumber": "100" },
        "FTRADINGCURRID": { "FNumber": "PRE001" },
    })
}

/// A sales order of one line; the customer must exist.
pub fn order(number: &str, customer: &str, material: &str, quantity: u32) -> Value {
    json!({
        "FID": 0,
        "FBillTypeID": { "FNUMBER": "XSDD01_SYS" },
        "FBillNo": number,
        "FDate": "2026-06-01",
        "FSaleOrgId": { "FNumber": "100" },
        "FCustId": { "FNumber": customer },
        "FSaleOrderFinance": { "FSettleCurrId": { "FNumber": "PRE001" } },
        "FSaleOrderEntry": [{
            "FRowType": "Standard",
            "FMaterialId": { "FNumber": material },
            "FUnitID": { "FNumber": "Pcs" },
            "FQty": quantity,
            "FTaxPrice": 113.0,
            "FEntryTaxRate": 13.0,
            "FDeliveryDate": "2026-06-10",
        }],
    })
}
