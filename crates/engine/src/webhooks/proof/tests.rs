//! Who may call a webhook, and who may not.

use std::net::IpAddr;

use bytes::Bytes;
use model::ConnectionName;
use model::flow::Flow;

use super::*;

const NOW: Timestamp = Timestamp(1_780_276_364_000);

fn connection(secrets: &[(&str, &str)]) -> Connection {
    Connection {
        name: ConnectionName::new("网店"),
        connector: "box".into(),
        title_zh: String::new(),
        title_en: String::new(),
        settings: Vec::new(),
        secrets: secrets.iter().map(|(name, value)| ((*name).to_owned(), Secret::new(*value))).collect(),
        hosts: Vec::new(),
        objects: Vec::new(),
    }
}

/// The hook of a flow that says so.
fn hook(text: &str) -> Hook {
    let flow: Flow = match mapping::read(
        &format!(
            "kind: flow\nname: 订单\nsource: {{ connection: shop, object: Order, hook: {text} }}\n\
             target: {{ connection: erp, object: Bill, key: no }}\nmap: {{ no: no }}\n"
        ),
        &mapping::NoFiles,
    ) {
        Ok(mapping::Text::Flow(flow)) => flow,
        other => panic!("{text}: {other:?}"),
    };
    flow.source.hook.expect("it has one")
}

/// `Name: value` of each header.
fn outcome(
    hook: &Hook,
    headers: &[&str],
    query: &[(&str, &str)],
    body: &str,
) -> Result<Proven, &'static str> {
    with(hook, &connection(&[(SECRET, "geheim-1"), (NEXT_SECRET, "geheim-2")]), headers, query, body)
}

fn with(
    hook: &Hook,
    connection: &Connection,
    headers: &[&str],
    query: &[(&str, &str)],
    body: &str,
) -> Result<Proven, &'static str> {
    let header = |text: &&str| {
        let (name, value) = text.split_once(": ").expect("a header");
        (name.to_ascii_lowercase(), value.to_owned())
    };
    let headers: Vec<_> = headers.iter().map(header).collect();
    let query: Vec<_> = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let from = IpAddr::from([10, 0, 0, 1]);
    let body = Bytes::from(body.to_owned());
    prove(hook, connection, &WebhookCall { query: &query, headers: &headers, from, body }, NOW)
}

fn code_of(outcome: Result<Proven, &'static str>) -> &'static str {
    outcome.map_or_else(|code| code, |proven| proven.by)
}

#[test]
fn whoever_has_the_secret_is_taken_and_nobody_else() {
    let bearer = hook("{}");
    for (headers, expected) in [
        (vec!["Authorization: Bearer geheim-1"], "hook_secret"),
        (vec!["Authorization: bearer  geheim-2"], "hook_secret_next"),
        (vec!["Authorization: Bearer geheim-3"], "hook.secret_wrong"),
        (vec!["Authorization: Bearer geheim-"], "hook.secret_wrong"),
        (vec!["Authorization: Basic geheim-1"], "hook.header_form"),
        (vec!["Authorization: Bearer "], "hook.header_form"),
        (vec!["Authorization: Bearer geheim-1", "Authorization: Bearer geheim-1"], "hook.header_twice"),
        (vec!["X-Token: geheim-1"], "hook.header_missing"),
        (vec![], "hook.header_missing"),
    ] {
        assert_eq!(code_of(outcome(&bearer, &headers, &[], "{}")), expected, "{headers:?}");
    }
    let own = hook("{ secret: X-Token }");
    assert_eq!(code_of(outcome(&own, &["x-token: geheim-1"], &[], "")), "hook_secret");
    let query = hook("{ secret: { query: token } }");
    for (parameters, expected) in [
        (vec![("token", "geheim-1"), ("a", "1")], "hook_secret"),
        (vec![("token", "1")], "hook.secret_wrong"),
        (vec![("token", "geheim-1"), ("token", "geheim-1")], "hook.parameter_twice"),
        (vec![], "hook.parameter_missing"),
    ] {
        assert_eq!(code_of(outcome(&query, &[], &parameters, "")), expected, "{parameters:?}");
    }
}

#[test]
fn without_a_secret_nobody_is_taken() {
    for secrets in [vec![], vec![(SECRET, "")]] {
        let connection = connection(&secrets);
        let told = with(&hook("{}"), &connection, &["Authorization: Bearer "], &[], "{}");
        assert_eq!(told, Err("hook.no_secret"));
    }
}

/// Signatures that `openssl dgst -sha256 -hmac` and the senders' own examples make.
#[test]
fn signatures_of_known_senders_are_those_of_their_documents() {
    // docs.github.com, "Testing the webhook payload validation".
    let github = connection(&[(SECRET, "It's a Secret to Everybody")]);
    let right =
        "X-Hub-Signature-256: sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    let told = |headers: &[&str], body| with(&hook("{ signature: github }"), &github, headers, &[], body);
    assert_eq!(code_of(told(&[right], "Hello, World!")), "hook_secret");
    assert_eq!(
        code_of(told(&[&right.to_uppercase().replacen("X-HUB", "x-hub", 1)], "Hello, World!")),
        "hook_secret"
    );
    for (headers, body, expected) in [
        (vec![right], "Hello, World?", "hook.signature_wrong"),
        (vec![right, right], "Hello, World!", "hook.header_twice"),
        (vec![&right[..right.len() - 2]], "Hello, World!", "hook.signature_wrong"),
        (vec!["X-Hub-Signature-256: sha256="], "Hello, World!", "hook.header_form"),
        (vec!["X-Hub-Signature-256: sha256=商店"], "Hello, World!", "hook.header_form"),
        (vec!["X-Hub-Signature-256: 757107ea"], "Hello, World!", "hook.header_form"),
        (vec![], "Hello, World!", "hook.header_missing"),
    ] {
        assert_eq!(code_of(told(&headers, body)), expected, "{headers:?}");
    }
    // github.com/standard-webhooks, the test vector of its libraries.
    let svix = connection(&[(SECRET, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]);
    let id = "webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek";
    let signature = "webhook-signature: v1,old= v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1a,x";
    let told = |stamp: &str, headers: &[&str]| {
        let stamp = format!("webhook-timestamp: {stamp}");
        let headers = [headers, &[stamp.as_str()]].concat();
        let hook = hook("{ signature: standard-webhooks }");
        let header =
            |text: &&str| text.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned()));
        let headers: Vec<_> = headers.iter().filter_map(header).collect();
        let body = Bytes::from_static(br#"{"test": 2432232314}"#);
        let call = WebhookCall { query: &[], headers: &headers, from: IpAddr::from([10, 0, 0, 1]), body };
        prove(&hook, &svix, &call, Timestamp(1_614_265_330_000 + 290_000))
    };
    assert_eq!(code_of(told("1614265330", &[id, signature])), "hook_secret");
    assert_eq!(code_of(told("1614265331", &[id, signature])), "hook.signature_wrong");
    assert_eq!(code_of(told("1614265319", &[id, signature])), "hook.stale");
    assert_eq!(code_of(told("1614265330", &[signature])), "hook.header_missing");
    assert_eq!(code_of(told("then", &[id, signature])), "hook.header_form");
}

/// The signature of `text`, as a sender would make it.
fn signed(secret: &str, text: &str) -> String {
    hex::encode(code::<Hmac<Sha256>>(secret.as_bytes(), &[text.as_bytes()]))
}

#[test]
fn a_signature_that_covers_the_time_is_good_for_a_while_and_tells_the_call_from_others() {
    let stripe = hook("{ signature: stripe }");
    let at = |stamp: i64, secret: &str| {
        let signature = signed(secret, &format!("{stamp}.{{\"单号\":1}}"));
        format!("Stripe-Signature: t={stamp},v0=00,v1=abab,v1={signature}")
    };
    let seconds = NOW.0 / 1000;
    let told = |header: &str| outcome(&stripe, &[header], &[], "{\"单号\":1}");
    let (one, other) = (told(&at(seconds, "geheim-1")).unwrap(), told(&at(seconds - 1, "geheim-1")).unwrap());
    assert!(one.signed.is_some() && one.signed != other.signed);
    assert_eq!(code_of(told(&at(seconds + 300, "geheim-2"))), "hook_secret_next");
    for (header, expected) in [
        (at(seconds - 301, "geheim-1"), "hook.stale"),
        (at(seconds + 301, "geheim-1"), "hook.stale"),
        (at(seconds, "geheim-3"), "hook.signature_wrong"),
        (at(seconds, "geheim-1").replace("t=", "t=1,t="), "hook.header_form"),
        (at(seconds, "geheim-1").replace("v1=", "v2="), "hook.header_form"),
        (
            format!(
                "{}9",
                at(seconds, "geheim-1").replace(&format!("t={seconds},"), "t=9223372036854775807,")
            ),
            "hook.stale",
        ),
    ] {
        assert_eq!(code_of(told(&header)), expected, "{header}");
    }
    // In milliseconds, over what the flow says.
    let own = hook("{ signature: { header: X-Sign, over: \"{timestamp}\\n{body}\\n\", timestamp: X-Time } }");
    let signature = signed("geheim-1", &format!("{}\n订单\n", NOW.0));
    let headers = [format!("X-Sign: {signature}"), format!("X-Time: {}", NOW.0)];
    let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
    assert_eq!(code_of(outcome(&own, &headers, &[], "订单")), "hook_secret");
}

#[test]
fn other_algorithms_and_writings_are_taken_as_the_flow_says() {
    // printf '订单' | openssl dgst -sha1 -hmac geheim-1 -binary | base64, and -sha512 in hex.
    let sha1 = hook("{ signature: { header: X-Sign, algorithm: hmac-sha1, encoding: base64 } }");
    let made = STANDARD.encode(code::<Hmac<Sha1>>(b"geheim-1", &["订单".as_bytes()]));
    assert_eq!(made, "zfWbPm4nJlR2PLxJn34erf9TrPE=");
    assert_eq!(code_of(outcome(&sha1, &[&format!("X-Sign: {made}")], &[], "订单")), "hook_secret");
    let sha512 = hook("{ signature: { header: X-Sign, algorithm: hmac-sha512 } }");
    let made = hex::encode(code::<Hmac<Sha512>>(b"geheim-1", &["订单".as_bytes()]));
    assert_eq!(
        made,
        "75b01f7db818c19b3f3f1b15dda5da63d3ac7fe39a9435646e48fc09cbc327a99f841c5b18bf408b703625dd1ce83f1e5f87b348f51b04934157cbaa2adad892"
    );
    assert_eq!(code_of(outcome(&sha512, &[&format!("X-Sign: {made}")], &[], "订单")), "hook_secret");
    assert_eq!(
        code_of(outcome(&sha512, &[&format!("X-Sign: {}", signed("geheim-1", "订单"))], &[], "订单")),
        "hook.signature_wrong"
    );
}

#[test]
fn only_what_nobody_could_change_tells_a_call_from_others() {
    let mark = |hook: &Hook, event: &str, body: &'static str, signed: Option<Vec<u8>>| {
        let headers = [("x-event".to_owned(), event.to_owned())];
        let from = IpAddr::from([10, 0, 0, 1]);
        let call =
            WebhookCall { query: &[], headers: &headers, from, body: Bytes::from_static(body.as_bytes()) };
        once(hook, &call, &Proven { by: SECRET, signed })
    };
    let plain = hook("{}");
    assert_eq!(mark(&plain, "1", "{}", None), None, "the same may be said twice");
    let event = hook("{ event: X-Event }");
    assert_eq!(mark(&event, "1", "{}", None), mark(&event, "1", "{}", None));
    assert_ne!(mark(&event, "1", "{}", None), mark(&event, "2", "{}", None));
    assert_ne!(mark(&event, "1", "{}", None), mark(&event, "1", "{ }", None), "another body is another call");
    assert_eq!(mark(&event, "", "{}", None), None);
    let timed = hook("{ event: X-Event, signature: { header: X-Sign, timestamp: X-Time } }");
    let signed = || Some(vec![1, 2, 3]);
    assert_eq!(mark(&timed, "1", "{}", signed()), mark(&timed, "2", "{}", signed()), "the id is not signed");
    let over = "{ event: X-Event, signature: { header: X-Sign, timestamp: X-Time, over: \"{event}{timestamp}{body}\" } }";
    let over = hook(over);
    assert_eq!(
        mark(&over, "1", "{}", signed()),
        mark(&over, "1", "{}", Some(vec![9])),
        "signed anew, sent again"
    );
    let inside = hook("{ event: $/id }");
    assert_eq!(mark(&inside, "", r#"{"id":"事件"}"#, None), mark(&inside, "", r#"{"id":"事件"}"#, None));
    assert_eq!(mark(&inside, "", "<", None), None);
}

#[test]
fn what_a_header_makes_void_is_no_repetition() {
    let shop = hook(
        "{ signature: { header: X-Sign, timestamp: X-Time }, void: { header: X-Topic, is: orders/cancelled } }",
    );
    let mark = |topic: &str| {
        let headers = [("x-topic".to_owned(), topic.to_owned())];
        let from = IpAddr::from([10, 0, 0, 1]);
        let body = Bytes::from_static(b"{\"id\":1}");
        let call = WebhookCall { query: &[], headers: &headers, from, body };
        once(&shop, &call, &Proven { by: SECRET, signed: Some(vec![1, 2, 3]) })
    };
    assert_ne!(mark("orders/updated"), mark("orders/cancelled"), "the same body in the same second");
    assert_eq!(mark("orders/cancelled"), mark("orders/cancelled"));
    assert_eq!(mark("orders/updated"), mark("orders/paid"), "which says the same of it");
}

#[test]
fn what_has_no_signature_is_refused_before_its_body() {
    let timed = hook("{ signature: { header: X-Sign, timestamp: X-Time } }");
    let plain = hook("{}");
    let fresh = format!("X-Time: {}", NOW.0);
    let connection = connection(&[(SECRET, "geheim-1")]);
    for (hook, headers, expected) in [
        (&plain, vec!["Authorization: Bearer geheim-1"], Ok(true)),
        (&plain, vec!["Authorization: Bearer geheim-2"], Err("hook.secret_wrong")),
        (&plain, vec![], Err("hook.header_missing")),
        (&timed, vec!["X-Sign: abab", &fresh], Ok(false)),
        (&timed, vec!["X-Sign: 商店", &fresh], Err("hook.header_form")),
        (&timed, vec!["X-Sign: abab", "X-Time: 1"], Err("hook.stale")),
        (&timed, vec!["X-Sign: abab"], Err("hook.header_missing")),
        (&timed, vec![&fresh], Err("hook.header_missing")),
    ] {
        let header = |text: &&str| {
            let (name, value) = text.split_once(": ").expect("a header");
            (name.to_ascii_lowercase(), value.to_owned())
        };
        let owned: Vec<_> = headers.iter().map(header).collect();
        let from = IpAddr::from([10, 0, 0, 1]);
        let call = WebhookCall { query: &[], headers: &owned, from, body: Bytes::new() };
        assert_eq!(prove_head(hook, &connection, &call, NOW), expected, "{headers:?}");
    }
}
