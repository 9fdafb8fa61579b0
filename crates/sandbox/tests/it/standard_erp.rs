//! The ERP that speaks the standard protocol: the four calls, their forms and freedoms, and what it pushes.

mod calls;
mod desk;
mod faults;
mod forms;
mod freedoms;
mod polling;
mod pushing;
mod pushing_forms;
mod screens;
mod seeds;
