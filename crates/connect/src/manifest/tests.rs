//! Manifests: what is read, what is found wrong, what holds for a connection.

use std::time::Duration;

use super::*;
use crate::exchanges::connection;

const SMALL: &str = r#"
name: small
schema: 1
room: kl
title: { zh: 小系统, en: Small }
settings:
  - name: base_url
    title: { zh: 地址, en: Address }
    kind: url
    required: true
    help: { zh: 问管理员, en: Ask the administrator }
  - name: secret
    title: { zh: 密钥, en: Secret }
    kind: secret
    help: { zh: 在设置页, en: On the settings page }
  - name: login
    title: { zh: 登录方式, en: Sign-in }
    kind: choice
    default: sign
    choices:
      - { value: sign, title: { zh: 签名, en: Signature } }
      - { value: password, title: { zh: 密码, en: Password } }
    help: { zh: 推荐签名, en: Prefer signatures }
facts:
  settle_window: 6m
  overlap: 90s
  page: 2000
  notice_dedupe: true
  limits: { rates: [100/20s, 3000/m], each_operation: true, at_once: 8, daily: 20000 }
errors:
  - { code: [20016, "10001-10015"], class: auth, zh: 凭证过期, en: Expired, remedy: { zh: 自动重试, en: Retried } }
  - { code: 10003, class: config, zh: 不存在, en: None, remedy: { zh: 检查, en: Check } }
  - { code: Forbidden.*, class: config, zh: 禁止, en: Forbidden, remedy: { zh: 申请, en: Ask } }
  - text: [已审核, audited]
    name: already
    class: rejected
    zh: 已审核过
    en: Already audited
    remedy: { zh: 无须处理, en: Nothing to do }
objects:
  - { object: Account, title: { zh: 客户, en: Account }, id: _id, number: no, statuses: [draft, audited], personal: tel }
  - { object: "*", title: { zh: 其他, en: Others }, id: FID }
"#;

fn small() -> Manifest {
    Manifest::built_in(SMALL)
}

#[test]
fn a_manifest_tells_what_it_says() {
    let manifest = small();
    assert_eq!((manifest.name(), manifest.driver(), manifest.room()), ("small", "small", "kl"));
    assert_eq!(manifest.title().choose(Lang::Zh), "小系统");
    assert_eq!(manifest.secrets(), ["secret", "hook_secret", "hook_secret_next"]);
    assert_eq!(manifest.setting("login").unwrap().default.as_deref(), Some("sign"));
    assert_eq!(manifest.setting("rate").unwrap().kind, SettingKind::Number);
    assert_eq!(manifest.setting("nothing"), None);
    let account = manifest.object("Account");
    assert_eq!((account.id.as_str(), account.number.as_deref()), ("_id", Some("no")));
    assert_eq!((account.statuses.len(), account.personal), (2, vec!["tel".to_owned()]));
    assert_eq!(manifest.object("Order").id, "FID");
}

#[test]
fn errors_are_found_exactly_then_by_range_then_by_beginning() {
    let manifest = small();
    for (code, expected) in [
        ("20016", Some(("auth", "kl.20016"))),
        ("10001", Some(("auth", "kl.10001-10015"))),
        ("10003", Some(("config", "kl.10003"))),
        ("10016", None),
        ("Forbidden.AccessDenied.X", Some(("config", "kl.Forbidden.*"))),
        ("", None),
    ] {
        let found = manifest.error(code);
        let found = found.as_ref().map(|(class, cause)| (class.name(), &*cause.code));
        assert_eq!(found, expected, "{code}");
    }
    assert_eq!(manifest.error("10001").unwrap().1.param("code"), Some("10001"));
    let (class, cause) = manifest.error_text("单据已审核，不能修改").unwrap();
    assert_eq!((class.name(), &*cause.code), ("rejected", "kl.already"));
    assert_eq!(manifest.error_text("其他"), None);
    let codes: Vec<String> = manifest.sentences().iter().map(|sentence| sentence.code.to_string()).collect();
    assert_eq!(codes, ["kl.20016", "kl.10001-10015", "kl.10003", "kl.Forbidden.*", "kl.already"]);
}

#[test]
fn a_connection_may_set_its_own_facts() {
    let manifest = small();
    let facts = manifest.facts(&connection("small", &[], &[]));
    assert_eq!((facts.settle_window, facts.overlap), (Duration::from_secs(360), Duration::from_secs(90)));
    let rates = [(100, Duration::from_secs(20)), (3000, Duration::from_secs(60))];
    assert_eq!(
        (&facts.limits.rates[..], facts.limits.at_once, facts.limits.daily),
        (&rates[..], 8, Some(20000))
    );
    assert!(facts.limits.each_operation && facts.notice_dedupe);
    let settings = [
        ("settle_seconds", "30"),
        ("overlap_seconds", "5"),
        ("rate", "7"),
        ("at_once", "2"),
        ("daily_calls", "99"),
        ("page", "50"),
    ];
    let facts = manifest.facts(&connection("small", &settings, &[]));
    assert_eq!((facts.settle_window, facts.overlap), (Duration::from_secs(30), Duration::from_secs(5)));
    assert_eq!(facts.limits.rates, [(7, Duration::from_secs(1))]);
    assert_eq!((facts.limits.at_once, facts.limits.daily, facts.page), (2, Some(99), 50));
    let nonsense = [("settle_seconds", "bald"), ("rate", "0"), ("at_once", "-1"), ("page", "")];
    let facts = manifest.facts(&connection("small", &nonsense, &[]));
    assert_eq!(facts, manifest.facts(&connection("small", &[], &[])));
}

/// The codes of what is wrong after a change to the small manifest, with their lines.
fn wrong(from: &str, to: &str) -> Vec<(u64, String)> {
    assert!(SMALL.contains(from), "{from}");
    let (_, findings) = Manifest::parse(&SMALL.replacen(from, to, 1));
    findings.into_iter().map(|finding| (finding.at.line, finding.cause.code.into_owned())).collect()
}

#[test]
fn every_mistake_is_found_with_its_line() {
    for (from, to, line, code) in [
        ("schema: 1", "schema: 2", 3, "manifest.newer"),
        ("schema: 1", "schema: x", 3, "manifest.bad_schema"),
        ("schema: 1\n", "", 2, "manifest.missing"),
        ("room: kl", "romo: kl", 4, "manifest.meant"),
        ("room: kl", "colour: blue", 4, "manifest.unknown_key"),
        ("{ zh: 小系统, en: Small }", "{ zh: 小系统 }", 5, "manifest.language"),
        ("kind: url", "kind: uri", 9, "manifest.shape"),
        ("kind: url", "kind: choice", 7, "manifest.missing"),
        ("default: sign", "default: other", 19, "manifest.shape"),
        ("required: true", "required: maybe", 10, "manifest.shape"),
        ("name: login", "name: secret", 7, "manifest.twice"),
        ("settle_window: 6m", "settle_window: 6", 25, "manifest.shape"),
        ("page: 2000", "page: 0", 27, "manifest.shape"),
        ("[100/20s, 3000/m]", "[100]", 29, "manifest.shape"),
        ("class: auth", "class: bad", 31, "manifest.shape"),
        ("10001-10015", "10015-10001", 31, "manifest.shape"),
        ("code: 10003", "code: 20016", 31, "manifest.twice"),
        ("    name: already\n", "", 34, "manifest.missing"),
        ("id: _id", "idd: _id", 41, "manifest.meant"),
        ("object: \"*\"", "object: Account", 41, "manifest.twice"),
    ] {
        let found = wrong(from, to);
        assert!(found.contains(&(line, code.to_owned())), "{to}: {found:?}");
    }
}

#[test]
fn all_mistakes_are_found_at_once_in_the_order_of_the_text() {
    let text = SMALL.replace("kind: url", "kind: uri").replace("page: 2000", "page: many");
    let (manifest, findings) = Manifest::parse(&text);
    let lines: Vec<u64> = findings.iter().map(|finding| finding.at.line).collect();
    assert_eq!((manifest.is_none(), lines), (true, vec![9, 27]));
}

#[test]
fn warnings_do_not_stop_a_manifest() {
    let text = SMALL
        .replace("kind: secret", "kind: secret\n    example: abc")
        .replace("kind: choice", "kind: choice\n    required: true");
    let (manifest, findings) = Manifest::parse(&text);
    let codes: Vec<&str> = findings.iter().map(|finding| &*finding.cause.code).collect();
    assert_eq!(codes, ["manifest.secret_shown", "manifest.never_missing"]);
    assert!(manifest.is_some());
}

#[test]
fn what_is_no_manifest_at_all_is_told_and_breaks_nothing() {
    for text in ["", "1", "[]", "name: [", "{}", "\u{0}", "schema: 1", "schema: 1\nname: {}", "- schema: 1"] {
        let (manifest, findings) = Manifest::parse(text);
        assert!(manifest.is_none() && !findings.is_empty(), "{text:?}");
    }
}

#[test]
fn every_mistake_has_its_sentence() {
    let known: Vec<String> = crate::sentences().iter().map(|sentence| sentence.code.to_string()).collect();
    for source in [include_str!("read.rs"), include_str!("read/walk.rs"), include_str!("read/parts.rs")] {
        let codes = source.split('"').filter(|text| text.starts_with("manifest."));
        for code in codes {
            assert!(known.contains(&code.to_owned()), "{code}");
        }
    }
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_reader(cut in 0..SMALL.len(), put in "[\\[\\]{}:,\\- \n\"'*&!|>%@0-9a-z桥]{0,6}") {
        let cut = SMALL.floor_char_boundary(cut);
        let text = format!("{}{put}{}", &SMALL[..cut], &SMALL[cut..]);
        let (manifest, findings) = Manifest::parse(&text);
        proptest::prop_assert!(manifest.is_some() || !findings.is_empty());
    }
}
