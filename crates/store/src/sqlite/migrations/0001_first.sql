-- The first schema. Every table is scoped by tenant, directly or through its record or task.
-- The hot table is `task`: narrow, and indexed by what is due. Bodies, causes, intents and history stand beside it.
-- Codes of states and kinds: see codec.rs. Times are milliseconds since 1970 in UTC. Hashes are 16 bytes.

create table tenant (
    id integer primary key,
    name text not null unique
) strict;

-- Opens with the right key only: a wrong one is found when the database is opened.
create table key_check (
    id integer primary key check (id = 1),
    nonce blob not null,
    sealed blob not null
) strict;

create table record (
    id integer primary key,
    tenant integer not null,
    connection text not null,
    object text not null,
    source_id text not null,
    number text,
    name text,
    version integer,
    revision integer not null,
    hash blob not null,
    void integer not null
) strict;
-- The id first: one index for the key and for whoever asks for an id without saying whose.
create unique index record_key on record (tenant, source_id, object, connection);
create index record_number on record (tenant, number) where number is not null;
create index record_name on record (tenant, name) where name is not null;

-- One row per revision; an arrival that changed nothing adds none.
create table revision (
    id integer primary key,
    record integer not null,
    revision integer not null,
    at integer not null,
    number text,
    name text,
    version integer,
    hash blob not null,
    void integer not null,
    body text not null
) strict;
create unique index revision_of on revision (record, revision);

-- `body` is there only for arrivals that became no revision.
create table arrival (
    id integer primary key,
    record integer not null,
    at integer not null,
    reading text not null,
    revision integer,
    version integer,
    body text
) strict;
create index arrival_of on arrival (record);

create table cursor (
    tenant integer not null,
    connection text not null,
    object text not null,
    walk text not null,
    "from" integer not null,
    "to" integer not null,
    after text,
    finished integer not null,
    primary key (tenant, connection, object, walk)
) strict, without rowid;

-- `handed`: given to a reader; asking again takes that back.
create table wish (
    tenant integer not null,
    connection text not null,
    object text not null,
    source_id text not null,
    at integer not null,
    handed integer not null,
    primary key (tenant, connection, object, source_id)
) strict, without rowid;
create index wish_oldest on wish (tenant, connection, object, at);

create table lane (
    tenant integer not null,
    name text not null,
    owner text,
    epoch integer not null,
    until integer not null,
    primary key (tenant, name)
) strict, without rowid;

-- `open`: an intent is open. `awaits`: a row in `awaited` says for which link it waits.
create table task (
    id integer primary key,
    tenant integer not null,
    flow text not null,
    record integer not null,
    kind integer not null,
    lane text not null,
    state integer not null,
    want integer not null,
    done integer not null,
    tries integer not null,
    due integer not null,
    open integer not null,
    awaits integer not null
) strict;
create unique index task_of on task (record, flow, kind);
create index task_due on task (tenant, lane, open, due) where state < 4;
create index task_state on task (tenant, flow, state);

-- How many tasks there are of each flow, kind and state; kept in the transactions that move them.
create table task_count (
    tenant integer not null,
    flow text not null,
    kind integer not null,
    state integer not null,
    tasks integer not null,
    primary key (tenant, flow, kind, state)
) strict, without rowid;

create table task_cause (
    task integer primary key,
    cause text not null
) strict;

create table intent (
    task integer primary key,
    link integer not null,
    step text not null,
    key text not null,
    revision integer not null,
    sent integer not null
) strict;

create table awaited (
    task integer primary key,
    tenant integer not null,
    connection text not null,
    object text not null,
    source_id text not null,
    target_connection text not null,
    target_object text
) strict;
create index awaited_link on awaited (tenant, source_id, object, connection, target_connection);

create table link (
    id integer primary key,
    tenant integer not null,
    connection text not null,
    object text not null,
    source_id text not null,
    target_connection text not null,
    target_object text not null,
    target_id text,
    target_number text,
    mapped blob,
    target_hash blob,
    written_back blob,
    fields text
) strict;
create unique index link_source on link (tenant, source_id, object, connection, target_connection, target_object);
create unique index link_target on link (tenant, target_id, target_object, target_connection)
    where target_id is not null;
create index link_number on link (tenant, target_number) where target_number is not null;

create table attempt (
    id integer primary key,
    task integer not null,
    started integer not null,
    ended integer not null,
    flow_version integer not null,
    revision integer not null,
    state integer not null,
    cause text,
    steps text not null
) strict;
create index attempt_of on attempt (task);

create table call (
    id integer primary key,
    tenant integer not null,
    number integer not null,
    connection text not null,
    operation text not null,
    method text not null,
    url text not null,
    sent integer not null,
    took_ms integer not null,
    status integer,
    request text not null,
    response text not null
) strict;

create table attempt_call (
    attempt integer not null,
    call integer not null,
    primary key (attempt, call)
) strict, without rowid;

create table config_version (
    tenant integer not null,
    kind text not null,
    name text not null,
    version integer not null,
    at integer not null,
    text text not null,
    primary key (tenant, kind, name, version)
) strict;

-- The versions in force.
create table config (
    tenant integer not null,
    kind text not null,
    name text not null,
    version integer not null,
    primary key (tenant, kind, name)
) strict, without rowid;

create table generation (
    tenant integer primary key,
    number integer not null
) strict;

create table secret (
    tenant integer not null,
    name text not null,
    nonce blob not null,
    sealed blob not null,
    primary key (tenant, name)
) strict, without rowid;

create table spent (
    tenant integer not null,
    connection text not null,
    day integer not null,
    purpose text not null,
    calls integer not null,
    primary key (tenant, connection, day, purpose)
) strict, without rowid;
