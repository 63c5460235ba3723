// Written by generate.rs.

crate::site::vjp_sites! { num_complex::Complex64;
    site0 [0] (x0: Ix3, x1: IxDyn) -> IxDyn { "aee,ea...", x0, x1 }
    site1 [1] (x0: IxDyn, x1: Ix2) -> Ix2 { "b,d...->...q", x0, x1; q = 3 }
    site2 [2] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...ae,e...ab->...b", x0, x1 }
    site3 [3] (x0: Ix3) -> Ix2 { [..] = conj(x0[b_b, ..]) }
    site4 [4] (x0: Ix3) -> Ix2 { [c_c, b_b] = conj(x0[d_d, b_b, c_c]) }
    site5 [5] (x0: IxDyn) -> Ix1 { "be->b", x0; e = 3 }
    site6 [6] (x0: IxDyn, x1: Ix0) -> Ix0 { [] = x0[] * x1[] }
    site7 [7] (x0: IxDyn, x1: IxDyn) -> IxDyn { "ae,...a->e...", x0, x1 }
    site8 [8] (x0: Ix0, x1: IxDyn, x2: IxDyn) -> IxDyn { "...,,...d->...", x0, x1, x2 }
    site9 [9] (x0: Ix2, x1: IxDyn, x2: IxDyn) -> Ix2 { "a...,,", x0, x1, x2 }
    site10 [10] (x0: IxDyn) -> Ix1 { "eeb->q", x0; q = 3 }
    site11 [11] (x0: Ix1, x1: IxDyn) -> IxDyn { "d,...->...dd", conj(x0), x1 }
    site12 [12] (x0: IxDyn, x1: Ix2, x2: IxDyn, x3: IxDyn) -> Ix2 { "adb,(de,(b,cee))->ee", conj(x0), x1, x2, x3 }
    site13 [13] (x0: Ix2, x1: IxDyn, x2: Ix2, x3: Ix1) -> Ix2 { "ae,ea,ba,d", x0, x1, x2, x3 }
    site14 [14] (x0: IxDyn, x1: IxDyn) -> IxDyn { "d...b,->d...", x0, conj(x1); b = 3 }
    site15 [15] (x0: IxDyn, x1: Ix3) -> IxDyn { [a_a, .., e_e] = x0[.., a_a] * x1[e_e, a_a, c_c] }
    site16 [16] (x0: IxDyn, x1: Ix2) -> Ix3 { "cbe,...e", conj(x0), x1 }
    site17 [17] (x0: Ix0, x1: Ix4, x2: Ix0) -> Ix3 { ",c...a,->...c", x0, x1, x2 }
    site18 [18] (x0: Ix1, x1: IxDyn, x2: Ix1) -> Ix0 { "b...,e,e->...", conj(x0), x1, x2 }
    site19 [19] (x0: IxDyn, x1: IxDyn) -> Ix2 { "d,->dd", x0, x1; d = 3 }
    site20 [20] (x0: Ix3, x1: Ix3) -> Ix0 { [] = x0[d_d, d_d, d_d] * x1[d_d, d_d, a_a] }
    site21 [21] (x0: IxDyn, x1: Ix0) -> Ix1 { [c_c] = x0[c_c] * x1[] }
    site22 [22] (x0: IxDyn, x1: Ix5, x2: Ix4, x3: Ix2) -> Ix5 { ",aed...,eb...,cd->d...ba", x0, x1, x2, x3 }
    site23 [23] (x0: IxDyn, x1: Ix3, x2: Ix0, x3: Ix4) -> IxDyn { "...,b...de,(,dc...)", x0, x1, x2, x3 }
    site24 [24] (x0: Ix1, x1: Ix1) -> Ix2 { "...,e->e...", conj(x0), x1 }
    site25 [25] (x0: IxDyn) -> Ix3 { "cdac->cqd", conj(x0); q = 3 }
    site26 [26] (x0: Ix4, x1: IxDyn) -> Ix3 { "eed...,dae->ae...", x0, x1 }
    site27 [27] (x0: IxDyn, x1: IxDyn) -> Ix2 { "dde,cbc", x0, x1 }
    site28 [28] (x0: IxDyn, x1: Ix1) -> Ix2 { "a,d->da", x0, x1 }
    site29 [29] (x0: IxDyn, x1: IxDyn) -> IxDyn { "be...c,ce...d->b...qcd", x0, conj(x1); q = 3 }
    site30 [30] (x0: IxDyn, x1: IxDyn) -> Ix0 { [] = x0[] * conj(x1[]) }
    site31 [31] (x0: Ix0, x1: Ix3, x2: IxDyn) -> Ix4 { ",eea,bc->aebc", conj(x0), x1, conj(x2) }
    site32 [32] (x0: Ix4, x1: Ix3) -> Ix2 { "...ccd,...d", x0, x1 }
    site33 [33] (x0: IxDyn) -> IxDyn { [..] = x0[..] }
    site34 [34] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...,cac->...", x0, conj(x1) }
    site35 [35] (x0: IxDyn, x1: Ix2) -> IxDyn { [..] = x0[.., a_a] * conj(x1[a_a, e_e]) }
    site36 [36] (x0: IxDyn, x1: Ix1) -> Ix1 { [a_a] = x0[a_a, c_c] * conj(x1[d_d]) }
    site37 [37] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix1 { [c_c] = x0[c_c, e_e] * x1[a_a, e_e] * conj(x2[c_c, c_c, c_c]) }
    site38 [38] (x0: IxDyn, x1: Ix3) -> Ix0 { "bad,add->", conj(x0), conj(x1); b = 3 }
    site39 [39] (x0: Ix2, x1: Ix2) -> Ix3 { "...,c...->...c", conj(x0), x1 }
    site40 [40] (x0: IxDyn) -> Ix1 { [e_e] = x0[d_d, e_e, d_d, c_c] }
    site41 [41] (x0: IxDyn, x1: Ix1) -> Ix1 { "cc,...->...", x0, x1 }
    site42 [42] (x0: Ix4) -> Ix3 { [c_c, d_d, d_d] = x0[a_a, d_d, d_d, c_c] }
    site43 [43] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> IxDyn { "...,adc,ed...e->...ee", x0, conj(x1), x2 }
    site44 [44] (x0: Ix1, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix1 { "c,d,ad,ccd", x0, x1, x2, x3 }
    site45 [45] (x0: IxDyn, x1: IxDyn) -> Ix3 { "ce,->qec", x0, x1; q = 3 }
    site46 [46] (x0: Ix2, x1: IxDyn) -> Ix2 { [a_a, d_d] = x0[e_e, a_a] * x1[d_d] }
    site47 [47] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> IxDyn { "cb,ea...,...,->b...ea", x0, x1, x2, x3; a = 3 }
    site48 [48] (x0: IxDyn, x1: Ix3) -> Ix0 { "c,bbe->", x0, x1 }
    site49 [49] (x0: IxDyn, x1: IxDyn) -> IxDyn { [.., e_e] = conj(x0[e_e, e_e, d_d]) * x1[.., e_e, e_e, e_e]; d_d = 3 }
    site50 [50] (x0: Ix2, x1: IxDyn, x2: IxDyn, x3: Ix2) -> Ix0 { "((cb,),ed),cc->", x0, x1, x2, x3 }
    site51 [51] (x0: IxDyn, x1: IxDyn) -> IxDyn { [q_q, ..] = x0[e_e, d_d, c_c, ..] * conj(x1[]); q_q = 3 }
    site52 [52] (x0: Ix3, x1: IxDyn, x2: Ix1) -> IxDyn { [d_d, q_q, d_d, ..] = x0[c_c, c_c, c_c] * conj(x1[c_c, d_d, ..]) * x2[a_a]; q_q = 3 }
    site53 [53] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> IxDyn { [q_q, ..] = x0[a_a] * (x1[] * x2[..]); a_a = 3, q_q = 3 }
    site54 [54] (x0: Ix3, x1: Ix0, x2: IxDyn, x3: Ix2) -> IxDyn { "bab,,e...,e...c", conj(x0), conj(x1), x2, x3 }
    site55 [55] (x0: Ix4) -> Ix3 { "...ac->c...", conj(x0) }
    site56 [56] (x0: IxDyn, x1: Ix4, x2: IxDyn, x3: IxDyn) -> IxDyn { "...a,bbc...,bce,bd->dc...", x0, x1, x2, x3; b = 3 }
    site57 [57] (x0: Ix2, x1: Ix3) -> Ix2 { "da,a...ee->a...a", x0, x1 }
    site58 [58] (x0: Ix0, x1: Ix4) -> Ix3 { ",e...c->q...", x0, conj(x1); q = 3 }
    site59 [59] (x0: IxDyn, x1: Ix1) -> Ix1 { ",b", x0, conj(x1) }
    site60 [60] (x0: IxDyn, x1: IxDyn) -> Ix0 { [] = conj(x0[]) * x1[c_c, c_c, d_d] }
    site61 [61] (x0: IxDyn, x1: IxDyn, x2: Ix2, x3: IxDyn) -> IxDyn { "b...ad,...aca,dd,...eb->deca...", x0, x1, conj(x2), conj(x3) }
    site62 [62] (x0: IxDyn, x1: IxDyn, x2: Ix3, x3: IxDyn) -> Ix3 { [a_a, .., b_b] = (x0[] * x1[e_e]) * conj(x2[c_c, a_a, ..]) * x3[b_b, e_e, e_e] }
    site63 [63] (x0: IxDyn, x1: Ix2, x2: Ix2) -> Ix2 { "cee,(ac,...)->...", x0, x1, x2; a = 3 }
    site64 [64] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ad,daa->ad", x0, x1 }
    site65 [65] (x0: IxDyn, x1: Ix1) -> IxDyn { "...d,c->cd...", x0, x1 }
    site66 [66] (x0: Ix1, x1: IxDyn) -> Ix2 { [a_a, d_d] = conj(x0[a_a]) * x1[d_d] }
    site67 [67] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> IxDyn { ",ee,(c...d,ed)", conj(x0), x1, x2, x3 }
    site68 [68] (x0: Ix3, x1: Ix2) -> Ix2 { "bee,ea", x0, x1 }
    site69 [69] (x0: IxDyn, x1: Ix3) -> Ix1 { "de,dae->a", x0, x1; d = 3 }
    site70 [70] (x0: Ix3, x1: Ix3) -> Ix4 { "bbe,dbb->edqb", conj(x0), x1; q = 3 }
    site71 [71] (x0: Ix4) -> Ix1 { [a_a] = conj(x0[a_a, a_a, b_b, a_a]); a_a = 3 }
    site72 [72] (x0: IxDyn, x1: IxDyn) -> Ix2 { "a,cda", x0, x1 }
    site73 [73] (x0: Ix1, x1: IxDyn) -> Ix3 { "c,ae", conj(x0), conj(x1) }
    site74 [74] (x0: Ix4) -> Ix2 { "abba->ba", x0 }
    site75 [75] (x0: Ix4, x1: Ix2, x2: IxDyn, x3: IxDyn) -> IxDyn { "((bae...,...b),...d),ad->db...e", x0, x1, x2, x3 }
    site76 [76] (x0: IxDyn) -> Ix0 { [] = x0[c_c, b_b] }
    site77 [77] (x0: Ix2, x1: IxDyn) -> IxDyn { "eb,b...ed->q...e", x0, x1; q = 3 }
    site78 [78] (x0: Ix3) -> Ix0 { [] = conj(x0[b_b, d_d, b_b]) }
    site79 [79] (x0: IxDyn, x1: IxDyn) -> IxDyn { [..] = conj(x0[d_d, ..]) * x1[.., c_c, d_d] }
    site80 [80] (x0: IxDyn, x1: Ix2) -> IxDyn { "...e,bc->eb...", x0, x1 }
    site81 [81] (x0: IxDyn, x1: Ix1, x2: IxDyn) -> IxDyn { "...,c...,e->...ec", x0, x1, x2 }
    site82 [82] (x0: Ix2, x1: IxDyn, x2: IxDyn) -> IxDyn { "eb,(...,...)->...b", x0, x1, x2 }
    site83 [83] (x0: Ix0, x1: Ix2, x2: Ix2, x3: IxDyn) -> IxDyn { ",...d,ee,e...ea->...eq", x0, x1, x2, x3; q = 3 }
    site84 [84] (x0: Ix3, x1: IxDyn) -> Ix3 { "...be,aa", x0, x1 }
    site85 [85] (x0: IxDyn, x1: Ix2, x2: IxDyn) -> Ix4 { "(ee,...c),ee->eec...", x0, x1, x2 }
    site86 [86] (x0: IxDyn) -> Ix2 { "bde->bq", x0; q = 3 }
    site87 [87] (x0: IxDyn, x1: IxDyn) -> IxDyn { [c_c, d_d, q_q, ..] = x0[e_e, .., d_d, c_c] * x1[]; e_e = 3, q_q = 3 }
    site88 [88] (x0: IxDyn, x1: Ix3) -> Ix4 { "cae,...c->q...c", x0, x1; q = 3 }
    site89 [89] (x0: Ix2, x1: IxDyn) -> Ix1 { [e_e] = x0[e_e, a_a] * x1[d_d, d_d] }
    site90 [90] (x0: IxDyn, x1: IxDyn) -> IxDyn { "a,a...->...a", x0, x1 }
    site91 [91] (x0: Ix4) -> Ix2 { "bdeb->be", x0 }
    site92 [92] (x0: Ix0, x1: Ix0, x2: Ix2) -> Ix1 { ",,...ad->...a", x0, conj(x1), conj(x2) }
    site93 [93] (x0: IxDyn, x1: Ix2, x2: IxDyn, x3: Ix2) -> IxDyn { "dbe,ba,ce...,...aa->cqadb...", x0, x1, x2, x3; q = 3 }
    site94 [94] (x0: Ix2) -> Ix1 { "da...->...d", x0 }
    site95 [95] (x0: IxDyn, x1: IxDyn, x2: Ix1) -> Ix2 { "e,ddd,d->ee", x0, x1, x2 }
    site96 [96] (x0: Ix1, x1: Ix0) -> Ix1 { [..] = x0[..] * x1[] }
    site97 [97] (x0: IxDyn, x1: IxDyn) -> IxDyn { "e,d...b->...q", x0, conj(x1); q = 3 }
    site98 [98] (x0: IxDyn, x1: IxDyn) -> IxDyn { [d_d, .., d_d] = x0[] * x1[.., d_d] }
    site99 [99] (x0: IxDyn) -> Ix0 { "->", x0 }
    site100 [100] (x0: Ix0, x1: Ix2) -> Ix1 { [a_a] = x0[] * conj(x1[a_a, a_a]) }
    site101 [101] (x0: Ix3, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix2 { "(ec...,de),c,b->b...", x0, conj(x1), x2, x3 }
    site102 [102] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: Ix3) -> Ix3 { "bcc,(,(dd,ccc))->bcb", x0, x1, x2, x3 }
    site103 [103] (x0: IxDyn, x1: Ix2, x2: Ix0) -> Ix2 { "aca,eb,->qa", x0, x1, x2; q = 3 }
    site104 [104] (x0: IxDyn, x1: IxDyn) -> Ix2 { [b_b, q_q] = x0[] * x1[b_b]; q_q = 3 }
    site105 [105] (x0: IxDyn, x1: Ix4, x2: Ix2, x3: Ix3) -> IxDyn { "(...d,d...ce),bd,dcc->...cd", x0, x1, x2, x3 }
    site106 [106] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...de,...a->e...a", x0, x1 }
    site107 [107] (x0: IxDyn, x1: IxDyn, x2: Ix2, x3: Ix4) -> IxDyn { "d...,,de,cc...d->...d", x0, x1, x2, conj(x3) }
    site108 [108] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: Ix1) -> Ix3 { ",((dc,d),e)->eec", x0, x1, conj(x2), conj(x3) }
    site109 [109] (x0: IxDyn) -> Ix1 { "eecc->c", x0; c = 3 }
    site110 [110] (x0: IxDyn, x1: IxDyn, x2: Ix1, x3: IxDyn) -> IxDyn { [.., e_e, c_c, a_a] = x0[c_c] * x1[e_e, a_a, c_c, ..] * (x2[..] * x3[d_d, a_a, c_c]) }
    site111 [111] (x0: Ix2) -> Ix2 { "...b->q...", x0; q = 3 }
    site112 [112] (x0: IxDyn, x1: IxDyn, x2: Ix1) -> Ix3 { "(,ca),b", x0, x1, x2 }
    site113 [113] (x0: Ix2, x1: Ix4) -> Ix2 { "...d,cd...->...", x0, x1 }
    site114 [114] (x0: Ix0) -> Ix0 { "->", x0 }
    site115 [115] (x0: IxDyn, x1: Ix3, x2: Ix1) -> Ix3 { ",(edd,...)->e...e", x0, x1, x2 }
    site116 [116] (x0: IxDyn, x1: IxDyn) -> IxDyn { "be...a,->abq...e", x0, x1; e = 3, q = 3 }
    site117 [117] (x0: IxDyn, x1: IxDyn, x2: Ix2) -> IxDyn { "(...,dbe),de->b...", x0, conj(x1), x2 }
    site118 [118] (x0: IxDyn, x1: IxDyn) -> Ix1 { "ce,->e", x0, x1 }
    site119 [119] (x0: IxDyn) -> IxDyn { [..] = conj(x0[..]) }
    site120 [120] (x0: IxDyn, x1: Ix2) -> Ix4 { [e_e, b_b, .., q_q] = x0[b_b, e_e, a_a] * x1[.., e_e]; q_q = 3 }
    site121 [121] (x0: IxDyn) -> Ix1 { "aec->c", x0 }
    site122 [122] (x0: IxDyn, x1: IxDyn) -> Ix2 { [c_c, e_e] = x0[] * conj(x1[c_c, e_e]) }
    site123 [123] (x0: Ix4, x1: Ix2) -> Ix3 { "a...ea,...->...e", x0, x1 }
    site124 [124] (x0: IxDyn, x1: Ix1) -> Ix1 { "b,a->q", conj(x0), x1; q = 3 }
    site125 [125] (x0: Ix1, x1: IxDyn, x2: Ix3, x3: IxDyn) -> Ix3 { "b,((d,...c),b)->...c", x0, x1, x2, x3 }
    site126 [126] (x0: IxDyn, x1: Ix3, x2: Ix2) -> IxDyn { "...be,ace,cd->...eb", x0, x1, x2 }
    site127 [127] (x0: Ix1) -> Ix0 { "a->", conj(x0) }
    site128 [128] (x0: IxDyn, x1: IxDyn, x2: Ix3, x3: Ix0) -> Ix2 { "(dda,ebc),baa,...", x0, x1, x2, conj(x3) }
    site129 [129] (x0: IxDyn, x1: IxDyn) -> IxDyn { "a...ee,b->e...", x0, x1 }
    site130 [130] (x0: Ix0, x1: Ix3) -> Ix2 { ",ac...->...c", x0, conj(x1) }
    site131 [131] (x0: Ix0, x1: Ix1) -> Ix1 { "...,d->...q", x0, x1; q = 3 }
    site132 [132] (x0: IxDyn, x1: IxDyn) -> IxDyn { [..] = x0[a_a, .., a_a] * conj(x1[]) }
    site133 [133] (x0: Ix2, x1: Ix0) -> Ix2 { "...,", conj(x0), x1 }
    site134 [134] (x0: IxDyn, x1: Ix1) -> IxDyn { [b_b, ..] = x0[b_b, d_d, ..] * x1[d_d] }
    site135 [135] (x0: IxDyn, x1: Ix4) -> Ix3 { [.., d_d] = x0[] * x1[.., d_d, b_b] }
    site136 [136] (x0: Ix0, x1: IxDyn, x2: Ix2) -> Ix2 { [a_a, b_b, ..] = x0[..] * x1[a_a] * conj(x2[b_b, e_e]) }
    site137 [137] (x0: IxDyn, x1: IxDyn) -> Ix0 { ",->", x0, conj(x1) }
    site138 [138] (x0: IxDyn, x1: IxDyn) -> Ix1 { "eec,->e", x0, x1 }
    site139 [139] (x0: IxDyn, x1: IxDyn) -> IxDyn { [c_c, .., c_c] = x0[.., c_c, b_b] * x1[b_b] }
    site140 [140] (x0: Ix1, x1: IxDyn, x2: IxDyn) -> IxDyn { [.., e_e, b_b] = x0[e_e] * x1[e_e, b_b, a_a, ..] * x2[..] }
    site141 [141] (x0: Ix0, x1: Ix1) -> Ix0 { [] = x0[] * x1[b_b] }
    site142 [142] (x0: Ix3, x1: Ix3) -> Ix4 { "dac,bee", x0, x1 }
    site143 [143] (x0: Ix2, x1: Ix0) -> Ix0 { "cc,->", x0, conj(x1) }
    site144 [144] (x0: Ix2, x1: Ix1, x2: Ix0) -> Ix2 { "(ce,a),->ce", x0, x1, conj(x2) }
    site145 [145] (x0: IxDyn, x1: IxDyn) -> IxDyn { "edc,...a->d...", x0, x1 }
    site146 [146] (x0: IxDyn, x1: Ix1) -> Ix1 { ",c->c", x0, conj(x1) }
    site147 [147] (x0: IxDyn, x1: IxDyn) -> IxDyn { [.., q_q] = x0[b_b, ..] * x1[]; q_q = 3 }
    site148 [148] (x0: IxDyn, x1: Ix1) -> Ix1 { [a_a] = x0[b_b, a_a, b_b] * conj(x1[a_a]) }
    site149 [149] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> IxDyn { ",(a...,b...)->...ba", x0, conj(x1), x2 }
    site150 [150] (x0: IxDyn, x1: Ix2, x2: Ix1, x3: IxDyn) -> IxDyn { [.., d_d, c_c, q_q] = x0[a_a, b_b, d_d] * x1[a_a, c_c] * x2[a_a] * x3[d_d, a_a, .., b_b]; c_c = 3, q_q = 3 }
    site151 [151] (x0: IxDyn, x1: Ix2) -> Ix3 { [.., b_b] = x0[b_b] * x1[..] }
    site152 [152] (x0: Ix2, x1: IxDyn) -> Ix2 { "bd,->bb", x0, conj(x1) }
    site153 [153] (x0: IxDyn) -> IxDyn { "c...->c...", x0 }
    site154 [154] (x0: IxDyn, x1: Ix1, x2: IxDyn) -> IxDyn { "c...ac,(e,)", x0, x1, x2 }
    site155 [155] (x0: IxDyn, x1: Ix2) -> Ix0 { [] = x0[c_c] * conj(x1[a_a, c_c]) }
    site156 [156] (x0: IxDyn, x1: IxDyn, x2: Ix0, x3: IxDyn) -> IxDyn { "((dae,aa),),c...->d...", x0, x1, x2, x3 }
    site157 [157] (x0: IxDyn, x1: Ix1, x2: IxDyn, x3: Ix1) -> Ix3 { "ce,b,d,d", x0, x1, x2, conj(x3) }
    site158 [158] (x0: Ix0, x1: IxDyn, x2: IxDyn) -> IxDyn { [..] = conj(x0[]) * (x1[] * x2[..]) }
    site159 [159] (x0: IxDyn, x1: Ix2) -> Ix0 { "edb,ed->", x0, x1 }
    site160 [160] (x0: Ix2, x1: Ix2, x2: IxDyn, x3: IxDyn) -> IxDyn { "cc,cc,(ae...c,c)", conj(x0), x1, x2, x3 }
    site161 [161] (x0: IxDyn, x1: IxDyn, x2: Ix0, x3: Ix1) -> IxDyn { "...bad,a...,,e->...ebba", x0, x1, x2, x3; d = 3 }
    site162 [162] (x0: Ix0, x1: Ix3, x2: IxDyn) -> Ix3 { ",acd,cc->qdc", x0, x1, x2; q = 3 }
    site163 [163] (x0: IxDyn, x1: Ix2) -> IxDyn { "b...,ca->abc...", x0, conj(x1) }
    site164 [164] (x0: IxDyn) -> Ix2 { "ebec->qc", conj(x0); c = 3, q = 3 }
    site165 [165] (x0: Ix0, x1: IxDyn, x2: Ix1, x3: IxDyn) -> Ix4 { ",e,d,abe->aeba", x0, x1, conj(x2), x3 }
    site166 [166] (x0: IxDyn) -> IxDyn { [..] = x0[.., b_b, b_b] }
    site167 [167] (x0: IxDyn, x1: IxDyn) -> Ix1 { [c_c] = conj(x0[c_c]) * x1[] }
    site168 [168] (x0: IxDyn, x1: Ix1) -> IxDyn { "d...c,a", x0, x1 }
    site169 [169] (x0: Ix3, x1: Ix3, x2: Ix2, x3: Ix1) -> Ix5 { "ced,adb,ae,e->dceba", x0, x1, conj(x2), x3; c = 3 }
    site170 [170] (x0: Ix2, x1: Ix2) -> Ix2 { [b_b, q_q, ..] = conj(x0[.., c_c, a_a]) * conj(x1[a_a, b_b]); q_q = 3 }
    site171 [171] (x0: Ix2, x1: IxDyn) -> Ix3 { "ad,->qaa", x0, x1; q = 3 }
    site172 [172] (x0: Ix0, x1: IxDyn) -> Ix1 { [e_e] = x0[] * x1[d_d, c_c, e_e] }
    site173 [173] (x0: Ix3) -> Ix3 { "bce->qbe", x0; e = 3, q = 3 }
    site174 [174] (x0: Ix3, x1: Ix0) -> Ix4 { "...e,...->...eq", conj(x0), conj(x1); q = 3 }
    site175 [175] (x0: Ix3, x1: IxDyn, x2: Ix2, x3: Ix3) -> Ix1 { "cbb,,eb,dce", x0, x1, x2, x3 }
    site176 [176] (x0: IxDyn, x1: IxDyn) -> IxDyn { "aa,ce...e->c...q", x0, conj(x1); q = 3 }
    site177 [177] (x0: IxDyn, x1: IxDyn) -> IxDyn { "e...,dda->e...d", x0, x1 }
    site178 [178] (x0: Ix4, x1: IxDyn, x2: Ix2, x3: IxDyn) -> IxDyn { "de...c,abe,ba,be...->d...eea", x0, x1, conj(x2), conj(x3) }
    site179 [179] (x0: IxDyn, x1: Ix1, x2: IxDyn, x3: IxDyn) -> Ix5 { "cea,d,,edb->qaecb", x0, x1, conj(x2), x3; q = 3 }
    site180 [180] (x0: IxDyn, x1: IxDyn) -> IxDyn { "dc,c...a->...c", conj(x0), x1 }
    site181 [181] (x0: IxDyn, x1: IxDyn) -> Ix1 { "cab,d->d", conj(x0), x1 }
    site182 [182] (x0: Ix4, x1: IxDyn) -> Ix4 { [d_d, .., a_a] = x0[a_a, d_d, ..] * x1[] }
    site183 [183] (x0: IxDyn, x1: IxDyn) -> IxDyn { "c,...bd->d...q", x0, x1; q = 3 }
    site184 [184] (x0: Ix0) -> Ix0 { "->", x0 }
    site185 [185] (x0: Ix2, x1: Ix3, x2: Ix3) -> Ix2 { "...da,...bb,bcd->...d", x0, x1, x2 }
    site186 [186] (x0: Ix2) -> Ix2 { "ba->ab", x0 }
    site187 [187] (x0: IxDyn, x1: Ix3) -> IxDyn { "ecc...,ccd", conj(x0), x1 }
    site188 [188] (x0: IxDyn, x1: IxDyn) -> Ix2 { "e,bac->cb", conj(x0), x1 }
    site189 [189] (x0: IxDyn, x1: Ix2) -> Ix2 { "cbc,dc", x0, x1 }
    site190 [190] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...,daa->...", conj(x0), x1 }
    site191 [191] (x0: IxDyn, x1: Ix3, x2: IxDyn) -> Ix3 { ",bdb,bcb->bcd", x0, x1, x2 }
    site192 [192] (x0: IxDyn, x1: Ix5) -> Ix4 { "ddd,e...ba->de...", x0, conj(x1) }
    site193 [193] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> IxDyn { "eac,(dba...,(cad,a...))", x0, x1, x2, x3 }
    site194 [194] (x0: Ix1, x1: IxDyn) -> IxDyn { "...c,...ec->ce...", conj(x0), x1 }
    site195 [195] (x0: IxDyn, x1: Ix3) -> Ix2 { [b_b, a_a] = x0[] * x1[b_b, a_a, a_a] }
    site196 [196] (x0: Ix2, x1: IxDyn, x2: Ix1) -> IxDyn { "...ec,(bd...b,...)->ced...", x0, conj(x1), x2 }
    site197 [197] (x0: IxDyn, x1: Ix1) -> Ix2 { "ded,a->ee", x0, x1; a = 3 }
    site198 [198] (x0: Ix2, x1: Ix2, x2: Ix2, x3: Ix4) -> Ix4 { [b_b, .., q_q] = conj(x0[.., e_e]) * x1[b_b, ..] * x2[d_d, d_d] * x3[.., a_a, d_d]; q_q = 3 }
    site199 [199] (x0: Ix0, x1: IxDyn) -> Ix2 { [e_e, e_e] = x0[] * conj(x1[d_d, b_b, e_e]) }
    site200 [200] (x0: Ix2, x1: Ix3) -> Ix3 { "db,d...", conj(x0), x1 }
    site201 [201] (x0: Ix2, x1: Ix3, x2: Ix4) -> Ix4 { "eb,aeb,...ccb->...ace", x0, conj(x1), x2 }
    site202 [202] (x0: IxDyn, x1: IxDyn) -> Ix1 { ",c", x0, x1 }
    site203 [203] (x0: IxDyn, x1: IxDyn, x2: Ix1, x3: IxDyn) -> IxDyn { [a_a, e_e, ..] = (x0[e_e, a_a, b_b] * x1[b_b, b_b]) * x2[e_e] * x3[d_d, a_a, ..] }
    site204 [204] (x0: Ix1, x1: IxDyn, x2: Ix0) -> Ix1 { [..] = x0[..] * (x1[] * x2[]) }
    site205 [205] (x0: Ix3, x1: Ix0) -> Ix3 { "...a,->...a", x0, x1 }
    site206 [206] (x0: IxDyn, x1: IxDyn) -> IxDyn { "e...,", x0, x1 }
    site207 [207] (x0: Ix2, x1: IxDyn) -> Ix1 { [a_a] = x0[a_a, e_e] * x1[c_c, e_e, c_c] }
    site208 [208] (x0: IxDyn, x1: IxDyn) -> Ix2 { ",be->bb", x0, x1 }
    site209 [209] (x0: IxDyn, x1: Ix2) -> Ix2 { "dda,dc", x0, x1 }
    site210 [210] (x0: Ix0, x1: Ix3) -> Ix0 { [] = x0[] * x1[b_b, c_c, e_e] }
    site211 [211] (x0: Ix0, x1: Ix3) -> Ix3 { ",edb", x0, x1 }
    site212 [212] (x0: Ix0, x1: IxDyn) -> Ix0 { ",", x0, x1 }
    site213 [213] (x0: IxDyn, x1: IxDyn) -> Ix2 { ",a->aa", conj(x0), x1 }
    site214 [214] (x0: IxDyn, x1: IxDyn, x2: Ix3, x3: IxDyn) -> IxDyn { [a_a, .., c_c] = (x0[a_a] * (x1[a_a, c_c] * x2[a_a, a_a, d_d])) * x3[..]; a_a = 3, d_d = 3 }
    site215 [215] (x0: IxDyn, x1: Ix1) -> Ix2 { "dcd,...", conj(x0), x1 }
    site216 [216] (x0: IxDyn, x1: Ix1) -> IxDyn { "c...,c->c...", x0, conj(x1) }
    site217 [217] (x0: IxDyn, x1: IxDyn) -> Ix0 { ",e->", x0, conj(x1) }
    site218 [218] (x0: IxDyn, x1: Ix0, x2: IxDyn, x3: Ix2) -> IxDyn { [.., q_q, a_a] = x0[a_a, d_d, b_b, ..] * x1[] * (x2[] * x3[d_d, c_c]); q_q = 3 }
    site219 [219] (x0: Ix3, x1: Ix4, x2: Ix1, x3: IxDyn) -> Ix5 { "...e,eb...,a,de->ad...a", x0, x1, x2, x3 }
    site220 [220] (x0: Ix1) -> Ix2 { [q_q, ..] = x0[..]; q_q = 3 }
    site221 [221] (x0: Ix0, x1: Ix5) -> Ix3 { "...,...cac->c...", x0, x1; a = 3 }
    site222 [222] (x0: IxDyn) -> IxDyn { "...b->...", conj(x0) }
    site223 [223] (x0: IxDyn) -> IxDyn { "...cade->...daac", x0 }
    site224 [224] (x0: IxDyn, x1: IxDyn) -> Ix0 { ",", x0, x1 }
    site225 [225] (x0: Ix3, x1: Ix0) -> Ix2 { [e_e, a_a, ..] = x0[d_d, .., a_a, e_e] * x1[] }
    site226 [226] (x0: Ix0, x1: Ix2) -> Ix2 { ",be", x0, conj(x1) }
    site227 [227] (x0: IxDyn) -> Ix0 { "->", x0 }
    site228 [228] (x0: Ix2, x1: IxDyn) -> IxDyn { "ed,d...d->...e", x0, x1 }
    site229 [229] (x0: IxDyn) -> IxDyn { [.., b_b] = x0[.., a_a, b_b, a_a] }
    site230 [230] (x0: Ix0, x1: Ix2) -> Ix0 { ",c...c->...", x0, x1 }
    site231 [231] (x0: IxDyn, x1: Ix0) -> Ix2 { "ac,...", x0, x1 }
    site232 [232] (x0: Ix1, x1: IxDyn, x2: Ix4, x3: IxDyn) -> IxDyn { "a,(dae...,ecc...),bed->aed...", x0, x1, x2, x3; a = 3 }
    site233 [233] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> IxDyn { "...aad,...,(db...,)->...", x0, x1, conj(x2), x3 }
    site234 [234] (x0: IxDyn, x1: IxDyn) -> Ix3 { "bbe,->bbe", x0, x1 }
    site235 [235] (x0: IxDyn, x1: IxDyn) -> IxDyn { "b...,->...b", x0, x1; b = 3 }
    site236 [236] (x0: IxDyn, x1: IxDyn) -> IxDyn { [.., a_a] = x0[d_d, ..] * x1[c_c, a_a] }
    site237 [237] (x0: IxDyn, x1: Ix3, x2: IxDyn, x3: Ix2) -> IxDyn { [a_a, e_e, ..] = x0[..] * conj(x1[e_e, b_b, a_a]) * (x2[b_b, c_c] * x3[a_a, c_c]) }
    site238 [238] (x0: Ix4) -> Ix2 { "abbc", x0 }
    site239 [239] (x0: Ix4, x1: Ix0) -> Ix2 { [..] = x0[b_b, c_c, ..] * x1[] }
    site240 [240] (x0: Ix3, x1: IxDyn) -> Ix2 { "eea,->ae", x0, conj(x1) }
    site241 [241] (x0: Ix3, x1: IxDyn, x2: IxDyn, x3: Ix5) -> Ix4 { [e_e, .., a_a] = x0[a_a, c_c, b_b] * (x1[] * (x2[e_e] * x3[.., c_c, a_a, b_b])); a_a = 3 }
    site242 [242] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...d,->...d", x0, x1 }
    site243 [243] (x0: Ix1, x1: IxDyn) -> IxDyn { "e,a...->...aa", x0, x1 }
    site244 [244] (x0: Ix4) -> Ix1 { "...eccc", x0 }
    site245 [245] (x0: Ix1, x1: Ix0) -> Ix0 { "b,->", conj(x0), x1 }
    site246 [246] (x0: Ix0, x1: Ix1, x2: Ix2) -> Ix2 { ",b,aa->bb", x0, x1, x2; b = 3 }
    site247 [247] (x0: Ix0, x1: IxDyn) -> Ix1 { [e_e, ..] = x0[..] * x1[e_e] }
    site248 [248] (x0: IxDyn) -> IxDyn { "...->...q", conj(x0); q = 3 }
    site249 [249] (x0: Ix2, x1: Ix3) -> Ix3 { "c...,bbe", x0, x1 }
    site250 [250] (x0: Ix1, x1: Ix4) -> Ix4 { "d,c...db->b...cd", x0, x1 }
    site251 [251] (x0: IxDyn, x1: Ix2, x2: Ix1) -> Ix0 { "e,dd,e->", x0, x1, x2 }
    site252 [252] (x0: Ix1) -> Ix1 { "c", x0 }
    site253 [253] (x0: IxDyn, x1: Ix2, x2: Ix2, x3: IxDyn) -> Ix1 { ",ad,dd,cdc->d", x0, x1, x2, conj(x3); d = 3 }
    site254 [254] (x0: Ix2, x1: IxDyn) -> Ix3 { "...,->q...", conj(x0), x1; q = 3 }
    site255 [255] (x0: IxDyn, x1: Ix1) -> IxDyn { "...a,d->...da", x0, x1 }
    site256 [256] (x0: Ix3, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> IxDyn { "...e,c...b,cc...,b->bqe...", x0, x1, x2, x3; q = 3 }
    site257 [257] (x0: IxDyn, x1: Ix2, x2: IxDyn) -> Ix2 { ",(d...,a)->...a", conj(x0), x1, x2 }
    site258 [258] (x0: Ix2, x1: IxDyn, x2: Ix2) -> Ix4 { [c_c, .., a_a, b_b, e_e] = x0[e_e, a_a, ..] * x1[] * x2[.., c_c, b_b] }
    site259 [259] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...d,ed->e...q", x0, x1; q = 3 }
    site260 [260] (x0: Ix1, x1: IxDyn) -> IxDyn { [.., d_d, c_c] = conj(x0[d_d]) * x1[c_c, ..] }
    site261 [261] (x0: Ix3) -> Ix0 { "bdd->", x0; b = 3 }
    site262 [262] (x0: IxDyn) -> Ix2 { [c_c, d_d] = x0[c_c, d_d, d_d, c_c] }
    site263 [263] (x0: Ix0, x1: IxDyn) -> Ix1 { [e_e] = x0[] * x1[e_e] }
    site264 [264] (x0: Ix2, x1: Ix3) -> Ix5 { [q_q, c_c, b_b, ..] = x0[..] * x1[b_b, c_c, e_e]; q_q = 3 }
    site265 [265] (x0: Ix1, x1: IxDyn) -> Ix0 { [] = x0[e_e] * conj(x1[]) }
    site266 [266] (x0: IxDyn, x1: Ix3) -> Ix4 { "b,...ac->qca...", x0, x1; q = 3 }
    site267 [267] (x0: IxDyn, x1: Ix2) -> IxDyn { "d...b,ae->...ad", x0, x1; d = 3 }
    site268 [268] (x0: IxDyn, x1: IxDyn) -> IxDyn { "aeb...,ab->b...", x0, conj(x1) }
    site269 [269] (x0: IxDyn, x1: IxDyn) -> IxDyn { [..] = x0[.., b_b, a_a, a_a] * x1[c_c] }
    site270 [270] (x0: IxDyn) -> IxDyn { "...", x0 }
    site271 [271] (x0: IxDyn, x1: Ix1) -> Ix2 { [e_e, c_c] = x0[c_c, b_b, b_b] * x1[e_e]; c_c = 3 }
    site272 [272] (x0: Ix2, x1: IxDyn, x2: Ix1) -> Ix1 { "eb,,e", x0, x1, conj(x2) }
    site273 [273] (x0: Ix0, x1: IxDyn, x2: IxDyn, x3: Ix2) -> IxDyn { "((,d),c...a),bd->adc...", x0, x1, conj(x2), x3 }
    site274 [274] (x0: Ix2, x1: Ix4, x2: IxDyn) -> Ix4 { "cd,ba...,cc->...bc", x0, x1, conj(x2) }
    site275 [275] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: Ix0) -> IxDyn { [c_c, .., c_c, b_b] = (x0[] * (x1[.., b_b] * conj(x2[c_c, c_c, b_b]))) * x3[] }
    site276 [276] (x0: IxDyn, x1: Ix3) -> IxDyn { "c...,bcb->c...c", x0, x1 }
    site277 [277] (x0: IxDyn, x1: IxDyn) -> IxDyn { "edc...,add", x0, x1; a = 3 }
    site278 [278] (x0: IxDyn, x1: Ix0, x2: Ix1) -> Ix1 { [a_a] = x0[a_a, d_d] * x1[] * conj(x2[e_e]) }
    site279 [279] (x0: Ix2) -> Ix1 { "ea->a", x0 }
    site280 [280] (x0: Ix1, x1: Ix2, x2: IxDyn, x3: Ix1) -> Ix4 { "d,((...,),c)", conj(x0), x1, x2, x3 }
    site281 [281] (x0: Ix4, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> IxDyn { [..] = x0[b_b, b_b, ..] * (conj(x1[e_e, a_a]) * conj(x2[e_e, ..])) * x3[e_e] }
    site282 [282] (x0: Ix1, x1: Ix2) -> Ix1 { "a,ad", x0, x1 }
    site283 [283] (x0: Ix2) -> Ix2 { "db", x0 }
    site284 [284] (x0: IxDyn, x1: Ix3, x2: Ix1, x3: IxDyn) -> Ix2 { "((ddd,edc),d),bc->be", conj(x0), x1, x2, conj(x3); c = 3 }
    site285 [285] (x0: IxDyn, x1: Ix3, x2: IxDyn) -> Ix3 { [d_d, ..] = (x0[] * x1[.., e_e]) * conj(x2[d_d, e_e, e_e]) }
    site286 [286] (x0: IxDyn, x1: Ix0) -> Ix1 { "cca,", x0, conj(x1) }
    site287 [287] (x0: IxDyn, x1: Ix3) -> Ix4 { [e_e, b_b, b_b, c_c] = x0[c_c, a_a, e_e] * conj(x1[b_b, c_c, c_c]) }
    site288 [288] (x0: Ix2, x1: Ix2, x2: Ix0, x3: IxDyn) -> Ix3 { "((...a,ec),),ebc", x0, conj(x1), x2, conj(x3) }
    site289 [289] (x0: Ix3) -> Ix1 { "ede", x0; d = 3, e = 3 }
    site290 [290] (x0: Ix1) -> Ix1 { "c->q", x0; q = 3 }
    site291 [291] (x0: Ix1, x1: Ix3, x2: IxDyn, x3: IxDyn) -> IxDyn { "d,((add,...),b)->ba...q", x0, x1, x2, x3; q = 3 }
    site292 [292] (x0: Ix1, x1: IxDyn) -> IxDyn { [..] = x0[..] * x1[e_e, .., e_e, a_a] }
    site293 [293] (x0: IxDyn) -> Ix2 { "dbec->ce", x0 }
    site294 [294] (x0: IxDyn) -> IxDyn { "...aed->a...eq", x0; q = 3 }
    site295 [295] (x0: Ix2, x1: Ix1) -> Ix4 { "dc,b->cbdq", x0, x1; q = 3 }
    site296 [296] (x0: IxDyn, x1: Ix2) -> Ix1 { "b,ea->e", conj(x0), x1; a = 3 }
    site297 [297] (x0: IxDyn, x1: Ix2, x2: Ix0, x3: Ix0) -> Ix1 { "e,ae,,", x0, x1, x2, x3 }
    site298 [298] (x0: Ix0) -> Ix0 { "->", x0 }
    site299 [299] (x0: IxDyn, x1: IxDyn) -> Ix1 { ",bbe", x0, x1 }
}
