//! What is pushed in a form of the sender's own: functions make records of it, and fail alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use contract::Functions;
use contract::functions::{Call, Fault, Function, Ran, Spent, Surroundings};
use engine::pushes::Push;
use model::receipt::{Receipt, ReceiptState};
use model::record::RecordKey;
use model::{Cause, ReceiptId};

use crate::pushing::{CUSTOMER, Sender, object, push};

const NAMED: &str = "functions: { parse: functions/customer.js }\n";

/// Three customers, the last of them void, as an older system pushes them.
const XML: &str = r#"function main(input, qiao) {
  const all = qiao.xml.parse(input.body, { lists: ["客户"] }).推送.客户;
  return all.map((one) => ({
    id: one.编号, void: one["@作废"] === "1", masterFieldVal: { no: one.编号, name: one.名称 },
  }));
}
"#;

/// In GB18030.
const PUSHED: &[u8] = b"<?xml version=\"1.0\" encoding=\"GB18030\"?><\xcd\xc6\xcb\xcd><\xbf\xcd\xbb\xa7><\xb1\xe0\xba\xc5>K1</\xb1\xe0\xba\xc5><\xc3\xfb\xb3\xc6>\xc9\xcc\xb5\xea</\xc3\xfb\xb3\xc6></\xbf\xcd\xbb\xa7><\xbf\xcd\xbb\xa7><\xb1\xe0\xba\xc5>K2</\xb1\xe0\xba\xc5><\xc3\xfb\xb3\xc6>\xc7\xc5\xc1\xba\xb9\xab\xcb\xbe</\xc3\xfb\xb3\xc6></\xbf\xcd\xbb\xa7><\xbf\xcd\xbb\xa7 \xd7\xf7\xb7\xcf=\"1\"><\xb1\xe0\xba\xc5>K3</\xb1\xe0\xba\xc5></\xbf\xcd\xbb\xa7></\xcd\xc6\xcb\xcd>";

/// Each line is one customer: `K1=商店`.
pub const LINES: &str = "function main(input, qiao) {
  return input.body.split('\\n').map((line) => {
    const [no, name] = line.split('=');
    return { id: no, masterFieldVal: { no, name: name.trim() } };
  });
}
";

/// A system whose accounts are read by this function.
pub async fn sender(function: &str) -> Sender {
    let sender = Sender::new(false, "").await;
    apply(&sender, function).await;
    sender
}

async fn apply(sender: &Sender, function: &str) {
    let object = object(NAMED);
    sender.world.desk().is_strange = true;
    let texts = [
        ("function", "functions/customer.js", function),
        ("object", "box/account", object.as_str()),
        ("object", "box/customer", CUSTOMER),
    ];
    let outcome = sender.world.apply(&texts).await;
    assert!(!outcome.is_refused(), "{:?}", outcome.problems);
}

impl Sender {
    pub async fn foreign(&self, body: impl Into<Bytes>) -> ReceiptId {
        let body = body.into();
        self.push_as(Push { id: None, body, ..push("") }).await.unwrap()
    }

    async fn receipt(&self, id: ReceiptId) -> Receipt {
        self.world.store().receipts(&[id]).await.unwrap().remove(0).unwrap()
    }

    pub async fn cause(&self, id: ReceiptId) -> Cause {
        let receipt = self.receipt(id).await;
        assert_eq!(receipt.state, ReceiptState::Failed);
        receipt.cause.unwrap()
    }
}

#[tokio::test(start_paused = true)]
async fn one_body_holds_many_records_in_the_senders_own_form() {
    let sender = sender(XML).await;
    sender.push("K3", r#"{"no":"K3","name":"旧店"}"#).await;
    sender.world.run(5).await;
    let receipt = sender.foreign(PUSHED).await;
    sender.world.run(5).await;
    let about: Vec<String> = sender.receipt(receipt).await.about.into_iter().map(|key| key.id).collect();
    assert_eq!(about, ["K1", "K2", "K3"]);
    let mut there = sender.world.desk().table("customer");
    there.sort();
    let wanted =
        [r#"{"no":"K1","name":"商店"}"#, r#"{"no":"K2","name":"桥梁公司"}"#, r#"{"no":"K3","name":"旧店"}"#];
    assert_eq!(there, wanted);
    let void = RecordKey::new(&"box".into(), &"account".into(), "K3");
    let void = sender.world.store().find(&[void]).await.unwrap().remove(0).unwrap();
    assert!(void.void, "{}", void.body);
    let stories = sender.world.store().trace(&receipt.told(), 5).await.unwrap();
    assert_eq!(stories.len(), 3, "each of them is found by the receipt");
}

#[tokio::test(start_paused = true)]
async fn a_function_that_throws_fails_its_receipt_alone_until_it_is_mended() {
    let sender = sender(LINES).await;
    let broken = sender.foreign("K1=商店\nK2").await;
    let after = sender.foreign("K3=另一个").await;
    sender.world.run(5).await;
    let cause = sender.cause(broken).await;
    assert_eq!(cause.code, "function.threw");
    assert_eq!((cause.param("name"), cause.param("line")), (Some("functions/customer.js"), Some("4")));
    assert_eq!(sender.receipt(broken).await.pushed.body, "K1=商店\nK2", "kept as it came");
    assert_eq!(sender.body("K1").await, None, "all of a body, or nothing");
    assert_eq!(sender.state(after).await, ReceiptState::Parsed);

    apply(&sender, &LINES.replace("name.trim()", "(name ?? '未命名').trim()")).await;
    assert_eq!(sender.world.store().parse_again(&[broken]).await.unwrap(), [broken]);
    sender.world.run(5).await;
    assert_eq!(sender.state(broken).await, ReceiptState::Parsed);
    let mut there = sender.world.desk().table("customer");
    there.sort();
    assert_eq!(there[1], r#"{"no":"K2","name":"未命名"}"#);
}

#[tokio::test(start_paused = true)]
async fn one_that_loops_and_one_that_eats_memory_stop_nobody() {
    let greedy = "function main(input) {
  if (input.body === 'loop') for (;;) {}
  if (input.body === 'eat') { const all = []; for (;;) all.push(new Array(10000).fill('桥')); }
  return { id: input.body, masterFieldVal: { no: input.body, name: '商店' } };
}
";
    let sender = sender(greedy).await;
    let loops = sender.foreign("loop").await;
    let between = sender.foreign("K1").await;
    let eats = sender.foreign("eat").await;
    let last = sender.foreign("K2").await;
    sender.world.run(5).await;
    assert!(sender.cause(loops).await.code.starts_with("function.too_slow"));
    let eaten = sender.cause(eats).await.code;
    assert!(["function.too_much_memory", "function.too_slow"].contains(&&*eaten), "{eaten}");
    for id in [between, last] {
        assert_eq!(sender.state(id).await, ReceiptState::Parsed);
    }
    assert_eq!(sender.world.desk().table("customer").len(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_a_function_gives_must_be_records_of_what_is_described() {
    for (function, code) in [
        ("function main() { return [{ masterFieldVal: {} }]; }", "function.wrong_shape"),
        ("function main() { return [{ id: ' ', masterFieldVal: {} }]; }", "function.wrong_shape"),
        ("function main() { return 1; }", "function.wrong_shape"),
        ("function main() { return { id: '1', masterFieldVal: { no: 'K1', broken: 1 } }; }", "push.record"),
    ] {
        let sender = sender(function).await;
        let receipt = sender.foreign("{}").await;
        sender.world.run(5).await;
        let cause = sender.cause(receipt).await;
        assert_eq!(cause.code, code, "{function}: {cause:?}");
        if code == "push.record" {
            let inner = cause.inner().map(|inner| inner.code);
            assert_eq!((cause.param("number"), inner.as_deref()), (Some("1"), Some("box.broken")));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_may_hold_nothing_at_all() {
    let sender = sender("function main() { return []; }").await;
    let receipt = sender.foreign("").await;
    sender.world.run(5).await;
    let receipt = sender.receipt(receipt).await;
    assert_eq!((receipt.state, receipt.about), (ReceiptState::Parsed, vec![]));
}

#[tokio::test(start_paused = true)]
async fn without_a_function_nobody_can_tell_what_it_is() {
    let sender = Sender::new(false, "").await;
    let receipt = sender.foreign("K1=商店").await;
    sender.world.run(5).await;
    assert_eq!(sender.cause(receipt).await.code, "push.no_function");
}

#[tokio::test(start_paused = true)]
async fn a_text_that_cannot_run_is_refused_with_its_line() {
    let sender = sender(LINES).await;
    for (function, code, at) in [
        ("function main(input) {\n  return [;\n}\n", "function.syntax", 2),
        ("function mian(input) {\n  return [];\n}\n", "function.no_main", 1),
    ] {
        let outcome = sender.world.apply(&[("function", "functions/customer.js", function)]).await;
        assert!(outcome.is_refused());
        let problem = &outcome.problems[0];
        assert_eq!((problem.cause.code.as_ref(), problem.at.0, &*problem.kind), (code, at, "function"));
    }
}

/// Fails the first calls for a reason that passes by itself.
pub struct Busy {
    pub calls: AtomicUsize,
    pub until: usize,
    pub code: &'static str,
    pub then: Arc<dyn Functions>,
}

#[async_trait]
impl Functions for Busy {
    async fn call(&self, call: Call<'_>, around: Surroundings) -> Ran {
        if self.calls.fetch_add(1, Ordering::Relaxed) < self.until {
            let output = Err(Fault::passing(Cause::new(self.code)));
            return Ran { output, spent: Spent::default() };
        }
        self.then.call(call, around).await
    }

    async fn lint(&self, function: &Function) -> Vec<Fault> {
        self.then.lint(function).await
    }
}

#[tokio::test(start_paused = true)]
async fn while_nobody_has_time_for_functions_the_order_of_arrival_holds() {
    let mut sender = sender(LINES).await;
    let then = sender.world.seams.functions.clone();
    sender.world.seams.functions =
        Arc::new(Busy { calls: AtomicUsize::new(0), until: 2, code: "function.busy", then });
    let old = sender.foreign("K1=旧").await;
    let new = sender.push("K1", r#"{"no":"K1","name":"新"}"#).await;
    let before = sender.world.now();
    sender.world.run(1).await;
    assert_eq!([sender.state(old).await, sender.state(new).await], [ReceiptState::Waiting; 2]);
    sender.world.run(4).await;
    assert_eq!([sender.state(old).await, sender.state(new).await], [ReceiptState::Parsed; 2]);
    assert_eq!(sender.world.desk().table("customer"), [r#"{"no":"K1","name":"新"}"#]);
    assert!(sender.world.now().since(before).as_secs() <= 5, "it was looked at each second");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_breaks_what_functions_run_in_keeps_nobody_waiting_for_ever() {
    let mut sender = sender(LINES).await;
    let then = sender.world.seams.functions.clone();
    let calls = AtomicUsize::new(0);
    sender.world.seams.functions = Arc::new(Busy { calls, until: 5, code: "function.broken", then });
    let breaking = sender.foreign("K1=坏").await;
    let next = sender.foreign("K2=好").await;
    sender.world.run(10).await;
    assert_eq!(
        [sender.state(breaking).await, sender.state(next).await],
        [ReceiptState::Failed, ReceiptState::Parsed]
    );
    assert_eq!(sender.cause(breaking).await.code, "function.broken");
}
