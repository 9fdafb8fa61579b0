-- Records that are read again and again, since their source does not show all of their changes.
-- `read_at`: when each was read last. `missing`: the source did not have it the last time.

create table open_record (
    tenant bigint not null,
    connection text collate "C" not null,
    object text collate "C" not null,
    source_id text collate "C" not null,
    read_at bigint not null,
    missing boolean not null,
    primary key (tenant, connection, object, source_id)
);
create index open_record_oldest on open_record (tenant, connection, object, read_at);
