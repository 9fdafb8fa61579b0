//! The files of records: each goes over once whatever happens, none holds back its document, and what people hung there
//! stays.

use engine::preview::{PlannedFile, preview};
use model::AnswerClass;
use model::task::Kind;

use crate::world::World;

const BILLS: &str = "kind: flow\nname: bills\nsource: { connection: box, object: request }\n\
    target: { connection: box, object: bill, key: no }\nmap:\n  no: no\n  name: name\n  \
    rows: { lines: lines, id: _id, map: { item: item } }\nfiles:\n  - { from: scans, to: attachments, limit: 1 KB }\n  \
    - { from: lines.drawing, to: rows.attachments }\n";

const THERE: &str = "bill/T1//attachments";

/// A record with these files: `N1=合同.pdf`, `N1=合同.pdf/12` with its size.
fn body(name: &str, files: &str) -> String {
    format!(r#"{{"no":"K1","name":"{name}","scans":[{}]}}"#, entries(files))
}

fn entries(files: &str) -> String {
    let entry = |file: &str| {
        let (handle, name) = file.split_once('=').unwrap();
        match name.split_once('/') {
            Some((name, size)) => format!(r#"{{"handle":"{handle}","name":"{name}","size":{size}}}"#),
            None => format!(r#"{{"handle":"{handle}","name":"{name}"}}"#),
        }
    };
    files.split_whitespace().map(entry).collect::<Vec<_>>().join(",")
}

async fn world() -> World {
    let world = World::with(&[("bills", BILLS)]).await;
    world.desk().filing.put("N1", "合同正文");
    world.desk().filing.put("N2", "图纸");
    world
}

fn names(world: &World, place: &str) -> Vec<String> {
    world.desk().filing.at(place).into_iter().map(|(name, _)| name).collect()
}

/// Kind, state and the codes of the cause of each task.
async fn tasks(world: &World) -> Vec<String> {
    let line = |line: &contract::store::TaskLine| {
        let cause = line.task.cause.as_ref();
        let inner = cause.and_then(|cause| cause.inner()).map(|cause| cause.code.to_string());
        let cause = cause.map(|cause| cause.code.to_string()).unwrap_or_default();
        let told = format!(
            "{} {} {cause} {}",
            line.task.kind.name(),
            line.task.state.name(),
            inner.unwrap_or_default()
        );
        told.trim_end().to_owned()
    };
    world.tasks().await.iter().map(line).collect()
}

#[tokio::test(start_paused = true)]
async fn files_follow_their_document_and_none_goes_twice() {
    let world = world().await;
    world.save("request", "1", &body("桥", "N1=合同.pdf N2=图纸.dwg/6"));
    world.run(20).await;
    let hung = world.desk().filing.at(THERE);
    assert_eq!(hung, [("合同.pdf".into(), "合同正文".into()), ("图纸.dwg".into(), "图纸".into())]);
    assert_eq!(world.desk().writes[0].0, "create", "the document comes first");
    world.desk().filing.hang(THERE, "手工.pdf", "有人放的");
    // The document changes; then a file comes and another goes.
    world.save("request", "1", &body("桥梁", "N1=合同.pdf N2=图纸.dwg/6"));
    world.run(20).await;
    world.desk().filing.put("N3", "回单");
    world.save("request", "1", &body("桥梁", "N3=回单.png N1=合同.pdf"));
    world.run(20).await;
    assert_eq!(names(&world, THERE), ["合同.pdf", "图纸.dwg", "手工.pdf", "回单.png"]);
    assert_eq!(world.desk().filing.fetched, 3);
    assert_eq!(tasks(&world).await, ["deliver synced", "files synced"]);
}

#[tokio::test(start_paused = true)]
async fn a_record_without_files_has_no_task_of_them() {
    let world = world().await;
    world.save("request", "1", &body("桥", ""));
    world.run(20).await;
    assert_eq!(tasks(&world).await, ["deliver synced"]);
}

#[derive(Debug, Clone, Copy)]
enum Fault {
    /// Carried out, and not answered.
    Lost,
    /// Not carried out, and not answered.
    Gone,
    /// Carried out, and we are gone before we hear of it.
    Crash,
    /// Carried out and not answered, and the first looks fail.
    Blind,
}

#[tokio::test(start_paused = true)]
async fn a_file_whose_answer_is_lost_is_looked_for_and_never_doubled() {
    for tells_no_size in [false, true] {
        for fault in [Fault::Lost, Fault::Gone, Fault::Crash, Fault::Blind] {
            let told = format!("{fault:?} tells_no_size={tells_no_size}");
            let world = world().await;
            world.desk().filing.tells_no_size = tells_no_size;
            {
                let mut desk = world.desk();
                match fault {
                    Fault::Crash => desk.hangs_after = Some(2),
                    _ => {
                        desk.refusals.insert("files".into(), [AnswerClass::Unknown].into());
                    }
                }
                desk.loses_writes = matches!(fault, Fault::Gone);
            }
            world.save("request", "1", &body("桥", "N1=合同.pdf N2=图纸.dwg"));
            match fault {
                Fault::Crash => {
                    world.crash(20).await;
                    world.desk().hangs_after = None;
                }
                Fault::Blind => {
                    world.desk().filing.refused_listings = 0;
                    world.run(7).await;
                    world.desk().filing.refused_listings = 3;
                }
                Fault::Lost | Fault::Gone => {}
            }
            world.run(700).await;
            assert_eq!(names(&world, THERE), ["合同.pdf", "图纸.dwg"], "{told}");
            assert_eq!(tasks(&world).await, ["deliver synced", "files synced"], "{told}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn before_the_window_has_passed_nothing_is_sent_again() {
    let world = world().await;
    world.desk().refusals.insert("files".into(), [AnswerClass::Unknown].into());
    world.desk().loses_writes = true;
    world.save("request", "1", &body("桥", "N1=合同.pdf"));
    world.run(12).await;
    assert_eq!(tasks(&world).await, ["deliver synced", "files unknown engine.file_not_carried box.refused"]);
    assert!(names(&world, THERE).is_empty());
    world.run(15).await;
    assert_eq!(names(&world, THERE), ["合同.pdf"]);
}

#[tokio::test(start_paused = true)]
async fn a_file_that_cannot_go_holds_back_neither_its_document_nor_the_others() {
    let world = world().await;
    world.desk().filing.put("N9", &"大".repeat(500));
    world.save("request", "1", &body("桥", "N9=大图.pdf N7=没有了.pdf N1=合同.pdf"));
    world.run(20).await;
    assert_eq!(names(&world, THERE), ["合同.pdf"]);
    let failed = "files failed engine.file_not_carried connector.file_too_large";
    assert_eq!(tasks(&world).await, ["deliver synced", failed]);
    let task = world.tasks().await.into_iter().find(|line| line.task.kind == Kind::Files).unwrap();
    let cause = task.task.cause.unwrap();
    assert_eq!((cause.param("file"), cause.param("record")), (Some("大图.pdf"), Some("K1")));
    // Mended at the source: the file is there again, the large one was taken out.
    world.desk().filing.put("N7", "又有了");
    world.save("request", "1", &body("桥", "N7=没有了.pdf N1=合同.pdf"));
    world.run(20).await;
    assert_eq!(names(&world, THERE), ["合同.pdf", "没有了.pdf"]);
    assert_eq!(tasks(&world).await, ["deliver synced", "files synced"]);
}

#[tokio::test(start_paused = true)]
async fn a_person_lets_a_refused_file_go_again() {
    let world = world().await;
    world.desk().refusals.insert("files".into(), [AnswerClass::Rejected].into());
    world.save("request", "1", &body("桥", "N1=合同.pdf"));
    world.run(20).await;
    assert_eq!(tasks(&world).await, ["deliver synced", "files failed engine.file_not_carried box.refused"]);
    world.replay_all().await;
    world.run(20).await;
    assert_eq!(names(&world, THERE), ["合同.pdf"]);
    assert_eq!(tasks(&world).await, ["deliver synced", "files synced"]);
}

#[tokio::test(start_paused = true)]
async fn a_transfer_that_breaks_off_is_tried_again_by_itself() {
    let world = world().await;
    world.desk().refusals.insert("files".into(), [AnswerClass::Transient].into());
    world.save("request", "1", &body("桥", "N1=合同.pdf"));
    world.run(60).await;
    assert_eq!(names(&world, THERE), ["合同.pdf"]);
    assert_eq!(tasks(&world).await, ["deliver synced", "files synced"]);
}

#[tokio::test(start_paused = true)]
async fn files_of_rows_hang_at_the_rows_of_their_lines() {
    let world = world().await;
    let line = |id: &str, item: &str, files: &str| {
        format!(r#"{{"_id":"{id}","item":"{item}","drawing":[{}]}}"#, entries(files))
    };
    let lines =
        [line("a", "螺栓", "N1=螺栓图.pdf"), line("b", "螺母", ""), line("c", "垫圈", "N2=垫圈图.pdf")];
    world.save("request", "1", &format!(r#"{{"no":"K1","name":"桥","lines":[{}]}}"#, lines.join(",")));
    world.run(20).await;
    let found = world.desk().found("bill", "T1").unwrap();
    let rows = found.body.get("rows").and_then(|rows| rows.as_list()).unwrap().to_vec();
    let at = |n: usize| format!("bill/T1/{}/attachments", rows[n].get("row").unwrap().as_text().unwrap());
    assert_eq!(names(&world, &at(0)), ["螺栓图.pdf"]);
    assert!(names(&world, &at(1)).is_empty());
    assert_eq!(names(&world, &at(2)), ["垫圈图.pdf"]);
}

#[tokio::test(start_paused = true)]
async fn a_file_under_another_handle_is_the_same_and_one_that_hangs_there_is_not_hung_beside() {
    let world = world().await;
    world.save("request", "1", &body("桥", "N1=合同.pdf"));
    world.run(20).await;
    // The source gives it out anew, and does not say how large it is.
    world.desk().filing.put("N5", "合同正文");
    world.save("request", "1", &body("桥", "N5=合同.pdf"));
    world.run(20).await;
    assert_eq!(names(&world, THERE), ["合同.pdf"]);
    // Replaced by another of its name.
    world.desk().filing.put("N6", "合同第二版");
    world.save("request", "1", &body("桥", "N6=合同.pdf"));
    world.run(20).await;
    assert_eq!(names(&world, THERE), ["合同.pdf", "合同.pdf"]);
    // Somebody was faster.
    world.desk().filing.hang(THERE, "图纸.dwg", "图纸");
    world.save("request", "1", &body("桥", "N6=合同.pdf N2=图纸.dwg"));
    world.run(20).await;
    assert_eq!(names(&world, THERE), ["合同.pdf", "合同.pdf", "图纸.dwg"]);
    assert_eq!(tasks(&world).await, ["deliver synced", "files synced"]);
}

#[tokio::test(start_paused = true)]
async fn what_came_from_the_other_side_does_not_go_back() {
    let there = BILLS.replace("  - { from: lines.drawing, to: rows.attachments }\n", "");
    let there = there.replace("to: attachments", "to: papers");
    let back = "kind: flow\nname: back\nsource: { connection: box, object: bill }\n\
        target: { connection: box, object: request, key: no }\nmap:\n  no: no\n  name: name\nfiles:\n  \
        - { from: papers, to: scans }\n";
    let world = World::with(&[("bills", &there), ("back", back)]).await;
    world.desk().filing.put("N1", "合同正文");
    world.save("request", "1", &body("桥", "N1=合同.pdf"));
    world.run(20).await;
    assert_eq!(names(&world, "bill/T1//papers"), ["合同.pdf"]);
    // The target shows what hangs there, and a person adds a file of its own.
    let mirrored = world.desk().filing.hung["bill/T1//papers"][0].handle.clone();
    world.desk().filing.put("E1", "发货单");
    let papers = format!("{mirrored}=合同.pdf E1=发货单.pdf");
    world.save("bill", "T1", &body("桥", &papers).replace("scans", "papers"));
    world.run(20).await;
    assert_eq!(names(&world, "request/1//scans"), ["发货单.pdf"]);
    assert_eq!(names(&world, "bill/T1//papers"), ["合同.pdf"]);
}

#[tokio::test(start_paused = true)]
async fn many_records_take_turns_and_documents_do_not_wait_for_them() {
    let world = world().await;
    for n in 0..30 {
        let record = body("桥", "N1=合同.pdf").replace("K1", &format!("K{n}"));
        world.save("request", &format!("{n:02}"), &record);
    }
    world.run(120).await;
    let hung: usize = world.desk().filing.hung.values().map(Vec::len).sum();
    assert_eq!(hung, 30);
    let writes = &world.desk().writes;
    let last_create = writes.iter().rposition(|(action, ..)| action == "create").unwrap();
    let files_before = writes[..last_create].iter().filter(|(action, ..)| action == "attach").count();
    assert!(files_before < 15, "{files_before} files went before the last document");
}

#[tokio::test(start_paused = true)]
async fn a_plan_names_the_files_that_would_go() {
    let world = world().await;
    world.save("request", "1", &body("桥", "N1=合同.pdf"));
    world.run(20).await;
    world.save("request", "1", &body("桥", "N1=合同.pdf N2=图纸.dwg/6 N9=大图.pdf/5000"));
    let setup = world.setup().await;
    let flow = setup.flows.get(&"bills".into()).unwrap();
    let reading = engine::reading::ObjectReading::of(&setup, &"box".into(), &"request".into()).unwrap();
    let records = engine::preview::read_records(flow, &reading, &["1".into()]).await.unwrap();
    let previews = preview(&world.seams, &setup, flow, records).await.unwrap();
    let file = |name: &str, size, too_large| PlannedFile {
        name: name.into(),
        size: Some(size),
        from: "scans".into(),
        to: "attachments".into(),
        line: None,
        too_large,
    };
    assert_eq!(previews[0].files, [file("图纸.dwg", 6, false), file("大图.pdf", 5000, true)]);
    assert_eq!(names(&world, THERE), ["合同.pdf"], "nothing was sent");
}

#[tokio::test(start_paused = true)]
async fn files_that_a_system_does_not_carry_are_a_problem_of_the_flow() {
    let world = World::new();
    let flow = BILLS.replace("to: attachments", "to: fixed");
    let outcome =
        world.apply(&[("connection", "box", crate::world::CONNECTION), ("flow", "bills", &flow)]).await;
    let problem = outcome.problems.iter().find(|problem| !problem.is_warning).unwrap();
    assert_eq!((&*problem.cause.code, problem.at.0), ("config.files", 10), "{:?}", outcome.problems);
}
