//! `qiao sandbox`: the stand-ins of the vendors' systems, served until Ctrl-C.
//!
//! Once it accepts connections it prints exactly one line of JSON with what a connection to each system needs.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use clap::Args;
use contract::Clock;
use model::Cause;
use sandbox::faults::Faults;
use sandbox::server::{self, Door, Surroundings};
use sandbox::{Sandbox, Setting};
use tokio::net::TcpListener;

use crate::clock::SystemClock;
use crate::commands::{Context, interruption};
use crate::config;
use crate::exit::{Exit, Failure, Outcome};

#[derive(Debug, Args)]
pub struct Options {
    #[arg(long, default_value = "127.0.0.1:8630", value_name = "ADDRESS")]
    listen: String,
    #[arg(long)]
    separate_ports: bool,
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
    #[arg(long, default_value_t = 200, value_name = "N")]
    customers: usize,
}

/// Serves until Ctrl-C.
pub async fn run(context: &Context, options: &Options) -> Outcome {
    let now_ms = SystemClock.now().0;
    let mut sandbox = Sandbox::new(&Setting { seed: options.seed, customers: options.customers, now_ms });
    if let Some(path) = &options.faults {
        sandbox.set_faults(None, faults(path)?);
    }
    let address = config::address(&options.listen)?;
    let doors = doors(&sandbox, address, options.separate_ports).await?;
    let bases = bases(&sandbox, &doors)?;
    // Before it says that it is there: whoever reads that may end it at once.
    let interruption = interruption();
    context.screen.raw(sandbox.connections(&bases).to_string());
    let surroundings = Surroundings {
        sandbox: Arc::new(Mutex::new(sandbox)),
        clock: Arc::new(|| SystemClock.now().0),
        sleep: Arc::new(|ms| {
            Box::pin(
                async move { SystemClock.sleep_until(SystemClock.now() + Duration::from_millis(ms)).await },
            )
        }),
    };
    tokio::select! {
        () = server::serve(doors, surroundings) => {}
        () = interruption => {}
    }
    Ok(Exit::Ok)
}

/// Reads the faults, as YAML or JSON.
fn faults(path: &Path) -> Result<Faults, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
    serde_saphyr::from_str(&text).map_err(|error| {
        let cause = Cause::new("cli.faults").with("path", path.display());
        Failure::configuration(cause.with("reason", error.without_snippet()))
    })
}

/// One door for all, or one for each system on ports that follow each other (all free ones when the port is 0).
async fn doors(sandbox: &Sandbox, address: SocketAddr, separate: bool) -> Result<Vec<Door>, Failure> {
    if !separate {
        return Ok(vec![Door { listener: listen(address).await?, system: None }]);
    }
    let mut doors = Vec::new();
    for (n, system) in (0..).zip(sandbox.systems()) {
        let port = if address.port() == 0 { 0 } else { address.port().saturating_add(n) };
        let listener = listen(SocketAddr::new(address.ip(), port)).await?;
        doors.push(Door { listener, system: Some(system) });
    }
    Ok(doors)
}

/// Listens on an address of this machine.
///
/// # Errors
/// Names the address and what to do, apart for one that another program uses.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        let cause = match error.kind() {
            std::io::ErrorKind::AddrInUse => Cause::new("cli.port").with("address", address),
            _ => Cause::new("cli.listen").with("address", address).with("reason", error),
        };
        Failure::machine(cause)
    })
}

fn bases(sandbox: &Sandbox, doors: &[Door]) -> Result<BTreeMap<String, String>, Failure> {
    let addresses = server::addresses(doors).map_err(|error| Failure::file(Path::new("socket"), &error))?;
    let mut bases = BTreeMap::new();
    for (door, address) in doors.iter().zip(addresses) {
        match door.system {
            Some(system) => {
                bases.insert(system.to_owned(), format!("http://{address}"));
            }
            None => bases.extend(
                sandbox
                    .systems()
                    .into_iter()
                    .map(|system| (system.to_owned(), format!("http://{address}/{system}"))),
            ),
        }
    }
    Ok(bases)
}
