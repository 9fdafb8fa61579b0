-- What tells a call of a webhook from every other: one sent again is not kept twice.
alter table receipt add column once text;
create unique index receipt_once on receipt (tenant, connection, code, once) where once is not null;
