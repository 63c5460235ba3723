//! Columns of text.

use crate::few::{List, numbered};

/// The rows as lines, every column as wide as its widest cell and two spaces from the next. A column
/// of numbers, below its title, is aligned to the right. Every row has as many cells as the first.
#[must_use]
pub fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.first().map_or(0, Vec::len);
    let cells = |column: usize| rows.iter().filter_map(move |row| row.get(column));
    let widths: Vec<usize> = numbered(columns, |column| cells(column).map(|cell| width(cell)).max().unwrap_or(0));
    let is_number = |cell: &String| cell.starts_with(|c: char| c.is_ascii_digit()) && cell.parse::<f64>().is_ok();
    let are_numbers: Vec<bool> = numbered(columns, |column| {
        rows.len() > 1 && cells(column).skip(1).all(|cell| cell.is_empty() || is_number(cell))
    });
    let line = |row: &Vec<String>| {
        let cells = row.iter().enumerate().map(|(column, cell)| {
            let space = " ".repeat(widths[column] - width(cell));
            if are_numbers[column] { format!("{space}{cell}") } else { format!("{cell}{space}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.mapped(line)
}

fn width(cell: &str) -> usize {
    cell.chars().count()
}
