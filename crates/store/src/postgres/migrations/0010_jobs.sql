-- What people asked for that is done in the background, and the log of what they did. `work`, `cause` and `what` are
-- JSON; codes of states: see codec.rs.

create table job (
    id bigint generated always as identity primary key,
    tenant bigint not null,
    work text not null,
    asked_by text not null,
    made bigint not null,
    starts bigint not null,
    state bigint not null,
    seen bigint not null,
    moved bigint not null,
    total bigint,
    place text,
    cause text,
    ended bigint
);
create index job_open on job (tenant, id) where state = 0;

create table audit (
    id bigint generated always as identity primary key,
    tenant bigint not null,
    at bigint not null,
    done_by text not null,
    what text not null,
    about text not null
);
create index audit_about on audit (tenant, about, id);
