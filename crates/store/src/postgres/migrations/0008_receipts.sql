-- What was pushed to us, as it came: stored before it is answered, parsed afterwards in the order of its ids, of which
-- none is given twice. Codes of states: see codec.rs. `about`: the records it was parsed to, as object and id.
create table receipt (
    id bigint generated always as identity primary key,
    tenant bigint not null,
    connection text not null,
    code text not null,
    token text not null,
    at bigint not null,
    source_id text,
    void boolean not null,
    content_type text,
    state bigint not null,
    body bytea not null
);
create index receipt_waiting on receipt (tenant, connection, id) where state = 0;
create index receipt_failed on receipt (tenant, id) where state = 2;

create table receipt_outcome (
    receipt bigint primary key,
    about text not null,
    cause text
);

alter table arrival add column receipt bigint;

-- Tokens of machines that call us: their hashes.
create table access (
    id bigint generated always as identity primary key,
    tenant bigint not null,
    name text not null,
    connections text not null,
    grants text not null,
    hash bytea not null unique,
    made bigint not null,
    until bigint,
    unique (tenant, name)
);
