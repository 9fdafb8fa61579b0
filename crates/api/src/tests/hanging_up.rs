//! A caller that hangs up while its document is written.

use contract::store::StoreError;
use tokio::sync::{Notify, Semaphore};

use super::*;

/// Writes in two steps, the second of which waits until it may.
#[derive(Default)]
struct Slow {
    begun: Notify,
    may_end: Notify,
    ended: Notify,
}

#[async_trait]
impl Served for Slow {
    async fn admit(&self, _: Caller<'_>) -> Result<(), NotServed> {
        Ok(())
    }

    async fn write(&self, caller: Caller<'_>, _: How, asked: Asked) -> Result<Written, NotServed> {
        let wished = (caller.token, caller.connection, asked.status.as_deref(), asked.key.as_deref());
        assert_eq!(wished, ("t", "erp", Some("audited"), Some("FBillNo")));
        self.begun.notify_one();
        self.may_end.notified().await;
        self.ended.notify_one();
        Ok(Written::default())
    }

    async fn changed(&self, _: Caller<'_>, _: Window) -> Result<ChangedPage, NotServed> {
        Err(NotServed::Store(StoreError::Full))
    }

    async fn record(&self, _: Caller<'_>, _: &str, _: &str) -> Result<Shown, NotServed> {
        Err(NotServed::Store(StoreError::Full))
    }

    fn told(&self, _: &Cause) -> String {
        String::new()
    }
}

#[tokio::test]
async fn a_write_whose_caller_hung_up_is_carried_out_before_the_server_stops() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let slow = Arc::new(Slow::default());
    let face = Face { served: slow.clone(), ..face(false) };
    let stop = Arc::new(Semaphore::new(0));
    let stopped = {
        let stop = stop.clone();
        async move { drop(stop.acquire_owned().await) }
    };
    let server = serve(listener, face, Bounds::default(), stopped);
    let caller = async {
        let body = order("销售订单");
        let mut stream = TcpStream::connect(address).await.unwrap();
        let head = "POST /erp/erp/create?status=audited&key=FBillNo HTTP/1.1\r\nHost: qiao\r\ntoken: t";
        let request = format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        stream.write_all(request.as_bytes()).await.unwrap();
        slow.begun.notified().await;
        drop(stream);
        // The server sees that its caller has gone, and is told to stop.
        stop.add_permits(1);
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
        slow.may_end.notify_one();
    };
    let both = async { tokio::join!(server, caller) };
    tokio::time::timeout(std::time::Duration::from_secs(20), both).await.expect("it stops");
    let ended = tokio::time::timeout(std::time::Duration::from_secs(1), slow.ended.notified()).await;
    ended.expect("it was carried out to its end");
}
