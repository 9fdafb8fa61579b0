//! The functions (自定义函数) that an object names: they build its requests and read its answers.
//!
//! What they say never touches what a write is: its intent and its key were stored before. A request that cannot be built
//! was not sent. An answer that cannot be read says nothing of a write that went out, so that it is `unknown` and looked
//! up; only what a look-up proves absent is known not to be there.

use contract::connector::Refusal;
use contract::functions::{BuiltRequest, Planned, ReadAnswer, Work};
use contract::transport::{Answer, Call};
use model::object::Object;
use model::{AnswerClass, Cause, Value};
use url::Url;

use super::call::Api;
use super::request::{self, Ask};

/// What may be sent.
const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE"];

/// The call as the object's function wants it; as planned where it names none.
///
/// # Errors
/// What the function failed of; `config` for a request that is none. Nothing was sent.
pub(super) async fn request(
    api: &Api<'_>,
    object: &Object,
    ask: &Ask<'_>,
    planned: Call,
) -> Result<Call, Refusal> {
    let operation = ask.operation();
    let Some(path) = object.hooks.request.of(operation) else { return Ok(planned) };
    let data = match request::body(object, ask) {
        Some(body) => body,
        None => Value::Map(request::question(object, ask)),
    };
    let body = String::from_utf8_lossy(&planned.body);
    let work = Work::Request {
        operation,
        object: object.name.as_str(),
        data: &data,
        planned: Planned {
            method: planned.method,
            url: &planned.url,
            headers: &planned.headers,
            body: &body,
        },
    };
    let output = api.wire.function(path, object.name.as_str(), work).await?;
    let built = output.into_request().unwrap_or_default();
    changed(&api.settings.base_url, path, built, planned)
}

fn changed(base_url: &str, function: &str, built: BuiltRequest, planned: Call) -> Result<Call, Refusal> {
    let mut call = planned;
    if let Some(method) = &built.method {
        call.method = METHODS.iter().find(|known| *known == method).ok_or_else(|| {
            let cause = Cause::new("erp.request_method").with("name", function).with("method", method);
            Refusal::new(AnswerClass::Config, cause)
        })?;
    }
    match &built.path {
        Some(url) if url.starts_with("http://") || url.starts_with("https://") => {
            if !is_at_one_host(url, base_url) {
                // What proves us to the connection is nobody else's.
                let secrets = &call.secrets;
                call.headers.retain(|(_, value)| !secrets.contains(value));
            }
            call.url.clone_from(url);
        }
        Some(path) => call.url = format!("{base_url}/{}", path.trim_start_matches('/')),
        None => {}
    }
    let is_replaced = |name: &str| {
        let given = built.headers.iter().map(|(name, _)| name).chain(&built.without);
        given.into_iter().any(|given| given.eq_ignore_ascii_case(name))
    };
    call.headers.retain(|(name, _)| !is_replaced(name));
    call.headers.extend(built.headers);
    if let Some(body) = built.body {
        call.body = body;
    }
    Ok(call)
}

/// Whether both addresses have the same scheme, host and port.
fn is_at_one_host(one: &str, other: &str) -> bool {
    match (Url::parse(one), Url::parse(other)) {
        (Ok(one), Ok(other)) => one.origin() == other.origin(),
        _ => false,
    }
}

/// What the object's function reads in an answer; `None` where it names none.
///
/// # Errors
/// `erp.answer_unread`, `unknown`, of a write; what the function failed of, of what only reads.
pub(super) async fn answer(
    api: &Api<'_>,
    object: &Object,
    ask: &Ask<'_>,
    answer: &Answer,
) -> Result<Option<ReadAnswer>, Refusal> {
    let operation = ask.operation();
    let Some(path) = object.hooks.answer.of(operation) else { return Ok(None) };
    let work = Work::Answer {
        operation,
        object: object.name.as_str(),
        status: answer.status,
        headers: answer.headers.clone(),
        content_type: answer.header("content-type").map(str::to_owned),
        body: answer.body.clone(),
    };
    let output = api.wire.function(path, object.name.as_str(), work).await;
    let output = output.map_err(|refusal| match (ask.is_write(), refusal.class) {
        (true, class) => unread(object, class, refusal.cause),
        (false, _) => refusal,
    })?;
    Ok(output.into_answer())
}

/// A write whose answer is there and says nothing. Where nobody had time to read it, its cause is no mistake of the function.
fn unread(object: &Object, class: AnswerClass, cause: Cause) -> Refusal {
    let cause = match class {
        AnswerClass::Transient | AnswerClass::Throttled(_) => cause,
        _ => Cause::new("erp.answer_unread").with("object", &object.name).because(&cause),
    };
    Refusal::new(AnswerClass::Unknown, cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned() -> Call {
        let call = Call::post_json("create", "http://erp/api/create", "{}");
        call.with_header("token", "t").with_header("X-Env", "test")
    }

    #[test]
    fn what_a_function_does_not_say_goes_as_planned() {
        let built = BuiltRequest {
            headers: vec![("x-env".into(), "正式".into()), ("sign".into(), "1".into())],
            without: vec!["Token".into()],
            ..BuiltRequest::default()
        };
        let call = changed("http://erp/api", "f.js", built, planned()).unwrap();
        let names: Vec<&str> = call.headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["Content-Type", "x-env", "sign"]);
        assert_eq!(
            (call.method, call.url.as_str(), &call.body[..]),
            ("POST", "http://erp/api/create", &b"{}"[..])
        );
    }

    #[test]
    fn another_host_hears_no_secret_of_the_connection() {
        for (url, token) in [
            ("http://erp/gateway/签名", true),
            ("http://ERP:80/x", true),
            ("https://erp/x", false),
            ("http://erp:8080/x", false),
            ("http://erp.evil.cn/x", false),
            ("http://erp@evil.cn/x", false),
        ] {
            let built = BuiltRequest { path: Some(url.into()), ..BuiltRequest::default() };
            let call = changed("http://erp/api", "f.js", built, planned().hiding("t")).unwrap();
            let names: Vec<&str> = call.headers.iter().map(|(name, _)| name.as_str()).collect();
            let wanted: &[&str] =
                if token { &["Content-Type", "token", "X-Env"] } else { &["Content-Type", "X-Env"] };
            assert_eq!(names, wanted, "{url}");
        }
        let built = BuiltRequest {
            path: Some("https://other/x".into()),
            headers: vec![("Token".into(), "t".into())],
            ..BuiltRequest::default()
        };
        let call = changed("http://erp/api", "f.js", built, planned().hiding("t")).unwrap();
        assert!(call.headers.contains(&("Token".into(), "t".into())), "the function wants it so");
    }

    #[test]
    fn a_path_is_below_the_address_and_a_method_is_one_of_http() {
        for (path, url) in
            [("/v2/单据?a=1", "http://erp/api/v2/单据?a=1"), ("https://other/x", "https://other/x")]
        {
            let built = BuiltRequest { path: Some(path.into()), ..BuiltRequest::default() };
            assert_eq!(changed("http://erp/api", "f.js", built, planned()).unwrap().url, url);
        }
        let built = BuiltRequest { method: Some("BREW".into()), ..BuiltRequest::default() };
        let refusal = changed("http://erp/api", "f.js", built, planned()).unwrap_err();
        assert_eq!((refusal.class, &*refusal.cause.code), (AnswerClass::Config, "erp.request_method"));
    }
}
