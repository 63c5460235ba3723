//! The runtime, called as expansions call it, and as none would. One program, which is compiled and linked once.

mod formula_copies;
mod formula_interface;
mod formula_maps;
mod functions;
mod growing;
mod private;
mod random;
