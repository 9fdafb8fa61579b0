-- The calls by which something was done that no attempt tells of: what a caller wrote through us.
create table audit_call (
    audit integer not null,
    call integer not null,
    primary key (audit, call)
) strict, without rowid;
