//! Sweeps that are interrupted, and lists that cannot be trusted.

use model::reconciliation::RunState;

use super::sweeps::{HOURS_AGO, company};
use super::{Book, SOURCES, Source};

/// The object's sweeps, the newest first.
async fn sweeps(book: &Book) -> Vec<model::sweep::Sweep> {
    book.seams.store.sweeps(Some(&book.of()), 10).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_sweep_that_is_left_goes_on_where_it_stood() {
    for source in [Source::Fxiaoke, Source::StandardErp] {
        let book = company(source, 2_300).await;
        // Rows of many times, so that there is more than one part.
        for id in book.made_here().into_iter().skip(900) {
            super::touch(&mut book.vendor(), source, book.now().0, &id, &format!("改名{id}"));
            if id.ends_with('7') {
                book.rest(std::time::Duration::from_secs(20)).await;
            }
        }
        book.run(120).await;
        book.rest(std::time::Duration::from_secs(3_600)).await;
        book.run(120).await;
        let missed = book.commit(HOURS_AGO * 20);
        book.forget_calls();
        let whole = book.swept(true, false).await;
        assert_eq!((whole.state, whole.sum.missing), (RunState::Done, 1), "{source:?}: {:?}", whole.cause);
        let pages = book.pages();
        book.run(60).await;
        book.has_seen([&missed], "by the sweep").await;

        // The same, and the process dies when most of it is done.
        let missed = book.commit(HOURS_AGO * 20);
        let dies = book.swept_until_it_dies(source.paging(), pages * 8 / 10).await;
        assert!(dies, "{source:?}: it died");
        let left = sweeps(&book).await.remove(0);
        assert_eq!((left.state, left.ended), (RunState::Running, None), "{source:?}");
        assert!(left.place.at > 0, "{source:?}: it stands somewhere");
        book.forget_calls();
        let done = book.swept(true, false).await;
        assert_eq!((done.id, done.state), (left.id, RunState::Done), "{source:?}: {:?}", done.cause);
        assert!(book.pages() < pages * 6 / 10, "{source:?}: {} of {pages} pages again", book.pages());
        assert_eq!(done.sum.there, whole.sum.there + 1, "{source:?}: and counts nothing twice");
        assert_eq!((done.sum.here, done.sum.missing, done.sum.gone), (whole.sum.there, 1, 0), "{source:?}");
        book.run(60).await;
        book.has_seen([&missed], "by the sweep that was left").await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_that_ends_short_says_nothing_and_is_gone_on_with() {
    for source in SOURCES {
        let book = company(source, 150).await;
        let missed = book.commit(HOURS_AGO);
        // Answers of pages lose their first row, whatever is counted.
        book.shorten(3);
        let short = book.swept(true, false).await;
        let code = short.cause.clone().map(|cause| cause.code.into_owned()).unwrap_or_default();
        assert_eq!(short.state, RunState::Incomplete, "{source:?} {code}");
        assert_eq!((short.sum.gone, short.sum.missing), (0, 0), "{source:?}: {code}");
        assert_eq!(book.gone().await, [""; 0], "{source:?}");
        book.shorten(0);
        let done = book.swept(true, false).await;
        assert_eq!((done.id, done.state), (short.id, RunState::Done), "{source:?}");
        assert_eq!((done.sum.missing, done.sum.gone), (1, 0), "{source:?}");
        book.run(60).await;
        book.has_seen([&missed], "once the list was whole").await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_flow_that_says_never_is_not_swept() {
    let book = Book::with(Source::Fxiaoke, 5, ", history: true, within: 10m, sweep: never").await;
    book.run(30 * 3_600).await;
    assert_eq!(sweeps(&book).await, []);
    book.publish(&Source::Fxiaoke.flow(", history: true, within: 10m, sweep: 6h")).await;
    book.run(80_000).await;
    assert_eq!(sweeps(&book).await.len(), 4, "every six hours");
    assert!(sweeps(&book).await.iter().all(|sweep| sweep.sum.is_whole()));
}
