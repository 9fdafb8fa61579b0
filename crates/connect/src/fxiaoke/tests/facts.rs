//! What the manifest says about every connection and about objects.

use std::time::Duration;

use contract::connector::Limits;

use super::*;

#[test]
fn the_vendors_limits_hold_for_each_interface_and_the_quota_is_the_connections() {
    let connection = connection("fxiaoke", &[("daily_calls", "100000")], &SECRETS);
    let facts = fxiaoke().facts(&connection);
    assert_eq!((facts.page, facts.batch, facts.lookup), (100, 1, 100));
    let rates = vec![(100, Duration::from_secs(20))];
    assert_eq!(facts.limits, Limits { rates, each_operation: true, at_once: 4, daily: Some(100_000) });
    // New rows show up to ten seconds late, and a lost answer is looked for longer than a reading reaches back.
    assert!(facts.overlap > Duration::from_secs(10) && facts.settle_window > Duration::from_secs(60));
}

#[test]
fn objects_have_the_number_people_know_them_by() {
    for (object, number) in [
        ("AccountObj", Some("account_no")),
        ("ProductObj", Some("product_code")),
        ("SalesOrderObj", Some("name")),
        ("PersonnelObj", Some("employee_number")),
        ("ContactObj", None),
        ("object_8Kx2a__c", None),
    ] {
        let facts = fxiaoke().object(&connection("fxiaoke", &[], &[]), object);
        assert_eq!(facts.number.as_deref(), number, "{object}");
        assert_eq!((&*facts.id, facts.version.as_deref()), ("_id", Some("last_modified_time")), "{object}");
        let statuses: &[&str] = if object == "PersonnelObj" { &[] } else { &["normal", "locked"] };
        assert_eq!(facts.statuses, statuses, "approval decides all others: {object}");
    }
    assert!(
        fxiaoke()
            .object(&connection("fxiaoke", &[], &[]), "ContactObj")
            .personal
            .contains(&"mobile1".to_owned())
    );
}

#[test]
fn what_identifies_the_app_is_sealed() {
    let own = ["app_secret", "permanent_code", "event_token", "event_key"];
    assert_eq!(manifest().secrets(), [&own[..], &["hook_secret", "hook_secret_next"]].concat());
}

#[test]
fn every_word_for_people_is_there_in_both_languages_and_shows_no_gap() {
    let mut sentences = super::super::sentences();
    sentences.extend(manifest().sentences());
    for sentence in sentences {
        assert!(!sentence.zh.is_empty() && !sentence.en.is_empty(), "{}", sentence.code);
        assert_eq!(sentence.remedy_zh.is_empty(), sentence.remedy_en.is_empty(), "{}", sentence.code);
        let params = |text: &str| {
            let mut names: Vec<String> = text
                .split('{')
                .skip(1)
                .filter_map(|part| part.split_once('}'))
                .map(|(n, _)| n.to_owned())
                .collect();
            names.sort();
            names
        };
        assert_eq!(params(&sentence.zh), params(&sentence.en), "{}", sentence.code);
    }
}
