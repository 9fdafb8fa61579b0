//! The demo: stand-ins and a server as processes of their own, edits while they work, kills on the way, and at the end
//! both sides read back and compared.
//!
//! What an example brings, and how both sides are compared, is its scene's (`demo/scene/`).

mod asking;
mod backlog;
mod children;
mod folder;
mod progress;
mod pushes;
mod scene;
mod spending;

use std::path::PathBuf;
use std::time::Duration;

use contract::{Clock, Network};
use model::{Cause, Timestamp};

pub use backlog::{Backlog, memory};
pub use progress::FlowProgress;
pub use pushes::{Minute, Pace, Pushed, percentile, plot, pushes};
pub use scene::{Example, Verdict};

use crate::clock::SystemClock;
use crate::exit::{Exit, Failure};
use crate::screen::Screen;
use asking::Asking;
use children::{Sandbox, Server};
use folder::Folder;
use progress::Board;
use scene::{Act, Comparison, Door, Scene};
use spending::Spending;

/// How often it looks and acts.
const TICK: Duration = Duration::from_millis(500);
/// A demo that makes no progress for so long is given up.
const PATIENCE: Duration = Duration::from_secs(240);
/// What people do between a kill and the next start.
const ACTS_WHILE_DOWN: u32 = 2;
/// With more records the vendors' limits are lifted: a day brings one DingTalk user 500 notices and no more.
const WITHIN_LIMITS: usize = 400;

/// Where the server takes what is pushed.
const PUSHES: &str = "/erp/syncdata/open/objdata/syncpush";

/// What is shown.
#[derive(Debug, Clone)]
pub struct Plan {
    pub example: String,
    pub records: usize,
    pub seed: u64,
    pub has_faults: bool,
    pub kills: u32,
    pub purpose: Purpose,
    /// Whether the folder stays when the demo is over.
    pub keeps: bool,
}

impl Plan {
    /// Whether nobody is held to the vendors' limits of calls and notices: a demo that is timed, and one with so many
    /// records that it would take hours and days of them.
    pub fn lifts_limits(&self) -> bool {
        self.purpose == Purpose::Measure || self.records > WITHIN_LIMITS
    }
}

/// What a demo is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To be watched: customers are edited while they are brought over.
    Show,
    /// To be timed: nothing is edited, the limits of calls are lifted on both sides, and no notices are sent.
    Measure,
}

/// How it went.
#[derive(Debug)]
pub struct Report {
    pub verdict: Verdict,
    pub flows: Vec<FlowProgress>,
    pub took: Duration,
    /// From the server's start until all customers were there the first time.
    pub customers: usize,
    pub kills: u32,
    pub folder: PathBuf,
    /// A record to look at.
    pub example: Option<Example>,
    /// The most memory the server was seen to use, in KiB.
    pub server_memory_kib: u64,
    /// Calls to both sides, those that compare them at the end not among them.
    pub spending: Spending,
    /// From the server's start until the first record was at the target, where that was timed.
    pub first_write: Option<Duration>,
}

/// A demo that has come to rest, with everything still running. Dropping it ends what runs and removes the folder,
/// unless that is to be kept.
pub struct Stage {
    pub report: Report,
    pub server: String,
    pub sandbox: String,
    // Dropped in this order: what writes into the folder ends before it goes.
    _children: (Sandbox, Server),
    _folder: Folder,
}

/// Shows the example until everything rests and compares both sides.
///
/// # Errors
/// What could not be started, and a demo that does not come to rest.
pub async fn show(screen: &Screen, network: &dyn Network, plan: &Plan) -> Result<Stage, Failure> {
    let mut scene = scene::of(plan).ok_or_else(|| no_scene(plan))?;
    let sandbox = Sandbox::start(plan.seed, plan.records).await?;
    let folder = Folder::set(plan, sandbox.administrator())?;
    let asking = Asking::new(network, sandbox.control_base()?);
    prepare(&asking, plan, &mut *scene).await?;
    folder.apply(&sandbox.variables()).await?;
    if scene.names_people() {
        folder.bind_people(&sandbox.variables()).await?;
    }
    let token = match scene.pusher() {
        Some(connection) => Some(folder.token(connection).await?),
        None => None,
    };
    if plan.has_faults {
        asking.post("/_sandbox/faults", &folder::faults(plan.records)).await?;
    }
    let started = SystemClock.now();
    let server = Server::start(&folder).await?;
    open(&mut *scene, &asking, &server, token.as_deref()).await?;
    let first_write = first_write(&asking, scene.erp(), plan, started).await?;
    let mut run = Run {
        screen,
        asking: &asking,
        folder: &folder,
        board: Board::new(screen),
        scene,
        acts_are_done: false,
        kills_left: plan.kills,
        server,
        token,
        moved: started,
        memory_kib: 0,
    };
    let both = run.play(plan).await?;
    let Run { server, board, scene, memory_kib, .. } = run;
    let report = Report {
        verdict: both.verdict,
        flows: board.flows(),
        took: SystemClock.now().since(started),
        customers: both.customers,
        kills: plan.kills,
        folder: folder.data(),
        example: both.example,
        server_memory_kib: memory_kib,
        spending: Spending::read(&asking, scene.erp()).await?,
        first_write,
    };
    let (server_base, sandbox_base) = (server.base(), sandbox.control_base()?);
    let children = (sandbox, server);
    Ok(Stage { report, server: server_base, sandbox: sandbox_base, _children: children, _folder: folder })
}

/// Whether the example has a demo.
///
/// # Errors
/// That it has none, and which have.
pub fn check(plan: &Plan) -> Result<(), Failure> {
    scene::of(plan).map(|_| ()).ok_or_else(|| no_scene(plan))
}

fn no_scene(plan: &Plan) -> Failure {
    let cause = Cause::new("cli.demo.example").with("example", &plan.example);
    Failure::configuration(cause.with("known", scene::names().join(", ")))
}

/// Sets the stand-ins as the scene and the plan want them.
async fn prepare(asking: &Asking, plan: &Plan, scene: &mut dyn Scene) -> Result<(), Failure> {
    scene.prepare(asking).await?;
    match plan.lifts_limits() {
        true => folder::lift_limits(asking).await,
        false => Ok(()),
    }
}

/// Waits for the first record at the target, where that is timed.
async fn first_write(
    asking: &Asking,
    erp: &str,
    plan: &Plan,
    started: Timestamp,
) -> Result<Option<Duration>, Failure> {
    match plan.purpose {
        Purpose::Measure => Spending::first_write(asking, erp, started).await,
        Purpose::Show => Ok(None),
    }
}

/// Tells the system that pushes, if one does, where the server takes that.
async fn open(
    scene: &mut dyn Scene,
    asking: &Asking,
    server: &Server,
    token: Option<&str>,
) -> Result<(), Failure> {
    match token {
        Some(token) => {
            let url = format!("{}{PUSHES}", server.base());
            scene.open(asking, &Door { url, token: token.to_owned() }).await
        }
        None => Ok(()),
    }
}

/// One demo under way.
struct Run<'a> {
    screen: &'a Screen,
    asking: &'a Asking,
    folder: &'a Folder,
    board: Board<'a>,
    scene: Box<dyn Scene>,
    acts_are_done: bool,
    kills_left: u32,
    server: Server,
    /// With which a system pushes to the server.
    token: Option<String>,
    /// When the counts last changed.
    moved: Timestamp,
    memory_kib: u64,
}

impl Run<'_> {
    /// Ticks until nothing is left to do and everything rests.
    async fn play(&mut self, plan: &Plan) -> Result<Comparison, Failure> {
        loop {
            SystemClock.sleep_until(SystemClock.now() + TICK).await;
            self.look().await;
            self.act().await?;
            if self.is_time_to_kill(plan) {
                self.kill().await?;
                continue;
            }
            if self.kills_left == 0 && self.acts_are_done && self.board.rests(plan.records) {
                let both = self.scene.compare(self.asking).await?;
                // The reader may not have seen the last edit yet: what rests and differs gets the time to move.
                if both.verdict.agrees() || self.has_stood_still() {
                    self.board.close();
                    return Ok(both);
                }
            }
            if SystemClock.now().since(self.moved) > PATIENCE {
                let cause = Cause::new("cli.demo.stuck").with("seconds", PATIENCE.as_secs());
                return Err(Failure::new(Exit::Finding, cause));
            }
        }
    }

    async fn act(&mut self) -> Result<(), Failure> {
        if !self.acts_are_done {
            self.acts_are_done = self.scene.act(self.asking).await? == Act::Done;
        }
        Ok(())
    }

    async fn look(&mut self) {
        // A server that is just starting does not answer; the next look finds it.
        if let Ok(metrics) = self.asking.get_text(&format!("{}/metrics", self.server.base())).await
            && self.board.show(&metrics, SystemClock.now())
        {
            self.moved = SystemClock.now();
        }
        self.memory_kib = self.memory_kib.max(self.server.memory_kib());
    }

    /// Kills are spread over the way: one each time another share of the customers has been brought over.
    fn is_time_to_kill(&self, plan: &Plan) -> bool {
        let done = u64::from(plan.kills - self.kills_left);
        let share = plan.records as u64 * (done + 1) / u64::from(plan.kills + 1);
        self.kills_left > 0 && (self.board.synced() >= share || self.board.rests(plan.records))
    }

    async fn kill(&mut self) -> Result<(), Failure> {
        self.server.kill().await;
        self.kills_left -= 1;
        self.board
            .say(self.screen.words("服务被强行结束,正在重启", "the server was killed and starts again"));
        // People do not wait for it: what a system pushes meanwhile finds nobody, and is pushed again.
        for _ in 0..ACTS_WHILE_DOWN {
            self.act().await?;
        }
        self.server = Server::start(self.folder).await?;
        open(&mut *self.scene, self.asking, &self.server, self.token.as_deref()).await?;
        self.moved = SystemClock.now();
        Ok(())
    }

    fn has_stood_still(&self) -> bool {
        SystemClock.now().since(self.moved) > PATIENCE / 4
    }
}
