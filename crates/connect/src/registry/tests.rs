//! The built-in connectors, those of a user's folder, and the settings of connections.

use std::path::Path;

use model::connection::Connection;

use super::*;
use crate::exchanges::connection;

fn built_in() -> Registry {
    registry(None).unwrap()
}

#[test]
fn built_in_manifests_are_without_findings_and_named_as_their_folders() {
    let folders = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../connectors"));
    for built_in in BUILT_IN {
        let (manifest, findings) = Manifest::parse(built_in.manifest);
        assert_eq!(findings, []);
        let manifest = manifest.unwrap();
        assert!(folders.join(manifest.name()).join("README.md").is_file(), "{}", manifest.name());
        assert_eq!((built_in.connector)(Arc::new(manifest.clone())).name(), manifest.name());
    }
}

#[test]
fn every_sentence_is_there_in_both_languages_and_once() {
    let mut seen = std::collections::BTreeSet::new();
    for sentence in built_in().sentences() {
        assert!(!sentence.zh.trim().is_empty() && !sentence.en.trim().is_empty(), "{}", sentence.code);
        assert_eq!(sentence.remedy_zh.is_empty(), sentence.remedy_en.is_empty(), "{}", sentence.code);
        assert!(seen.insert(sentence.code.clone()), "{} stands twice", sentence.code);
    }
}

#[test]
fn a_connector_is_found_by_name_with_its_secrets() {
    let registry = built_in();
    assert_eq!(registry.connector("dingtalk").unwrap().name(), "dingtalk");
    assert_eq!(registry.secret_settings("dingtalk"), ["app_secret", "hook_secret", "hook_secret_next"]);
    assert!(registry.connector("dingding").is_none());
    assert!(registry.secret_settings("dingding").is_empty());
}

/// A folder of the user's with one connector in it.
fn folder(manifest: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("own");
    std::fs::create_dir(&own).unwrap();
    std::fs::write(own.join("connector.yaml"), manifest).unwrap();
    std::fs::write(folder.path().join("notes.txt"), "不是连接器").unwrap();
    folder
}

#[test]
fn a_users_folder_adds_connectors_that_a_built_in_one_drives() {
    let manifest = BUILT_IN[0].manifest.replace("name: dingtalk\n", "name: our-dingtalk\ndriver: dingtalk\n");
    let folder = folder(&manifest);
    let registry = registry(Some(folder.path())).unwrap();
    assert_eq!(registry.connector("our-dingtalk").unwrap().name(), "our-dingtalk");
    assert!(registry.connector("dingtalk").is_some());
    let cause = registry.tests("our-dingtalk").unwrap().unwrap_err();
    assert_eq!(cause.code, "manifest.unreadable");
}

#[test]
fn a_users_connector_that_cannot_work_is_told_with_its_folder() {
    for (manifest, code) in [
        ("name: own\nschema: 1\ntitle: { zh: 一, en: One }\n", "manifest.driver"),
        ("name: own\nschema: 9\n", "manifest.newer"),
        ("name: [\n", "manifest.yaml"),
    ] {
        let folder = folder(manifest);
        let broken = registry(Some(folder.path())).err().unwrap();
        assert_eq!((broken.folder, &*broken.findings[0].cause.code), (folder.path().join("own"), code));
    }
    let nowhere = registry(Some(Path::new("/no/such/folder"))).err().unwrap();
    assert_eq!(nowhere.findings[0].cause.code, "manifest.unreadable");
}

fn codes(connection: &Connection) -> Vec<String> {
    let findings = built_in().check_settings(connection);
    let mistakes = findings.iter().filter(|finding| !finding.ok).map(|finding| &finding.cause);
    mistakes.map(|cause| format!("{} {}", cause.code, cause.param("setting").unwrap_or_default())).collect()
}

#[test]
fn settings_that_are_missing_unknown_or_wrong_are_told() {
    let whole = [("app_key", "dingkey"), ("agent_id", "7")];
    let secret = [("app_secret", "s3cret")];
    assert_eq!(codes(&connection("dingtalk", &whole, &secret)), [""; 0]);
    assert_eq!(
        codes(&connection("dingtalk", &[("app_key", " ")], &[])),
        [
            "connection.setting_missing app_key",
            "connection.setting_missing app_secret",
            "connection.setting_missing agent_id"
        ]
    );
    for (name, value, expected) in [
        ("agentid", "8", "connection.setting_meant agentid"),
        ("colour", "blue", "connection.setting_unknown colour"),
        ("app_secret", "s3cret", "connection.setting_not_secret app_secret"),
        ("base_url", "oapi.dingtalk.com", "connection.setting_bad base_url"),
        ("base_url", "ftp://oapi.dingtalk.com", "connection.setting_bad base_url"),
        ("base_url", "https://me:pass@oapi.dingtalk.com", "connection.setting_bad base_url"),
        ("rate", "fast", "connection.setting_bad rate"),
    ] {
        let settings = [whole[0], whole[1], (name, value)];
        assert_eq!(codes(&connection("dingtalk", &settings, &secret)), [expected], "{name} {value}");
    }
    let mut with_host = connection("dingtalk", &whole, &secret);
    with_host.hosts = vec!["oapi.dingtalk.io".into(), "https://oapi.dingtalk.io".into()];
    assert_eq!(codes(&with_host), ["connection.host_bad hosts"]);
    assert_eq!(codes(&connection("dingding", &[], &[])), ["connection.unknown_connector "]);
}

#[test]
fn a_missing_setting_is_told_with_where_to_find_it() {
    let connection = connection("dingtalk", &[("agent_id", "7")], &[("app_secret", "s")]);
    let findings = built_in().check_settings(&connection);
    let mut catalogue = model::Catalogue::default();
    catalogue.add(built_in().sentences());
    let text = catalogue.text(&findings[0].cause, model::Lang::Zh);
    assert!(text.contains("AppKey") && text.contains("应用开发 → 企业内部应用"), "{text}");
}

#[test]
fn plain_http_is_worth_a_warning() {
    let secret = [("app_secret", "s3cret")];
    let warnings = |url: &str| {
        let settings = [("app_key", "dingkey"), ("agent_id", "7"), ("base_url", url)];
        let findings = built_in().check_settings(&connection("dingtalk", &settings, &secret));
        assert!(findings.iter().all(|finding| finding.ok), "{findings:?}");
        findings.iter().map(|finding| finding.cause.code.to_string()).collect::<Vec<String>>()
    };
    assert_eq!(warnings("HTTP://10.0.0.5/oapi"), ["connection.plain_http"]);
    assert_eq!(warnings("https://oapi.dingtalk.com"), [""; 0]);
}
