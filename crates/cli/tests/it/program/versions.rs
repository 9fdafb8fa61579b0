//! Planned, asked about, taken out, gone back to: what becomes of versions.

use super::qiao::{Place, example, example_variables, files};

fn flow(map: &str) -> String {
    format!(
        "kind: flow\nname: customers\nsource: {{ connection: crm, object: AccountObj, history: true }}\n\
         target: {{ connection: erp, object: BD_Customer, key: FNumber }}\nmap:\n  FNumber: account_no\n{map}"
    )
}

const CONNECTIONS: &str = "\
kind: connection
name: crm
connector: fxiaoke
settings: { app_id: A, app_secret: { env: SECRET }, permanent_code: { env: SECRET }, admin_mobile: \"13800000000\" }
---
kind: connection
name: erp
connector: kingdee-k3cloud
settings: { base_url: \"http://127.0.0.1:9/k3cloud\", acct_id: a, username: u, password: { env: SECRET } }
";

/// A place where the flow is in force in its first version.
fn place() -> Place {
    let mut place = Place::new();
    place.set("SECRET", "geheim");
    place.write("texts/connections/all.yaml", CONNECTIONS);
    place.write("texts/flows/customers.yaml", &flow(""));
    let ran = place.run(&["apply", "texts"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    place
}

#[test]
fn a_plan_says_what_changes_and_what_that_means() {
    let place = place();
    place.write("texts/flows/customers.yaml", &flow("  FName: name\n"));
    place.says(
        &["apply", "texts", "--dry-run"],
        0,
        &["~ flow customers", "+   FName: name", "新写入的目标字段：FName", "name", "重新读取"],
        &[
            "~ flow customers",
            "+   FName: name",
            "target fields written from now on: FName",
            "read once more",
        ],
    );
    place.says(&["versions", "customers"], 0, &["版本 1"], &["version 1"]);
    place.says(&["apply", "texts"], 0, &["更新  flow customers  (版本 2)"], &["Nothing changes"]);
    place.says(&["apply", "texts"], 0, &["没有变化"], &["Nothing changes"]);
}

#[test]
fn what_the_folder_no_longer_has_stays_until_it_is_pruned() {
    let place = place();
    std::fs::remove_file(place.path("texts/flows/customers.yaml")).expect("the file is there");
    place.says(
        &["apply", "texts"],
        0,
        &["继续有效", "flow customers"],
        &["stays in force", "flow customers"],
    );
    place.holds_texts(3);
    place.says(&["apply", "texts", "--prune"], 2, &["--yes"], &["--yes"]);
    place.holds_texts(3);
    place.says(
        &["apply", "texts", "--prune", "--dry-run"],
        0,
        &["- flow customers", "不再"],
        &["- flow customers", "no longer"],
    );
    let pruned = place.run(&["apply", "texts", "--prune", "--yes"]);
    assert_eq!(pruned.code, 0, "{pruned:?}");
    place.says(&["versions", "customers"], 0, &["移除于"], &["removed"]);
    assert_eq!(place.run(&["rollback", "customers", "--to", "1", "--yes"]).code, 0);
    place.says(&["versions", "customers"], 0, &["版本 2", "在用"], &["version 2", "in force"]);
}

#[test]
fn a_text_goes_back_to_an_earlier_version_and_is_a_new_one() {
    let place = place();
    place.write("texts/flows/customers.yaml", &flow("  FName: name\n"));
    assert_eq!(place.run(&["apply", "texts"]).code, 0);
    place.says(&["rollback", "customers", "--to", "9"], 3, &["版本 9", "1, 2"], &["version 9", "1, 2"]);
    place.says(
        &["rollback", "customers", "--to", "1", "--dry-run"],
        0,
        &["-   FName: name"],
        &["no longer written: FName"],
    );
    place.says(&["rollback", "customers", "--to", "1"], 0, &["(版本 3)"], &["Nothing changes"]);
    place.says(&["flow", "show", "customers"], 0, &["account_no"], &["account_no"]);
    let second = place.run(&["flow", "show", "customers", "--version", "2"]);
    assert_eq!(second.out, flow("  FName: name\n"));
    assert_eq!(place.run(&["flow", "show", "customers"]).out, flow(""));
}

#[test]
fn a_version_that_cannot_stand_beside_what_is_in_force_is_refused() {
    let place = place();
    let other = flow("").replace("name: customers", "name: others").replace("AccountObj", "ContactObj");
    place.write("texts/flows/customers.yaml", &flow("").replace("BD_Customer", "BD_Supplier"));
    place.write("texts/flows/others.yaml", &other.replace("ContactObj", "AccountObj"));
    let ran = place.run(&["apply", "texts"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    place.says(&["rollback", "customers", "--to", "1"], 3, &["others"], &["others"]);
    place.says(&["flow", "show", "customers"], 0, &["BD_Supplier"], &["BD_Supplier"]);
}

#[test]
fn what_is_exported_and_applied_elsewhere_is_exported_the_same() {
    let mut place = place();
    example_variables(&mut place, "http://127.0.0.1:9");
    let sealed = "kind: connection # 明文\nname: plain\nconnector: kingdee-k3cloud\nsettings:\n  \
                  base_url: http://127.0.0.1:9/k3cloud\n  acct_id: a\n  username: u\n  password: geheim-klar\n";
    place.write("plain/connections/plain.yaml", sealed);
    assert_eq!(place.run(&["rollback", "customers", "--to", "1"]).code, 0);
    place.write("empty/values/none.yaml", "kind: values\nname: none\nmap: { a: b }\n");
    assert_eq!(place.run(&["apply", "empty", "--prune", "--yes"]).code, 0);
    for folder in [example().to_str().expect("plain paths"), "plain"] {
        let ran = place.run(&["apply", folder]);
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    assert_eq!(place.run(&["export", "first"]).code, 0);
    let first = contents(&place, "first");
    for (path, text) in contents_of(&example()) {
        assert_eq!(first.get(&path), Some(&text), "{path}");
    }
    assert!(first["connections/plain.yaml"].contains("password: { env: PLAIN_PASSWORD } #"), "{first:?}");

    let mut elsewhere = Place::new();
    example_variables(&mut elsewhere, "http://127.0.0.1:9");
    elsewhere.set("PLAIN_PASSWORD", "geheim-klar");
    let ran = elsewhere.run(&["apply", place.path("first").to_str().expect("plain paths")]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(elsewhere.run(&["export", "second"]).code, 0);
    assert_eq!(contents(&elsewhere, "second"), first);
}

type Contents = std::collections::BTreeMap<String, String>;

fn contents(place: &Place, folder: &str) -> Contents {
    contents_of(&place.path(folder))
}

/// The texts below a folder by their paths.
fn contents_of(folder: &std::path::Path) -> Contents {
    let is_text = |path: &std::path::PathBuf| path.extension().is_some_and(|extension| extension != "md");
    let content = |path: std::path::PathBuf| {
        let text = std::fs::read_to_string(&path).expect("a text");
        (path.strip_prefix(folder).expect("below it").to_string_lossy().into_owned(), text)
    };
    files(folder).into_iter().filter(is_text).map(content).collect()
}
