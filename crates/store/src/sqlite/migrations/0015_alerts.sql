-- Alerts, and the messages that tell of them. `what`, `examples` and `cause` are JSON; codes of kinds, severities and
-- states: see codec.rs.

create table alert (
    id integer primary key autoincrement,
    tenant integer not null,
    kind integer not null,
    subject text not null,
    flow text,
    connection text,
    severity integer not null,
    what text not null,
    tasks integer not null,
    examples text not null,
    options text not null,
    since integer not null,
    seen integer not null,
    told integer,
    recovered integer,
    recovery_told integer
) strict;
create unique index alert_open on alert (tenant, kind, subject) where recovered is null;
create index alert_told on alert (tenant, told) where told is not null;
create index alert_recovery_told on alert (tenant, recovery_told) where recovery_told is not null;
create index alert_over on alert (tenant, recovered) where recovered is not null;

create table alert_message (
    id integer primary key autoincrement,
    tenant integer not null,
    receiver text not null,
    title text not null,
    content text not null,
    body text not null,
    made integer not null,
    state integer not null,
    due integer not null,
    tries integer not null,
    cause text
) strict;
create index alert_message_waiting on alert_message (tenant, due) where state = 0;
create index alert_message_made on alert_message (tenant, made);
