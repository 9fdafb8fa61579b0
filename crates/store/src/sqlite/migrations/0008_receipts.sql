-- What was pushed to us, as it came: stored before it is answered, parsed afterwards in the order of its ids, of which
-- none is given twice. Codes of states: see codec.rs. `about`: the records it was parsed to, as object and id.
create table receipt (
    id integer primary key autoincrement,
    tenant integer not null,
    connection text not null,
    code text not null,
    token text not null,
    at integer not null,
    source_id text,
    void integer not null,
    content_type text,
    state integer not null,
    body blob not null
) strict;
create index receipt_waiting on receipt (tenant, connection, id) where state = 0;
create index receipt_failed on receipt (tenant, id) where state = 2;

create table receipt_outcome (
    receipt integer primary key,
    about text not null,
    cause text
) strict;

alter table arrival add column receipt integer;

-- Tokens of machines that call us: their hashes.
create table access (
    id integer primary key,
    tenant integer not null,
    name text not null,
    connections text not null,
    grants text not null,
    hash blob not null unique,
    made integer not null,
    until integer,
    unique (tenant, name)
) strict;
