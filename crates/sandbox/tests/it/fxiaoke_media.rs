//! Files of the CRM, up and down (`protocols/fxiaoke.md` §6).

use serde_json::{Value, json};

use crate::world::{World, json_of};

fn form(field: &str, name: &str, content: &[u8]) -> Vec<u8> {
    let head = format!(
        "--界\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
    );
    [head.as_bytes(), content, "\r\n--界--\r\n".as_bytes()].concat()
}

const FORM: (&str, &str) = ("Content-Type", "multipart/form-data; boundary=界");

fn upload(world: &mut World, kind: &str, content: &[u8]) -> Value {
    let credentials = world.fxiaoke_credentials();
    let text = |name: &str| credentials[name].as_str().unwrap().to_owned();
    let path = format!(
        "/fxiaoke/media/upload?corpAccessToken={}&corpId={}&type={kind}",
        text("corpAccessToken"),
        text("corpId")
    );
    json_of(&world.reply("POST", &path, &[FORM], &form("media", "合同.pdf", content)))
}

fn download(world: &mut World, id: &str) -> Vec<u8> {
    let mut body = world.fxiaoke_credentials();
    body["mediaId"] = json!(id);
    world.reply("POST", "/fxiaoke/media/download", &[], body.to_string().as_bytes()).body
}

#[test]
fn a_file_comes_back_as_it_went_and_is_attached_by_its_id() {
    let mut world = World::new();
    let content: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let made = upload(&mut world, "document", &content);
    let id = made["mediaId"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    assert_eq!(download(&mut world, &id), content);
    let account = world.control("/fxiaoke/AccountObj", None)[0]["_id"].clone();
    let files = json!([{ "name": "合同.pdf", "path": id }]);
    let payment =
        json!({ "account_id": account, "payment_amount": "1", "payment_time": 0, "attachment": files });
    let payment = world.create("PaymentObj", payment);
    assert_eq!(world.get("PaymentObj", &payment)["data"]["attachment"], files);
    assert_eq!(world.fxiaoke("/media/delete", json!({ "mediaId": id }))["errorCode"], 0);
    let gone = world.fxiaoke("/media/download", json!({ "mediaId": id }));
    assert_ne!(gone["errorCode"], 0);
}

#[test]
fn files_that_are_too_large_are_refused() {
    let mut world = World::new();
    let five = vec![1; 5 << 20];
    assert_eq!(upload(&mut world, "image", &five)["errorCode"], 0);
    let refused = upload(&mut world, "image", &[&five[..], &[1]].concat());
    assert_eq!(refused["errorDescription"], "文件大小超过限制：最大5MB");
    assert_eq!(upload(&mut world, "document", &[&five[..], &[1]].concat())["errorCode"], 0);
    assert_eq!(upload(&mut world, "film", b"1")["errorCode"], 32000);
    let nameless = world.reply("POST", "/fxiaoke/media/upload?type=image", &[FORM], b"");
    assert_eq!(json_of(&nameless)["errorCode"], 20017);
}

#[test]
fn a_credential_lets_one_file_be_uploaded_until_it_ends() {
    let mut world = World::new();
    let asked = json!({ "data": { "expireTime": 60, "resourceType": "TN", "isStreamUpload": true,
        "filename": "照片.png", "extension": "png", "fileSize": 5 } });
    for (wait_ms, sign, content, accepted) in [
        (0, None, "照片!", false),
        (0, None, "12345", true),
        (60_001, None, "12345", false),
        (0, Some("错的"), "12345", false),
    ] {
        let given = world.fxiaoke("/cgi/crm/v2/generatorFileUploadCredential", asked.clone());
        assert_eq!(given["errorCode"], 0, "{given}");
        let data = given["data"].clone();
        let path =
            data["url"].as_str().unwrap().split_once("/fxiaoke").map(|(_, path)| format!("/fxiaoke{path}"));
        world.pass(wait_ms);
        let headers = [
            ("acid", data["acid"].as_str().unwrap()),
            ("sign", sign.unwrap_or(data["sign"].as_str().unwrap())),
        ];
        let path = path.unwrap_or_else(|| panic!("{data}"));
        let made = json_of(&world.reply("POST", &path, &headers, content.as_bytes()));
        assert_eq!(made["success"], accepted, "{made}");
        if accepted {
            assert_eq!(made["data"], data["resource"]);
            assert_eq!(download(&mut world, made["data"].as_str().unwrap()), content.as_bytes());
            let again = json_of(&world.reply("POST", &path, &headers, content.as_bytes()));
            assert_eq!(again["success"], false);
        }
    }
}
