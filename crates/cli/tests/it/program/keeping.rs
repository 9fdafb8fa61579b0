//! Backing up beside a server, restoring, upgrading, and what is kept.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use super::qiao::{Place, Ran, example, example_variables};

fn place() -> Place {
    let mut place = Place::new();
    example_variables(&mut place, "http://127.0.0.1:9");
    place.set("SAFE", "春江水暖");
    let ran = place.run(&["apply", example().to_str().expect("plain paths")]);
    assert_eq!(ran.code, 0, "{ran:?}");
    place
}

fn json(ran: &Ran) -> serde_json::Value {
    serde_json::from_str(ran.out.trim()).unwrap_or_else(|_| panic!("{ran:?}"))
}

fn backed_up(place: &Place, options: &[&str]) -> PathBuf {
    let ran = place.run(&[&["backup", "--json"], options].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    json(&ran)["path"].as_str().expect("it says where").into()
}

fn text(path: &std::path::Path) -> &str {
    path.to_str().expect("plain paths")
}

#[test]
fn a_backup_is_made_beside_a_server_and_restored_once_it_is_stopped() {
    let place = place();
    let server = place.serve();
    let file = backed_up(&place, &[]);
    assert!(file.starts_with(place.data().join("backups")), "{file:?}");
    assert_eq!(std::fs::metadata(&file).expect("it is there").permissions().mode() & 0o777, 0o600);
    place.says(
        &["restore", text(&file), "--check"],
        0,
        &["备份完好", "配置文本"],
        &["is whole", "texts in force"],
    );
    place.says(&["restore", text(&file), "--replace"], 5, &["数据库"], &["database"]);
    assert_eq!(server.interrupt(), Some(0));
    place.says(&["restore", text(&file)], 5, &["已有数据库", "--replace"], &["left alone", "--replace"]);
    let ran = place.run(&["restore", text(&file), "--replace", "--json"]);
    assert_eq!((ran.code, &json(&ran)["opens"]), (0, &true.into()), "{ran:?}");
    let kept = json(&ran)["kept_aside"].as_str().expect("what was there is kept").to_owned();
    assert!(std::path::Path::new(&kept).exists());
    place.holds_texts(10);
    place.says(
        &["restore", text(&file), "--replace"],
        0,
        &["已恢复到", "先按键(key)查找", "原来的数据库保留为"],
        &["Restored to", "looked up by its key first", "is kept as"],
    );
}

#[test]
fn a_sealed_backup_with_its_key_is_all_that_another_machine_needs() {
    let place = place();
    place.says(&["backup", "--with-key"], 2, &["不加密的备份里不放密钥"], &["not encrypted"]);
    place.says(&["backup", "--passphrase-from", "NOTHING"], 2, &["NOTHING"], &["NOTHING"]);
    let file = backed_up(
        &place,
        &["--to", text(&place.path("安全.qiao")), "--passphrase-from", "SAFE", "--with-key"],
    );
    place.says(&["backup", "--to", text(&file)], 2, &["已经存在"], &["there already"]);
    place.says(&["restore", text(&file), "--check"], 5, &["口令"], &["passphrase"]);
    let mut other = Place::new();
    other.set("SAFE", "春江水暖");
    other.says(&["restore", text(&file)], 5, &["口令"], &["passphrase"]);
    let ran = other.run(&["restore", text(&file), "--passphrase-from", "SAFE"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("密钥已从备份写入"), "{ran:?}");
    other.holds_texts(10);
    let key = |place: &Place| std::fs::read(place.data().join("key")).expect("a key is there");
    assert_eq!(key(&other), key(&place));
}

#[test]
fn without_its_key_a_restored_database_is_said_not_to_open() {
    let place = place();
    let file = backed_up(&place, &[]);
    let other = Place::new();
    let ran = other.run(&["restore", text(&file)]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.out.contains("密钥"), "{ran:?}");
    let ran = other.run_in_english(&["backup"]);
    assert!(ran.code == 0 && ran.out.contains("Backed up and verified"), "{ran:?}");
}

#[test]
fn what_is_no_backup_is_refused() {
    let place = place();
    let file = place.write("不是备份.qiao", &"不是备份。".repeat(50));
    place.says(&["restore", text(&file), "--replace"], 5, &["不是桥的备份"], &["no backup"]);
    place.holds_texts(10);
    let empty = Place::new();
    empty.says(&["backup"], 3, &[], &[]);
    assert!(!empty.data().exists());
}

#[test]
fn before_an_older_database_is_upgraded_it_is_backed_up_and_the_way_back_is_there() {
    let place = place();
    let database = place.data().join("qiao.db");
    // The version stands in the header of the file, big-endian at byte 60 (`pragma user_version`). What it says is older
    // than what is in the file, so that the upgrade fails: the worst that it may do.
    let mut bytes = std::fs::read(&database).expect("the database is there");
    let version = u32::from_be_bytes(bytes[60..64].try_into().expect("four bytes"));
    bytes[60..64].copy_from_slice(&(version - 1).to_be_bytes());
    std::fs::write(&database, &bytes).expect("the database can be written");
    let ran = place.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(ran.code, 5, "{ran:?}");
    assert!(ran.err.contains("升级前的备份"), "{ran:?}");
    let backups = std::fs::read_dir(place.data().join("backups")).expect("it was made");
    let backups: Vec<PathBuf> = backups.map(|file| file.expect("a file").path()).collect();
    let name = format!("before-upgrade-{}-", version - 1);
    assert!(backups.len() == 1 && text(&backups[0]).contains(&name), "{backups:?}");
    let ran = place.run(&["restore", text(&backups[0]), "--check", "--json"]);
    assert_eq!(json(&ran)["holds"]["schema"], version - 1, "{ran:?}");
    assert_eq!(std::fs::read(&database).expect("still there")[60..64], (version - 1).to_be_bytes());
}

#[test]
fn storage_says_how_much_there_is_and_what_would_go() {
    let place = place();
    place.says(
        &["storage"],
        0,
        &["历史保留 90 天", "20.0 GB", "数据的各版本", "将清理"],
        &["90 days", "20.0 GB", "versions of records", "would go"],
    );
    place.says(
        &["storage", "--retention-days", "7", "--purge"],
        0,
        &["清理了 0 行", "7 天"],
        &["0 rows purged", "7 days"],
    );
    place.says(&["storage", "--retention-size", "viel"], 3, &["保留期限", "20GB"], &["retention", "20GB"]);
    place.write("qiao.yaml", "retention: { days: 30, size: 5GB }\n");
    let ran = place.run(&["storage", "--config", "qiao.yaml", "--json"]);
    assert_eq!(json(&ran)["retention"], serde_json::json!({ "days": 30, "size": 5_000_000_000_u64 }));
}
