//! One story, told in both languages.

use std::sync::Arc;

use contract::store::{
    ArrivalLine, AttemptLine, Audit, Audited, ConfigText, EnvironmentVersion, Story, StoryTask, TextVersion,
};
use jiff::tz::TimeZone;
use model::attempt::{Attempt, CallRecord, StepTaken};
use model::audit::AuditEntry;
use model::link::{Agreed, Link};
use model::record::{Record, RecordKey};
use model::task::{Kind, State, Task};
use model::{
    ArrivalId, AttemptId, Catalogue, Cause, Hash, Lang, LinkId, RecordId, Sentence, TaskId, Timestamp,
};

use super::Versions;
use super::text::{Reader, render};
use crate::screen::Screen;

const MORNING: i64 = 1_780_276_364_000;

/// A customer whose first write got no answer and whose second look found it.
pub(crate) fn story() -> Story {
    let key = RecordKey::new(&"crm".into(), &"AccountObj".into(), "5f3a");
    let record = Record {
        id: RecordId(7),
        key: key.clone(),
        number: Some("KH000123".into()),
        name: Some("杭州桥梁机械有限公司".into()),
        version: Some(3),
        revision: 1,
        hash: Hash::of_text(""),
        void: false,
        body: "{}".into(),
    };
    let link = Link {
        id: LinkId(1),
        source: key,
        target_connection: "erp".into(),
        target_object: "BD_Customer".into(),
        target_id: Some("100231".into()),
        target_number: Some("KH000123".into()),
        agreed: Agreed::default(),
    };
    Story { record, arrivals: vec![arrival()], links: vec![link], tasks: vec![told()], purged: None }
}

fn arrival() -> ArrivalLine {
    ArrivalLine {
        id: ArrivalId(9),
        at: Timestamp(MORNING),
        reading: "poll".into(),
        revision: Some(1),
        receipt: None,
    }
}

fn told() -> StoryTask {
    let task = Task {
        id: TaskId(3),
        flow: "customers-to-erp".into(),
        record: RecordId(7),
        kind: Kind::Deliver,
        state: State::Synced,
        cause: None,
        want: 1,
        done: 1,
        tries: 0,
        due: Timestamp(0),
        as_of: None,
    };
    // The store gives attempts newest first.
    StoryTask { task, attempts: vec![attempt(2, State::Synced, "100231"), attempt(1, State::Unknown, "")] }
}

fn attempt(n: i64, state: State, note: &str) -> AttemptLine {
    let started = Timestamp(MORNING + n * 1_000);
    let cause = (state == State::Unknown).then(|| Cause::new("test.lost").with("host", "erp.example.com"));
    let step = StepTaken {
        name: "create".into(),
        at: Timestamp(started.0 + 40),
        cause: cause.clone(),
        note: note.into(),
    };
    let call = CallRecord {
        number: n as u64,
        connection: "erp".into(),
        operation: "Save".into(),
        method: "POST".into(),
        url: "https://erp.example.com/k3cloud/…/Save.common.kdsvc".into(),
        sent: started,
        took_ms: 40,
        status: (!note.is_empty()).then_some(200),
        request: "{\"FName\":\"***\"}".into(),
        response: String::new(),
    };
    let attempt = Attempt {
        started,
        ended: Timestamp(started.0 + 50),
        flow_version: 4,
        revision: 1,
        state,
        cause,
        steps: vec![step],
    };
    AttemptLine { id: AttemptId(n), attempt, calls: vec![call] }
}

/// The version of the flow that the story's attempts ran with.
fn versions() -> Versions {
    let name = "customers-to-erp".to_owned();
    Versions(vec![TextVersion {
        text: ConfigText { kind: "flow".into(), name, text: String::new() },
        version: 4,
        at: Timestamp(MORNING),
        environment: Some(EnvironmentVersion { name: "live".into(), version: 2 }),
        removed: None,
    }])
}

pub(crate) fn screen(lang: Lang) -> Screen {
    let mut catalogue = Catalogue::default();
    catalogue.add([Sentence::new("test.lost", "{host} 没有应答。", "{host} did not answer.", "", "")]);
    Screen { lang, json: false, catalogue: Arc::new(catalogue) }
}

#[test]
fn a_story_is_told_in_the_order_of_time() {
    let screen = screen(Lang::Zh);
    let versions = versions();
    let reader = Reader { screen: &screen, zone: TimeZone::UTC, versions: &versions, with_bodies: false };
    assert_eq!(
        render(&story(), &reader),
        "\
杭州桥梁机械有限公司 KH000123
  来源  crm/AccountObj/5f3a(第 1 版)
  对应  erp/BD_Customer/100231 KH000123
  同步  customers-to-erp #3: 已同步

2026-06-01 01:12:44  读到第 1 版 (轮询, #9)
2026-06-01 01:12:45  同步 customers-to-erp → 结果未知 (流版本 4, 2026-06-01 01:12:44, live 2, 50 ms)
    erp.example.com 没有应答。
      · erp Save  没有应答  40 ms
    ✗ create    erp.example.com 没有应答。
2026-06-01 01:12:46  同步 customers-to-erp → 已同步 (流版本 4, 2026-06-01 01:12:44, live 2, 50 ms)
      · erp Save  200  40 ms
    ✓ create  100231"
    );
}

#[test]
fn the_same_story_is_told_in_english() {
    let screen = screen(Lang::En);
    let versions = Versions::default();
    let reader = Reader { screen: &screen, zone: TimeZone::UTC, versions: &versions, with_bodies: true };
    let told = render(&story(), &reader);
    for part in
        ["source  crm/AccountObj/5f3a (revision 1)", "no answer", "→ {\"FName\":\"***\"}", "did not answer."]
    {
        assert!(told.contains(part), "{part} in\n{told}");
    }
}

#[test]
fn programs_get_the_same_events() {
    let told = super::json::render(&story(), &versions(), &screen(Lang::En));
    let kinds: Vec<&str> =
        told["events"].as_array().unwrap().iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["arrived", "tried", "tried"]);
    assert_eq!(told["events"][1]["cause"]["what"], "erp.example.com did not answer.");
    assert_eq!(told["events"][1]["flow_version_at"], "2026-06-01T01:12:44.000Z");
    assert_eq!(told["events"][1]["environment"]["version"], 2);
    assert_eq!(told["links"][0]["id"], "100231");
}

#[tokio::test]
async fn what_callers_wrote_to_either_side_is_told_with_its_calls() {
    let store = store::Sqlite::memory(store::Key::new([7; 32])).unwrap();
    let (own, there) = ("record:crm/AccountObj/5f3a", "record:erp/BD_Customer/100231");
    for (n, about) in [(1, own), (2, there), (3, "record:erp/BD_Customer/1")] {
        let what = Cause::new("test.lost").with("host", format!("桥 {n}"));
        let entry =
            AuditEntry { at: Timestamp(MORNING + n), by: "集成平台".into(), what, about: about.into() };
        let calls = attempt(n, State::Synced, "100231").calls;
        store.note_done(&Audited { entry, calls }).await.unwrap();
    }
    let served = engine::desk::done_to(&store, &[story(), story()]).await.unwrap();
    let screen = screen(Lang::Zh);
    let versions = versions();
    let reader = Reader { screen: &screen, zone: TimeZone::UTC, versions: &versions, with_bodies: false };
    let told = super::served::text(&served, &reader);
    let wanted = [
        "2026-06-01 01:12:44  集成平台  桥 2 没有应答。",
        "      · erp Save  200  40 ms",
        "2026-06-01 01:12:44  集成平台  桥 1 没有应答。",
        "      · erp Save  200  40 ms",
    ];
    assert_eq!(told, wanted, "each once, the newest first, and nothing of anybody else");
    assert_eq!(super::served::as_json(&served[0], &screen)["calls"][0]["operation"], "Save");
}
