//! Lists that move while they are paged: offsets over them skip rows and repeat others.

use std::collections::BTreeSet;

use super::{Book, SOURCES, Source, delete, make, rows, touch};

/// Rows that make a few pages.
fn many(source: Source) -> usize {
    match source {
        Source::Fxiaoke | Source::StandardErp => 350,
        Source::Kingdee => 4_100,
    }
}

/// Calls for what changed, which come before the walk over what was there.
pub fn calls_before(source: Source) -> usize {
    if source == Source::Fxiaoke { 2 } else { 1 }
}

#[tokio::test(start_paused = true)]
async fn a_page_that_shifts_hides_no_row() {
    for source in SOURCES {
        let (book, made) = Book::before(source, many(source)).await;
        // Before each of the next pages: rows of the first page are touched and deleted, and others come.
        let before = calls_before(source);
        for page in 1..4_usize {
            let made = made.clone();
            book.meanwhile(source.paging(), before + page, move |sandbox, now| {
                let there: BTreeSet<String> = rows(sandbox, source, now).into_keys().collect();
                for at in [page * 40, page * 40 + 20, made.len() - page * 5] {
                    touch(sandbox, source, now, &made[at], &format!("第{page}次改名{at}"));
                }
                for at in [page * 7 + 1, page * 7 + 2, page * 7 + 3] {
                    if there.contains(&made[at]) {
                        delete(sandbox, source, now, &made[at]);
                    }
                }
                for number in 0..3 {
                    make(sandbox, source, now, 50_000 + page * 10 + number);
                }
            });
        }
        // What comes while the last of these pages are read is read an hour later.
        book.run(5 * 3_600).await;
        let there = book.there();
        assert!(there.len() > made.len() - 20, "{source:?}: {}", there.len());
        let of_these = there.keys().filter(|id| made.contains(id) || there[*id].starts_with("新客户5"));
        book.has_seen(of_these.collect::<Vec<_>>(), "while pages shifted").await;
    }
}
