-- What changed in a span of time, for those who ask for it page by page.
create index revision_taken_in on revision (at, record);
