//! Plans: what they say, when they are refused, and what an apply leaves alone.

use contract::store::{ConfigText, StoreError, Walk};
use engine::apply::{Ask, Plan, What, plan, put_in_force};

use crate::world::{CONNECTION, World, configured};

fn flow(map: &str) -> String {
    format!(
        "kind: flow\nname: a\nsource: {{ connection: box, object: account, history: true }}\n\
         target: {{ connection: box, object: customer, key: no }}\nmap:\n  no: no\n{map}"
    )
}

async fn planned(world: &World, texts: &[ConfigText], environment: Option<&str>) -> Plan {
    let ask = Ask { texts, prune: false, environment, variable: &|_| None };
    plan(&world.seams, &ask).await.unwrap()
}

fn codes(plan: &Plan) -> Vec<&str> {
    plan.effects.iter().map(|cause| &*cause.code).collect()
}

fn whats(plan: &Plan) -> Vec<(&str, What)> {
    plan.changes.iter().map(|change| (change.name.as_str(), change.what)).collect()
}

#[tokio::test(start_paused = true)]
async fn an_apply_leaves_every_cursor_where_it_stands() {
    let world = World::with(&[("a", &flow(""))]).await;
    world.save("account", "1", r#"{"no":"K1","name":"桥梁公司"}"#);
    world.run(60).await;
    let cursor =
        async || world.store().cursor(&"box".into(), &"account".into(), Walk::Changes).await.unwrap();
    let before = cursor().await;
    assert!(before.is_some());
    let texts = configured(&[("flow", "a", &flow("  name: name\n"))]);
    let plan = planned(&world, &texts, None).await;
    assert_eq!(whats(&plan), [("a", What::Changed), ("box", What::Stays)]);
    assert_eq!(
        codes(&plan),
        ["plan.fields_new", "plan.from_next_change", "plan.cursor_kept", "plan.read_again"]
    );
    put_in_force(&world.seams, &plan, &texts).await.unwrap();
    assert_eq!(cursor().await, before);
    let again = planned(&world, &texts, None).await;
    assert!(again.changes_nothing() && again.effects.is_empty(), "{:?}", again.effects);
}

#[tokio::test(start_paused = true)]
async fn a_plan_is_not_carried_out_once_somebody_else_changed_something() {
    let world = World::with(&[("a", &flow(""))]).await;
    let texts = configured(&[("flow", "a", &flow("  name: name\n"))]);
    let plan = planned(&world, &texts, None).await;
    world.apply(&[("values", "类型", "kind: values\nname: 类型\nmap: { a: b }\n")]).await;
    let refused = put_in_force(&world.seams, &plan, &texts).await.unwrap_err();
    assert!(matches!(refused, StoreError::Outdated { .. }), "{refused:?}");
    assert_eq!(world.setup().await.flows[&"a".into()].version, 1);
}

#[tokio::test(start_paused = true)]
async fn only_texts_whose_values_change_are_filled_anew() {
    let environment = |no: &str, name: &str| {
        format!(
            "kind: environment\nname: live\nvalues:\n  no: {no}\n  name: {name}\n  word: {{ env: PASSWORD }}\n"
        )
    };
    let filled = |name: &str, to: &str, field: &str| {
        flow("").replace("name: a", &format!("name: {name}")).replace("customer", to)
            + &format!("  x: ${{{field}}}\n")
    };
    let connection = format!("{CONNECTION}settings:\n  password: ${{word}}\n");
    let (a, b) = (filled("a", "customer", "no"), filled("b", "bill", "name"));
    let world = World::new();
    world.desk().password = "一号密码".into();
    let texts = |environment: &str| {
        configured(&[
            ("environment", "live", environment),
            ("connection", "box", &connection),
            ("flow", "a", &a),
            ("flow", "b", &b),
        ])
    };
    let variable = |name: &str| (name == "PASSWORD").then(|| "一号密码".to_owned());
    let first = texts(&environment("no", "name"));
    let ask = Ask { texts: &first, prune: false, environment: Some("live"), variable: &variable };
    let all_new = plan(&world.seams, &ask).await.unwrap();
    assert!(!all_new.is_refused(), "{:?}", all_new.problems);
    put_in_force(&world.seams, &all_new, &first).await.unwrap();
    let second = texts(&environment("no", "title"));
    let plan = planned(&world, &second, None).await;
    let expected = [("box", What::Same), ("live", What::Changed), ("a", What::Same), ("b", What::Filled)];
    let mut told = whats(&plan);
    told.sort_by_key(|(name, _)| expected.iter().position(|(known, _)| known == name));
    assert_eq!(told, expected);
    // The variable is not set this time: what was sealed from it stays, with a warning.
    let warnings: Vec<&str> = plan.problems.iter().map(|problem| &*problem.cause.code).collect();
    assert_eq!(warnings, ["config.variable_kept"]);
    put_in_force(&world.seams, &plan, &second).await.unwrap();
    let current = world.store().current().await.unwrap();
    let stamps: Vec<(&str, i64, i64)> = current
        .iter()
        .filter_map(|one| Some((one.text.name.as_str(), one.version, one.environment.as_ref()?.version)))
        .collect();
    assert_eq!(stamps, [("box", 1, 1), ("a", 1, 1), ("b", 2, 2)]);
}

#[tokio::test(start_paused = true)]
async fn another_variable_that_is_not_set_is_refused() {
    let connection = |name: &str| format!("{CONNECTION}settings:\n  password: {{ env: {name} }}\n");
    let world = World::new();
    world.desk().password = "一号密码".into();
    world.apply(&[("connection", "box", &connection("PASSWORD"))]).await;
    for (name, code, is_refused) in
        [("PASSWORD", "config.variable_kept", false), ("LIVE_PASSWORD", "config.variable_not_set", true)]
    {
        let plan = planned(&world, &configured(&[("connection", "box", &connection(name))]), None).await;
        assert_eq!(plan.is_refused(), is_refused, "{name}");
        assert_eq!(
            (&*plan.problems[0].cause.code, plan.problems[0].at),
            (code, (6, 3)),
            "the line of the setting"
        );
    }
}
