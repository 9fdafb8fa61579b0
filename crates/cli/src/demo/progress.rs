//! How far the flows are, from the server's own `/metrics`: a live table on a terminal, lines elsewhere.

use std::collections::BTreeMap;

use model::Timestamp;
use model::task::State;

use crate::screen::Screen;
use crate::table;

/// How often counts are told where nobody watches.
const TELL_EVERY_MS: u64 = 5_000;

/// Counts of one flow.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FlowProgress {
    pub name: String,
    pub counts: BTreeMap<String, u64>,
}

impl FlowProgress {
    pub fn of(&self, state: State) -> u64 {
        self.counts.get(state.name()).copied().unwrap_or(0)
    }

    pub fn seen(&self) -> u64 {
        self.counts.values().sum()
    }
}

/// Where progress is shown.
pub struct Board<'a> {
    screen: &'a Screen,
    flows: Vec<FlowProgress>,
    open_wishes: u64,
    /// All tasks, write-backs among them, that do not rest.
    unrested: u64,
    /// When the first counts came and when they last changed, for the rate.
    began: Option<Timestamp>,
    changed: Timestamp,
    told: Timestamp,
    /// Lines of the table on the terminal that the next one replaces.
    drawn: usize,
}

impl<'a> Board<'a> {
    pub fn new(screen: &'a Screen) -> Board<'a> {
        Board {
            screen,
            flows: Vec::new(),
            open_wishes: 0,
            unrested: 0,
            began: None,
            changed: Timestamp(0),
            told: Timestamp(0),
            drawn: 0,
        }
    }

    /// Takes in and shows counts; whether they changed.
    pub fn show(&mut self, metrics: &str, now: Timestamp) -> bool {
        let counts = parse(metrics);
        let changed = counts.flows != self.flows || counts.unrested != self.unrested;
        (self.flows, self.unrested, self.open_wishes) = (counts.flows, counts.unrested, counts.open_wishes);
        let began = *self.began.get_or_insert(now);
        if changed {
            self.changed = now;
        }
        let seconds = self.changed.since(began).as_secs_f32().max(0.5);
        if self.screen.is_watched() {
            self.draw(seconds);
        } else if now.since(self.told).as_millis() as u64 >= TELL_EVERY_MS {
            self.told = now;
            self.screen.progress(self.as_line());
        }
        changed
    }

    /// A remark between two tables.
    pub fn say(&mut self, text: &str) {
        self.drawn = 0;
        self.screen.progress(text);
    }

    pub fn close(&mut self) {
        self.drawn = 0;
    }

    pub fn flows(&self) -> Vec<FlowProgress> {
        self.flows.clone()
    }

    /// Tasks of the first flow that are done.
    pub fn synced(&self) -> u64 {
        self.flows.iter().map(|flow| flow.of(State::Synced)).max().unwrap_or(0)
    }

    /// Whether at least so many records were seen and nothing is under way.
    pub fn rests(&self, records: usize) -> bool {
        let seen = self.flows.iter().map(FlowProgress::seen).max().unwrap_or(0);
        seen >= records as u64 && self.unrested == 0 && self.open_wishes == 0
    }

    fn draw(&mut self, seconds: f32) {
        let up = match self.drawn {
            0 => String::new(),
            lines => format!("\x1b[{lines}A\x1b[J"),
        };
        let text = self.as_table(seconds);
        self.drawn = text.lines().count();
        self.screen.progress(format!("{up}{text}"));
    }

    fn as_table(&self, seconds: f32) -> String {
        let headings = match self.screen.lang {
            model::Lang::Zh => ["集成流", "收到 ", "已同步 ", "已跳过 ", "等待 ", "未知 ", "失败 ", "每秒 "],
            model::Lang::En => {
                ["flow", "seen ", "synced ", "skipped ", "waiting ", "unknown ", "failed ", "per s "]
            }
        };
        let rows: Vec<Vec<String>> = self.flows.iter().map(|flow| row(flow, seconds)).collect();
        table::render(&headings, &rows)
    }

    fn as_line(&self) -> String {
        let flow = |flow: &FlowProgress| {
            let (synced, seen) = (flow.of(State::Synced), flow.seen());
            let (unknown, failed) = (flow.of(State::Unknown), flow.of(State::Failed));
            match self.screen.lang {
                model::Lang::Zh => {
                    format!("{}:已同步 {synced}/{seen},未知 {unknown},失败 {failed}", flow.name)
                }
                model::Lang::En => {
                    format!("{}: {synced}/{seen} synced, {unknown} unknown, {failed} failed", flow.name)
                }
            }
        };
        self.flows.iter().map(flow).collect::<Vec<_>>().join("  ")
    }
}

fn row(flow: &FlowProgress, seconds: f32) -> Vec<String> {
    let waiting = flow.of(State::Waiting) + flow.of(State::Ready) + flow.of(State::Retrying);
    let synced = flow.of(State::Synced);
    let counts = [
        flow.seen(),
        synced,
        flow.of(State::Skipped),
        waiting,
        flow.of(State::Unknown),
        flow.of(State::Failed),
    ];
    let mut cells = vec![flow.name.clone()];
    cells.extend(counts.iter().map(u64::to_string));
    cells.push(format!("{:.0}", synced as f32 / seconds));
    cells
}

#[derive(Debug, PartialEq, Eq)]
struct Counts {
    flows: Vec<FlowProgress>,
    unrested: u64,
    open_wishes: u64,
}

/// Reads the lines of `/metrics` that are counts of tasks and wishes.
fn parse(metrics: &str) -> Counts {
    let (mut flows, mut unrested, mut open_wishes) = (BTreeMap::<String, FlowProgress>::new(), 0, 0);
    for line in metrics.lines().filter(|line| !line.starts_with('#')) {
        let Some((series, value)) = line.rsplit_once(' ') else { continue };
        let value: u64 = value.parse().unwrap_or(0);
        if series == "qiao_open_wishes" {
            open_wishes = value;
        }
        let label = |name: &str| {
            let rest = series.split_once(&format!("{name}=\""))?.1;
            Some(rest.split_once('"')?.0.to_owned())
        };
        let (Some(flow), Some(kind), Some(state)) = (label("flow"), label("kind"), label("state")) else {
            continue;
        };
        let rests = State::of_name(&state).is_some_and(State::rests);
        unrested += if rests { 0 } else { value };
        if kind != "write_back" {
            let progress = flows
                .entry(flow.clone())
                .or_insert_with(|| FlowProgress { name: flow, ..Default::default() });
            *progress.counts.entry(state).or_default() += value;
        }
    }
    Counts { flows: flows.into_values().collect(), unrested, open_wishes }
}

#[cfg(test)]
mod tests {
    use super::*;

    const METRICS: &str = "\
# TYPE qiao_tasks gauge
qiao_tasks{flow=\"客户\",kind=\"deliver\",state=\"synced\"} 12
qiao_tasks{flow=\"客户\",kind=\"deliver\",state=\"unknown\"} 2
qiao_tasks{flow=\"客户\",kind=\"write_back\",state=\"ready\"} 3
qiao_open_wishes 1
";

    #[test]
    fn what_the_server_counts_is_understood() {
        let counts = parse(METRICS);
        assert_eq!((counts.unrested, counts.open_wishes), (5, 1));
        assert_eq!(counts.flows.len(), 1);
        assert_eq!((counts.flows[0].seen(), counts.flows[0].of(State::Synced)), (14, 12));
    }

    #[test]
    fn it_rests_only_when_nothing_is_under_way_and_all_were_seen() {
        let screen = crate::story::tests::screen(model::Lang::En);
        let mut board = Board::new(&screen);
        for (metrics, records, rests) in [
            (METRICS, 14, false),
            ("qiao_tasks{flow=\"a\",kind=\"deliver\",state=\"synced\"} 9\nqiao_open_wishes 0\n", 9, true),
            ("qiao_tasks{flow=\"a\",kind=\"deliver\",state=\"synced\"} 9\nqiao_open_wishes 0\n", 10, false),
            ("qiao_tasks{flow=\"a\",kind=\"deliver\",state=\"failed\"} 9\nqiao_open_wishes 0\n", 9, true),
        ] {
            board.show(metrics, Timestamp(1));
            assert_eq!(board.rests(records), rests, "{metrics}");
        }
    }
}
