//! What callers of the stand-ins meet: requests in, replies out, through the sandbox's one door.

mod company;
mod control;
mod determinism;
mod dingtalk_clients;
mod dingtalk_contacts;
mod dingtalk_notices;
mod dingtalk_tokens;
mod faults;
mod fxiaoke_business;
mod fxiaoke_callbacks;
mod fxiaoke_media;
mod fxiaoke_people;
mod fxiaoke_queries;
mod fxiaoke_records;
mod fxiaoke_sign_in;
mod fxiaoke_switches;
mod fxiaoke_team;
mod fxiaoke_tenant;
mod kingdee;
mod odd_bodies;
mod one_company;
mod server;
mod standard_erp;
mod world;
