-- By what parts of names records are found (pieces.rs): filled behind the versions, a little at a time. What is in these
-- tables follows from the records; no backup has them.
create table name_piece (
    record bigint primary key,
    pieces bigint[] not null
);
create index name_piece_of on name_piece using gin (pieces);

-- The last version whose record's name was taken up.
create table name_piece_place (
    tenant bigint primary key,
    version bigint not null
);
