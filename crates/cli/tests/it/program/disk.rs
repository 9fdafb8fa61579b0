//! What a database may be besides well.

use std::os::unix::fs::PermissionsExt;

use super::qiao::{Place, example, example_variables};

fn place() -> Place {
    let mut place = Place::new();
    example_variables(&mut place, "http://127.0.0.1:9");
    let ran = place.run(&["apply", example().to_str().expect("plain paths")]);
    assert_eq!(ran.code, 0, "{ran:?}");
    place
}

#[test]
fn a_database_of_a_newer_version_is_left_alone() {
    let place = place();
    let database = place.data().join("qiao.db");
    // The version stands in the header of the file, big-endian at byte 60 (`pragma user_version`).
    let mut bytes = std::fs::read(&database).expect("the database is there");
    bytes[60..64].copy_from_slice(&9_999u32.to_be_bytes());
    std::fs::write(&database, &bytes).expect("the database can be written");
    place.says(&["tasks", "list"], 5, &["9999"], &["9999"]);
    place.says(&["serve", "--listen", "127.0.0.1:0"], 5, &["9999"], &["9999"]);
    assert_eq!(std::fs::read(&database).expect("still there")[60..64], 9_999u32.to_be_bytes());
}

#[test]
fn a_file_that_is_no_database_is_left_alone() {
    let place = place();
    let database = place.data().join("qiao.db");
    std::fs::remove_file(place.data().join("qiao.db-wal")).ok();
    std::fs::write(&database, "这不是数据库\n".repeat(400)).expect("the file can be written");
    place.says(&["tasks", "list"], 5, &["没有改动它"], &[]);
    assert!(std::fs::read_to_string(&database).expect("still there").starts_with("这不是数据库"));
}

#[test]
fn a_key_that_is_gone_or_wrong_is_told_and_nothing_is_made_anew() {
    let place = place();
    let key = place.data().join("key");
    let kept = std::fs::read(&key).expect("the key is there");
    std::fs::remove_file(&key).expect("the key can be removed");
    place.says(&["tasks", "list"], 3, &["找不到它的密钥文件", "备份"], &["key file", "backup"]);
    assert!(!key.exists());
    std::fs::write(&key, "0".repeat(64)).expect("a key can be written");
    place.says(&["tasks", "list"], 3, &["chmod 600"], &["chmod 600"]);
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).expect("ours");
    place.says(&["tasks", "list"], 5, &["密钥"], &["key"]);
    std::fs::write(&key, kept).expect("a key can be written");
    place.says(&["tasks", "list"], 0, &[], &[]);
}

#[test]
fn a_folder_that_cannot_be_written_is_told() {
    let place = Place::new();
    // A file where the folder should be stops root, too.
    place.write("data", "no folder");
    place.says(
        &["apply", example().to_str().expect("plain paths")],
        5,
        &["data", "检查路径"],
        &["data", "Check the path"],
    );
}

#[test]
fn a_full_disk_is_told_and_what_was_there_stays_whole() {
    let place = place();
    place.write("big/packets/big.json", &format!("{{\"x\":\"{}\"}}", "大".repeat(600_000)));
    let ran = place.command_on_a_full_disk(16, "apply big").output().expect("bash runs");
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert_eq!(ran.status.code(), Some(5), "{said}");
    assert!(said.contains("磁盘") || said.contains("写"), "{said}");
    place.says(&["tasks", "list"], 0, &[], &[]);
    place.holds_texts(10);
}

#[test]
fn a_disk_that_may_not_be_written_is_told_and_nothing_is_changed() {
    let place = place();
    let before = std::fs::read(place.data().join("qiao.db")).expect("the database is there");
    for command in ["tasks list", "doctor", "serve --listen 127.0.0.1:0"] {
        let ran = place.command_on_a_read_only_disk(command).output().expect("unshare runs");
        let said =
            format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        assert_eq!(ran.status.code(), Some(5), "{command}: {said}");
        assert!(said.contains("无法读写"), "{command}: {said}");
    }
    assert_eq!(std::fs::read(place.data().join("qiao.db")).expect("still there"), before);
    place.holds_texts(10);
}

#[test]
fn a_disk_that_was_full_and_has_room_again_goes_on() {
    let place = place();
    place.write("big/packets/big.json", &format!("{{\"x\":\"{}\"}}", "大".repeat(600_000)));
    let ran = place.command_on_a_full_disk(16, "apply big").output().expect("bash runs");
    assert_eq!(ran.status.code(), Some(5));
    let ran = place.command_on_a_full_disk(100_000, "apply big --json").output().expect("bash runs");
    assert_ne!(ran.status.code(), Some(5), "{ran:?}");
    place.says(&["tasks", "list"], 0, &[], &[]);
}
