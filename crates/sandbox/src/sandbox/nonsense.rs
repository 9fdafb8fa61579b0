//! Answers that are none: what comes back with HTTP 200 and says nothing of the call.

use crate::faults::Nonsense;
use crate::stand_in::Reply;

/// What the last calls were answered, so that one may be given for another.
#[derive(Default)]
pub(super) struct Given {
    /// Of two different operations, the newest last. Only successes: nobody could tell another's refusal, in the shape of
    /// its own, from a true one.
    replies: Vec<(String, Reply)>,
}

impl Given {
    /// Keeps what an operation was answered that went well.
    pub fn note(&mut self, operation: &str, reply: &Reply) {
        self.replies.retain(|(of, _)| of != operation);
        self.replies.push((operation.to_owned(), reply.clone()));
        let most = self.replies.len().saturating_sub(2);
        self.replies.drain(..most);
    }

    /// What is given in place of this operation's answer. Where nothing else was asked yet, another's answer is a page.
    pub fn nonsense(&self, kind: Nonsense, operation: &str) -> Reply {
        let others = self.replies.iter().rev().find(|(of, _)| of != operation).map(|(_, reply)| reply);
        let json = |body: &[u8]| Reply {
            status: 200,
            headers: vec![("Content-Type".into(), "application/json; charset=utf-8".into())],
            body: body.to_vec(),
        };
        match (kind, others) {
            (Nonsense::Page, _) | (Nonsense::AnotherAnswer, None) => page(),
            (Nonsense::Nothing, _) => json(b""),
            (Nonsense::Half, Some(other)) if other.body.len() > 1 => {
                json(&other.body[..other.body.len() / 2])
            }
            (Nonsense::Half, _) => json(br#"{"data":{"dataList":[{"_id":"5f3a3d"#),
            (Nonsense::AnotherAnswer, Some(other)) => other.clone(),
        }
    }
}

fn page() -> Reply {
    let page = "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>系统维护中</title></head>\
                <body><h1>系统升级维护中,请稍后再试</h1></body></html>\n";
    Reply::text(200, "text/html; charset=utf-8", page)
}
