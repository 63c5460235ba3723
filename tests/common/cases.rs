//! The subscripts under test, each with a name, and with the names and ranks of its operands.

/// Calls `$callback!` with the whole table.
macro_rules! for_each_case {
    ($callback:ident) => {
        $callback! {
            // One operand: copies, permutations, sums.
            scalar: "->" (a: Ix0);
            scalar_implicit: "" (a: Ix0);
            vector: "i->i" (a: Ix1);
            vector_sum: "i->" (a: Ix1);
            matrix_implicit: "ij" (a: Ix2);
            transpose: "ij->ji" (a: Ix2);
            transpose_implicit: "ba" (a: Ix2);
            matrix_sum: "ij->" (a: Ix2);
            row_sums: "ij->i" (a: Ix2);
            column_sums: "ij->j" (a: Ix2);
            permute_3: "ijk->kij" (a: Ix3);
            permute_3_inverse: "ijk->jki" (a: Ix3);
            permute_3_implicit: "cab" (a: Ix3);
            sum_outer_axes: "ijk->j" (a: Ix3);
            sum_middle_axis: "ijk->ki" (a: Ix3);
            permute_4: "ijkl->ljki" (a: Ix4);
            sum_two_of_five: "abcde->dab" (a: Ix5);
            permute_6: "abcdef->fadbec" (a: Ix6);
            permute_7: "abcdefg->gfedcba" (a: IxDyn);
            sum_four_of_seven: "abcdefg->feb" (a: IxDyn);

            // Repeated labels.
            trace: "ii->" (a: Ix2);
            trace_implicit: "ii" (a: Ix2);
            diagonal: "ii->i" (a: Ix2);
            diagonal_of_three: "iii->i" (a: Ix3);
            diagonal_leading: "iij->ij" (a: Ix3);
            diagonal_transposed: "iij->ji" (a: Ix3);
            diagonal_outer: "iji->ij" (a: Ix3);
            diagonal_trailing: "jii->ij" (a: Ix3);
            partial_trace: "iij->j" (a: Ix3);
            partial_trace_implicit: "kik" (a: Ix3);
            diagonal_sum_lone: "ijj->i" (a: Ix3);
            two_diagonals: "iijj->ji" (a: Ix4);
            interleaved_diagonals: "ijij->ij" (a: Ix4);
            interleaved_trace: "ijij->" (a: Ix4);

            // Two vectors.
            dot: "i,i->" (a: Ix1, b: Ix1);
            dot_implicit: "i,i" (a: Ix1, b: Ix1);
            hadamard_1: "i,i->i" (a: Ix1, b: Ix1);
            outer: "i,j->ij" (a: Ix1, b: Ix1);
            outer_transposed: "i,j->ji" (a: Ix1, b: Ix1);
            outer_implicit: "j,i" (a: Ix1, b: Ix1);
            product_of_sums: "i,j->" (a: Ix1, b: Ix1);
            vector_times_sum: "i,j->j" (a: Ix1, b: Ix1);

            // Scalars.
            scalar_product: ",->" (a: Ix0, b: Ix0);
            scalar_product_implicit: "," (a: Ix0, b: Ix0);
            scalar_product_3: ",,->" (a: Ix0, b: Ix0, c: Ix0);
            scale: ",ij->ij" (a: Ix0, b: Ix2);
            scale_right: "ij,->ji" (a: Ix2, b: Ix0);
            scale_sum: "ij,->" (a: Ix2, b: Ix0);
            scale_twice: ",ij,->i" (a: Ix0, b: Ix2, c: Ix0);

            // Matrices and vectors.
            matvec: "ij,j->i" (a: Ix2, b: Ix1);
            vecmat: "i,ij->j" (a: Ix1, b: Ix2);
            matvec_transposed: "ij,i->j" (a: Ix2, b: Ix1);
            scale_rows: "ij,i->ij" (a: Ix2, b: Ix1);
            scale_columns: "ij,j->ij" (a: Ix2, b: Ix1);
            row_sums_outer: "ij,k->ik" (a: Ix2, b: Ix1);
            frobenius: "ij,ij->" (a: Ix2, b: Ix2);
            frobenius_transposed: "ij,ji" (a: Ix2, b: Ix2);
            hadamard_2: "ij,ij->ij" (a: Ix2, b: Ix2);
            hadamard_transposed: "ij,ji->ij" (a: Ix2, b: Ix2);
            row_dots: "ij,ij->i" (a: Ix2, b: Ix2);
            matmul: "ij,jk->ik" (a: Ix2, b: Ix2);
            matmul_implicit: "ij,jk" (a: Ix2, b: Ix2);
            matmul_implicit_sorted: "kj,ji" (a: Ix2, b: Ix2);
            matmul_spaced: " i j , j k -> i k " (a: Ix2, b: Ix2);
            matmul_to_transposed: "ij,jk->ki" (a: Ix2, b: Ix2);
            matmul_rhs_transposed: "ij,kj->ik" (a: Ix2, b: Ix2);
            matmul_lhs_transposed: "ji,jk->ik" (a: Ix2, b: Ix2);
            matmul_all_transposed: "ji,kj->ki" (a: Ix2, b: Ix2);
            matmul_uncontracted: "ij,jk->ijk" (a: Ix2, b: Ix2);
            matmul_lhs_lone: "ij,jk->k" (a: Ix2, b: Ix2);
            matmul_rhs_lone: "ij,jk->i" (a: Ix2, b: Ix2);
            matmul_both_lone: "ij,jk->j" (a: Ix2, b: Ix2);
            matmul_sum: "ij,jk->" (a: Ix2, b: Ix2);
            sums_product: "ij,kl->" (a: Ix2, b: Ix2);
            sums_outer: "ij,kl->kj" (a: Ix2, b: Ix2);
            kronecker: "ij,kl->ikjl" (a: Ix2, b: Ix2);

            // Batches and contractions of several labels.
            batch_matmul: "bij,bjk->bik" (a: Ix3, b: Ix3);
            batch_last: "ijb,jkb->ikb" (a: Ix3, b: Ix3);
            batch_middle: "ibj,bjk->kbi" (a: Ix3, b: Ix3);
            batch_summed: "bij,bjk->ik" (a: Ix3, b: Ix3);
            batch_matvec: "bij,bj->bi" (a: Ix3, b: Ix2);
            linear: "bik,jkl->bij" (a: Ix3, b: Ix3);
            dense: "bti,oi->bto" (a: Ix3, b: Ix2);
            attention_scores: "bqhd,bkhd->bhqk" (a: Ix4, b: Ix4);
            attention_values: "bhqk,bkhd->bqhd" (a: Ix4, b: Ix4);
            double_contraction: "ijk,jkl->il" (a: Ix3, b: Ix3);
            double_contraction_swapped: "ijk,ljk->li" (a: Ix3, b: Ix3);
            double_contraction_crossed: "ikjl,lkm->mij" (a: Ix4, b: Ix3);
            triple_contraction: "ijk,kji->" (a: Ix3, b: Ix3);
            hadamard_3: "ijk,kij->jik" (a: Ix3, b: Ix3);
            outer_to_7: "abcd,efg->gafbecd" (a: Ix4, b: Ix3);
            contract_7: "abcdefg,fcb->gaed" (a: IxDyn, b: Ix3);

            // Repeated labels and lone labels among two operands.
            diagonal_times_vector: "ii,i->i" (a: Ix2, b: Ix1);
            diagonal_times_matrix: "ii,ij->j" (a: Ix2, b: Ix2);
            matrix_times_diagonal: "ij,jj->ij" (a: Ix2, b: Ix2);
            diagonals_hadamard: "ii,ii->i" (a: Ix2, b: Ix2);
            diagonals_outer: "ii,jj->ij" (a: Ix2, b: Ix2);
            traces_product: "ii,jj->" (a: Ix2, b: Ix2);
            trace_scales: "ii,jk->kj" (a: Ix2, b: Ix2);
            diagonals_matmul: "iij,jkk->ik" (a: Ix3, b: Ix3);
            lone_and_repeated: "iijl,jk->ik" (a: Ix4, b: Ix2);

            // Any letter is a label.
            greek: "αβ,βγ->αγ" (a: Ix2, b: Ix2);
            greek_implicit: "γβ,βα" (a: Ix2, b: Ix2);
            uppercase: "AB,BC->CA" (a: Ix2, b: Ix2);
            mixed_case: "aA,Ab->ab" (a: Ix2, b: Ix2);
            mixed_case_implicit: "bA" (a: Ix2);
            cyrillic_and_kanji: "ж日,日é->éж" (a: Ix2, b: Ix2);

            // Three operands and more.
            hadamard_of_three: "i,i,i->i" (a: Ix1, b: Ix1, c: Ix1);
            dot_of_three: "i,i,i->" (a: Ix1, b: Ix1, c: Ix1);
            matrices_hadamard_of_three: "ij,ji,ij->ij" (a: Ix2, b: Ix2, c: Ix2);
            outer_of_three: "i,j,k->kij" (a: Ix1, b: Ix1, c: Ix1);
            quadratic_form: "i,ij,j->" (a: Ix1, b: Ix2, c: Ix1);
            bilinear: "bi,oij,bj->bo" (a: Ix2, b: Ix3, c: Ix2);
            nested: "a,ab,abc->abc" (a: Ix1, b: Ix2, c: Ix3);
            scale_both_sides: "i,ij,j->ij" (a: Ix1, b: Ix2, c: Ix1);
            chain_of_three: "ij,jk,kl->il" (a: Ix2, b: Ix2, c: Ix2);
            chain_batched: "bij,bjk,bkl->bil" (a: Ix3, b: Ix3, c: Ix3);
            triangle: "ij,jk,ki->" (a: Ix2, b: Ix2, c: Ix2);
            star: "ij,ik,il->jkl" (a: Ix2, b: Ix2, c: Ix2);
            star_lone: "ij,ik,il->i" (a: Ix2, b: Ix2, c: Ix2);
            shared_by_three: "ij,jk,jl->ikl" (a: Ix2, b: Ix2, c: Ix2);
            mttkrp: "ijk,jr,kr->ir" (a: Ix3, b: Ix2, c: Ix2);
            diagonals_of_three: "ii,ij,jj->ij" (a: Ix2, b: Ix2, c: Ix2);
            lone_factor: "ab,ab,c->" (a: Ix2, b: Ix2, c: Ix1);
            tucker: "ia,jb,kc,abc->ijk" (a: Ix2, b: Ix2, c: Ix2, d: Ix3);
            ring: "ij,jk,kl,li->" (a: Ix2, b: Ix2, c: Ix2, d: Ix2);
            chain_of_four: "ab,bc,cd,de->ea" (a: Ix2, b: Ix2, c: Ix2, d: Ix2);
            matrix_product_state: "ar,rbs,sct,td->abcd" (a: Ix2, b: Ix3, c: Ix3, d: Ix2);
            outer_of_five: "a,b,c,d,e->ebdac" (a1: Ix1, a2: Ix1, a3: Ix1, a4: Ix1, a5: Ix1);
            ring_of_five: "ab,bc,cd,de,ea->c" (a1: Ix2, a2: Ix2, a3: Ix2, a4: Ix2, a5: Ix2);
            chain_of_six: "a,ab,bc,cd,de,e->"
                (a1: Ix1, a2: Ix2, a3: Ix2, a4: Ix2, a5: Ix2, a6: Ix1);
        }
    };
}

pub(crate) use for_each_case;
