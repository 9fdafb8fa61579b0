-- The time whose mapping this delivery of a task is made with, where a person asked for an earlier one.
alter table task add column as_of integer;

-- What the source said, by its hash, where a person edited the stored copy since.
alter table record add column read_hash blob;
