//! Events that the CRM reports: what is in them, how they are sealed, and what becomes of them
//! (`protocols/fxiaoke.md` §8).

use aes::Aes256;
use aes::cipher::{Block, BlockCipherDecrypt, KeyInit};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sandbox::stand_in::{Outgoing, Reply};
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

use crate::world::{START_MS, World};

const KEY: &[u8; 32] = b"0123456789abcdef0123456789abcdef";

fn subscribe(world: &mut World, more: Value) {
    let mut setting = json!({ "url": "http://qiao.example/callback/crm", "token": "口令",
        "encoding_aes_key": STANDARD.encode(KEY) });
    crate::world::merge(&mut setting, more);
    world.control("/fxiaoke/callback", Some(setting));
}

fn taken(world: &mut World) -> Vec<Outgoing> {
    world.sandbox.take_outgoing(world.now_ms).into_iter().map(|(_, call)| call).collect()
}

/// The plain text of an event whose signature is right.
fn opened(call: &Outgoing) -> Vec<u8> {
    let body: Value = serde_json::from_slice(&call.body).unwrap();
    let part = |name: &str| body[name].as_str().unwrap().to_owned();
    let mut parts = ["口令".to_owned(), part("timeStamp"), part("nonce"), part("content")];
    parts.sort();
    assert_eq!(body["sig"], hex::encode(Sha1::digest(parts.concat())));
    let mut bytes = STANDARD.decode(part("content")).unwrap();
    let cipher = Aes256::new(KEY.into());
    let mut before: Vec<u8> = KEY[..16].to_vec();
    for block in bytes.chunks_exact_mut(16) {
        let sealed = block.to_vec();
        let mut one = Block::<Aes256>::default();
        one.copy_from_slice(block);
        cipher.decrypt_block(&mut one);
        for n in 0..16 {
            block[n] = one[n] ^ before[n];
        }
        before = sealed;
    }
    let padding = usize::from(*bytes.last().unwrap());
    assert!((1..=32).contains(&padding));
    bytes.truncate(bytes.len() - padding);
    bytes
}

fn event(call: &Outgoing) -> Value {
    let bytes = opened(call);
    let length = u32::from_be_bytes(bytes[16..20].try_into().unwrap()) as usize;
    assert_eq!(bytes.len(), 20 + length);
    serde_json::from_slice(&bytes[20..]).unwrap()
}

#[test]
fn whatever_people_do_at_the_screens_is_reported_in_order() {
    let mut world = World::new();
    subscribe(&mut world, json!({}));
    let id = world.control("/fxiaoke/AccountObj", Some(json!({ "name": "无锡瑞达" })))["dataId"].clone();
    let path = format!("/fxiaoke/AccountObj/{}", id.as_str().unwrap());
    world.control(&path, Some(json!({ "tel": "0510-88888888", "by": "1001" })));
    for action in ["invalid", "recover", "invalid", "delete"] {
        world.pass(1);
        world.control(&format!("{path}/{action}"), Some(json!({})));
    }
    let events: Vec<Value> = taken(&mut world).iter().map(event).collect();
    let operations: Vec<&str> = events.iter().map(|one| one["op"].as_str().unwrap()).collect();
    assert_eq!(operations, ["create", "update", "invalid", "recover", "invalid", "delete"]);
    assert_eq!(
        (&events[1]["objectApiName"], &events[1]["dataId"], &events[1]["operator"], &events[1]["time"]),
        (&json!("AccountObj"), &id, &json!("1001"), &json!(START_MS))
    );
    assert_eq!(taken(&mut world), [], "an event is taken once");
}

#[test]
fn writes_through_the_interface_are_reported_where_the_subscription_asks_for_them() {
    for (api_writes, reported) in [(false, 0), (true, 1)] {
        let mut world = World::new();
        subscribe(&mut world, json!({ "api_writes": api_writes, "objects": ["AccountObj"] }));
        world.create("AccountObj", json!({ "name": "无锡瑞达" }));
        world.create("ContactObj", json!({ "name": "王敏" }));
        assert_eq!(taken(&mut world).len(), reported, "{api_writes}");
    }
}

#[test]
fn an_event_has_a_frame_or_none() {
    let mut world = World::with("fxiaoke", &[("callback_frame", "unframed")]);
    subscribe(&mut world, json!({}));
    world.control("/fxiaoke/AccountObj", Some(json!({ "name": "无锡瑞达" })));
    let bytes = opened(&taken(&mut world)[0]);
    let event: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(event["op"], "create");
}

#[test]
fn an_event_that_is_not_taken_is_sent_once_more_and_then_lost() {
    let answers = [
        (Some(Reply::text(200, "text/plain", "success")), 1, (1, 0)),
        (Some(Reply::text(200, "text/plain", "failure")), 2, (0, 1)),
        (Some(Reply::text(502, "text/html", "success")), 2, (0, 1)),
        (None, 2, (0, 1)),
    ];
    for (answer, tries, (delivered, lost)) in answers {
        let mut world = World::new();
        subscribe(&mut world, json!({}));
        world.control("/fxiaoke/AccountObj", Some(json!({ "name": "无锡瑞达" })));
        let mut made = 0;
        for _ in 0..4 {
            for call in taken(&mut world) {
                made += 1;
                world.sandbox.outgoing_answered("fxiaoke", call.number, world.now_ms, answer.as_ref());
            }
            if let Some(due_ms) = world.sandbox.next_outgoing() {
                assert_eq!(due_ms, world.now_ms + 3_000);
            }
            world.pass(3_000);
        }
        let shown = world.control("/fxiaoke/callback", None);
        let counts = (&shown["delivered"], &shown["lost"], &shown["waiting"]);
        assert_eq!((made, counts), (tries, (&json!(delivered), &json!(lost), &json!(0))), "{answer:?}");
    }
}

#[test]
fn a_key_that_is_none_is_refused() {
    let mut world = World::new();
    let body = json!({ "url": "http://qiao.example/", "encoding_aes_key": "太短" }).to_string();
    let path = "/_sandbox/fxiaoke/callback";
    assert_eq!(world.sandbox.control(START_MS, "POST", path, body.as_bytes()).status, 400);
    assert_eq!(world.control("/fxiaoke/callback", None)["url"], "");
}
