-- Line links: which row of the target stands for which line of the source. Narrow: a flow without lines has none.
-- Found by link, and by either side without saying whose.

create table line_link (
    link integer not null,
    list text not null,
    line text not null,
    target_row text not null,
    primary key (link, list, line)
) strict, without rowid;
create index line_link_line on line_link (line, list);
create unique index line_link_row on line_link (target_row, list, link);

-- What is awaited may be known by its number, or be a line of a list. A link wakes whoever waits at either of its sides.
alter table awaited add column by_number integer not null default 0;
alter table awaited add column line_of text;
