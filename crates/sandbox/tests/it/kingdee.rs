//! The stand-in of K/3 Cloud, called as its clients call it.

mod bills;
mod business;
mod desk;
mod hostile;
mod life;
mod organisation;
mod queries;
mod refusals;
mod samples;
mod saving;
mod seeds;
mod sessions;
mod transport;
