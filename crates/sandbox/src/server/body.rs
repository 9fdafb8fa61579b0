//! The body of an answer, whole or breaking off.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

/// Bytes that arrive, and whether the connection breaks after them.
pub struct ReplyBody {
    rest: Option<Bytes>,
    then: Then,
}

enum Then {
    End,
    /// Let what was written so far leave first; then break.
    FlushAndBreak,
    Break,
}

/// The body breaks off on purpose.
#[derive(Debug)]
pub struct BrokenOff;

impl std::fmt::Display for BrokenOff {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("the answer is cut off on purpose")
    }
}

impl std::error::Error for BrokenOff {}

impl ReplyBody {
    pub fn whole(bytes: Bytes) -> ReplyBody {
        ReplyBody { rest: (!bytes.is_empty()).then_some(bytes), then: Then::End }
    }

    pub fn cut(bytes: Bytes) -> ReplyBody {
        ReplyBody { rest: Some(bytes), then: Then::FlushAndBreak }
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        let body = self.get_mut();
        if let Some(bytes) = body.rest.take() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        match body.then {
            Then::End => Poll::Ready(None),
            Then::FlushAndBreak => {
                body.then = Then::Break;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Then::Break => Poll::Ready(Some(Err(BrokenOff))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_none() && matches!(self.then, Then::End)
    }

    fn size_hint(&self) -> SizeHint {
        match (&self.then, &self.rest) {
            (Then::End, rest) => SizeHint::with_exact(rest.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            _ => SizeHint::default(),
        }
    }
}
