-- What people asked for that is done in the background, and the log of what they did. `work`, `cause` and `what` are
-- JSON; codes of states: see codec.rs.

create table job (
    id integer primary key autoincrement,
    tenant integer not null,
    work text not null,
    asked_by text not null,
    made integer not null,
    starts integer not null,
    state integer not null,
    seen integer not null,
    moved integer not null,
    total integer,
    place text,
    cause text,
    ended integer
) strict;
create index job_open on job (tenant, id) where state = 0;

create table audit (
    id integer primary key autoincrement,
    tenant integer not null,
    at integer not null,
    done_by text not null,
    what text not null,
    about text not null
) strict;
create index audit_about on audit (tenant, about, id);
