-- The same person or department in two systems, and the tasks that wait for somebody to be bound.
-- `kind` and `how`: see codec.rs.

create table binding (
    id integer primary key,
    tenant integer not null,
    kind integer not null,
    connection text not null,
    party text not null,
    number text,
    name text,
    other_connection text not null,
    other_party text not null,
    other_number text,
    other_name text,
    how integer not null,
    at integer not null
) strict;
create unique index binding_one on binding (tenant, party, connection, other_connection, kind);
create index binding_other on binding (tenant, other_party, other_connection, connection, kind);
create index binding_number on binding (tenant, number, connection, other_connection, kind)
    where number is not null;
create index binding_other_number on binding (tenant, other_number, other_connection, connection, kind)
    where other_number is not null;

create table awaited_binding (
    task integer primary key,
    tenant integer not null,
    kind integer not null,
    connection text not null,
    party text not null,
    other_connection text not null
) strict;
create index awaited_party on awaited_binding (tenant, party, connection, other_connection, kind);
