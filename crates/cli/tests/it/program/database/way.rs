//! The way to a database: it may be cut off, end at a server that is starting, or stand still with what is on it.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::super::qiao::server;

/// What becomes of what is sent over the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    Passes,
    /// What is open is closed, and nobody gets through.
    Cut,
    /// As [`Manner::Cut`], and whoever calls hears that the server is starting.
    Starting,
    /// What is sent is taken, and stays on the way until it passes again.
    Stalls,
}

pub struct Way {
    address: SocketAddr,
    /// Where it leads to.
    server: String,
    road: Arc<Road>,
}

struct Road {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    manner: Manner,
    open: Vec<TcpStream>,
    /// How often somebody called.
    tries: usize,
    /// Whether anything stays on the way.
    is_holding: bool,
}

/// The host and port in an address of PostgreSQL.
fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split(['/', '?']).next().unwrap_or_default();
    rest.rsplit_once('@').map_or(rest, |(_, host)| host)
}

impl Way {
    /// A way to the server of the tests.
    pub fn to_server() -> Way {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("a listener has an address");
        let state = State { manner: Manner::Passes, open: Vec::new(), tries: 0, is_holding: false };
        let road = Arc::new(Road { state: Mutex::new(state), changed: Condvar::new() });
        let server = host_of(&server()).to_owned();
        let (to, on) = (server.clone(), road.clone());
        thread::spawn(move || listener.incoming().flatten().for_each(|caller| on.lead(caller, &to)));
        Way { address, server, road }
    }

    /// The address that leads over this way to where that one does.
    pub fn instead_of(&self, url: &str) -> String {
        url.replacen(&self.server, &self.address.to_string(), 1)
    }

    pub fn set(&self, manner: Manner) {
        let mut state = self.road.state();
        state.manner = manner;
        state.is_holding = false;
        if matches!(manner, Manner::Cut | Manner::Starting) {
            for stream in state.open.drain(..) {
                // The other side may have closed it.
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
        self.road.changed.notify_all();
    }

    pub fn tries(&self) -> usize {
        self.road.state().tries
    }

    pub fn is_holding(&self) -> bool {
        self.road.state().is_holding
    }
}

impl Drop for Way {
    fn drop(&mut self) {
        self.set(Manner::Cut);
    }
}

impl Road {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lead(self: &Arc<Road>, caller: TcpStream, to: &str) {
        let manner = {
            let mut state = self.state();
            state.tries += 1;
            state.manner
        };
        match manner {
            Manner::Cut => return,
            Manner::Starting => return starting(caller),
            Manner::Passes | Manner::Stalls => {}
        }
        let Ok(server) = TcpStream::connect(to) else { return };
        for stream in [&caller, &server] {
            stream.set_nodelay(true).expect("a socket");
            self.state().open.push(stream.try_clone().expect("a socket"));
        }
        let back = (server.try_clone().expect("a socket"), caller.try_clone().expect("a socket"));
        for (from, to) in [(caller, server), back] {
            let road = self.clone();
            thread::spawn(move || road.carry(from, to));
        }
    }

    /// Carries what comes from the one to the other, until either closes.
    fn carry(&self, mut from: TcpStream, mut to: TcpStream) {
        let mut part = [0; 16_384];
        while let Ok(read @ 1..) = from.read(&mut part) {
            let mut state = self.state();
            while state.manner == Manner::Stalls {
                state.is_holding = true;
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            drop(state);
            if to.write_all(&part[..read]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    }
}

/// What a server answers that is starting: an error of the protocol's (`57P03`), and nothing more.
fn starting(mut caller: TcpStream) {
    let mut asked = [0; 1_024];
    let fields = b"SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0";
    let length = u32::try_from(fields.len() + 4).expect("it is short").to_be_bytes();
    // Whoever left is not answered.
    if caller.read(&mut asked).is_ok() {
        let _ = caller.write_all(&[&b"E"[..], &length, fields].concat());
    }
}
