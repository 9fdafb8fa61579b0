//! Mistakes in manifests and flows: told with file, line and column, and nothing of them in force.

use super::qiao::{Place, example, example_variables, files};

const CONNECTIONS: &str = "\
kind: connection
name: crm
connector: fxiaoke
settings:
  app_id: A
  app_secret: geheim-klar
  permanent_code: geheim-dauer
  admin_mobile: \"13800000000\"
---
kind: connection
name: erp
connector: kingdee-k3cloud
settings:
  base_url: http://127.0.0.1:9/k3cloud
  acct_id: a
  username: u
  password: geheim-erp
";

fn flow(name: &str, map: &str) -> String {
    format!(
        "kind: flow\nname: {name}\nsource: {{ connection: crm, object: AccountObj }}\n\
         target: {{ connection: erp, object: BD_Customer, key: FNumber }}\nmap:\n{map}"
    )
}

fn place() -> Place {
    let place = Place::new();
    place.write("texts/connections/all.yaml", CONNECTIONS);
    place.write("texts/flows/good.yaml", &flow("good", "  FNumber: account_no\n"));
    let ran = place.run(&["apply", "texts"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    place.holds_texts(3);
    place
}

#[test]
fn an_unknown_key_of_a_flow_has_its_line_and_column() {
    let place = place();
    place.write("texts/flows/wrong.yaml", &flow("wrong", "  FNumber: account_no\n  FName: { form: name }\n"));
    place.says(&["flow", "lint", "texts"], 1, &["wrong.yaml:7:12", "form"], &["wrong.yaml:7:12", "form"]);
    place.says(
        &["apply", "texts"],
        3,
        &["wrong.yaml:7:12", "没有生效"],
        &["wrong.yaml:7:12", "nothing was put in force"],
    );
    place.holds_texts(3);
}

#[test]
fn an_expression_that_cannot_be_read_is_a_finding() {
    let place = place();
    let wrong = flow("wrong", "  FNumber: { expr: \"name ~\" }\n").replace("BD_Customer", "BD_Supplier");
    place.write("texts/flows/wrong.yaml", &wrong);
    place.says(&["apply", "texts"], 3, &["wrong.yaml:6:"], &["wrong.yaml:6:"]);
    place.holds_texts(3);
}

#[test]
fn two_flows_that_reserve_the_same_link_are_refused() {
    let place = place();
    place.write("texts/flows/second.yaml", &flow("second", "  FNumber: name\n"));
    place.says(&["apply", "texts"], 3, &["good", "second"], &["good", "second"]);
    place.holds_texts(3);
}

#[test]
fn a_text_that_is_no_yaml_or_of_no_kind_is_refused() {
    let place = place();
    place.write("broken/flows/x.yaml", "kind: flow\nmap: [1,\n");
    place.says(&["apply", "broken"], 3, &["x.yaml:"], &["x.yaml:"]);
    place.write("kindless/x.yaml", "kind: fllow\nname: x\n");
    place.says(&["apply", "kindless"], 3, &["kind 不认识"], &["one that is not known"]);
    place.says(&["apply", "nowhere"], 5, &["nowhere"], &["nowhere"]);
    place.holds_texts(3);
}

#[test]
fn a_setting_without_its_variable_is_refused() {
    let place = Place::new();
    let example = example();
    place.says(&["apply", example.to_str().expect("plain paths")], 3, &["CRM_BASE_URL"], &["CRM_BASE_URL"]);
}

#[test]
fn a_mistake_in_a_manifest_has_its_line_and_column() {
    let place = Place::new();
    place.write("mine/connector.yaml", "name: mine\nschema: 1\ntitle: { zh: 我的, en: Mine }\nsetings: []\n");
    place.says(
        &["connector", "lint", "mine"],
        1,
        &["connector.yaml:4:1", "setings"],
        &["connector.yaml:4:1", "setings"],
    );
}

#[test]
fn the_example_is_free_of_mistakes_and_its_samples_hold() {
    let mut place = Place::new();
    example_variables(&mut place, "http://127.0.0.1:9");
    let example = example();
    let example = example.to_str().expect("plain paths");
    place.says(&["flow", "lint", example], 0, &["没有错误"], &["No mistakes"]);
    place.says(&["flow", "test", example], 0, &["0 个失败"], &["0 failed"]);
    place.says(&["apply", example], 0, &["新增"], &[]);
    place.says(&["apply", example], 0, &["未变"], &["same"]);
    place.says(&["diff", example], 0, &["没有差异"], &["No difference"]);
}

#[test]
fn the_example_of_any_erp_is_free_of_mistakes_its_samples_hold_and_its_function_reads_a_push() {
    let mut place = Place::new();
    example_variables(&mut place, "http://127.0.0.1:9");
    place.set("ANY_ERP_BASE_URL", "http://127.0.0.1:9/erp");
    place.set("ANY_ERP_TOKEN", "geheim-any");
    let folder = example().with_file_name("any-erp");
    let example = folder.to_str().expect("plain paths");
    place.says(&["flow", "lint", example], 0, &["没有错误"], &["No mistakes"]);
    place.says(&["flow", "test", example], 0, &["0 个失败"], &["0 failed"]);
    place.says(&["apply", example], 0, &["新增"], &[]);
    place.says(&["diff", example], 0, &["没有差异"], &["No difference"]);

    let path = |below: &str| folder.join(below).to_str().expect("plain paths").to_owned();
    let (function, push) = (path("functions/parse-stock-out.js"), path("packets/stock-out.xml"));
    let ran = place.run(&["function", "test", &function, "--hook", "parse", "--input", &push]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let records: serde_json::Value =
        serde_json::from_str(ran.out.lines().next().expect("a line")).expect("JSON");
    let told = |n: usize| (records[n]["id"].clone(), records[n]["void"].clone());
    assert_eq!(told(0), ("4000001".into(), false.into()));
    assert_eq!(told(1), ("4000002".into(), true.into()));
    let rows = &records[1]["detailFieldVals"]["stockOutEntry"];
    assert_eq!((rows.as_array().map(Vec::len), &rows[0]["qty"]), (Some(2), &serde_json::json!(2.5)));
    assert_eq!(records[0]["masterFieldVal"]["carrierNo"], serde_json::Value::Null);
}

#[test]
fn a_secret_is_neither_exported_nor_in_the_data_folder() {
    let mut place = Place::new();
    example_variables(&mut place, "http://127.0.0.1:9");
    place.write("plain/connections/all.yaml", CONNECTIONS);
    for folder in [example().to_str().expect("plain paths"), "plain"] {
        let ran = place.run(&["apply", folder]);
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    assert_eq!(place.run(&["export", "out"]).code, 0);
    for path in [files(&place.path("out")), files(&place.path("data"))].concat() {
        let bytes = std::fs::read(&path).expect("the file can be read");
        assert!(!bytes.windows(7).any(|window| window == b"geheim-"), "a secret in {}", path.display());
    }
}
