-- Older versions are kept as what differs from their followers: `packed`, to be read with the version `base` of the same
-- record, or by itself where that is null. `body` is '' then.
alter table revision add column packed blob;
alter table revision add column base integer;

-- Which attempts made a call: one that no attempt is left of may go.
create index attempt_call_of on attempt_call (call);

-- How far upkeep has come, by what it is called: see upkeep.rs.
create table upkeep (
    tenant integer not null,
    name text not null,
    value integer not null,
    primary key (tenant, name)
) strict, without rowid;
