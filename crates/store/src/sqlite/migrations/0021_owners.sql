-- Owners of records: which of them were told of what, and messages to them.

create table alert_owner (
    tenant integer not null,
    alert integer not null,
    task integer not null,
    connection text not null,
    person text not null,
    at integer not null,
    primary key (tenant, alert, task, connection, person)
) strict, without rowid;
create index alert_owner_at on alert_owner (tenant, at);

alter table alert_message add column owner_connection text;
alter table alert_message add column owner text;
