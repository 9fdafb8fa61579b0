-- Alerts, and the messages that tell of them. `what`, `examples` and `cause` are JSON; codes of kinds, severities and
-- states: see codec.rs.

create table alert (
    id bigint generated always as identity primary key,
    tenant bigint not null,
    kind bigint not null,
    subject text not null,
    flow text,
    connection text,
    severity bigint not null,
    what text not null,
    tasks bigint not null,
    examples text not null,
    options text not null,
    since bigint not null,
    seen bigint not null,
    told bigint,
    recovered bigint,
    recovery_told bigint
);
create unique index alert_open on alert (tenant, kind, subject) where recovered is null;
create index alert_told on alert (tenant, told) where told is not null;
create index alert_recovery_told on alert (tenant, recovery_told) where recovery_told is not null;
create index alert_over on alert (tenant, recovered) where recovered is not null;

create table alert_message (
    id bigint generated always as identity primary key,
    tenant bigint not null,
    receiver text not null,
    title text not null,
    content text not null,
    body text not null,
    made bigint not null,
    state bigint not null,
    due bigint not null,
    tries bigint not null,
    cause text
);
create index alert_message_waiting on alert_message (tenant, due) where state = 0;
create index alert_message_made on alert_message (tenant, made);
