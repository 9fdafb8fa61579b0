//! Wrong command lines and wrong settings.

use super::Place;

#[test]
fn a_wrong_command_line_is_told_and_exits_2() {
    let place = Place::new();
    place.says(
        &["srve"],
        2,
        &["没有命令“srve”", "serve"],
        &["no command \"srve\"", "Did you mean \"serve\""],
    );
    place.says(&["serve", "--prot", "1"], 2, &["没有选项“--prot”"], &["no option \"--prot\""]);
    place.says(&["trace"], 2, &["缺少 <TEXT>"], &["<TEXT> is missing"]);
    place.says(&["flow", "run", "x"], 2, &["没有说明要执行哪些记录"], &["not said which records"]);
}

#[test]
fn help_is_in_the_readers_language_and_exits_0() {
    let place = Place::new();
    place.says(&["--help"], 0, &["用法:", "演示"], &["Usage:", "see customers cross"]);
    place.says(&["flow", "plan", "--help"], 0, &["预览"], &["nothing is written"]);
}

#[test]
fn a_wrong_setting_is_told_with_its_place() {
    let place = Place::new();
    let file = place.write("qiao.yaml", "folder: data\nlissten: 127.0.0.1:1\n");
    let file = file.to_str().expect("plain paths");
    place.says(
        &["doctor", "--config", file],
        3,
        &["第 2 行", "lissten", "改正后重试"],
        &["line 2", "lissten", "Mend it"],
    );
    place.says(
        &["doctor", "--database", "mysql://u:geheim@db/x"],
        3,
        &["数据库“mysql”不能用", "sqlite:路径"],
        &["database \"mysql\" cannot be used", "sqlite:PATH"],
    );
    place.says(
        &["serve", "--listen", "nirgends"],
        3,
        &["地址“nirgends”不对"],
        &["\"nirgends\" is no address"],
    );
    place.says(&["doctor", "--config", "nowhere.yaml"], 5, &["nowhere.yaml"], &["cannot be read"]);
}

#[test]
fn a_command_in_the_wrong_folder_says_so_and_makes_nothing() {
    let place = Place::new();
    place.says(&["trace", "KH000001"], 3, &["还没有数据", "--folder"], &["no data", "--folder"]);
    assert!(!place.data().exists());
}

#[test]
fn failures_are_json_for_programs() {
    let place = Place::new();
    let ran = place.run(&["trace", "KH000001", "--json"]);
    let value: serde_json::Value = serde_json::from_str(ran.out.trim()).expect("one line of JSON");
    assert_eq!(value["error"]["code"], "cli.no_data");
    assert_eq!(value["exit"], 3);
}
