//! Looking at what is stored through a mapping.

use engine::looking::{Answer, Asked, Becomes, look};
use model::record::RecordKey;
use model::{Value, json};

use crate::world::World;

const CONTACTS: &str = "\
kind: flow
name: contacts
source: { connection: box, object: contact, history: true }
target: { connection: box, object: person, key: no }
scope: state != \"void\"
map:
  no: no
  name: name
  phone: mobile
  company.id: { from: account, reference: account }
";

const ACCOUNTS: &str = "\
kind: flow
name: customers
source: { connection: box, object: account, history: true }
target: { connection: box, object: customer, key: no }
map:
  no: no
";

async fn world() -> World {
    let world = World::with(&[("contacts", CONTACTS), ("customers", ACCOUNTS)]).await;
    world.save("account", "1", r#"{"no":"K1"}"#);
    world.save(
        "contact",
        "2",
        r#"{"no":"P1","name":"王芳","mobile":"13800000001","account":"1","other":"x"}"#,
    );
    world.save("contact", "3", r#"{"no":"P2","state":"void"}"#);
    world.run(90).await;
    world
}

#[tokio::test(start_paused = true)]
async fn a_record_is_seen_with_what_it_refers_to_and_nobodys_number() {
    let world = world().await;
    let setup = world.setup().await;
    let flow = &setup.flows[&"contacts".into()];
    let keys = ["2", "3"].map(|id| RecordKey::new(&"box".into(), &"contact".into(), id));
    let records = world.store().find(&keys).await.unwrap();
    let masked = look(&world.seams, flow, records[0].as_ref().unwrap(), true).await.unwrap();
    let Becomes::Document(document) = &masked.becomes else { panic!("{:?}", masked.becomes) };
    let written = json::write(&Value::Map(document.clone()));
    assert!(written.contains(r#""phone":"00000000000""#) && written.contains(r#""no":"P1""#), "{written}");
    assert!(!json::write(&Value::Map(masked.record.clone())).contains("138"), "{:?}", masked.record);
    assert!(masked.record.get("other").is_none(), "only what the flow reads");
    let id = world.desk().table("customer");
    assert_eq!(id.len(), 1);
    let [Answer { of, id, value }] = masked.answers.as_slice() else { panic!("{:?}", masked.answers) };
    assert_eq!((of, id.as_str()), (&Asked::Link("account".into()), "1"));
    assert_eq!(value, &Value::from("K1"));
    let plain = look(&world.seams, flow, records[0].as_ref().unwrap(), false).await.unwrap();
    assert_eq!(plain.record.get("mobile"), Some(&Value::from("13800000001")));
    let void = look(&world.seams, flow, records[1].as_ref().unwrap(), true).await.unwrap();
    assert!(matches!(void.becomes, Becomes::OutOfScope));
}
