//! Callers of both systems, signed in, each with a clock that goes on with its calls.

use std::collections::BTreeMap;

use sandbox::stand_in::Request;
use sandbox::{Outcome, Sandbox};
use serde_json::{Value, json};

/// 2026-11-24 15:00:00, GMT+8.
pub const START_MS: i64 = 1_795_503_600_000;

fn post(sandbox: &mut Sandbox, now_ms: i64, path: &str, headers: &[(&str, &str)], body: &Value) -> Value {
    let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    let call = Request::new("POST", path, headers, body.to_string());
    match sandbox.call(now_ms, &call) {
        Outcome::Answered { reply, .. } => {
            serde_json::from_slice(&reply.body).expect("stand-ins answer JSON")
        }
        other => panic!("no answer: {other:?}"),
    }
}

fn control(sandbox: &mut Sandbox, now_ms: i64, path: &str, body: &Value) -> Value {
    let reply = sandbox.control(now_ms, "POST", &format!("/_sandbox/{path}"), body.to_string().as_bytes());
    assert_eq!(reply.status, 200, "{path}: {}", String::from_utf8_lossy(&reply.body));
    serde_json::from_slice(&reply.body).expect("the control interface answers JSON")
}

fn connection(sandbox: &Sandbox, system: &str) -> Value {
    let bases = BTreeMap::from([(system.to_owned(), format!("http://127.0.0.1/{system}"))]);
    sandbox.connections(&bases)["systems"][system].clone()
}

pub struct Crm<'s> {
    sandbox: &'s mut Sandbox,
    now_ms: i64,
    credentials: Value,
}

impl<'s> Crm<'s> {
    pub fn open(sandbox: &'s mut Sandbox) -> Crm<'s> {
        control(sandbox, START_MS, "fxiaoke/tenant", &json!({ "calls_per_window": 1_000_000_000 }));
        let settings = connection(sandbox, "fxiaoke");
        let asked = json!({ "appId": settings["app_id"], "appSecret": settings["app_secret"],
            "permanentCode": settings["permanent_code"] });
        let token = post(sandbox, START_MS, "/fxiaoke/cgi/corpAccessToken/get/V2", &[], &asked);
        let mut credentials =
            json!({ "corpAccessToken": token["corpAccessToken"], "corpId": token["corpId"] });
        let mut by_mobile = credentials.clone();
        by_mobile["mobile"] = settings["admin_mobile"].clone();
        let found = post(sandbox, START_MS, "/fxiaoke/cgi/user/getByMobile", &[], &by_mobile);
        credentials["currentOpenUserId"] = found["empList"][0]["openUserId"].clone();
        Crm { sandbox, now_ms: START_MS, credentials }
    }

    fn call(&mut self, action: &str, data: Value) -> Value {
        let mut body = self.credentials.clone();
        body["data"] = data;
        // A second of a token's life for all calls together.
        self.now_ms += 100;
        let now_ms = self.now_ms.min(START_MS + 6_000_000);
        let answer = post(self.sandbox, now_ms, &format!("/fxiaoke/cgi/crm/v2/data/{action}"), &[], &body);
        assert_eq!(answer["errorCode"], 0, "{answer}");
        answer
    }

    /// The ids of all records of an object.
    pub fn ids(&mut self, object: &str) -> Vec<String> {
        let reply = self.sandbox.control(self.now_ms, "GET", &format!("/_sandbox/fxiaoke/{object}"), b"");
        let rows: Vec<Value> =
            serde_json::from_slice(&reply.body).expect("the control interface answers JSON");
        rows.iter().map(|row| row["_id"].as_str().expect("every record has an id").to_owned()).collect()
    }

    /// Creates an order whose lines stand in `details`; its id.
    pub fn create_order(&mut self, mut order: Value) -> String {
        let lines = order["details"].take();
        order["dataObjectApiName"] = json!("SalesOrderObj");
        order["owner"] = json!([self.credentials["currentOpenUserId"]]);
        let answer = self
            .call("create", json!({ "object_data": order, "details": { "SalesOrderProductObj": lines } }));
        answer["dataId"].as_str().expect("a create answers with dataId").to_owned()
    }

    pub fn update(&mut self, id: &str) {
        let remark = format!("第{}次修改", self.now_ms);
        self.call(
            "update",
            json!({ "object_data": { "dataObjectApiName": "SalesOrderObj", "_id": id, "remark": remark } }),
        );
    }

    /// How many rows the first page has; of some fields as integrations ask for them, or of all.
    pub fn query(&mut self, object: &str, filters: Value, fields: &[&str]) -> usize {
        let info = json!({ "limit": 100, "offset": 0, "filters": filters, "fieldProjection": fields,
            "orders": [{ "fieldName": "_id", "isAsc": true }] });
        let data = json!({ "dataObjectApiName": object, "find_explicit_total_num": false,
            "search_query_info": info });
        self.call("query", data)["data"]["dataList"].as_array().map_or(0, Vec::len)
    }
}

pub struct Erp<'s> {
    sandbox: &'s mut Sandbox,
    now_ms: i64,
    session: String,
    materials: Vec<String>,
}

impl<'s> Erp<'s> {
    /// Signed in, with a customer that orders may name.
    pub fn open(sandbox: &'s mut Sandbox) -> Erp<'s> {
        let settings = connection(sandbox, "kingdee-k3cloud");
        let asked = json!({ "acctid": settings["acct_id"], "username": settings["username"],
            "password": settings["password"], "lcid": 2052 });
        let path =
            "/kingdee-k3cloud/k3cloud/Kingdee.BOS.WebApi.ServicesStub.AuthService.ValidateUser.common.kdsvc";
        let reply = post(sandbox, START_MS, path, &[], &asked);
        let session = reply["KDSVCSessionId"].as_str().expect("a login opens a session").to_owned();
        let customer = json!({ "FNumber": "B1", "FName": "基准客户", "FCreateOrgId": "100", "FUseOrgId": "100",
            "FTRADINGCURRID": "PRE001" });
        control(sandbox, START_MS, "kingdee-k3cloud/BD_Customer", &customer);
        for action in ["submit", "audit"] {
            control(sandbox, START_MS, &format!("kingdee-k3cloud/BD_Customer/B1/{action}"), &json!({}));
        }
        let reply = sandbox.control(START_MS, "GET", "/_sandbox/kingdee-k3cloud/BD_MATERIAL", b"");
        let rows: Vec<Value> =
            serde_json::from_slice(&reply.body).expect("the control interface answers JSON");
        let materials = rows.iter().filter_map(|row| row["FNumber"].as_str()).map(String::from).collect();
        Erp { sandbox, now_ms: START_MS, session, materials }
    }

    fn call(&mut self, operation: &str, body: &Value) -> Value {
        let path = format!(
            "/kingdee-k3cloud/k3cloud/Kingdee.BOS.WebApi.ServicesStub.DynamicFormService.{operation}.common.kdsvc"
        );
        post(self.sandbox, self.now_ms, &path, &[("kdservice-sessionid", &self.session)], body)
    }

    /// Saves the order of that number, a second after the one before.
    pub fn save_order(&mut self, n: usize, lines: usize) {
        self.now_ms = START_MS + n as i64 * 1_000;
        let rows: Vec<Value> = (0..lines)
            .map(|line| {
                json!({ "FMaterialId": { "FNumber": self.materials[(n + line) % self.materials.len()] },
                    "FQty": 3, "FTaxPrice": "12.50", "FEntryTaxRate": 13, "F_QIAO_LINE": format!("{n}-{line}") })
            })
            .collect();
        let model = json!({ "FID": 0, "FBillNo": format!("XS{n:06}"), "F_QIAO_ExtId": format!("crm-{n}"),
            "FSaleOrgId": { "FNumber": "100" }, "FCustId": { "FNumber": "B1" }, "FSaleOrderEntry": rows });
        let reply = self.call("Save", &json!({ "formid": "SAL_SaleOrder", "data": { "Model": model } }));
        assert_eq!(reply["Result"]["ResponseStatus"]["IsSuccess"], true, "{reply}");
    }

    pub fn step(&mut self, operation: &str, n: usize) {
        let data = json!({ "Numbers": [format!("XS{n:06}")] });
        let reply = self.call(operation, &json!({ "formid": "SAL_SaleOrder", "data": data }));
        assert_eq!(reply["Result"]["ResponseStatus"]["IsSuccess"], true, "{reply}");
    }

    pub fn deliver(&mut self, n: usize) {
        let path = format!("kingdee-k3cloud/SAL_SaleOrder/XS{n:06}/deliver");
        control(self.sandbox, self.now_ms, &path, &json!({}));
    }

    /// How many rows the first page of 500 has.
    pub fn query(&mut self, form: &str, filter: &str) -> usize {
        let keys = match form {
            "SAL_OUTSTOCK" => "FID,FBillNo,FEntity_FENTRYID,FRealQty",
            _ => "FID,FBillNo,FDocumentStatus,FModifyDate",
        };
        let data = json!({ "FormId": form, "FieldKeys": keys, "FilterString": filter, "OrderString": "FID ASC",
            "Limit": 500 });
        self.call("ExecuteBillQuery", &json!({ "data": data })).as_array().map_or(0, Vec::len)
    }
}
