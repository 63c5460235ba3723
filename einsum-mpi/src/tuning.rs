//! Each number that a decision here compares with: by subject and unit, with its measurement or reason. `.ci/constants` prints them.

/// Bytes of each rank that MPI sums at once; more are cut into pieces.
///
/// MPI needs copies of a term and of parts on their way. Of long messages these are in memory that the operating system must find first,
/// which takes longer than all else; of pieces they are in caches. Milliseconds of an all-reduce of 4 Mi words in `f32`, two ranks on two
/// cores of a Xeon (Sapphire Rapids): by Open MPI 4.1 in one piece 16.8, in pieces of 256 KiB for each rank 5.0, of 64 KiB 5.4, of 1 MiB
/// 6.9; by MPICH 4.0 16.7, 5.4, 5.6 and 7.5; by TCP 26.0, and in pieces 10.1. Nothing shorter is slower in pieces. They are as long as this
/// for each rank, so that messages of a ring stay long where ranks are many: of 256 KiB a network of 12 GB/s and 2 us sends 91 % of what it
/// sends of any longer.
pub(crate) const SUMMED_BYTES_OF_EACH_RANK: usize = 256 << 10;

/// Bytes of each rank of a reduce-scatter of even parts that is not cut, as its pieces must be copied together. Of 256 Ki words
/// 1.2 ms in one piece and 1.1 in two by Open MPI, and 0.4 and 0.7 by MPICH; of 1 Mi words 4.5 and 1.7, 1.9 and 1.1; of 4 Mi 20.3 and 6.8,
/// 4.7 and 4.1.
pub(crate) const SCATTERED_UNCUT_MAX_BYTES_OF_EACH_RANK: usize = 1 << 20;
