//! What the system pushes to us: who may, what it becomes, and what becomes of what cannot be understood.

use std::net::IpAddr;

use bytes::Bytes;
use contract::connector::{Found, PushRules, PushedBill, PushedRecord};
use engine::access::hash_of;
use engine::pushes::{NotKept, Push, Pushes};
use engine::{Engine, Options};
use model::access::{AccessToken, Grant};
use model::receipt::ReceiptState;
use model::record::RecordKey;
use model::{Cause, Map, ReceiptId, Value, json};

use crate::world::World;

const FLOW: &str = "kind: flow\nname: a\ntitle: { zh: 甲, en: A }\n\
    source: { connection: box, object: account, within: 1h }\n\
    target: { connection: box, object: customer, key: no, match: [no] }\nmap:\n  no: { from: no, required: true }\n  \
    name: name\n";

pub fn object(more: &str) -> String {
    format!(
        "kind: object\nconnection: box\nname: account\ncode: KH\nid: id\n{more}fields:\n  - {{ name: id, type: text }}\n  \
         - {{ name: no, type: text }}\n  - {{ name: name, type: text }}\n  - {{ name: v, type: number }}\n\
         details:\n  - {{ name: lines, fields: [{{ name: q, type: text }}] }}\n"
    )
}

/// What the flows write to, described: only of a system that cannot tell what its objects are like do functions read what
/// is pushed.
pub const CUSTOMER: &str = "kind: object\nconnection: box\nname: customer\ncode: KHX\nid: _id\nnumber: no\nfields:\n  \
    - { name: _id, type: text }\n  - { name: no, type: text }\n  - { name: name, type: text }\n";

/// A bill is one account, or as many as it says; one that says `broken` is understood only once that was mended.
pub fn records(bill: &PushedBill<'_>, mended: bool) -> Result<Vec<PushedRecord>, Cause> {
    let content = match &bill.content {
        Some(Value::Map(content)) => plain(content),
        _ => Map::new(),
    };
    if content.get("broken").is_some() && !mended {
        return Err(Cause::new("box.broken"));
    }
    let text = |name: &str| content.get(name).and_then(Value::plain).map(|text| text.into_owned());
    let id = bill.id.map(str::to_owned).or_else(|| text("id")).ok_or_else(|| Cause::new("box.no_id"))?;
    if let Some(many) = text("many").and_then(|many| many.parse::<u32>().ok()) {
        let name = text("name").unwrap_or_default();
        let one = |n| {
            let bill = PushedBill { id: Some(&format!("{id}-{n}")), ..named(&name) };
            records(&bill, mended)
        };
        return Ok((1..=many).map(one).collect::<Result<Vec<_>, _>>()?.concat());
    }
    let mut body = content.clone();
    body.set("id", id.clone());
    let found = Found {
        number: text("no"),
        name: text("name"),
        version: text("v").and_then(|version| version.parse().ok()),
        status: None,
        void: bill.void,
        closed: None,
        body,
        id,
    };
    Ok(vec![PushedRecord { object: "account".into(), found }])
}

/// The bill of an account that has a name only.
fn named(name: &str) -> PushedBill<'static> {
    let mut content = Map::with_capacity(1);
    content.push("name", name.to_owned());
    PushedBill { code: "KH", id: None, void: false, content: Some(Value::Map(content)) }
}

/// A bill with its lists beside its fields, whether it came so or with both apart.
fn plain(content: &Map<'_>) -> Map<'static> {
    let Some(master) = content.get("masterFieldVal").and_then(Value::as_map) else {
        return content.borrow().into_owned();
    };
    let mut plain = master.borrow().into_owned();
    let lists = content.get("detailFieldVals").and_then(Value::as_map);
    lists.into_iter().flat_map(|lists| lists.iter()).for_each(|(name, list)| {
        plain.set(name.to_owned(), list.borrow().into_owned());
    });
    plain
}

pub struct Sender {
    pub world: World,
    pub pushes: Pushes,
}

impl Sender {
    /// A system that pushes accounts, and whether it can be asked for them.
    pub async fn new(can_be_asked: bool, more: &str) -> Sender {
        Sender::on(World::new(), can_be_asked, more).await
    }

    /// The same in this world.
    pub async fn on(world: World, can_be_asked: bool, more: &str) -> Sender {
        let world = world.and(&[("a", FLOW)]).await;
        let rules = PushRules {
            tenants: vec!["82313".into()],
            can_be_asked,
            networks: vec![(IpAddr::from([10, 0, 0, 0]), 8)],
            ..PushRules::default()
        };
        world.desk().pushes = Some(rules);
        let outcome = world.apply(&[("object", "box/account", &object(more))]).await;
        assert!(!outcome.is_refused(), "{:?}", outcome.problems);
        for (name, secret, grants) in [("仓库", "wms", vec![Grant::Push]), ("平台", "hub", vec![Grant::Use])]
        {
            let token = AccessToken {
                name: name.into(),
                connections: vec!["box".into()],
                grants,
                hash: hash_of(secret),
                made: world.now(),
                until: None,
            };
            assert!(world.store().keep_access(&token).await.unwrap());
        }
        let pushes = Engine::new(world.seams.clone(), Options { owner: "甲".into(), reads: true }).pushes();
        Sender { world, pushes }
    }

    pub async fn push(&self, id: &str, body: &str) -> ReceiptId {
        self.push_as(Push { id: Some(id), ..push(body) }).await.unwrap()
    }

    /// Pushes with the token of the warehouse, from where it stands.
    pub async fn push_as(&self, push: Push<'_>) -> Result<ReceiptId, NotKept> {
        self.pushes.admit("wms", WAREHOUSE).await?.take(push).await
    }

    pub async fn state(&self, id: ReceiptId) -> ReceiptState {
        self.world.store().receipts(&[id]).await.unwrap().remove(0).unwrap().state
    }

    pub async fn body(&self, id: &str) -> Option<String> {
        let key = RecordKey::new(&"box".into(), &"account".into(), id);
        self.world.store().find(&[key]).await.unwrap().remove(0).map(|record| record.body)
    }
}

/// From where the warehouse pushes.
const WAREHOUSE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 9, 8, 7));

pub fn push(body: &str) -> Push<'_> {
    Push {
        tenant: "82313",
        data_center: None,
        code: "KH",
        id: Some("1"),
        void: false,
        content_type: None,
        body: Bytes::from(body.to_owned()),
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_pushed_is_kept_before_it_is_answered_and_brought_over() {
    let sender = Sender::new(false, "").await;
    let receipt = sender.push("1", r#"{"no":"K1","name":"商店"}"#).await;
    assert_eq!(sender.state(receipt).await, ReceiptState::Waiting, "on disk, and nothing more");
    sender.world.run(5).await;
    assert_eq!(sender.state(receipt).await, ReceiptState::Parsed);
    assert_eq!(sender.world.desk().table("customer"), [r#"{"no":"K1","name":"商店"}"#]);
    let stories = sender.world.store().trace(&receipt.told(), 5).await.unwrap();
    assert_eq!(stories[0].arrivals[0].receipt, Some(receipt));
}

#[tokio::test(start_paused = true)]
async fn whoever_may_not_push_leaves_nothing() {
    let sender = Sender::new(false, "").await;
    let elsewhere = IpAddr::from([192, 168, 0, 1]);
    for (token, from) in [("", WAREHOUSE), ("wmss", WAREHOUSE), ("hub", WAREHOUSE), ("wms", elsewhere)] {
        assert_eq!(sender.pushes.admit(token, from).await.err(), Some(NotKept::Token), "{token} {from}");
    }
    for (push, wanted) in [
        (Push { tenant: "1", ..push("{}") }, NotKept::Tenant),
        (Push { code: "account", ..push("{}") }, NotKept::Object),
        (push("{"), NotKept::NotStandard(Cause::new("box.no_json"))),
    ] {
        assert_eq!(sender.push_as(push).await, Err(wanted));
    }
    sender.world.desk().pushes.as_mut().unwrap().data_center = Some("账套一".into());
    let other = Push { data_center: Some("账套二"), ..push("{}") };
    assert_eq!(sender.push_as(other).await, Err(NotKept::DataCenter));
    sender.world.desk().pushes.as_mut().unwrap().a_minute = Some(1);
    assert!(sender.push_as(push("{}")).await.is_ok(), "the only account need not be named");
    assert_eq!(sender.push_as(push("{}")).await, Err(NotKept::TooMany));
    assert_eq!(sender.world.store().list_receipts(&Default::default()).await.unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_token_taken_back_opens_nothing_soon() {
    let sender = Sender::new(false, "").await;
    sender.push("1", "{}").await;
    sender.world.store().revoke_access("仓库").await.unwrap();
    sender.world.run(3).await;
    assert_eq!(sender.push_as(push("{}")).await, Err(NotKept::Token));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_understood_stops_nobody_and_is_older_once_it_is() {
    let sender = Sender::new(false, "").await;
    let broken = sender.push("1", r#"{"no":"K1","name":"旧","broken":1}"#).await;
    sender.push("2", r#"{"no":"K2","name":"另一个"}"#).await;
    sender.push("1", r#"{"no":"K1","name":"新"}"#).await;
    sender.world.run(5).await;
    assert_eq!(sender.state(broken).await, ReceiptState::Failed);
    assert_eq!(sender.world.desk().table("customer").len(), 2, "the others were brought over");
    sender.world.desk().mended = true;
    assert_eq!(sender.world.store().parse_again(&[broken]).await.unwrap(), [broken]);
    sender.world.run(5).await;
    assert_eq!(sender.state(broken).await, ReceiptState::Parsed);
    assert!(sender.body("1").await.unwrap().contains("新"), "what came since stands");
    let stories = sender.world.store().trace(&broken.told(), 5).await.unwrap();
    let arrival = stories[0].arrivals.iter().find(|arrival| arrival.receipt == Some(broken)).unwrap();
    assert_eq!(arrival.revision, None, "it is history");
}

#[tokio::test(start_paused = true)]
async fn lines_that_did_not_come_stay_and_a_void_that_says_nothing_keeps_the_content() {
    let sender = Sender::new(false, "").await;
    sender.push("1", r#"{"no":"K1","name":"商店","lines":[{"q":"2"}]}"#).await;
    sender.push("1", r#"{"no":"K1"}"#).await;
    sender.world.run(5).await;
    let body = sender.body("1").await.unwrap();
    assert_eq!(body, r#"{"no":"K1","id":"1","lines":[{"q":"2"}]}"#, "full, but for the lines");
    let void = Push { void: true, ..push("") };
    sender.push_as(void).await.unwrap();
    sender.world.run(5).await;
    assert_eq!(sender.body("1").await.unwrap(), body);
    let key = RecordKey::new(&"box".into(), &"account".into(), "1");
    assert!(sender.world.store().find(&[key]).await.unwrap().remove(0).unwrap().void);
}

#[tokio::test(start_paused = true)]
async fn partial_pushes_of_one_batch_add_up() {
    let sender = Sender::new(false, "push: partial\nversion: v\n").await;
    for body in
        [r#"{"no":"K1","v":1}"#, r#"{"name":"商店","v":2}"#, r#"{"name":null,"v":3}"#, r#"{"no":"K0","v":2}"#]
    {
        sender.push("1", body).await;
    }
    sender.world.run(5).await;
    let body: Value = json::read(&sender.body("1").await.unwrap()).unwrap().into_owned();
    assert_eq!(body.get("no").and_then(Value::as_text), Some("K1"), "an older version is history");
    assert_eq!(body.get("name"), Some(&Value::Null), "null clears");
}

#[tokio::test(start_paused = true)]
async fn what_is_older_leaves_nothing_in_what_is_newer_though_both_come_at_once() {
    let sender = Sender::new(false, "push: partial\nversion: v\n").await;
    sender.push("1", r#"{"no":"K1","name":"五","v":5}"#).await;
    sender.world.run(5).await;
    for body in [r#"{"name":"四","v":4}"#, r#"{"no":"K2","v":6}"#] {
        sender.push("1", body).await;
    }
    sender.world.run(5).await;
    assert_eq!(sender.body("1").await.unwrap(), r#"{"no":"K2","name":"五","v":6,"id":"1"}"#);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_told_from_what_is_newer_or_has_too_long_an_id_waits_for_a_person() {
    let sender = Sender::new(false, "version: v\n").await;
    let receipt = sender.push("1", r#"{"no":"K1"}"#).await;
    let long = "长".repeat(100);
    let refused = sender.push_as(Push { id: Some(&long), ..push("{}") }).await;
    assert!(matches!(refused, Err(NotKept::NotStandard(cause)) if cause.code == "push.long_id"));
    sender.world.run(5).await;
    assert_eq!((sender.state(receipt).await, sender.body("1").await), (ReceiptState::Failed, None));
}

#[tokio::test(start_paused = true)]
async fn where_nothing_says_how_new_it_is_the_system_is_asked() {
    let sender = Sender::new(true, "").await;
    sender.world.save("account", "1", r#"{"no":"K1","name":"当前的"}"#);
    // Nothing comes by the schedule: only the wish that the push made lets the record be read.
    sender.world.desk().refused_pages = std::iter::repeat_n(true, 1_000).collect();
    sender.push("1", r#"{"no":"K1","name":"过时的"}"#).await;
    sender.world.run(20).await;
    assert_eq!(sender.world.desk().table("customer"), [r#"{"no":"K1","name":"当前的"}"#]);
}

#[tokio::test(start_paused = true)]
async fn what_a_person_sets_aside_meanwhile_is_not_taken_in() {
    let sender = Sender::new(false, "").await;
    let receipt = sender.push("1", r#"{"no":"K1"}"#).await;
    sender.world.store().ignore_receipts(&[receipt]).await.unwrap();
    sender.world.run(5).await;
    assert_eq!((sender.state(receipt).await, sender.body("1").await), (ReceiptState::Ignored, None));
}
