//! Machines whose clocks differ, on one PostgreSQL. A process gets a machine of its own as far as the time goes: a library
//! that is loaded before the system's answers what time it is.

use std::path::PathBuf;
use std::process::Command;

use super::Place;
use super::nodes::{Company, LIMIT, list};
use super::qiao::{Running, eventually};

const FIVE_MINUTES: i64 = 300;

/// What time it is is asked by this one function; clocks that nobody sets are left alone.
const CLOCK: &str = "#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t id, struct timespec *at) {
    long failed = syscall(SYS_clock_gettime, id, at);
    const char *ahead = getenv(\"CLOCK_AHEAD\");
    if (failed == 0 && id == CLOCK_REALTIME && ahead) at->tv_sec += atol(ahead);
    return (int)failed;
}
";

/// The library, built for this machine.
fn library(place: &Place) -> PathBuf {
    let (source, built) = (place.write("clock.c", CLOCK), place.path("clock.so"));
    let status = Command::new("cc").args(["-shared", "-fPIC", "-o"]).args([&built, &source]).status();
    assert!(status.expect("cc runs, which links this program, too").success());
    built
}

/// The command on a machine whose clock is so many seconds ahead.
fn ahead(mut command: Command, library: &PathBuf, seconds: i64) -> Command {
    command.env("LD_PRELOAD", library).env("CLOCK_AHEAD", seconds.to_string());
    command
}

/// What time a machine says it is.
fn time_of(library: &PathBuf, seconds: i64) -> i64 {
    let mut date = Command::new("date");
    date.arg("+%s");
    let told = ahead(date, library, seconds).output().expect("date runs").stdout;
    String::from_utf8_lossy(&told).trim().parse().expect("seconds")
}

#[test]
fn nodes_whose_machines_are_five_minutes_apart_neither_fight_nor_wait() {
    let company = Company::open("clocks");
    let library = library(&company.place);
    let apart = time_of(&library, FIVE_MINUTES) - time_of(&library, 0);
    assert!((FIVE_MINUTES..FIVE_MINUTES + 30).contains(&apart), "the clock is another: {apart}");

    let mut first = Running::start(ahead(company.server("准时"), &library, 0));
    eventually(LIMIT, || company.alive() == [("准时".to_owned(), 1)]);
    // By its machine's clock, what the first holds ended minutes ago; by that of the third, it never ends.
    let mut second = Running::start(ahead(company.server("快五分钟"), &library, FIVE_MINUTES));
    let _third = Running::start(ahead(company.server("慢五分钟"), &library, -FIVE_MINUTES));
    eventually(LIMIT, || company.alive().len() == 3);
    for n in 0..3 {
        let name = format!("第一批公司{n}");
        company.save(&name);
        eventually(LIMIT, || company.customers(&name) == 1);
    }
    let groups = |name: &str| {
        let alive = company.alive();
        alive.iter().find(|(node, _)| node == name).map(|(_, groups)| *groups)
    };
    assert_eq!((groups("准时"), groups("快五分钟"), groups("慢五分钟")), (Some(1), Some(0), Some(0)));

    // What somebody asks for at such a machine is not put off until the others' clocks say the same.
    let id = company.save("补传的公司");
    eventually(LIMIT, || company.customers("补传的公司") == 1);
    let asked = company.place.command(&["history", "customers-to-erp", &id, "--json"]);
    let asked = ahead(asked, &library, FIVE_MINUTES).output().expect("qiao runs");
    assert!(asked.status.success(), "{asked:?}");
    eventually(LIMIT, || list(&company.place, &["jobs", "list", "--json"])[0]["state"] == "done");

    first.child.kill().expect("it runs");
    company.save("第二批公司");
    eventually(LIMIT, || company.customers("第二批公司") == 1);
    let now_works = |name| groups(name) == Some(1);
    eventually(LIMIT, || now_works("快五分钟") || now_works("慢五分钟"));
    if now_works("快五分钟") {
        second.child.kill().expect("it runs");
        company.save("第三批公司");
        eventually(LIMIT, || company.customers("第三批公司") == 1 && now_works("慢五分钟"));
    }
    for name in ["第一批公司0", "第一批公司1", "第一批公司2", "补传的公司", "第二批公司"]
    {
        assert_eq!(company.customers(name), 1, "{name}");
    }
}
