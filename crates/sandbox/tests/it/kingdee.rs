//! The stand-in of K/3 Cloud, called as its clients call it.

mod desk;
mod queries;
mod samples;
mod seeds;
mod sessions;
mod transport;
mod writes;
