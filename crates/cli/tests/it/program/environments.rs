//! One folder of texts, a test book and a live one: promoted, compared, and told apart.

use super::qiao::Place;

const CRM: &str = "\
kind: connection # 连接
name: crm
connector: fxiaoke
settings:
  app_id: A
  app_secret: { env: CRM_SECRET }
  permanent_code: { env: CRM_SECRET }
  admin_mobile: \"13800000000\"
";

const ERP: &str = "\
kind: connection
name: erp
connector: kingdee-k3cloud
settings:
  base_url: ${erp_url}
  acct_id: a
  username: u
  password: ${erp_password}
";

const FLOW: &str = "\
# 客户 / customers
kind: flow
name: customers
source: { connection: crm, object: AccountObj }
target: { connection: erp, object: BD_Customer, key: FNumber }
base: packets/customer.json
map:
  FNumber: account_no
  FCreateOrgId.FNumber: { value: \"${组织}\" }
tests: tests/customers.yaml
";

const TESTS: &str = "\
tests:
  - record: { account_no: KH1 }
    expect: { FNumber: KH1, FCreateOrgId: { FNumber: \"${组织}\" } }
";

fn environment(name: &str, organisation: &str, variable: &str) -> String {
    format!(
        "kind: environment\nname: {name}\nvalues:\n  组织: \"{organisation}\"\n  \
         erp_url: http://127.0.0.1:9/{name}\n  erp_password: {{ env: {variable} }}\n"
    )
}

fn place() -> Place {
    let mut place = Place::new();
    for (path, text) in [
        ("texts/connections/crm.yaml", CRM),
        ("texts/connections/erp.yaml", ERP),
        ("texts/flows/customers.yaml", FLOW),
        ("texts/packets/customer.json", "{\"FUseOrgId\":{\"FNumber\":\"${组织}\"}}"),
        ("texts/tests/customers.yaml", TESTS),
        ("texts/environments/test.yaml", &environment("test", "100", "TEST_PASSWORD")),
        ("texts/environments/live.yaml", &environment("live", "200", "LIVE_PASSWORD")),
    ] {
        place.write(path, text);
    }
    for name in ["CRM_SECRET", "TEST_PASSWORD", "LIVE_PASSWORD"] {
        place.set(name, "geheim");
    }
    place
}

#[test]
fn the_same_files_give_a_test_book_and_a_live_one() {
    let place = place();
    place.says(&["apply", "texts"], 3, &["erp_url", "--environment"], &["erp_url", "--environment"]);
    place.holds_texts(0);
    place.says(&["apply", "texts", "--environment", "test", "--yes"], 0, &["环境: test (版本 1)"], &[]);
    place.says(&["apply", "texts"], 0, &["没有变化", "未变"], &["Nothing changes"]);
    let promoted = place.run(&["apply", "texts", "--environment", "live", "--yes"]);
    assert_eq!(promoted.code, 0, "{promoted:?}");
    for part in [
        "test (版本 1) → live (版本 1)",
        "~ flow customers",
        "(文本未变,环境的值变了)",
        "更新  flow customers  (版本 2)",
        "未变  connection crm",
    ] {
        assert!(promoted.out.contains(part), "{part} in\n{}", promoted.out);
    }
    place.says(&["versions", "customers"], 0, &["版本 2", "live 1", "test 1"], &["version 2", "in force"]);
}

#[test]
fn two_environments_of_a_folder_are_compared() {
    let place = place();
    let both = ["diff", "texts", "--environment", "test", "--environment", "live"];
    let parts =
        ["~ flow customers", "- base_url: http://127.0.0.1:9/test", "+ base_url: http://127.0.0.1:9/live"];
    let parts = [&parts[..1], &[], &["\"200\"", "{ env: LIVE_PASSWORD }"]].concat();
    place.says(&both, 1, &parts, &parts);
    let ran = place.run(&both);
    assert!(!ran.out.contains("geheim") && !ran.out.contains("connection crm"), "{}", ran.out);
    place.says(&["diff", "texts", "--environment", "prod", "--environment", "live"], 3, &["prod"], &["prod"]);
}

#[test]
fn samples_hold_in_every_environment() {
    let place = place();
    place.says(
        &["flow", "test", "texts"],
        0,
        &["customers (test)", "customers (live)", "2 个样例"],
        &["0 failed"],
    );
    place.says(&["flow", "lint", "texts"], 0, &["没有错误"], &["No mistakes"]);
    for name in ["test", "live"] {
        place.says(&["flow", "test", "texts", "--environment", name], 0, &["0 个失败"], &["0 failed"]);
        place.says(&["flow", "lint", "texts", "--environment", name], 0, &["没有错误"], &["No mistakes"]);
    }
}

#[test]
fn names_without_a_value_and_values_without_a_use_have_their_place() {
    let place = place();
    let live = environment("live", "200", "LIVE_PASSWORD").replace("  组织: \"200\"\n", "  租户: x\n");
    place.write("texts/environments/live.yaml", &live);
    let at = ["customers.yaml:9:35", "live.yaml:4:3"];
    place.says(&["flow", "lint", "texts", "--environment", "live"], 1, &at, &at);
    let other = ["live.yaml:1:1", "live.yaml:4:3", "组织"];
    place.says(&["apply", "texts", "--environment", "test"], 0, &other, &other);
}

#[test]
fn a_secret_in_an_environment_is_refused() {
    let place = place();
    let live = environment("live", "200", "X").replace("{ env: X }", "geheim-klar");
    place.write("texts/environments/live.yaml", &live);
    let refused = ["apply", "texts", "--environment", "live"];
    place.says(&refused, 3, &["password", "明文"], &["password", "{ env: NAME }"]);
    place.holds_texts(0);
}
