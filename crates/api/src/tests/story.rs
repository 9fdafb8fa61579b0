//! The page of a record's story, over a real connection.

use std::time::Duration;

use contract::store::TaskFilter;
use engine::alerts::story;
use model::Timestamp;

use super::v1::{NOW, Server};
use super::*;

/// The status, the head in small letters and the body of an answer.
async fn ask(server: &Server, path: &str) -> (u16, String, String) {
    let request = format!("GET {path} HTTP/1.1\r\nHost: qiao\r\nConnection: close\r\n\r\n");
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (status, head.to_ascii_lowercase(), body.to_owned())
}

async fn token(server: &Server, until: Timestamp) -> String {
    let tasks = server.seams.store.tasks(&TaskFilter { limit: 10, ..TaskFilter::default() }).await.unwrap();
    let record = tasks[0].task.record;
    story::tokens(&server.seams, [record], until).await.unwrap().remove(&record).unwrap()
}

#[tokio::test]
async fn whoever_has_a_link_reads_the_story_and_nothing_else() {
    let server = Server::start(1).await;
    let token = token(&server, NOW + Duration::from_secs(60)).await;
    let (status, head, body) = ask(&server, &format!("/story/{token}")).await;
    assert_eq!(status, 200, "{body}");
    for header in [
        "content-type: text/html; charset=utf-8",
        "cache-control: no-store",
        "referrer-policy: no-referrer",
        "content-security-policy: default-src 'none';",
        "x-content-type-options: nosniff",
    ] {
        assert!(head.contains(header), "{header}: {head}");
    }
    for part in ["KH-1", "customers-to-erp", "失败", "crm · AccountObj", "lang=\"zh-CN\""] {
        assert!(body.contains(part), "{part}: {body}");
    }
    assert!(!body.contains("深圳智联") && !body.contains("<script") && !body.contains("<form"), "{body}");
}

#[tokio::test]
async fn a_wrong_link_tells_nothing_and_an_old_one_that_it_is_old() {
    let server = Server::start(1).await;
    for path in ["/story/1", "/story/1.2.AA", "/story/%00", "/story/1.1780000060.%3Cscript%3E"] {
        let (status, head, body) = ask(&server, path).await;
        assert_eq!(status, 404, "{path}: {body}");
        assert!(body.contains("没有这个页面") && body.contains("no such page"), "{body}");
        assert!(head.contains("cache-control: no-store") && !body.contains("<script"), "{head}");
    }
    let old = token(&server, NOW).await;
    let (status, _, body) = ask(&server, &format!("/story/{old}")).await;
    assert!(status == 410 && body.contains("已过期") && body.contains("too old"), "{body}");
    let forged = format!("{}A", token(&server, NOW + Duration::from_secs(60)).await);
    assert_eq!(ask(&server, &format!("/story/{forged}")).await.0, 404);
}
