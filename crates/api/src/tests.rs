//! The addresses over a real connection.

use model::task::{Kind, State};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;

struct Fixed {
    is_broken: bool,
}

#[async_trait]
impl Pulse for Fixed {
    async fn counts(&self) -> Result<Vec<FlowCount>, StoreError> {
        Ok(vec![FlowCount { flow: "客户".into(), kind: Kind::Deliver, state: State::Failed, tasks: 2 }])
    }

    async fn open_wishes(&self) -> Result<u64, StoreError> {
        if self.is_broken { Err(StoreError::Full) } else { Ok(0) }
    }
}

async fn get(path: &str, is_broken: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let ask = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: qiao\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        stop.send(()).unwrap();
        answer
    };
    let stopped = async { drop(stopped.await) };
    let (served, answer) = tokio::join!(serve(listener, Arc::new(Fixed { is_broken }), stopped), ask);
    served.unwrap();
    answer
}

#[tokio::test]
async fn operators_see_whether_it_lives_whether_it_is_ready_and_what_it_counts() {
    for (path, is_broken, status, body) in [
        ("/healthz", true, 200, "ok"),
        ("/readyz", false, 200, "ready"),
        ("/readyz", true, 503, "store.full"),
        ("/metrics", false, 200, "state=\"failed\"} 2"),
        ("/metrics", true, 503, "store.full"),
        ("/secrets", false, 404, ""),
    ] {
        let answer = get(path, is_broken).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{path}: {answer}");
        assert!(answer.contains(body), "{path}: {answer}");
    }
}
