//! Everything moves from one database to another; broken off, it goes on.

use store::{Address, PassingSchema};

use super::Place;
use super::qiao::{example, example_variables, server};

#[test]
fn a_company_moves_to_postgresql_and_back_also_when_it_is_broken_off() {
    let url = server();
    let name = format!("moving_{}", std::process::id());
    let _schema = PassingSchema::make(&Address::new(&url).expect("an address"), &name).expect("a schema");
    let mark = if url.contains('?') { '&' } else { '?' };
    let there = format!("{url}{mark}options=-csearch_path%3D{name}");
    let mut place = Place::new();
    example_variables(&mut place, "http://127.0.0.1:1");
    let ran = place.run(&["apply", example().to_str().expect("plain paths"), "--yes"]);
    assert_eq!(ran.code, 0, "{ran:?}");

    // Nobody answers there: everything is written out by then, and no server may begin on what is half moved.
    let nowhere = "postgres://qiao@127.0.0.1:1/qiao";
    place.says(&["migrate-store", "--to", nowhere], 5, &["无法连接"], &["cannot be reached"]);
    place.says(&["serve", "--listen", "127.0.0.1:0"], 5, &["正在迁移"], &["being moved"]);
    place.says(
        &["migrate-store", "--to", &there],
        5,
        &["正在迁移到 postgres://127.0.0.1:1/qiao"],
        &["being moved"],
    );
    let ran = place.run(&["migrate-store", "--to", nowhere, "--cancel"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    drop(place.serve());

    let texts = place.run(&["export", place.path("before").to_str().expect("plain paths")]).out;
    let ran = place.run(&["migrate-store", "--to", &there]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("逐表核对") && !ran.out.contains("qiao:"), "{ran:?}");
    place.says(&["serve", "--listen", "127.0.0.1:0"], 5, &["已经迁移到"], &["was moved to"]);
    place.says(&["tasks", "list"], 5, &["已经迁移到"], &["was moved to"]);
    place.set("QIAO_DATABASE", &there);
    drop(place.serve());
    let moved = place.run(&["export", place.path("after").to_str().expect("plain paths")]).out;
    assert_eq!(moved.lines().count(), texts.lines().count());

    let back = format!("sqlite:{}", place.path("back.db").display());
    let ran = place.run(&["migrate-store", "--to", &back]);
    assert_eq!(ran.code, 0, "{ran:?}");
    place.says(&["migrate-store", "--to", &back], 5, &["已经迁移到"], &["was moved to"]);
    place.set("QIAO_DATABASE", &back);
    drop(place.serve());
    place.says(&["migrate-store", "--to", &back], 2, &["同一个"], &["the same one"]);
    std::os::unix::fs::symlink(place.path("back.db"), place.path("alias.db")).expect("a link can be made");
    let by_another_name = format!("sqlite:{}", place.path("alias.db").display());
    place.says(&["migrate-store", "--to", &by_another_name], 2, &["同一个"], &["the same one"]);
    drop(place.serve());
}
