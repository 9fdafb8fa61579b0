-- Older versions are kept as what differs from their followers: `packed`, to be read with the version `base` of the same
-- record, or by itself where that is null. `body` is '' then.
alter table revision add column packed bytea;
alter table revision add column base bigint;

-- Which attempts made a call: one that no attempt is left of may go.
create index attempt_call_of on attempt_call (call);

-- How far upkeep has come, by what it is called: see upkeep.rs.
create table upkeep (
    tenant bigint not null,
    name text collate "C" not null,
    value bigint not null,
    primary key (tenant, name)
);
