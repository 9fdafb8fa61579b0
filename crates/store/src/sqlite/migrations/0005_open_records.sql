-- Records that are read again and again, since their source does not show all of their changes.
-- `read_at`: when each was read last. `missing`: the source did not have it the last time.

create table open_record (
    tenant integer not null,
    connection text not null,
    object text not null,
    source_id text not null,
    read_at integer not null,
    missing integer not null,
    primary key (tenant, connection, object, source_id)
) strict, without rowid;
create index open_record_oldest on open_record (tenant, connection, object, read_at);
