-- Sweeps of the ids of objects (清点): how far each is, and the records that no list of their source shows.

-- `ended` is null while it is to be gone on with. Place, sum and cause are JSON texts.
create table sweep (
    id integer primary key,
    tenant integer not null,
    connection text not null,
    object text not null,
    deep integer not null,
    state text not null,
    until integer not null,
    started integer not null,
    beat integer not null,
    ended integer,
    owner text not null,
    place text not null,
    sum text not null,
    cause text
) strict;
create index sweep_of on sweep (tenant, object, connection, id);
create unique index sweep_open on sweep (tenant, object, connection) where ended is null;

-- `gone`: asked for by its id it was absent; else a filter leaves it out, or it is void. `reason`: why it may rest.
create table unlisted (
    tenant integer not null,
    connection text not null,
    object text not null,
    id text not null,
    gone integer not null,
    since integer not null,
    reason text,
    primary key (tenant, object, connection, id)
) strict, without rowid;
