-- Reconciliations (对账): how far each is, what it found, and what it saw that no stored record or link says.
-- The version at which a target was seen stands with its link, so that counts by time can be held against it.

alter table link add column target_version integer;

-- `ended` is null while it is to be gone on with. Place, sum and cause are JSON texts.
create table reconciliation (
    id integer primary key,
    tenant integer not null,
    flow text not null,
    deep integer not null,
    state text not null,
    since integer,
    until integer not null,
    started integer not null,
    beat integer not null,
    ended integer,
    owner text not null,
    place text not null,
    sum text not null,
    cause text
) strict;
create index reconciliation_of on reconciliation (tenant, flow, id);
create unique index reconciliation_open on reconciliation (tenant, flow) where ended is null;

-- `key`: the id at the side that shows it. `detail`: both sides, fields and cause, as JSON text.
create table difference (
    id integer primary key,
    tenant integer not null,
    flow text not null,
    origin text not null,
    key text not null,
    kind text not null,
    state text not null,
    detail text not null,
    standing blob not null,
    since integer not null,
    seen integer not null,
    reason text,
    decided integer
) strict;
create unique index difference_of on difference (tenant, flow, origin, key);
create index difference_state on difference (tenant, flow, state, kind);

-- `version`: null where the system's lists do not show it.
create table sighting (
    tenant integer not null,
    flow text not null,
    side text not null,
    id text not null,
    version integer,
    primary key (tenant, flow, side, id)
) strict, without rowid;
