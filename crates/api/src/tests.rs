//! The addresses over a real connection.

use contract::connector::Refusal;
use engine::serving::{Asked, Caller, ChangedPage, How, NotServed, Shown, Window, Written};
use model::task::{Kind, State};
use model::{AnswerClass, Cause, Value};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;

mod hanging_up;
mod runs;
mod story;
mod v1;

struct Fixed {
    is_broken: bool,
}

#[async_trait]
impl Pulse for Fixed {
    async fn counts(&self) -> Result<Vec<FlowCount>, StoreError> {
        Ok(vec![FlowCount { flow: "客户".into(), kind: Kind::Deliver, state: State::Failed, tasks: 2 }])
    }

    async fn open_wishes(&self) -> Result<u64, StoreError> {
        if self.is_broken { Err(StoreError::Full) } else { Ok(0) }
    }
}

/// Knows one connection, `crm`, and takes calls whose body begins with its path's letters.
#[async_trait]
impl Inbox for Fixed {
    async fn take(&self, connection: &str, call: &IncomingCall<'_>) -> Result<CallReply, NotTaken> {
        let refused = |class| NotTaken::Refused(Refusal::new(class, Cause::new("fxiaoke.event_signature")));
        match (connection, call.body) {
            ("crm", _) if self.is_broken => Err(NotTaken::Store(StoreError::Full)),
            ("crm", b"") => Err(refused(AnswerClass::Config)),
            ("crm", body) if body.starts_with(b"signed") => {
                let said = format!("{:?}", call.query);
                Ok(CallReply { content_type: "text/plain; charset=utf-8", body: said })
            }
            ("crm", _) => Err(refused(AnswerClass::Rejected)),
            _ => Err(NotTaken::NoConnection),
        }
    }

    /// Takes what comes with the token `t`.
    async fn admit_push(&self, token: &str, _: std::net::IpAddr) -> Result<Box<dyn Pusher + '_>, NotKept> {
        if token == "t" { Ok(Box::new(Kept { is_broken: self.is_broken })) } else { Err(NotKept::Token) }
    }

    async fn admit_hook(&self, flow: &str, call: &WebhookCall<'_>) -> Result<Admitted, Refused> {
        let has = |name: &str| call.headers.iter().any(|(known, _)| known == name);
        assert!(call.body.is_empty());
        match flow {
            _ if self.is_broken => Err(Refused::Store(StoreError::Full)),
            "订单" if call.query.iter().any(|(name, _)| name == "echo") => {
                Ok(Admitted::Challenged(Challenged::Text("回声".into())))
            }
            "订单" if has("x-token") => Ok(Admitted::Proven),
            "订单" if has("x-sign") => Ok(Admitted::ToBeProven),
            _ => Err(Refused::Unproven),
        }
    }

    /// There is one webhook, of the flow `订单`, for whoever sends `X-Token: t` once.
    async fn hook(&self, flow: &str, call: WebhookCall<'_>) -> Result<Taken, Refused> {
        let tokens: Vec<&str> =
            call.headers.iter().filter(|(name, _)| name == "x-token").map(|(_, value)| &**value).collect();
        match (flow, &tokens[..], &call.body[..]) {
            _ if self.is_broken => Err(Refused::Store(StoreError::Full)),
            ("订单", ["t"], b"") => Err(Refused::Empty),
            ("订单", ["t"], b"often") => Err(Refused::TooMany),
            ("订单", ["t"], b"other") => Ok(Taken::PassedOver),
            ("订单", ["t"], b"try") => {
                Ok(Taken::Challenged(Challenged::Json(r#"{"challenge":"x"}"#.into())))
            }
            ("订单", ["t"], body) => Ok(Taken::Kept(ReceiptId(body.len() as i64))),
            _ => Err(Refused::Unproven),
        }
    }

    async fn challenge(&self, flow: &str, call: WebhookCall<'_>) -> Result<Challenged, Refused> {
        let word = call.query.iter().find(|(name, _)| name == "echo").map(|(_, word)| word.clone());
        word.filter(|_| flow == "订单").map(Challenged::Text).ok_or(Refused::Unproven)
    }
}

struct Kept {
    is_broken: bool,
}

#[async_trait]
impl Pusher for Kept {
    async fn push(self: Box<Self>, push: Push<'_>) -> Result<ReceiptId, NotKept> {
        match self.is_broken {
            true => Err(NotKept::Store(StoreError::Full)),
            false => Ok(ReceiptId(push.body.len() as i64)),
        }
    }
}

/// Serves `erp` to whoever has the token `t`; says what it was asked.
#[async_trait]
impl Served for Fixed {
    async fn admit(&self, caller: Caller<'_>) -> Result<(), NotServed> {
        match (caller.token, caller.connection) {
            ("t", _) if self.is_broken => Err(NotServed::Store(StoreError::Full)),
            ("t", "erp") => Ok(()),
            ("t", "gone") => Err(NotServed::Connection("gone".into())),
            _ => Err(NotServed::Token),
        }
    }

    async fn write(&self, _: Caller<'_>, how: How, asked: Asked) -> Result<Written, NotServed> {
        let refused = |class| Refusal::new(class, Cause::new("box.refused"));
        let rows = vec![Some("H1".to_owned()), None];
        let lists = asked.details.iter().map(|(list, _)| (list.clone(), rows.clone()));
        let written = Written {
            id: format!("{how:?}-{}", asked.object),
            number: Some("SO-1".into()),
            details: lists.collect(),
        };
        match asked.object.as_str() {
            "拒绝" => Err(refused(AnswerClass::Rejected).into()),
            "未知" => Err(refused(AnswerClass::Unknown).into()),
            "稍后" => Err(refused(AnswerClass::Throttled(None)).into()),
            "一半" => Err(NotServed::Refused {
                refusal: refused(AnswerClass::Rejected),
                written: Some(written.into()),
            }),
            _ => Ok(written),
        }
    }

    async fn changed(&self, _: Caller<'_>, window: Window) -> Result<ChangedPage, NotServed> {
        match window.object.as_str() {
            "客户" => Ok(ChangedPage { total: 9, records: vec![shown()] }),
            other => Err(NotServed::Object(other.into())),
        }
    }

    async fn record(&self, _: Caller<'_>, _: &str, id: &str) -> Result<Shown, NotServed> {
        match id {
            "1" => Ok(shown()),
            _ => Err(NotServed::Record(id.into())),
        }
    }

    fn told(&self, cause: &Cause) -> String {
        format!("说明 {} {}", cause.code, cause.param("name").unwrap_or_default())
    }
}

fn shown() -> Shown {
    let map = |text| match model::json::read(text) {
        Ok(Value::Map(map)) => map,
        other => panic!("{other:?}"),
    };
    let rows = Value::List(vec![Value::Map(map(r#"{"数量":12.30}"#))]);
    Shown {
        master: map(r#"{"名称":"上海测试公司"}"#), details: vec![("明细".into(), rows)], void: true
    }
}

async fn get(path: &str, is_broken: bool) -> String {
    ask(&format!("GET {path} HTTP/1.1\r\nHost: qiao\r\nConnection: close\r\n\r\n"), is_broken).await
}

async fn post(path: &str, body: &str, is_broken: bool) -> String {
    let length = body.len();
    let head = format!("POST {path} HTTP/1.1\r\nHost: qiao\r\nContent-Length: {length}\r\nConnection: close");
    ask(&format!("{head}\r\n\r\n{body}"), is_broken).await
}

/// The face of a server that knows what [`Fixed`] knows.
fn face(is_broken: bool) -> Face {
    let fixed = Arc::new(Fixed { is_broken });
    let (pulse, inbox, served) = (fixed.clone(), fixed.clone(), fixed);
    Face { pulse, inbox, served, desk: v1::desk(), bodies: Bodies::default() }
}

async fn ask(request: &str, is_broken: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let ask = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        stop.send(()).unwrap();
        answer
    };
    let stopped = async { drop(stopped.await) };
    let ((), answer) = tokio::join!(serve(listener, face(is_broken), Bounds::default(), stopped), ask);
    answer
}

#[tokio::test]
async fn operators_see_whether_it_lives_whether_it_is_ready_and_what_it_counts() {
    for (path, is_broken, status, body) in [
        ("/healthz", true, 200, "ok"),
        ("/readyz", false, 200, "ready"),
        ("/readyz", true, 503, "store.full"),
        ("/metrics", false, 200, "state=\"failed\"} 2"),
        ("/metrics", true, 503, "store.full"),
        ("/secrets", false, 404, ""),
    ] {
        let answer = get(path, is_broken).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{path}: {answer}");
        assert!(answer.contains(body), "{path}: {answer}");
    }
}

#[tokio::test]
async fn a_call_of_a_system_is_answered_by_what_became_of_it() {
    let large = "x".repeat(callback::MOST_BYTES + 1);
    for (path, body, is_broken, status, answer) in [
        ("/callback/crm?a=1&b=%E6%A1%A5", "signed", false, 200, r#"[("a", "1"), ("b", "桥")]"#),
        ("/callback/crm", "forged", false, 401, "fxiaoke.event_signature"),
        ("/callback/crm", "", false, 503, "fxiaoke.event_signature"),
        ("/callback/crm", "signed", true, 503, "store.full"),
        ("/callback/erp", "signed", false, 404, ""),
        ("/callback/crm", &large, false, 413, ""),
    ] {
        let answered = post(path, body, is_broken).await;
        assert!(answered.starts_with(&format!("HTTP/1.1 {status} ")), "{path}: {answered}");
        assert!(answered.contains(answer), "{path}: {answered}");
    }
    assert!(get("/callback/crm", false).await.starts_with("HTTP/1.1 405 "));
}

#[tokio::test(start_paused = true)]
async fn a_body_that_never_comes_is_given_up() {
    let head =
        "POST /callback/crm HTTP/1.1\r\nHost: qiao\r\nContent-Length: 100\r\nConnection: close\r\n\r\n";
    let answer = ask(head, false).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
}

const PUSH: &str = "POST /erp/syncdata/open/objdata/syncpush HTTP/1.1\r\nHost: qiao\r\ntenantId: 82313\r\n\
    objectApiName: 销售订单\r\nversion: v1\r\nConnection: close\r\n";

#[tokio::test]
async fn a_push_is_answered_as_the_original_answers() {
    let large = format!("Content-Length: {}\r\n", (20 << 20) + 1);
    for (head, body, is_broken, status, answer) in [
        ("token: t\r\nid: 1\r\n", "{}", false, 200, r#"{"errCode":"s106240000","errMsg":"成功"}"#),
        ("TOKEN: t\r\nid: 1\r\n", "{}", false, 200, "x-qiao-receipt: R2\r\n"),
        ("id: 1\r\n", "{}", false, 401, "s306240001"),
        ("token: u\r\n", "<x/>", false, 401, "s306240001"),
        ("token: t\r\ntoken: t\r\n", "<x/>", false, 200, "s306240007"),
        ("token: t\r\n", "<x/>", true, 503, "s306240009"),
        (&*format!("token: t\r\n{large}"), "", false, 413, "s306240008"),
    ] {
        let length = if head.contains("Content-Length") {
            String::new()
        } else {
            format!("Content-Length: {}\r\n", body.len())
        };
        let answered = ask(&format!("{PUSH}{head}{length}\r\n{body}"), is_broken).await;
        assert!(answered.starts_with(&format!("HTTP/1.1 {status} ")), "{head}: {answered}");
        assert!(answered.contains(answer), "{head}: {answered}");
        assert_eq!(answered.contains("x-qiao-receipt"), answered.contains("s106240000"), "{head}");
    }
}

#[tokio::test]
async fn a_body_that_is_cut_is_not_kept() {
    let (address, server) = served(Bounds::default()).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(format!("{PUSH}token: t\r\nContent-Length: 100\r\n\r\n{{").as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(!answer.contains("s106240000"), "{answer}");
    drop(server);
}

/// A server that knows what [`Fixed`] knows, until it is dropped.
async fn served(bounds: Bounds) -> (std::net::SocketAddr, tokio::task::JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut server = tokio::task::JoinSet::new();
    server.spawn(serve(listener, face(false), bounds, std::future::pending()));
    (address, server)
}

#[tokio::test]
async fn whoever_says_nothing_holds_nobody_up() {
    let head = std::time::Duration::from_millis(300);
    let bounds = Bounds { connections: 8, of_one_address: 8, head, ..Bounds::default() };
    let (address, server) = served(bounds).await;
    let mut silent = Vec::new();
    for _ in 0..40 {
        silent.push(TcpStream::connect(address).await.unwrap());
    }
    // It waits until those before it were sent away, and is answered then.
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: qiao\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    for mut stream in silent {
        let mut nothing = Vec::new();
        let _ = stream.read_to_end(&mut nothing).await;
        assert!(!nothing.starts_with(b"HTTP/1.1 200"), "it asked for nothing");
    }
    drop(server);
}

/// One that asks for ever and never reads an answer.
#[tokio::test]
async fn whoever_does_not_read_its_answers_loses_its_place() {
    let bounds = Bounds { answer: std::time::Duration::from_millis(300), ..Bounds::default() };
    let (address, server) = served(bounds).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let asks = "GET /metrics HTTP/1.1\r\nHost: qiao\r\n\r\n".repeat(1_000);
    let ends = async { while stream.write_all(asks.as_bytes()).await.is_ok() {} };
    tokio::time::timeout(std::time::Duration::from_secs(20), ends).await.expect("it is closed");
    drop(server);
}

#[tokio::test]
async fn one_address_has_only_so_many_places() {
    let bounds = Bounds { connections: 100, of_one_address: 2, ..Bounds::default() };
    let (address, server) = served(bounds).await;
    let mut held = Vec::new();
    for _ in 0..2 {
        // Its body is still to come, so that both are at work.
        let head = format!("{PUSH}token: t\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n");
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut first = [0; 12];
        stream.read_exact(&mut first).await.unwrap();
        assert_eq!(&first, b"HTTP/1.1 100");
        held.push(stream);
    }
    let mut third = TcpStream::connect(address).await.unwrap();
    let _ = third.write_all(b"GET /healthz HTTP/1.1\r\nHost: qiao\r\n\r\n").await;
    let mut answer = Vec::new();
    let _ = third.read_to_end(&mut answer).await;
    assert!(answer.is_empty(), "it is closed at once");
    drop(held);
    drop(server);
}

/// What a call under `/erp/` is answered, with its token: head and body.
async fn used(call: &str, token: &str, body: &str, is_broken: bool) -> (String, String) {
    let length = body.len();
    let request = format!(
        "{call} HTTP/1.1\r\nHost: qiao\r\ntoken: {token}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    let answer = ask(&request, is_broken).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

fn order(object: &str) -> String {
    format!(
        r#"{{"objAPIName":"{object}","masterFieldVal":{{"a":"1"}},"detailFieldVals":{{"明细":[{{}},{{}}]}}}}"#
    )
}

#[tokio::test]
async fn a_document_is_written_through_a_connection_and_answered_with_its_ids() {
    let (_, created) = used("POST /erp/erp/create", "t", &order("订单"), false).await;
    let wanted = r#"{"code":"0","message":"成功","data":{"masterDataId":"Create-订单","masterDataNumber":"SO-1","detailDataIds":{"明细":["H1",null]}}}"#;
    assert_eq!(created, wanted);
    let (_, updated) = used("POST /erp/erp/update", "t", &order("订单"), false).await;
    assert!(updated.contains("Update-订单"), "{updated}");
}

#[tokio::test]
async fn whatever_is_not_served_has_a_code_and_a_sentence() {
    let query = "GET /erp/erp/queryMasterBatch?objAPIName=%E5%AE%A2%E6%88%B7&startTime=1";
    let (other, alike) =
        ("GET /erp/erp/queryMasterBatch?objAPIName=x&startTime=1&endTime=2", "POST /erp/erp/create");
    let by_id = "GET /erp/erp/queryMasterById?objAPIName=x&dataId=2";
    for (call, token, body, is_broken, status, code, words) in [
        (alike, "u", order("a"), false, 401, "s306250001", "serving.token"),
        (alike, "", order("a"), false, 401, "s306250001", "serving.token"),
        (by_id, "u", String::new(), false, 401, "s306250001", "serving.token"),
        ("POST /erp/gone/update", "t", order("a"), false, 404, "s306250002", "serving.no_connection"),
        ("POST /erp/else/update", "t", order("a"), false, 401, "s306250001", "serving.token"),
        (other, "t", String::new(), false, 200, "s306250003", "serving.no_object"),
        (query, "t", String::new(), false, 200, "s306250004", "serving.parameter endTime"),
        (alike, "t", "{".into(), false, 200, "s306250005", "serving.no_json"),
        (alike, "t", "{}".into(), false, 200, "s306250005", "serving.form"),
        (by_id, "t", String::new(), false, 200, "s306250006", "serving.no_record"),
        (alike, "t", order("拒绝"), false, 200, "s306250007", "box.refused"),
        (alike, "t", order("稍后"), false, 200, "s306250008", "没有写入"),
        (alike, "t", order("未知"), false, 200, "s306250009", "请先查询"),
        (alike, "t", order("一半"), false, 200, "s306250010", r#""masterDataId":"Create-一半""#),
        (alike, "t", order("a"), true, 503, "s306250012", "store.full"),
    ] {
        let (head, told) = used(call, token, &body, is_broken).await;
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{call} {code}: {head}");
        let read = model::json::read(&told).unwrap();
        assert_eq!(read.get("code").and_then(|code| code.as_text()), Some(code), "{call}: {told}");
        assert!(told.contains(words), "{call}: {told}");
    }
    let (head, _) = used("GET /erp/erp/create", "t", "", false).await;
    assert!(head.starts_with("HTTP/1.1 405 "), "{head}");
    let length = erp::MOST_BYTES + 1;
    let large = format!("{alike} HTTP/1.1\r\nHost: qiao\r\ntoken: t\r\nContent-Length: {length}\r\n\r\n");
    let told = ask(&large, false).await;
    assert!(told.starts_with("HTTP/1.1 413 ") && told.contains("s306250011"), "{told}");
}

#[tokio::test]
async fn records_are_told_in_the_standard_form_with_their_lists_or_without() {
    let batch =
        "GET /erp/erp/queryMasterBatch?objAPIName=%E5%AE%A2%E6%88%B7&startTime=1&endTime=2&includeDetail=";
    let (_, whole) = used(&format!("{batch}true"), "t", "", false).await;
    let wanted = r#"{"code":"0","message":"成功","data":{"totalNum":9,"dataList":[{"objAPIName":"客户","masterFieldVal":{"名称":"上海测试公司"},"detailFieldVals":{"明细":[{"数量":12.30}]},"void":true}]}}"#;
    assert_eq!(whole, wanted);
    let (_, master) = used(&format!("{batch}false"), "t", "", false).await;
    assert!(master.contains(r#""detailFieldVals":{}"#), "{master}");
    let (_, one) = used("GET /erp/erp/queryMasterById?objAPIName=a&dataId=1", "t", "", false).await;
    assert!(one.contains(r#""data":{"objAPIName":"a","masterFieldVal":{"名称""#), "{one}");
}

#[tokio::test]
async fn whoever_sends_to_a_webhook_hears_what_became_of_it() {
    const FLOW: &str = "POST /hook/%E8%AE%A2%E5%8D%95";
    let large = format!("X-Token: t\r\nContent-Length: {}\r\n", (20 << 20) + 1);
    for (call, head, body, is_broken, status, code) in [
        (
            FLOW,
            "X-Token: t\r\n",
            "{}",
            false,
            200,
            r#"{"code":"kept","message":"已收到 / kept","receipt":"R2"}"#,
        ),
        (FLOW, "X-Token: t\r\n", "other", false, 200, "passed_over"),
        (FLOW, "X-Token: t\r\n", "try", false, 200, r#"{"challenge":"x"}"#),
        (FLOW, "X-Token: u\r\n", "{}", false, 401, "unproven"),
        (FLOW, "", "{}", false, 401, "unproven"),
        (FLOW, "X-Token: t\r\nX-Token: \u{80}\r\n", "{}", false, 401, "unproven"),
        ("POST /hook/else", "X-Token: t\r\n", "{}", false, 401, "unproven"),
        ("POST /hook/%ff", "X-Token: t\r\n", "{}", false, 400, ""),
        (FLOW, "X-Token: t\r\n", "", false, 400, "empty"),
        (FLOW, "X-Token: t\r\n", "often", false, 429, "too_many"),
        (FLOW, "X-Token: t\r\n", "{}", true, 503, "not_now"),
        (FLOW, &large, "", false, 413, "too_large"),
        (FLOW, &large.replace("Token", "Sign"), "", false, 413, "too_large"),
        // Nobody waits for the body of a stranger.
        ("POST /hook/else", &large, "", false, 401, "unproven"),
        (FLOW, "Content-Length: 100\r\n", "", false, 401, "unproven"),
        ("POST /hook/%E8%AE%A2%E5%8D%95?echo=1", "Content-Length: 100\r\n", "", false, 200, "\r\n\r\n回声"),
        ("GET /hook/%E8%AE%A2%E5%8D%95?echo=%3Cb%3E", "", "", false, 200, "\r\n\r\n<b>"),
        ("GET /hook/%E8%AE%A2%E5%8D%95", "", "", false, 401, "unproven"),
        ("GET /hook/else?echo=1", "", "", false, 401, "unproven"),
        ("PUT /hook/else", "", "", false, 405, ""),
    ] {
        let length = match head.contains("Content-Length") {
            true => String::new(),
            false => format!("Content-Length: {}\r\n", body.len()),
        };
        let head = format!("{call} HTTP/1.1\r\nHost: qiao\r\nConnection: close\r\n{head}{length}\r\n{body}");
        let answered = ask(&head, is_broken).await;
        assert!(answered.starts_with(&format!("HTTP/1.1 {status} ")), "{head}: {answered}");
        assert!(answered.contains(code), "{head}: {answered}");
        assert_eq!(answered.contains("x-qiao-receipt: R2\r\n"), answered.contains("\"kept\""), "{answered}");
        let waits = answered.contains("retry-after");
        assert_eq!(waits, matches!(status, 429 | 503), "{answered}");
        assert!(status >= 400 || answered.contains("nosniff"), "{answered}");
    }
}
