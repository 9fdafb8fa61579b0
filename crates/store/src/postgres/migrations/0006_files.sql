-- Files that were brought over: which file of the target stands for which of the source, by the place they hang at.
-- Narrow: a flow that carries no files has none. `line`: the line's id at the source, '' for the record's own.

create table link_file (
    link bigint not null,
    place text collate "C" not null,
    line text collate "C" not null,
    handle text collate "C" not null,
    target_handle text collate "C" not null,
    name text collate "C" not null,
    size bigint,
    primary key (link, place, line, handle)
);
