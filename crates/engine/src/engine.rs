//! The engine: readers and lanes of what is configured, until it is stopped.

mod group;

use std::sync::Arc;
use std::time::Duration;

use contract::store::StoreError;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::sync::watch;

use self::group::{GroupWorker, pushed_to};
use crate::access::AccessBook;
use crate::alerts::Lookout;
use crate::callbacks::Callbacks;
use crate::connection::{Line, TokenBox};
use crate::desk::Desk;
use crate::in_force::InForce;
use crate::jobs::Runner;
use crate::nodes::{Bell, Holdings, Turns, groups};
use crate::pushes::Pushes;
use crate::seams::Seams;
use crate::serving::Serving;
use crate::setup::Setup;
use crate::signals::Signals;
use crate::upkeep::{Names, Retention, Upkeep};
use crate::watch::Watch;
use crate::webhooks::Webhooks;

/// How often it is looked whether the configuration changed.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// What is sealed anew changes no text. It has to be unsealed to be seen, so it is looked at each so many looks only.
const LOOKS_FOR_SECRETS: u64 = 5;

/// How an engine runs.
#[derive(Debug, Clone)]
pub struct Options {
    /// Who leases the lanes: the same name after a restart takes them over at once.
    pub owner: String,
    /// Whether objects are read on their schedules; otherwise only what is wished for is read.
    pub reads: bool,
}

/// Everything that runs by itself. One future, without threads or tasks of its own: dropped at any await it is as if
/// the process had died, and another engine on the same store goes on.
pub struct Engine {
    seams: Seams,
    options: Options,
    signals: Signals,
    tokens: Arc<TokenBox>,
    in_force: Arc<InForce>,
    book: Arc<AccessBook>,
    holdings: Arc<Holdings>,
    retention: Option<Retention>,
}

impl Engine {
    pub fn new(seams: Seams, options: Options) -> Engine {
        let tokens = Arc::new(TokenBox::new(seams.store.clone()));
        let in_force = Arc::new(InForce::new(seams.clone(), tokens.clone()));
        let book = Arc::new(AccessBook::new(seams.clone()));
        let holdings = Arc::new(Holdings::new(seams.clone(), options.owner.clone()));
        let signals = Signals::default();
        Engine { seams, options, signals, tokens, in_force, book, holdings, retention: None }
    }

    /// The same engine, alone on its store, under the name by which people know it.
    pub fn known_as(self, name: &str, version: &str) -> Engine {
        let holdings = Holdings::new(self.seams.clone(), self.options.owner.clone());
        Engine { holdings: Arc::new(holdings.known_as(name.to_owned(), version.to_owned())), ..self }
    }

    /// The same engine, beside others on the same store: they share the work out among them, and take over what one leaves
    /// that died. People know it by that name. The owner of its options must be another one for each start, and all of
    /// them must go by one clock ([`contract::store::Nodes::shared_time`]).
    pub fn beside_others(self, name: &str, version: &str) -> Engine {
        self.signals.share();
        let holdings = Holdings::new(self.seams.clone(), self.options.owner.clone());
        let holdings = Arc::new(holdings.beside_others(name.to_owned(), version.to_owned()));
        Engine { holdings, ..self }
    }

    /// The same engine, which also sees to it that the database does not grow for ever.
    pub fn keeping(self, retention: Retention) -> Engine {
        Engine { retention: Some(retention), ..self }
    }

    /// Works until `stop` is set; then finishes what is under way. Configuration that changes comes into force while
    /// it runs.
    ///
    /// # Errors
    /// Only when the store fails before anything was begun; later failures are waited out.
    pub async fn run(&self, stop: watch::Receiver<bool>) -> Result<(), StoreError> {
        tokio::select! {
            biased;
            ended = self.work(stop) => ended,
            () = self.holdings.keep() => Ok(()),
        }
    }

    async fn work(&self, mut stop: watch::Receiver<bool>) -> Result<(), StoreError> {
        self.tell_time().await;
        let mut setup = self.in_force.now().await?;
        while !*stop.borrow() {
            tell_problems(&setup);
            let (close, closing) = watch::channel(false);
            let mut parts = std::pin::pin!(all_of(self.parts(&setup, &closing)).fuse());
            let changed = self.until_changed(&setup);
            tokio::select! {
                biased;
                () = &mut parts => {}
                _ = stop.changed() => {}
                () = changed => {}
            }
            close.send_replace(true);
            if !futures_util::future::FusedFuture::is_terminated(&parts) {
                parts.await;
            }
            setup = self.reloaded(setup).await;
        }
        if let Err(error) = self.holdings.leave().await {
            tracing::warn!(%error, "what this engine worked on is free for others only once its leases end");
        }
        Ok(())
    }

    /// A clock that was set back while nothing ran must not let everything wait until it is as late again.
    async fn tell_time(&self) {
        match self.seams.store.keep_time(self.seams.clock.now()).await {
            Ok(None) => {}
            Ok(Some(by)) => {
                tracing::warn!(
                    seconds = by.as_secs(),
                    "the clock was set back; what was due by the old one comes earlier"
                );
            }
            Err(error) => tracing::error!(%error, "the time cannot be kept"),
        }
    }

    /// Takes what systems call us for, and wakes this engine's readers.
    pub fn callbacks(&self) -> Callbacks {
        Callbacks::new(self.seams.clone(), self.signals.clone(), self.in_force.clone())
    }

    /// Takes what systems push to us, and wakes this engine's parsers.
    pub fn pushes(&self) -> Pushes {
        let (in_force, book) = (self.in_force.clone(), self.book.clone());
        Pushes::new(self.seams.clone(), self.signals.clone(), in_force, book)
    }

    /// The repair desk, for machines that come with a token.
    pub fn desk(&self) -> Desk {
        Desk::new(self.seams.clone(), self.in_force.clone(), self.book.clone())
    }

    /// Takes what is sent to the webhooks of flows, and wakes this engine's parsers.
    pub fn webhooks(&self) -> Webhooks {
        Webhooks::new(self.seams.clone(), self.signals.clone(), self.in_force.clone())
    }

    /// Serves the connections to those that use them as an ERP.
    pub fn serving(&self) -> Serving {
        Serving::new(self.seams.clone(), self.in_force.clone(), self.book.clone(), self.signals.clone())
    }

    /// The setup in force now, for those who ask about it.
    pub async fn setup(&self) -> Result<Setup, StoreError> {
        Setup::load(&self.seams, &self.tokens, None).await
    }

    /// Everything that works by one setup: groups in turn with other nodes, and what each node does for itself or one does
    /// for all.
    fn parts(&self, setup: &Arc<Setup>, closing: &watch::Receiver<bool>) -> Vec<BoxFuture<'static, ()>> {
        let mut parts: Vec<BoxFuture<()>> = Vec::new();
        let groups = groups(setup);
        self.holdings.set_groups(groups.len());
        for group in groups {
            let worker = GroupWorker {
                seams: self.seams.clone(),
                holdings: self.holdings.clone(),
                signals: self.signals.clone(),
                setup: setup.clone(),
                group: group.clone(),
                reads: self.options.reads,
            };
            let turns = Turns {
                seams: self.seams.clone(),
                holdings: self.holdings.clone(),
                signals: self.signals.clone(),
                group,
            };
            let parts_of = Box::new(move |leases: &_, closing: &_| worker.parts(leases, closing));
            parts.push(turns.run(parts_of, closing.clone()).boxed());
        }
        let runner = Runner {
            seams: self.seams.clone(),
            holdings: self.holdings.clone(),
            setup: setup.clone(),
            signals: self.signals.clone(),
        };
        parts.push(until_closed(runner.run(), closing.clone()).boxed());
        let lookout = Lookout::new(self.seams.clone(), self.holdings.clone(), setup.clone());
        parts.push(lookout.run(closing.clone()).boxed());
        let watch = Watch {
            seams: self.seams.clone(),
            signals: self.signals.clone(),
            lanes: setup.lanes().into_keys().collect(),
            readers: setup.objects_read(),
            is_pushed_to: !pushed_to(setup).is_empty(),
        };
        parts.push(until_closed(watch.run(), closing.clone()).boxed());
        if self.holdings.has_others() {
            let bell = Bell { seams: self.seams.clone(), signals: self.signals.clone() };
            parts.push(until_closed(bell.run(), closing.clone()).boxed());
        }
        if let Some(retention) = self.retention {
            let names = Names { seams: self.seams.clone(), holdings: self.holdings.clone() };
            parts.push(until_closed(names.run(), closing.clone()).boxed());
            let upkeep = Upkeep { seams: self.seams.clone(), holdings: self.holdings.clone(), retention };
            parts.push(until_closed(upkeep.run(), closing.clone()).boxed());
        }
        parts
    }

    async fn until_changed(&self, setup: &Setup) {
        for looks in 1_u64.. {
            self.seams.clock.sleep_until(self.seams.clock.now() + LOOK_EVERY).await;
            let is_current = match looks % LOOKS_FOR_SECRETS {
                0 => setup.is_current(&self.seams).await,
                _ => setup.is_of_this_generation(&self.seams).await,
            };
            match is_current {
                Ok(false) => return,
                Ok(true) => {}
                Err(error) => tracing::error!(%error, "it cannot be seen whether the configuration changed"),
            }
        }
    }

    /// The setup in force from now on; the one before where the store fails, which is asked again soon.
    async fn reloaded(&self, before: Arc<Setup>) -> Arc<Setup> {
        match self.in_force.now().await {
            Ok(setup) => setup,
            Err(error) => {
                tracing::error!(%error, "the configuration cannot be read; the one before stays in force");
                before
            }
        }
    }
}

/// Until the last of them ends. Only those are looked at that were woken: there are many, and most of them wait.
pub(crate) async fn all_of(parts: Vec<BoxFuture<'_, ()>>) {
    let mut parts: FuturesUnordered<_> = parts.into_iter().collect();
    while parts.next().await.is_some() {}
}

/// A reader may be dropped at any await: its page and its cursor are stored together.
async fn until_closed(part: impl Future<Output = ()>, mut closing: watch::Receiver<bool>) {
    tokio::select! {
        biased;
        _ = closing.wait_for(|closing| *closing) => {}
        () = part => {}
    }
}

/// Whether there is a system to be read from: to some connections all comes by itself.
pub(crate) fn can_be_asked(line: &Line) -> bool {
    line.connector.push_rules(&line.connection).is_none_or(|rules| rules.can_be_asked)
}

fn tell_problems(setup: &Setup) {
    for problem in &setup.problems {
        let (kind, name, code) = (&problem.kind, &problem.name, &problem.cause.code);
        tracing::warn!(%kind, %name, line = problem.at.0, %code, "a configuration text is not in force as written");
    }
}
