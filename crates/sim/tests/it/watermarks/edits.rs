//! Activepieces #13311 and Zapier: publishing a flow again, or pausing it, begins its cursor anew, and what changed meanwhile
//! is never read.

use std::time::Duration;

use super::{Book, SOURCES};

#[tokio::test(start_paused = true)]
async fn no_edit_of_a_flow_moves_its_cursor() {
    for source in SOURCES {
        let book = Book::open(source).await;
        let published = source.flow("");
        let edits = [
            ("published again", published.clone()),
            ("another interval", published.replace("within: 60s", "within: 10m")),
            ("back to the first interval", published.clone()),
            (
                "another filter of fields",
                published.replace("map:\n", "title: { zh: 改名, en: renamed }\nmap:\n"),
            ),
        ];
        for (how, text) in edits {
            let before = book.cursor().await;
            let row = book.make();
            // Long enough for a cursor that began anew to begin behind the row.
            book.rest(source.overlap() * 3).await;
            book.publish(&text).await;
            assert_eq!(book.cursor().await, before, "{source:?}, {how}");
            book.run(130).await;
            book.has_seen([&row], how).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_flow_that_was_disabled_goes_on_where_it_was() {
    for source in SOURCES {
        let book = Book::open(source).await;
        let before = book.cursor().await;
        book.withdraw().await;
        let mut rows = Vec::new();
        for _ in 0..3 {
            rows.push(book.make());
            book.run(3_600).await;
        }
        assert_eq!(book.cursor().await, before, "{source:?}: nobody reads meanwhile");
        assert_eq!(book.unseen(&rows).await.len(), 3);
        book.rest(Duration::from_secs(86_400)).await;
        book.publish(&source.flow("")).await;
        assert_eq!(book.cursor().await, before, "{source:?}: enabled again");
        book.run(130).await;
        book.has_seen(&rows, "made while it was disabled").await;
    }
}
