-- What filled the placeholders of a text when it was applied, and when a version went out of force without another in
-- its place.

alter table config_version add column environment text collate "C";
alter table config_version add column environment_version bigint;
alter table config_version add column removed bigint;
