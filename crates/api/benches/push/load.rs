//! The load: 64 connections that push one after the other, as fast as they are answered or at even times.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::given::TOKEN;

const CONNECTIONS: usize = 64;

pub struct Load<'l> {
    pub body: &'l str,
    pub pushes: usize,
    /// How many are pushed in a second; as many as are answered where nothing is said.
    pub a_second: Option<f64>,
}

/// What came of it.
pub struct Pushed {
    whole: Duration,
    /// From the time at which a push was due to its answer; sorted.
    took: Vec<Duration>,
}

impl Pushed {
    pub fn a_second(&self) -> f64 {
        self.took.len() as f64 / self.whole.as_secs_f64()
    }

    /// So many of a hundred took no longer.
    pub fn took(&self, of_a_hundred: usize) -> Duration {
        self.took[(self.took.len() * of_a_hundred / 100).min(self.took.len() - 1)]
    }
}

impl Load<'_> {
    /// Pushes all to that address.
    pub async fn push_to(&self, address: SocketAddr) -> Pushed {
        let began = Instant::now();
        let each = self.pushes / CONNECTIONS;
        let all = futures_util::future::join_all(
            (0..CONNECTIONS).map(|of| self.connection(address, of, each, began)),
        );
        let mut took: Vec<Duration> = all.await.into_iter().flatten().collect();
        took.sort();
        Pushed { whole: began.elapsed(), took }
    }

    async fn connection(
        &self,
        address: SocketAddr,
        of: usize,
        pushes: usize,
        began: Instant,
    ) -> Vec<Duration> {
        let mut stream = TcpStream::connect(address).await.expect("the server listens");
        stream.set_nodelay(true).expect("a socket");
        let mut took = Vec::with_capacity(pushes);
        for at in 0..pushes {
            let number = at * CONNECTIONS + of;
            let due = self.a_second.map(|rate| began + Duration::from_secs_f64(number as f64 / rate));
            if let Some(due) = due {
                tokio::time::sleep_until(due.into()).await;
            }
            let due = due.unwrap_or_else(Instant::now);
            self.one(&mut stream, number).await;
            took.push(due.elapsed());
        }
        took
    }

    async fn one(&self, stream: &mut TcpStream, number: usize) {
        let head = "POST /erp/syncdata/open/objdata/syncpush HTTP/1.1\r\nHost: qiao\r\ntenantId: default\r\n\
                    objectApiName: SAL_Order\r\nversion: v1\r\nContent-Type: application/json";
        let length = self.body.len();
        let request = format!(
            "{head}\r\ntoken: {TOKEN}\r\nid: {number}\r\nContent-Length: {length}\r\n\r\n{}",
            self.body
        );
        stream.write_all(request.as_bytes()).await.expect("the server reads");
        let mut answer = Vec::with_capacity(512);
        while !answer.ends_with("成功\"}".as_bytes()) {
            let read = stream.read_buf(&mut answer).await.expect("the server answers");
            assert!(read > 0 && answer.len() < 2_000, "{}", String::from_utf8_lossy(&answer));
        }
    }
}
