-- `others_until`: until when calls of owners before the present one may be under way, who did not give the lane back.
alter table lane add column others_until integer not null default 0;

-- Nobody works on it now: what was not given back was left, and a call of it may have been begun until its lease ended.
update lane set others_until = until + 200000, owner = null where owner is not null;

-- A process that works on the database, for as long as it is alive.
create table node (
    tenant integer not null,
    owner text not null,
    name text not null,
    version text not null,
    started integer not null,
    seen integer not null,
    until integer not null,
    groups integer not null,
    primary key (tenant, owner)
) strict, without rowid;

-- That the database is being moved to another place, or was: no server works on it any more.
create table moved (
    id integer primary key check (id = 1),
    at integer not null,
    place text not null,
    token text not null,
    done integer not null
) strict;
