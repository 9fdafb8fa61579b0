-- Files that were brought over: which file of the target stands for which of the source, by the place they hang at.
-- Narrow: a flow that carries no files has none. `line`: the line's id at the source, '' for the record's own.

create table link_file (
    link integer not null,
    place text not null,
    line text not null,
    handle text not null,
    target_handle text not null,
    name text not null,
    size integer,
    primary key (link, place, line, handle)
) strict, without rowid;
