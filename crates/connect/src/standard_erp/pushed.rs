//! What the system pushes to us (`protocols/standard-erp.md §3`): who may, and the records of a bill in the standard form.

use std::net::IpAddr;

use contract::connector::{Found, PushRules, PushedBill, PushedRecord, Refusal};
use model::connection::Connection;
use model::object::{Object, Part};
use model::{Cause, Map, Value, json};

use super::record::{self, text_at};
use super::settings::{RecordRules, wrong};

/// Senders know the company by this id where the connection names none.
const USUAL_TENANT: &str = "default";

/// How the connection is pushed to.
///
/// # Errors
/// `erp.setting_wrong` for a network or a number that is none.
pub(super) fn rules(connection: &Connection) -> Result<PushRules, Refusal> {
    let list = |name| connection.setting(name).unwrap_or_default().split([',', ' ', ';']);
    let words = |name| list(name).filter(|word| !word.is_empty());
    let tenants: Vec<String> = words("tenant_ids").map(str::to_owned).collect();
    let networks = words("push_networks").map(|word| network(word).ok_or_else(|| wrong("push_networks")));
    let a_minute = match connection.setting("pushes_a_minute") {
        None => None,
        Some(text) => match text.parse() {
            Ok(0) | Err(_) => return Err(wrong("pushes_a_minute")),
            Ok(most) => Some(most),
        },
    };
    Ok(PushRules {
        tenants: if tenants.is_empty() { vec![USUAL_TENANT.to_owned()] } else { tenants },
        data_center: connection.setting("data_center_id").map(str::to_owned),
        networks: networks.collect::<Result<_, _>>()?,
        a_minute,
        can_be_asked: connection.setting("base_url").is_some(),
    })
}

/// `10.20.0.0/16`, or one address.
fn network(word: &str) -> Option<(IpAddr, u8)> {
    let (address, length) =
        word.split_once('/').map_or((word, None), |(address, length)| (address, Some(length)));
    let address: IpAddr = address.parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let length = length.map_or(Some(most), |length| length.parse().ok())?;
    (length <= most).then_some((address, length))
}

/// Whether a body is JSON of the standard form.
pub(super) fn check(body: &[u8]) -> Result<(), Cause> {
    let value =
        json::read_bytes(body).map_err(|error| Cause::new("erp.push_not_json").with("reason", error))?;
    standard(&value).map(|_| ())
}

/// The master's fields of a bill in the standard form, whose lists are lists of lines.
fn standard<'b, 'v>(bill: &'b Value<'v>) -> Result<&'b Map<'v>, Cause> {
    let master = bill.get("masterFieldVal").and_then(Value::as_map);
    let lists_fit = match bill.get("detailFieldVals") {
        None | Some(Value::Null) => true,
        Some(Value::Map(lists)) => lists.iter().all(|(_, list)| match list {
            Value::Null => true,
            Value::List(rows) => rows.iter().all(|row| row.as_map().is_some()),
            _ => false,
        }),
        Some(_) => false,
    };
    master.filter(|_| lists_fit).ok_or_else(|| Cause::new("erp.push_not_standard"))
}

/// The records of a bill: one for each object that it is the bill of, or one for each of its lines.
pub(super) fn records(connection: &Connection, bill: &PushedBill<'_>) -> Result<Vec<PushedRecord>, Cause> {
    let rules = RecordRules::of(connection).map_err(|refusal| refusal.cause)?;
    let mut objects = connection.objects.iter().filter(|object| object.code == bill.code).peekable();
    if objects.peek().is_none() {
        return Err(Cause::new("erp.push_unknown_object").with("code", bill.code));
    }
    let mut records = Vec::new();
    for object in objects {
        let found = match &bill.content {
            Some(content) => content_of(&rules, object, bill, content)?,
            None => nothing_but_id(object, bill).into_iter().collect(),
        };
        records.extend(found.into_iter().map(|mut found| {
            found.void |= bill.void;
            PushedRecord { object: object.name.clone(), found }
        }));
    }
    Ok(records)
}

fn content_of(
    rules: &RecordRules,
    object: &Object,
    bill: &PushedBill<'_>,
    content: &Value<'_>,
) -> Result<Vec<Found>, Cause> {
    standard(content)?;
    let mut content = content.borrow().into_owned();
    if let (Some(id), Part::Bill) = (bill.id, &object.part) {
        name_it(object, id, &mut content)?;
    }
    record::found(rules, object, &content).map_err(|refusal| refusal.cause)
}

/// Gives the bill the id that was named beside it.
///
/// # Errors
/// Where it holds another itself: one of them is a mistake, and nobody can tell which.
fn name_it(object: &Object, id: &str, content: &mut Value<'static>) -> Result<(), Cause> {
    let Value::Map(content) = content else { return Ok(()) };
    let Some(Value::Map(master)) = content.get_mut("masterFieldVal") else { return Ok(()) };
    let own = master.get(&object.id).and_then(Value::plain).map(|own| own.trim().to_owned());
    match own.filter(|own| !own.is_empty()) {
        Some(own) if own != id => {
            let cause = Cause::new("erp.push_other_id").with("field", &object.id);
            Err(cause.with("own", own).with("named", id))
        }
        _ => {
            master.set(object.id.clone(), Value::text(id.to_owned()));
            Ok(())
        }
    }
}

/// A record of which nothing came but which it is. The lines of a bill cannot be told so.
fn nothing_but_id(object: &Object, bill: &PushedBill<'_>) -> Option<Found> {
    let (id, Part::Bill) = (bill.id?, &object.part) else { return None };
    let mut body = Map::new();
    body.set(object.id.clone(), Value::text(id.to_owned()));
    let number = object.number.as_ref().filter(|number| **number == object.id);
    Some(Found {
        id: id.to_owned(),
        number: number.and_then(|number| text_at(&Value::Map(body.borrow()), number)),
        name: None,
        version: None,
        status: None,
        void: bill.void,
        closed: None,
        body,
    })
}
