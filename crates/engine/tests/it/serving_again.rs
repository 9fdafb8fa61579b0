//! Creates that may have been carried out already, by a caller or a flow: no second document comes of them.

use engine::serving::{Asked, How};
use model::AnswerClass;

use crate::serving::{CUSTOMER, FLOW, HUB, Platform, class};

const ACCOUNT: &str = r#"{"no":"K1","name":"上海测试公司"}"#;

impl Platform {
    /// The answer of the next create is lost; it is not carried out, or not yet.
    fn lose_next(&self) {
        let mut desk = self.world.desk();
        desk.refusals.insert("customer".into(), [AnswerClass::Unknown].into());
        desk.loses_writes = true;
    }

    async fn create(&self, key: Option<&str>) -> Result<String, String> {
        let asked = Asked { key: key.map(str::to_owned), ..Asked::read(CUSTOMER.as_bytes()).unwrap() };
        self.ask(HUB, How::Create, asked).await.map_err(|not| not.cause().code.into_owned())
    }

    fn customers(&self) -> usize {
        self.world.desk().table("customer").len()
    }

    /// What was on its way shows.
    fn arrive(&self) {
        self.world.save("customer", "L1", ACCOUNT);
    }
}

fn in_doubt() -> Result<String, String> {
    Err("serving.in_doubt".into())
}

#[tokio::test(start_paused = true)]
async fn a_caller_makes_nothing_beside_a_flows_create_of_which_nothing_is_known() {
    for restarts in [false, true] {
        let mut platform = Platform::new().await;
        platform.lose_next();
        platform.world.save("account", "1", ACCOUNT);
        platform.run(6).await;
        assert_eq!(platform.world.standing().await, ["a 1 unknown box.refused"]);
        if restarts {
            platform.restart();
        }
        assert_eq!(platform.create(None).await, in_doubt());
        assert_eq!(platform.create(Some("name")).await, in_doubt(), "by whichever key");
        platform.arrive();
        assert_eq!(platform.create(None).await.unwrap(), "L1");
        platform.run(30).await;
        assert_eq!(platform.world.standing().await, ["a 1 synced"]);
        assert_eq!((platform.customers(), platform.writes()), (1, 0), "restarts: {restarts}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_flow_makes_nothing_beside_a_callers_create_of_which_nothing_is_known() {
    let stamped = FLOW
        .replace("key: no, match", "key: stamp, match")
        .replace("  name: name", "  stamp: no\n  name: name");
    for flow in [FLOW, &stamped] {
        let platform = Platform::with(flow).await;
        platform.world.save("account", "1", ACCOUNT);
        platform.lose_next();
        assert_eq!(platform.create(None).await, Err("box.refused".into()));
        platform.run(6).await;
        assert_eq!(platform.world.standing().await, ["a 1 waiting engine.document_busy"]);
        platform.arrive();
        platform.run(20).await;
        assert_eq!(platform.world.standing().await, ["a 1 synced"]);
        assert_eq!(platform.customers(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_flow_makes_nothing_beside_another_flows_create_of_which_nothing_is_known() {
    let other = FLOW.replace("name: a\n", "name: b\n").replace("object: account", "object: client");
    let platform = Platform::new().await;
    assert!(!platform.world.apply(&[("flow", "b", &other)]).await.is_refused());
    platform.lose_next();
    platform.world.save("account", "1", ACCOUNT);
    platform.run(6).await;
    assert_eq!(platform.world.standing().await, ["a 1 unknown box.refused"]);
    platform.world.save("client", "9", ACCOUNT);
    platform.run(3).await;
    platform.arrive();
    platform.run(30).await;
    assert_eq!((platform.customers(), platform.writes()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn what_a_caller_made_is_known_by_its_id_while_searches_do_not_show_it() {
    let platform = Platform::new().await;
    platform.world.desk().searches_lag = true;
    assert_eq!(platform.create(None).await.unwrap(), "T1");
    assert_eq!(platform.create(None).await.unwrap(), "T1");
    platform.world.save("account", "1", ACCOUNT);
    platform.run(6).await;
    assert_eq!(platform.world.standing().await, ["a 1 synced"]);
    assert_eq!((platform.customers(), platform.writes()), (1, 1), "nor does a flow make it again");
    // Nor is it shown by its id yet.
    platform.world.desk().hidden.insert("customer".into(), 1);
    assert_eq!(platform.create(None).await, in_doubt());
}

#[tokio::test(start_paused = true)]
async fn what_a_flow_made_is_known_to_callers_while_searches_do_not_show_it() {
    let platform = Platform::new().await;
    platform.world.desk().searches_lag = true;
    platform.world.save("account", "1", ACCOUNT);
    platform.run(6).await;
    assert_eq!(platform.world.standing().await, ["a 1 synced"]);
    assert_eq!(platform.create(None).await.unwrap(), "T1");
    assert_eq!((platform.customers(), platform.writes()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_create_that_stopped_half_way_is_brought_on_while_searches_do_not_show_it() {
    let platform = Platform::new().await;
    platform.world.desk().searches_lag = true;
    platform.world.desk().splits_creates = true;
    platform.world.desk().answers.insert("customer".into(), [None, Some(AnswerClass::Rejected)].into());
    let audited = || Asked { status: Some("audited".into()), ..Asked::read(CUSTOMER.as_bytes()).unwrap() };
    let partly = platform.ask(HUB, How::Create, audited()).await.unwrap_err();
    assert_eq!(partly.cause().code, "serving.partly");
    assert_eq!(platform.ask(HUB, How::Create, audited()).await.unwrap(), "T1");
    assert_eq!(platform.customers(), 1);
    assert_eq!(platform.world.desk().tables["customer"]["T1"].status.as_deref(), Some("audited"));
}

#[tokio::test(start_paused = true)]
async fn a_create_whose_answer_was_lost_is_in_doubt_by_whichever_key_it_comes_again() {
    for (first, again) in [(Some("name"), None), (None, Some("name")), (Some("name"), Some("no"))] {
        let platform = Platform::new().await;
        platform.lose_next();
        assert_eq!(platform.create(first).await, Err("box.refused".into()));
        assert_eq!(platform.create(again).await, in_doubt(), "{first:?} {again:?}");
        assert_eq!(platform.writes(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_that_nobody_can_look_up_is_not_taken() {
    let platform = Platform::new().await;
    platform.world.desk().looks_nothing_up = true;
    let asked = Asked { key: Some("no".into()), ..Asked::read(CUSTOMER.as_bytes()).unwrap() };
    let refused = platform.ask(HUB, How::Create, asked).await;
    assert_eq!(refused.clone().unwrap_err().cause().code, "serving.no_lookup");
    assert_eq!((class(refused), platform.writes()), (AnswerClass::Config, 0));
    assert_eq!(platform.create(None).await.unwrap(), "T1");
}
