//! How a tensor lies on a mesh, and the text that says so.

use std::{fmt, str::FromStr};

use crate::error::Error;

/// Which axis of a tensor is sharded on which axis of a mesh, and over which mesh axes it is partial: a sum of what ranks have.
///
/// The text of a placement has a word for each axis of the tensor, the name of a mesh axis or `_`, and then `//` and a name for each mesh axis
/// over which the tensor is partial: `"dp _ tp"`, `"_ //tp"`, `"//dp //tp"` for a number. On a mesh axis that is not named, all ranks
/// have the same.
///
/// ```
/// use einsum_mpi::Placement;
///
/// let placement: Placement = "dp _ //tp".parse()?;
/// assert_eq!(placement.axes(), [Some("dp".to_owned()), None]);
/// assert_eq!(placement.partial(), ["tp"]);
/// assert_eq!(placement.to_string(), "dp _ //tp");
/// # Ok::<(), einsum_mpi::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Placement {
    axes: Vec<Option<String>>,
    partial: Vec<String>,
}

/// A placement, or the text of one.
pub trait IntoPlacement {
    /// The placement.
    ///
    /// # Errors
    /// If the text is none.
    fn into_placement(self) -> Result<Placement, Error>;
}

impl Placement {
    /// The placement of these axes, partial over these.
    ///
    /// # Errors
    /// If a mesh axis is named twice.
    pub fn new(axes: Vec<Option<String>>, mut partial: Vec<String>) -> Result<Placement, Error> {
        partial.sort();
        let placement = Placement { axes, partial };
        match placement.twice().cloned() {
            None => Ok(placement),
            Some(name) => Err(placement.wrong(format!(
                "names `{name}` twice: a mesh axis shards one axis of a tensor, or the tensor is partial over it"
            ))),
        }
    }

    /// The placement of a tensor of so many axes that all ranks have.
    #[must_use]
    pub fn replicated(axes: usize) -> Placement {
        Placement { axes: vec![None; axes], partial: Vec::new() }
    }

    /// For each axis of the tensor the mesh axis that it is sharded on.
    #[must_use]
    pub fn axes(&self) -> &[Option<String>] {
        &self.axes
    }

    /// The mesh axes over which the tensor is partial, sorted.
    #[must_use]
    pub fn partial(&self) -> &[String] {
        &self.partial
    }

    /// The axis of the tensor that is sharded on this mesh axis.
    #[must_use]
    pub fn sharded_on(&self, mesh_axis: &str) -> Option<usize> {
        self.axes.iter().position(|axis| axis.as_deref() == Some(mesh_axis))
    }

    /// Whether the tensor is partial over this mesh axis.
    #[must_use]
    pub fn is_partial_over(&self, mesh_axis: &str) -> bool {
        self.partial.iter().any(|name| name == mesh_axis)
    }

    /// All mesh axes that are named.
    pub(crate) fn names(&self) -> impl Iterator<Item = &String> {
        self.axes.iter().flatten().chain(&self.partial)
    }

    /// Whether the axes and the partial mesh axes, in any order, are these.
    pub(crate) fn is(&self, axes: &[Option<&str>], partial: &[&str]) -> bool {
        self.axes.iter().map(Option::as_deref).eq(axes.iter().copied())
            && self.partial.len() == partial.len()
            && partial.iter().all(|name| self.is_partial_over(name))
    }

    pub(crate) fn wrong(&self, mistake: String) -> Error {
        Error::Placement { placement: self.to_string(), mistake }
    }

    fn twice(&self) -> Option<&String> {
        let names: Vec<_> = self.names().collect();
        names.iter().enumerate().find(|(at, name)| names[..*at].contains(name)).map(|(_, name)| *name)
    }
}

impl FromStr for Placement {
    type Err = Error;

    fn from_str(text: &str) -> Result<Placement, Error> {
        let mistake = |mistake: String| Error::Placement { placement: text.to_owned(), mistake };
        let (axes, partial) = text.split_once("//").map_or((text, None), |(axes, partial)| (axes, Some(partial)));
        let mut read = Vec::new();
        for word in axes.split_whitespace() {
            read.push(match word {
                "_" => None,
                word if is_name(word) => Some(word.to_owned()),
                word => {
                    return Err(mistake(format!(
                        "has the word `{word}`: write the name of a mesh axis for each axis of the tensor, or `_`, and spaces between"
                    )));
                }
            });
        }
        let partial: Vec<_> = partial.into_iter().flat_map(|partial| partial.split("//")).map(str::trim).collect();
        if let Some(name) = partial.iter().find(|name| !is_name(name)) {
            return Err(mistake(format!("has `{name}` after `//`: write the name of one mesh axis after each `//`")));
        }
        Placement::new(read, partial.into_iter().map(str::to_owned).collect())
    }
}

/// Whether a mesh axis can be called so.
pub(crate) fn is_name(name: &str) -> bool {
    let is_start = |first: char| first == '_' || first.is_alphabetic();
    name != "_"
        && name.chars().next().is_some_and(is_start)
        && name.chars().all(|letter| letter == '_' || letter.is_alphanumeric())
}

impl fmt::Display for Placement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let axes = self.axes.iter().map(|axis| axis.clone().unwrap_or_else(|| "_".to_owned()));
        let partial = self.partial.iter().map(|name| format!("//{name}"));
        f.write_str(&axes.chain(partial).collect::<Vec<_>>().join(" "))
    }
}

impl IntoPlacement for &str {
    fn into_placement(self) -> Result<Placement, Error> {
        self.parse()
    }
}

impl IntoPlacement for &String {
    fn into_placement(self) -> Result<Placement, Error> {
        self.parse()
    }
}

impl IntoPlacement for Placement {
    fn into_placement(self) -> Result<Placement, Error> {
        Ok(self)
    }
}

impl IntoPlacement for &Placement {
    fn into_placement(self) -> Result<Placement, Error> {
        Ok(self.clone())
    }
}
