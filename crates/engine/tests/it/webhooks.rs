//! What anybody sends to the address of a flow: who may, what it becomes, and what becomes of what nobody understands.

use std::net::IpAddr;

use bytes::Bytes;
use contract::connector::PushRules;
use engine::webhooks::{Admitted, Challenged, Refused, Taken, WebhookCall, Webhooks};
use engine::{Engine, Options};
use model::ReceiptId;
use model::receipt::{Receipt, ReceiptState};
use model::record::RecordKey;

use crate::pushing::object;
use crate::world::World;

const CONNECTION: &str = "kind: connection\nname: box\nconnector: box\ntitle: { zh: 系统, en: System }\n\
    settings:\n  hook_secret: \"geheim-1\"\n  hook_secret_next: \"geheim-2\"\n";

fn flow(hook: &str) -> String {
    format!(
        "kind: flow\nname: 订单\ntitle: {{ zh: 甲, en: A }}\n\
         source: {{ connection: box, object: account, within: 1h, hook: {hook} }}\n\
         target: {{ connection: box, object: customer, key: no, match: [no] }}\nmap:\n  no: {{ from: no, required: true }}\n  \
         name: name\n"
    )
}

pub struct Shop {
    pub world: World,
    webhooks: Webhooks,
}

impl Shop {
    /// A flow with this hook, whose object has these lines more; what the system sends is all there is.
    pub async fn new(hook: &str, more: &str) -> Shop {
        let world = World::new();
        world.desk().pushes = Some(PushRules::default());
        let shop = Shop::of(world);
        shop.apply(hook, more).await;
        shop
    }

    fn of(world: World) -> Shop {
        let webhooks =
            Engine::new(world.seams.clone(), Options { owner: "甲".into(), reads: true }).webhooks();
        Shop { world, webhooks }
    }

    async fn apply(&self, hook: &str, more: &str) {
        let (flow, object) = (flow(hook), object(more));
        let mut texts = vec![
            ("connection", "box", CONNECTION),
            ("flow", "订单", &flow),
            ("object", "box/account", &object),
        ];
        if more.contains("parse") {
            // Functions parse what is pushed by systems whose objects people describe.
            self.world.desk().is_strange = true;
            texts.push(("object", "box/customer", CUSTOMER));
            texts.push(("function", "functions/customer.js", FUNCTION));
            texts.push(("object", "box/customer", CUSTOMER));
            self.world.desk().is_strange = true;
        }
        let outcome = self.world.apply(&texts).await;
        assert!(!outcome.is_refused(), "{:?}", outcome.problems);
    }

    async fn send(&self, headers: &[(&str, &str)], body: &str) -> Result<Taken, Refused> {
        self.send_to("订单", headers, body).await
    }

    async fn send_to(&self, flow: &str, headers: &[(&str, &str)], body: &str) -> Result<Taken, Refused> {
        let headers = owned(headers);
        let body = Bytes::from(body.to_owned());
        let from = IpAddr::from([10, 9, 8, 7]);
        self.webhooks.take(flow, WebhookCall { query: &[], headers: &headers, from, body }).await
    }

    /// What becomes of a call from that network, as far as it can be said before its body is there.
    async fn admit(&self, flow: &str, headers: &[(&str, &str)], net: u8) -> Result<Admitted, Refused> {
        let headers = owned(headers);
        let from = IpAddr::from([net, 9, 8, 7]);
        let call = WebhookCall { query: &[], headers: &headers, from, body: Bytes::new() };
        self.webhooks.admit(flow, &call).await
    }

    /// Sends bytes of that content type with the secret.
    pub async fn send_bytes(&self, content_type: &str, body: Vec<u8>) -> Result<Taken, Refused> {
        let headers = owned(&[BEARER, ("content-type", content_type)]);
        let from = IpAddr::from([10, 9, 8, 7]);
        let call = WebhookCall { query: &[], headers: &headers, from, body: Bytes::from(body) };
        self.webhooks.take("订单", call).await
    }

    pub async fn sent(&self, body: &str) -> ReceiptId {
        kept(self.send(&[BEARER], body).await)
    }

    pub async fn receipt(&self, id: ReceiptId) -> Receipt {
        self.world.store().receipts(&[id]).await.unwrap().remove(0).unwrap()
    }

    pub async fn body(&self, id: &str) -> Option<String> {
        let key = RecordKey::new(&"box".into(), &"account".into(), id);
        self.world.store().find(&[key]).await.unwrap().remove(0).map(|record| record.body)
    }
}

const BEARER: (&str, &str) = ("authorization", "Bearer geheim-1");

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn kept(taken: Result<Taken, Refused>) -> ReceiptId {
    match taken {
        Ok(Taken::Kept(receipt)) => receipt,
        other => panic!("{other:?}"),
    }
}

const CUSTOMER: &str = "kind: object\nconnection: box\nname: customer\nid: _id\nnumber: no\nfields:\n  \
    - { name: _id, type: text }\n  - { name: no, type: text }\n  - { name: name, type: text }\n";
const FUNCTION: &str = "function main(input, qiao) {
  return input.body.split('\\n').map((line) => {
    const [no, name] = line.split('=');
    return { id: no, masterFieldVal: { no, name } };
  });
}
";

#[tokio::test(start_paused = true)]
async fn what_is_sent_is_kept_before_it_is_answered_and_becomes_a_document() {
    let shop = Shop::new("{ records: /data/订单, id: /order/id, number: /order/no }", "number: no\n").await;
    let body = r#"{"data":{"订单":[{"order":{"id":9007199254740993,"no":"K1"},"name":"商店"},{"order":{"id":2,"no":"K2"},"name":"桥"}]}}"#;
    let receipt = shop.sent(body).await;
    let kept = shop.receipt(receipt).await;
    assert_eq!(kept.state, ReceiptState::Waiting, "on disk, and nothing more");
    assert_eq!((kept.pushed.body.as_ref(), kept.pushed.code.as_str()), (body.as_bytes(), "/hook/订单"));
    assert_eq!(kept.pushed.token, "hook_secret");
    shop.world.run(5).await;
    let parsed = shop.receipt(receipt).await;
    assert_eq!((parsed.state, parsed.about.len()), (ReceiptState::Parsed, 2));
    assert_eq!(parsed.about[0].id, "9007199254740993", "to the last digit");
    assert_eq!(
        shop.world.desk().table("customer"),
        [r#"{"no":"K1","name":"商店"}"#, r#"{"no":"K2","name":"桥"}"#]
    );
    let stories = shop.world.store().trace(&receipt.told(), 5).await.unwrap();
    assert_eq!(stories[0].arrivals[0].receipt, Some(receipt));
}

#[tokio::test(start_paused = true)]
async fn whoever_proves_nothing_is_told_nothing_and_leaves_nothing() {
    let shop = Shop::new("{}", "").await;
    for (flow, headers) in [
        ("订单", vec![]),
        ("订单", vec![("authorization", "Bearer geheim-3")]),
        ("订单", vec![BEARER, BEARER]),
        ("没有的流", vec![BEARER]),
        ("", vec![BEARER]),
    ] {
        let told = shop.send_to(flow, &headers, r#"{"id":1,"no":"1"}"#).await;
        assert_eq!(told, Err(Refused::Unproven), "{flow} {headers:?}");
    }
    assert_eq!(shop.send(&[BEARER], " \n").await, Err(Refused::Empty));
    shop.world.desk().pushes.as_mut().unwrap().networks = vec![(IpAddr::from([192, 168, 0, 0]), 16)];
    assert_eq!(shop.send(&[BEARER], "{}").await, Err(Refused::Unproven), "from elsewhere");
    shop.world.desk().pushes = Some(PushRules { a_minute: Some(1), ..PushRules::default() });
    assert!(shop.world.store().list_receipts(&Default::default()).await.unwrap().is_empty());
    kept(shop.send(&[("authorization", "Bearer geheim-2")], "{}").await);
    assert_eq!(shop.send(&[BEARER], "{}").await, Err(Refused::TooMany));
    let second = flow("{}").replace("name: 订单", "name: 退单").replace("object: customer", "object: bill");
    let outcome = shop.world.apply(&[("flow", "退单", &second)]).await;
    assert!(!outcome.is_refused(), "{:?}", outcome.problems);
    let again = Shop::of(shop.world);
    kept(again.send(&[BEARER], "{}").await);
    let other = again.send_to("退单", &[BEARER], "{}").await;
    assert_eq!(other, Err(Refused::TooMany), "all webhooks of the connection together");
    let shop = again;
    assert_eq!(shop.world.store().list_receipts(&Default::default()).await.unwrap().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn strangers_are_refused_before_their_bodies_are_read() {
    let shop = Shop::new("{ signature: { header: X-Sign } }", "").await;
    assert_eq!(shop.admit("订单", &[("x-sign", "abab")], 10).await, Ok(Admitted::ToBeProven));
    assert_eq!(shop.admit("订单", &[], 10).await, Err(Refused::Unproven));
    assert_eq!(shop.admit("没有的流", &[("x-sign", "abab")], 10).await, Err(Refused::Unproven));
    shop.apply("{ challenge: { query: 试 } }", "").await;
    shop.world.run(3).await;
    assert_eq!(shop.admit("订单", &[BEARER], 10).await, Ok(Admitted::Proven));
    assert_eq!(shop.admit("订单", &[("authorization", "Bearer x")], 10).await, Err(Refused::Unproven));
    shop.world.desk().pushes.as_mut().unwrap().networks = vec![(IpAddr::from([10, 0, 0, 0]), 8)];
    shop.world.run(3).await;
    let query = owned(&[("试", "42")]);
    for (net, answers) in [(10, true), (11, false)] {
        let from = IpAddr::from([net, 0, 0, 1]);
        let call = WebhookCall { query: &query, headers: &[], from, body: Bytes::new() };
        let word = Challenged::Text("42".into());
        let admitted = shop.webhooks.admit("订单", &call).await;
        let challenged = shop.webhooks.challenge("订单", call).await;
        let nothing = Refused::Unproven;
        assert_eq!(
            admitted,
            if answers { Ok(Admitted::Challenged(word.clone())) } else { Err(nothing.clone()) }
        );
        assert_eq!(challenged, if answers { Ok(word) } else { Err(nothing) });
        assert_eq!(shop.admit("订单", &[BEARER], net).await.is_ok(), answers);
    }
}

#[tokio::test(start_paused = true)]
async fn a_webhook_that_was_taken_away_is_nobodys_soon_and_what_it_got_waits_to_be_mended() {
    let shop = Shop::new("{}", "").await;
    let receipt = shop.sent(r#"{"id":1,"no":"1"}"#).await;
    let without = flow("{}").replace(", hook: {}", "");
    let outcome = shop.world.apply(&[("flow", "订单", &without)]).await;
    assert!(!outcome.is_refused(), "{:?}", outcome.problems);
    shop.world.run(5).await;
    assert_eq!(shop.send(&[BEARER], "{}").await, Err(Refused::Unproven));
    let failed = shop.receipt(receipt).await;
    assert_eq!(failed.cause.map(|cause| cause.code), Some("hook.no_flow".into()));
    shop.apply("{}", "").await;
    shop.world.store().parse_again(&[receipt]).await.unwrap();
    shop.world.run(5).await;
    assert_eq!(shop.receipt(receipt).await.state, ReceiptState::Parsed);
}

#[tokio::test(start_paused = true)]
async fn what_nobody_understands_stops_nobody_and_is_older_once_it_is_mended() {
    let shop = Shop::new("{ id: /ID }", "").await;
    let broken = shop.sent("{\"ID\":").await;
    let nameless = shop.sent(r#"{"id":"1","no":"K1","name":"旧"}"#).await;
    let good = shop.sent(r#"{"ID":"2","no":"K2","name":"好"}"#).await;
    shop.world.run(5).await;
    for (receipt, expected) in [(broken, Some("hook.not_json")), (nameless, Some("hook.no_id")), (good, None)]
    {
        let code = shop.receipt(receipt).await.cause.map(|cause| cause.code.to_string());
        assert_eq!(code.as_deref(), expected);
    }
    assert_eq!(shop.world.desk().table("customer"), [r#"{"no":"K2","name":"好"}"#]);
    shop.apply("{}", "").await;
    shop.world.run(3).await;
    shop.sent(r#"{"id":"1","no":"K1","name":"新"}"#).await;
    shop.world.run(5).await;
    shop.world.store().parse_again(&[nameless]).await.unwrap();
    shop.world.run(5).await;
    assert_eq!(shop.receipt(nameless).await.state, ReceiptState::Parsed);
    assert!(shop.body("1").await.unwrap().contains("新"), "what came since stands");
}

#[tokio::test(start_paused = true)]
async fn what_is_sent_twice_is_one_receipt_also_after_a_restart() {
    let shop = Shop::new("{ event: X-Event }", "").await;
    let first = kept(shop.send(&[BEARER, ("x-event", "事件-1")], r#"{"id":"1","no":"A"}"#).await);
    kept(shop.send(&[BEARER, ("x-event", "事件-2")], r#"{"id":"1","no":"B"}"#).await);
    shop.world.run(5).await;
    let again = Shop::of(shop.world);
    let repeated = kept(again.send(&[BEARER, ("x-event", "事件-1")], r#"{"id":"1","no":"A"}"#).await);
    assert_eq!(repeated, first, "answered alike");
    again.world.run(5).await;
    assert!(again.body("1").await.unwrap().contains("\"B\""), "and it did nothing");
}

#[tokio::test(start_paused = true)]
async fn versions_and_voids_are_found_where_the_flow_says() {
    let hook = "{ version: $/rev, void: { at: /state, is: [作废] } }";
    let shop = Shop::new(hook, "version: v\n").await;
    shop.sent(r#"{"id":"1","no":"K1","name":"新","rev":8}"#).await;
    shop.sent(r#"{"id":"1","no":"K1","name":"旧","rev":7}"#).await;
    let without = shop.sent(r#"{"id":"1","no":"K1","name":"?"}"#).await;
    shop.world.run(5).await;
    assert!(shop.body("1").await.unwrap().contains("新"), "a record never goes back");
    let cause = shop.receipt(without).await.cause.unwrap();
    assert_eq!(cause.code, "push.no_version");
    shop.sent(r#"{"id":"1","state":"作废","rev":9}"#).await;
    shop.world.run(5).await;
    let key = RecordKey::new(&"box".into(), &"account".into(), "1");
    let record = shop.world.store().find(&[key]).await.unwrap().remove(0).unwrap();
    assert!(record.void);
}

#[tokio::test(start_paused = true)]
async fn headers_say_what_is_meant_and_what_is_void() {
    let hook = "{ only: { header: X-Topic, is: [orders/paid, orders/cancelled] }, \
                void: { header: X-Topic, is: orders/cancelled } }";
    let shop = Shop::new(hook, "").await;
    let send = |topic: &'static str| shop.send_topic(topic);
    assert_eq!(send("orders/created").await, Ok(Taken::PassedOver));
    assert_eq!(shop.send(&[BEARER], "{}").await, Ok(Taken::PassedOver));
    assert!(shop.world.store().list_receipts(&Default::default()).await.unwrap().is_empty());
    kept(send("orders/paid").await);
    kept(send("orders/cancelled").await);
    shop.world.run(5).await;
    let key = RecordKey::new(&"box".into(), &"account".into(), "1");
    assert!(shop.world.store().find(&[key]).await.unwrap().remove(0).unwrap().void);
}

impl Shop {
    async fn send_topic(&self, topic: &str) -> Result<Taken, Refused> {
        self.send(&[BEARER, ("x-topic", topic)], r#"{"id":"1","no":"K1"}"#).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_function_reads_what_is_in_a_form_of_the_senders_own() {
    let by_header = "{ only: { header: X-Topic, is: [订单, 作废] }, void: { header: X-Topic, is: 作废 } }";
    let shop = Shop::new(by_header, "functions: { parse: functions/customer.js }\n").await;
    let send = async |topic, body| shop.send(&[BEARER, ("x-topic", topic)], body).await;
    kept(send("订单", "K1=商店\nK2=桥").await);
    assert_eq!(send("退货", "K3=?").await, Ok(Taken::PassedOver));
    shop.world.run(5).await;
    assert_eq!(
        shop.world.desk().table("customer"),
        [r#"{"no":"K1","name":"商店"}"#, r#"{"no":"K2","name":"桥"}"#]
    );
    kept(send("作废", "K2=桥").await);
    shop.world.run(5).await;
    let key = RecordKey::new(&"box".into(), &"account".into(), "K2");
    assert!(shop.world.store().find(&[key]).await.unwrap().remove(0).unwrap().void);
}

#[tokio::test(start_paused = true)]
async fn a_form_and_xml_are_read_as_their_content_types_say() {
    let shop = Shop::new("{ records: /order }", "").await;
    let xml = [BEARER, ("content-type", "text/xml; charset=utf-8")];
    kept(shop.send(&xml, "<order><id>1</id><no>K1</no><name>商店</name></order>").await);
    shop.world.run(5).await;
    shop.apply("{}", "").await;
    shop.world.run(3).await;
    let form = [BEARER, ("content-type", "application/x-www-form-urlencoded")];
    kept(shop.send(&form, "id=2&no=K2&name=%E6%A1%A5+%E6%A2%81").await);
    shop.world.run(5).await;
    assert_eq!(
        shop.world.desk().table("customer"),
        [r#"{"no":"K1","name":"商店"}"#, r#"{"no":"K2","name":"桥 梁"}"#]
    );
}

#[tokio::test(start_paused = true)]
async fn a_system_that_can_be_asked_is_only_woken() {
    let world = World::new();
    let hook = flow("{ id: /data/id }");
    let texts = [("connection", "box", CONNECTION), ("flow", "订单", &*hook)];
    let outcome = world.apply(&texts).await;
    assert!(!outcome.is_refused(), "{:?}", outcome.problems);
    let shop = Shop::of(world);
    shop.world.run(3).await;
    shop.world.save("account", "7", r#"{"no":"K7","name":"真的"}"#);
    let receipt = shop.sent(r#"{"data":{"id":7,"name":"假的"}}"#).await;
    shop.world.run(5).await;
    assert_eq!(shop.receipt(receipt).await.state, ReceiptState::Parsed);
    assert_eq!(shop.world.desk().table("customer"), [r#"{"no":"K7","name":"真的"}"#]);
}

#[tokio::test(start_paused = true)]
async fn a_sender_that_tries_the_address_hears_what_it_said() {
    let shop = Shop::new("{ challenge: { query: hub.challenge, secret: hub.verify_token } }", "").await;
    let tried = |query: &[(&str, &str)], flow: &'static str| {
        let query = owned(query);
        let webhooks = &shop.webhooks;
        async move {
            let from = IpAddr::from([10, 0, 0, 1]);
            let call = WebhookCall { query: &query, headers: &[], from, body: Bytes::new() };
            webhooks.challenge(flow, call).await
        }
    };
    let right = [("hub.challenge", "试-42"), ("hub.verify_token", "geheim-1")];
    assert_eq!(tried(&right, "订单").await, Ok(Challenged::Text("试-42".into())));
    for (query, flow) in [
        (vec![("hub.challenge", "42"), ("hub.verify_token", "x")], "订单"),
        (vec![("hub.challenge", "42")], "订单"),
        (vec![("hub.verify_token", "geheim-1")], "订单"),
        (right.to_vec(), "没有的流"),
    ] {
        assert_eq!(tried(&query, flow).await, Err(Refused::Unproven), "{query:?}");
    }
    shop.apply("{ challenge: /challenge }", "").await;
    shop.world.run(3).await;
    let challenged = shop.send(&[BEARER], r#"{"challenge":"试\"42"}"#).await;
    assert_eq!(challenged, Ok(Taken::Challenged(Challenged::Json(r#"{"challenge":"试\"42"}"#.into()))));
    assert_eq!(shop.send(&[], r#"{"challenge":"x"}"#).await, Err(Refused::Unproven));
    assert!(shop.world.store().list_receipts(&Default::default()).await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_is_missing_of_a_webhook_is_told_with_its_place() {
    for (connection, hook, more, pushes, expected) in [
        ("", "{}", "", true, "config.hook_secret"),
        ("hook_secret: s", "{ number: /no }", "", true, "config.hook_no_field"),
        ("hook_secret: s", "{ version: /v }", "", true, "config.hook_no_field"),
        (
            "hook_secret: s",
            "{ id: /id }",
            "functions: { parse: functions/customer.js }\n",
            true,
            "config.hook_function",
        ),
        (
            "hook_secret: s",
            "{ only: { at: /类型, is: 订单 } }",
            "functions: { parse: functions/customer.js }\n",
            true,
            "config.hook_function",
        ),
        (
            "hook_secret: s",
            "{ void: { at: $/状态, is: 作废 } }",
            "functions: { parse: functions/customer.js }\n",
            true,
            "config.hook_function",
        ),
        ("hook_secret: s", "{}", "-", false, "config.hook_id"),
        ("hook_secret: s", "{ id: /id, void: { at: /x, is: y } }", "-", false, "config.hook_wakes"),
    ] {
        let world = World::new();
        world.desk().pushes = pushes.then(PushRules::default);
        let connection =
            format!("kind: connection\nname: box\nconnector: box\nsettings: {{ {connection} }}\n");
        let (flow, object) = (flow(hook), object(more.trim_start_matches('-')));
        let mut texts = vec![
            ("connection", "box", &*connection),
            ("flow", "订单", &flow),
            ("function", "functions/customer.js", FUNCTION),
        ];
        if pushes {
            texts.push(("object", "box/account", &object));
        }
        let outcome = world.apply(&texts).await;
        let found = outcome.problems.iter().find(|problem| problem.cause.code == expected);
        assert_eq!(found.map(|problem| problem.at.0), Some(4), "{expected}: {:?}", outcome.problems);
    }
}
