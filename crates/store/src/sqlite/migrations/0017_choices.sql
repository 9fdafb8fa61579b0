-- What people chose where a field was edited on both sides. `take` is 0 for the source, 1 for the target; `of_values` tells which
-- values it is about.

create table choice (
    tenant integer not null,
    task integer not null,
    field text not null,
    take integer not null,
    of_values text not null,
    at integer not null,
    primary key (tenant, task, field)
) strict, without rowid;
