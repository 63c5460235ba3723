//! Tiles of `bf16`: products of packed factors in the tile registers of AMX, added up in `f32`.
//!
//! A step of the kernel is 32 rows times 32 columns, over 32 contracted indices: two tiles of either factor, and four of sums. A tile is
//! 16 lines of 16 words, a word two neighbours along the contracted labels:
//!
//! | | a line | its words |
//! | --- | --- | --- |
//! | rows of A~ | a row | pairs of contracted indices |
//! | columns of B~ | a pair of contracted indices | columns |
//!
//! So one is the transpose of the other, word by word. A factor is read by whichever of its labels lies side by side, as lines of the one
//! or of the other, and transposed in registers if it should be the other.
//!
//! The instruction takes subnormal inputs for 0, and gives 0 for subnormal sums; it rounds to nearest.

use core::arch::{
    asm,
    x86_64::{
        __m512i, __mmask32, _mm512_add_epi16, _mm512_loadu_si512, _mm512_maskz_loadu_epi16, _mm512_permutex2var_epi16,
        _mm512_set_epi16, _mm512_set1_epi16, _mm512_setzero_si512, _mm512_shuffle_i32x4, _mm512_storeu_si512,
        _mm512_unpackhi_epi32, _mm512_unpackhi_epi64, _mm512_unpacklo_epi32, _mm512_unpacklo_epi64,
    },
};

use crate::{extents, machine::tiles::Tiles};

/// Rows, columns and contracted indices of a step.
pub(crate) const SIDE: usize = 32;

/// Elements of a tile, of which a step has two of each factor.
const TILE: usize = 16 * SIDE;

/// The numbers that make a line of a tile.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lines {
    /// A row: tiles of A~.
    Rows,
    /// A pair of contracted indices: tiles of B~.
    Pairs,
}

/// A block of a factor that is packed.
#[derive(Clone, Copy)]
pub(crate) struct Halves<'a> {
    /// The element at offset 0.
    pub(crate) from: *const i16,
    /// The offset of every row, or column.
    pub(crate) rows: &'a [isize],
    /// The offset of every contracted index.
    pub(crate) depth: &'a [isize],
}

/// A block of the result, and the packed factors that it is the product of.
pub(crate) struct HalvesBlock<'a> {
    /// A~: for every 32 rows, `steps` times two tiles.
    pub(crate) a: *const i16,
    /// B~: likewise.
    pub(crate) b: *const i16,
    /// The contracted indices, in steps of 32.
    pub(crate) steps: usize,
    pub(crate) out: *mut f32,
    /// The offset of every row in the result.
    pub(crate) rows: &'a [isize],
    /// The offset of every column in the result.
    pub(crate) columns: &'a [isize],
    pub(crate) alpha: f32,
    pub(crate) beta: Option<f32>,
}

/// How many elements there are of packed rows, or columns.
pub(crate) fn packed_len(rows: usize, depth: usize) -> usize {
    rows.next_multiple_of(SIDE).saturating_mul(depth.next_multiple_of(SIDE))
}

/// Packs a block, filled up with zeros to whole tiles.
///
/// # Safety
/// - `halves.from` moved by the sum of an offset of `rows` and one of `depth` is valid for reads.
/// - `to` is valid for writes of [`packed_len`] elements.
pub(crate) unsafe fn pack(_tiles: Tiles, lines: Lines, halves: &Halves<'_>, to: *mut i16) {
    // SAFETY: the processor has AVX-512, as `Tiles` say; else by this function's contract.
    unsafe { pack_panels(lines, halves, to) }
}

/// Computes a block of the result: `out = alpha * A~ * B~ + beta * out`.
///
/// # Safety
/// - `block.a` and `block.b` are packed, as lines of rows and of pairs, for the rows and columns of the block and `block.steps` times 32
///   contracted indices.
/// - `block.out` moved by the sum of an offset of `rows` and one of `columns` is valid for writes, and for reads if there is a `beta`; these
///   elements differ, and nothing else reaches them.
pub(crate) unsafe fn compute(_tiles: Tiles, block: &HalvesBlock<'_>) {
    // SAFETY: the processor has the instructions, as `Tiles` say; else by this function's contract.
    unsafe { compute_block(block) }
}

/// # Safety
/// - The processor has the instructions.
/// - `halves.from` moved by the sum of an offset of `rows` and one of `depth` is valid for reads.
/// - `to` is valid for writes of [`packed_len`] elements.
#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")]
unsafe fn pack_panels(lines: Lines, halves: &Halves<'_>, to: *mut i16) {
    let steps = halves.depth.len().div_ceil(SIDE);
    for (panel, rows) in halves.rows.chunks(SIDE).enumerate() {
        let are_rows_side_by_side = are_side_by_side(rows);
        for (step, depth) in halves.depth.chunks(SIDE).enumerate() {
            // SAFETY: by the contract: offsets are those of elements, and there is room for two tiles of each step of each panel.
            unsafe {
                let to = to.add((panel * steps + step) * 2 * TILE);
                let (read, tiles) = if are_rows_side_by_side {
                    (Lines::Pairs, by_pairs(halves.from.wrapping_offset(rows[0]), rows.len(), depth))
                } else if are_side_by_side(depth) {
                    (Lines::Rows, by_rows(halves.from.wrapping_offset(depth[0]), rows, depth.len()))
                } else {
                    (Lines::Rows, gathered(halves.from, rows, depth))
                };
                for (tile, vectors) in tiles.into_iter().enumerate() {
                    let vectors = if read == lines { vectors } else { transposed(&vectors) };
                    for (line, vector) in vectors.into_iter().enumerate() {
                        _mm512_storeu_si512(to.add(tile * TILE + line * SIDE).cast(), vector);
                    }
                }
            }
        }
    }
}

/// Whether elements lie side by side.
#[inline(always)]
fn are_side_by_side(offsets: &[isize]) -> bool {
    offsets.iter().zip(offsets[0]..).all(|(&offset, expected)| offset == expected)
}

/// The bits of a mask of the first `len` of 32 elements.
#[inline(always)]
fn first(len: usize) -> __mmask32 {
    if len >= SIDE { !0 } else { (1 << len) - 1 }
}

/// Two tiles, of which each line is a pair of contracted indices, of `len` rows that lie side by side.
///
/// # Safety
/// - The processor has the instructions.
/// - `from` moved by an offset of `depth` is valid for reads of `len` elements, at most 32.
#[inline]
#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")]
unsafe fn by_pairs(from: *const i16, len: usize, depth: &[isize]) -> [[__m512i; 16]; 2] {
    let mask = first(len);
    // SAFETY: by the contract: elements that the mask has are valid for reads.
    let row = |k: usize| unsafe {
        depth.get(k).map_or(_mm512_setzero_si512(), |&k| _mm512_maskz_loadu_epi16(mask, from.wrapping_offset(k)))
    };
    // Words of the first row and the second in turn.
    let low = _mm512_set_epi16(
        47, 15, 46, 14, 45, 13, 44, 12, 43, 11, 42, 10, 41, 9, 40, 8, 39, 7, 38, 6, 37, 5, 36, 4, 35, 3, 34, 2, 33, 1,
        32, 0,
    );
    let high = _mm512_add_epi16(low, _mm512_set1_epi16(16));
    let mut tiles = [[_mm512_setzero_si512(); 16]; 2];
    for pair in 0..16 {
        let [x, y] = [row(2 * pair), row(2 * pair + 1)];
        tiles[0][pair] = _mm512_permutex2var_epi16(x, low, y);
        tiles[1][pair] = _mm512_permutex2var_epi16(x, high, y);
    }
    tiles
}

/// Two tiles, of which each line is a row of `len` contracted indices that lie side by side.
///
/// # Safety
/// - The processor has the instructions.
/// - `from` moved by an offset of `rows` is valid for reads of `len` elements, at most 32.
#[inline]
#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")]
unsafe fn by_rows(from: *const i16, rows: &[isize], len: usize) -> [[__m512i; 16]; 2] {
    let mask = first(len);
    let mut tiles = [[_mm512_setzero_si512(); 16]; 2];
    for (n, &row) in rows.iter().enumerate() {
        // SAFETY: by the contract: elements that the mask has are valid for reads.
        tiles[n / 16][n % 16] = unsafe { _mm512_maskz_loadu_epi16(mask, from.wrapping_offset(row)) };
    }
    tiles
}

/// Two tiles, of which each line is a row, element by element.
///
/// # Safety
/// - The processor has the instructions.
/// - `from` moved by the sum of an offset of `rows` and one of `depth`, of which there are at most 32 each, is valid for reads.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")]
unsafe fn gathered(from: *const i16, rows: &[isize], depth: &[isize]) -> [[__m512i; 16]; 2] {
    let mut elements = [[0_i16; SIDE]; SIDE];
    for (line, &row) in elements.iter_mut().zip(rows) {
        for (element, &k) in line.iter_mut().zip(depth) {
            // SAFETY: by the contract.
            *element = unsafe { from.wrapping_offset(row.wrapping_add(k)).read() };
        }
    }
    let mut tiles = [[_mm512_setzero_si512(); 16]; 2];
    for (n, line) in elements.iter().enumerate() {
        // SAFETY: a line is as long as a vector.
        tiles[n / 16][n % 16] = unsafe { _mm512_loadu_si512(line.as_ptr().cast()) };
    }
    tiles
}

/// A tile with its lines as columns, word by word.
#[inline]
#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")]
fn transposed(x: &[__m512i; 16]) -> [__m512i; 16] {
    let mut pairs = *x;
    for n in (0..16).step_by(2) {
        pairs[n] = _mm512_unpacklo_epi32(x[n], x[n + 1]);
        pairs[n + 1] = _mm512_unpackhi_epi32(x[n], x[n + 1]);
    }
    let mut fours = pairs;
    for n in (0..16).step_by(4) {
        fours[n] = _mm512_unpacklo_epi64(pairs[n], pairs[n + 2]);
        fours[n + 1] = _mm512_unpackhi_epi64(pairs[n], pairs[n + 2]);
        fours[n + 2] = _mm512_unpacklo_epi64(pairs[n + 1], pairs[n + 3]);
        fours[n + 3] = _mm512_unpackhi_epi64(pairs[n + 1], pairs[n + 3]);
    }
    // Quarter `q` of `fours[4 * n + j]` is column `4 * q + j` of lines `4 * n` to `4 * n + 3`.
    let mut columns = *x;
    for j in 0..4 {
        let [a, b, c, d] = [fours[j], fours[4 + j], fours[8 + j], fours[12 + j]];
        let even = [_mm512_shuffle_i32x4::<0x88>(a, b), _mm512_shuffle_i32x4::<0x88>(c, d)];
        let odd = [_mm512_shuffle_i32x4::<0xdd>(a, b), _mm512_shuffle_i32x4::<0xdd>(c, d)];
        columns[j] = _mm512_shuffle_i32x4::<0x88>(even[0], even[1]);
        columns[4 + j] = _mm512_shuffle_i32x4::<0x88>(odd[0], odd[1]);
        columns[8 + j] = _mm512_shuffle_i32x4::<0xdd>(even[0], even[1]);
        columns[12 + j] = _mm512_shuffle_i32x4::<0xdd>(odd[0], odd[1]);
    }
    columns
}

/// How tiles are laid out: palette 1, and the bytes of a line and the lines of each of 8 tiles.
#[repr(C, align(64))]
struct Layout([u8; 64]);

static LAYOUT: Layout = {
    let mut bytes = [0; 64];
    bytes[0] = 1;
    let mut tile = 0;
    while tile < 8 {
        bytes[16 + 2 * tile] = 64;
        bytes[48 + tile] = 16;
        tile += 1;
    }
    Layout(bytes)
};

/// Sums of a step.
#[repr(C, align(64))]
struct Sums([[f32; SIDE]; SIDE]);

/// # Safety
/// - The processor has the instructions.
/// - `block.a` and `block.b` are packed, as lines of rows and of pairs, for the rows and columns of the block and `block.steps` times 32
///   contracted indices.
/// - `block.out` moved by the sum of an offset of `rows` and one of `columns` is valid for writes, and for reads if there is a `beta`; these
///   elements differ, and nothing else reaches them.
#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")]
unsafe fn compute_block(block: &HalvesBlock<'_>) {
    let panel = block.steps * 2 * TILE;
    let is_plain =
        block.alpha.to_bits() == 1.0_f32.to_bits() && block.beta.is_none_or(|beta| beta.to_bits() == 1.0_f32.to_bits());
    let mut sums = Sums([[0.0; SIDE]; SIDE]);
    // SAFETY: the layout is one of palette 1, of 64 bytes.
    unsafe { asm!("ldtilecfg [{}]", in(reg) &raw const LAYOUT, options(nostack, readonly)) };
    for (jr, columns) in block.columns.chunks(SIDE).enumerate() {
        let are_columns_whole = is_plain && columns.len() == SIDE && are_side_by_side(columns);
        for (ir, rows) in block.rows.chunks(SIDE).enumerate() {
            // SAFETY: by the contract: both panels are packed for so many steps. Whole rows and columns, one stride apart and side by side,
            // are the elements that are written; there are as many sums.
            unsafe {
                let (a, b) = (block.a.add(ir * panel), block.b.add(jr * panel));
                if let Some(stride) = stride(rows).filter(|_| are_columns_whole) {
                    let out = block.out.wrapping_offset(rows[0] + columns[0]);
                    multiply(block.steps, (a, b), (out, stride), block.beta.is_some());
                } else {
                    multiply(block.steps, (a, b), (sums.0.as_mut_ptr().cast(), SIDE.cast_signed()), false);
                    write(&sums, block, (rows, columns));
                }
            }
        }
    }
    // SAFETY: tiles are not used any more.
    unsafe { asm!("tilerelease", options(nostack, nomem)) };
}

/// The stride of 32 rows, if they have one.
#[inline(always)]
fn stride(rows: &[isize]) -> Option<isize> {
    let [first, second, ..] = *rows else { return None };
    let stride = second.wrapping_sub(first);
    let is_one = rows.len() == SIDE && rows.windows(2).all(|pair| pair[1].wrapping_sub(pair[0]) == stride);
    is_one.then_some(stride)
}

/// Multiplies 32 rows and 32 columns, and adds the products to the sums, or makes them new ones.
///
/// # Safety
/// - Tiles have the layout of [`LAYOUT`].
/// - `a` and `b` are valid for reads of `steps` times two tiles.
/// - `out` is valid for writes, and for reads if it `is_added` to, of 32 rows of 32 elements, `stride` apart.
#[inline(always)]
unsafe fn multiply(steps: usize, (a, b): (*const i16, *const i16), (out, stride): (*mut f32, isize), is_added: bool) {
    let stride = extents::offset(size_of::<f32>(), stride);
    let lower = out.wrapping_byte_offset(extents::offset(SIDE / 2, stride));
    // SAFETY: by the contract all that is read and written is valid: there is a step at least, or the loop is left at once. Only registers
    // that are said to change do; tiles are nobody else's.
    unsafe {
        asm!(
            "test {added}, {added}",
            "jnz 2f",
            "tilezero tmm0",
            "tilezero tmm1",
            "tilezero tmm2",
            "tilezero tmm3",
            "jmp 3f",
            "2:",
            "tileloadd tmm0, [{upper} + {stride}]",
            "tileloadd tmm1, [{upper} + {stride} + 64]",
            "tileloadd tmm2, [{lower} + {stride}]",
            "tileloadd tmm3, [{lower} + {stride} + 64]",
            "3:",
            "test {steps}, {steps}",
            "jz 5f",
            "4:",
            "tileloadd tmm4, [{a} + {line}]",
            "tileloadd tmm6, [{b} + {line}]",
            "tileloadd tmm7, [{b} + {line} + 1024]",
            "tdpbf16ps tmm0, tmm4, tmm6",
            "tileloadd tmm5, [{a} + {line} + 1024]",
            "tdpbf16ps tmm1, tmm4, tmm7",
            "tdpbf16ps tmm2, tmm5, tmm6",
            "tdpbf16ps tmm3, tmm5, tmm7",
            "add {a}, 2048",
            "add {b}, 2048",
            "dec {steps}",
            "jnz 4b",
            "5:",
            "tilestored [{upper} + {stride}], tmm0",
            "tilestored [{upper} + {stride} + 64], tmm1",
            "tilestored [{lower} + {stride}], tmm2",
            "tilestored [{lower} + {stride} + 64], tmm3",
            added = in(reg) usize::from(is_added),
            steps = inout(reg) steps => _,
            a = inout(reg) a => _,
            b = inout(reg) b => _,
            line = in(reg) 64_usize,
            upper = in(reg) out,
            lower = in(reg) lower,
            stride = in(reg) stride,
            out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _,
            out("tmm4") _, out("tmm5") _, out("tmm6") _, out("tmm7") _,
            options(nostack),
        );
    }
}

/// Writes sums: `out = alpha * sums + beta * out`.
///
/// # Safety
/// - `block.out` moved by the sum of an offset of `rows` and one of `columns`, at most 32 each, is valid for writes, and for reads if there is
///   a `beta`; these elements differ, and nothing else reaches them.
#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")]
unsafe fn write(sums: &Sums, block: &HalvesBlock<'_>, (rows, columns): (&[isize], &[isize])) {
    let are_whole = are_side_by_side(columns);
    for (sums, &row) in sums.0.iter().zip(rows) {
        let put = |to: *mut f32, sum: f32| {
            // SAFETY: by the contract, at an index of the block.
            unsafe {
                to.write(match block.beta {
                    Some(beta) => block.alpha * sum + beta * *to,
                    None => block.alpha * sum,
                });
            }
        };
        let to = block.out.wrapping_offset(row);
        if are_whole {
            let to = to.wrapping_offset(columns[0]);
            for (n, &sum) in sums[..columns.len()].iter().enumerate() {
                put(to.wrapping_add(n), sum);
            }
        } else {
            for (&column, &sum) in columns.iter().zip(sums) {
                put(to.wrapping_offset(column), sum);
            }
        }
    }
}

#[cfg(test)]
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "small whole numbers"
)]
mod tests {
    use super::*;
    use crate::machine::tiles;

    /// The upper half of a number.
    fn half(number: f32) -> i16 {
        (number.to_bits() >> 16) as u16 as i16
    }

    #[test]
    fn tiles_of_any_strides_are_packed_and_multiplied() {
        let Some(tiles) = tiles::current() else { return };
        for [m, n, k] in [[1, 1, 1], [32, 32, 32], [33, 17, 5], [7, 67, 71], [64, 96, 100]] {
            let [a_of, b_of] = [|i: usize, k: usize| (i * 7 + k * 3) % 17, |k: usize, j: usize| (j * 5 + k * 2) % 13];
            // Side by side along the first label, along the second, or along none.
            for (order, gap) in [(0, 1), (1, 1), (0, 2)] {
                let table = |count: usize, step: usize| -> Vec<isize> {
                    (0..count).map(|n| (n * step * gap) as isize).collect()
                };
                let strides = |rows: usize, depth: usize| if order == 0 { (depth, 1) } else { (1, rows) };
                let ((a_row, a_k), (b_row, b_k)) = (strides(m, k), strides(n, k));
                let mut a = vec![half(f32::NAN); m * k * gap];
                let mut b = vec![half(f32::NAN); n * k * gap];
                for k in 0..k {
                    (0..m).for_each(|i| a[(i * a_row + k * a_k) * gap] = half(a_of(i, k) as f32));
                    (0..n).for_each(|j| b[(j * b_row + k * b_k) * gap] = half(b_of(k, j) as f32));
                }
                let packed = |lines, from: &[i16], rows: &[isize], depth: &[isize]| {
                    let mut to = vec![half(f32::NAN); packed_len(rows.len(), depth.len())];
                    // SAFETY: the tables are of elements, and there is room.
                    unsafe { pack(tiles, lines, &Halves { from: from.as_ptr(), rows, depth }, to.as_mut_ptr()) };
                    to
                };
                let packed_a = packed(Lines::Rows, &a, &table(m, a_row), &table(k, a_k));
                let packed_b = packed(Lines::Pairs, &b, &table(n, b_row), &table(k, b_k));
                for (row, column) in [(n, 1), (1, m)] {
                    let mut out = vec![1.0; m * n];
                    let block = HalvesBlock {
                        a: packed_a.as_ptr(),
                        b: packed_b.as_ptr(),
                        steps: k.div_ceil(SIDE),
                        out: out.as_mut_ptr(),
                        rows: &(0..m).map(|i| (i * row) as isize).collect::<Vec<_>>(),
                        columns: &(0..n).map(|j| (j * column) as isize).collect::<Vec<_>>(),
                        alpha: 1.0,
                        beta: Some(1.0),
                    };
                    // SAFETY: both factors are packed, and the result has an element for every row and column.
                    unsafe { compute(tiles, &block) };
                    for (i, j) in (0..m).flat_map(|i| (0..n).map(move |j| (i, j))) {
                        let sum: usize = (0..k).map(|k| a_of(i, k) * b_of(k, j)).sum();
                        assert_eq!(out[i * row + j * column], sum as f32 + 1.0, "{m} {n} {k}: {i} {j}");
                    }
                }
            }
        }
    }
}
