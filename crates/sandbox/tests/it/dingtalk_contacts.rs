//! Users and departments of DingTalk (`protocols/dingtalk.md` §5).

use serde_json::{Value, json};

use crate::world::World;

fn users(world: &mut World) -> Vec<Value> {
    world.control("/dingtalk/users", None).as_array().unwrap().clone()
}

#[test]
fn a_mobile_number_leads_to_the_user_and_the_union_id_back() {
    let mut world = World::new();
    let known = users(&mut world)[4].clone();
    let found = world.topapi("v2/user/getbymobile", json!({ "mobile": known["mobile"] }));
    assert_eq!((&found["errcode"], &found["result"]["userid"]), (&json!(0), &known["userid"]));
    let user =
        world.topapi("v2/user/get", json!({ "userid": known["userid"], "language": "zh_CN" }))["result"]
            .clone();
    for member in ["unionid", "name", "mobile", "job_number"] {
        assert_eq!(user[member], known[member], "{member}");
    }
    assert!(user["dept_id_list"][0].is_i64() && user["active"] == true);
    let back = world.topapi("user/getbyunionid", json!({ "unionid": known["unionid"] }));
    assert_eq!(back["result"], json!({ "contact_type": 0, "userid": known["userid"] }));
}

#[test]
fn wrong_people_have_their_codes_unwrapped() {
    let mut world = World::new();
    for (path, body, code) in [
        ("v2/user/getbymobile", json!({ "mobile": "19900000000" }), 60121),
        ("v2/user/getbymobile", json!({ "mobile": "王经理" }), 40104),
        ("v2/user/getbymobile", json!({}), 40035),
        ("v2/user/get", json!({ "userid": "nobody" }), 60121),
        ("v2/user/get", json!({}), 41009),
        ("v2/user/list", json!({ "dept_id": 1, "cursor": 0, "size": 500 }), 40035),
        ("user/listid", json!({ "dept_id": 4_444 }), 60003),
        ("v2/department/listsub", json!({ "dept_id": 4_444 }), 60003),
    ] {
        let answer = world.topapi(path, body.clone());
        assert_eq!(answer["errcode"], code, "{path} {body}");
        assert!(answer.get("sub_code").is_none(), "business errors are not wrapped");
    }
    let answer = world.topapi("v2/user/get", json!({ "userid": "nobody" }));
    assert_eq!(answer["errmsg"], "找不到该用户");
}

#[test]
fn a_department_is_listed_by_pages() {
    let mut world = World::new();
    let departments = world.topapi("v2/department/listsub", json!({ "dept_id": 1 }))["result"].clone();
    assert_eq!(departments.as_array().unwrap().len(), 11);
    assert_eq!((&departments[1]["name"], &departments[1]["parent_id"]), (&json!("销售一部"), &json!(1)));
    let id = departments[1]["dept_id"].clone();
    let ids = world.topapi("user/listid", json!({ "dept_id": id }))["result"]["userid_list"].clone();
    let (mut found, mut cursor) = (Vec::new(), json!(0));
    loop {
        let body = json!({ "dept_id": id, "cursor": cursor, "size": 2 });
        let result = world.topapi("v2/user/list", body)["result"].clone();
        found.extend(result["list"].as_array().unwrap().iter().map(|user| user["userid"].clone()));
        if result["has_more"] == false {
            assert!(result.get("next_cursor").is_none());
            break;
        }
        cursor = result["next_cursor"].clone();
    }
    assert_eq!(json!(found), ids);
}

#[test]
fn a_hidden_user_is_not_found_or_not_in_range() {
    for (value, code) in [("60121", 60121), ("50002", 50002)] {
        let mut world = World::with("dingtalk", &[("hidden_user", value)]);
        let mobile = users(&mut world)[2]["mobile"].clone();
        world.control("/dingtalk/organisation", Some(json!({ "hidden_mobiles": [mobile] })));
        assert_eq!(world.topapi("v2/user/getbymobile", json!({ "mobile": mobile }))["errcode"], code);
    }
}
