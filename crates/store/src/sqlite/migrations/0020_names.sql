-- By what parts of names records are found (pieces.rs): filled behind the versions, a little at a time. What is in these
-- tables follows from the records; no backup has them.
create virtual table name_piece using fts5 (
    pieces, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);

-- The last version whose record's name was taken up.
create table name_piece_place (
    tenant integer primary key,
    version integer not null
) strict;
