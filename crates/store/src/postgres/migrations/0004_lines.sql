-- Line links: which row of the target stands for which line of the source. Narrow: a flow without lines has none.
-- Found by link, and by either side without saying whose.

create table line_link (
    link bigint not null,
    list text collate "C" not null,
    line text collate "C" not null,
    target_row text collate "C" not null,
    primary key (link, list, line)
);
create index line_link_line on line_link (line, list);
create unique index line_link_row on line_link (target_row, list, link);

-- What is awaited may be known by its number, or be a line of a list. A link wakes whoever waits at either of its sides.
alter table awaited add column by_number boolean not null default false;
alter table awaited add column line_of text collate "C";
