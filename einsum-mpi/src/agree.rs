//! How ranks find out whether they were told the same: one small reduction, and more of them only where they were not.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::{
    collective::Collective,
    error::Error,
    words::{Reduction, WordsMut},
};

/// Whether all ranks have the same `own`. If any has an error instead, all have one.
pub(crate) fn agree(communicator: &dyn Collective, own: Result<impl Hash, Error>) -> Result<bool, Error> {
    let ranks = communicator.size();
    // (Of the ranks with an error the first has the greatest number here.)
    let (fault, hash) = match &own {
        Ok(own) => (0, hash(own)),
        Err(_) => (ranks - communicator.rank(), 0),
    };
    let mut numbers = [fault as u64, hash, !hash];
    communicator.largest(&mut numbers);
    let Ok(fault @ 1..) = usize::try_from(numbers[0]) else { return Ok(numbers[1] == !numbers[2]) };
    let rank = ranks - fault;
    let own = own.err();
    let told = own.as_ref().filter(|_| communicator.rank() == rank);
    let message = tell(communicator, told.map(ToString::to_string));
    Err(own.unwrap_or(Error::Elsewhere { rank, message }))
}

/// The text that one rank has, on all of them.
fn tell(communicator: &dyn Collective, own: Option<String>) -> String {
    let mut text = own.unwrap_or_default().into_bytes();
    let mut length = [text.len() as u64];
    communicator.largest(&mut length);
    text.resize(usize::try_from(length[0]).unwrap_or(0), 0);
    communicator.all_reduce(WordsMut::U8(&mut text), Reduction::Max);
    String::from_utf8_lossy(&text).into_owned()
}

/// The least and the greatest of each number on any rank.
pub(crate) fn ranges(communicator: &dyn Collective, own: &[usize]) -> Vec<(usize, usize)> {
    let number = |&number: &usize| number as u64;
    let mut numbers: Vec<u64> = own.iter().map(number).chain(own.iter().map(|own| !number(own))).collect();
    communicator.largest(&mut numbers);
    let (greatest, least) = numbers.split_at(own.len());
    let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    greatest.iter().zip(least).map(|(&greatest, &least)| (number(!least), number(greatest))).collect()
}

fn hash(own: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    own.hash(&mut hasher);
    hasher.finish()
}
