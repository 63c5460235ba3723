// Written by generate.rs.

crate::site::vjp_sites! { f64;
    site0 [0] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix3 { "a,ab,abc->abc", x0, x1, x2 }
    site1 [1] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix2 { "a,b,ab->ab", x0, x1, x2 }
    site2 [2] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn, x4: IxDyn) -> Ix4 { "ea,fb,gc,hd,abcd->efgh", x0, x1, x2, x3, x4 }
    site3 [3] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn, x4: IxDyn) -> Ix4 { "ea,fb,abcd,gc,hd->efgh", x0, x1, x2, x3, x4 }
    site4 [4] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn, x4: IxDyn) -> Ix4 { "abcd,ea,fb,gc,hd->efgh", x0, x1, x2, x3, x4 }
    site5 [5] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn, x4: IxDyn, x5: IxDyn, x6: IxDyn) -> Ix2 { "acdf,jbje,gihb,hfac,gfac,gifabc,hfac", x0, x1, x2, x3, x4, x5, x6 }
    site6 [6] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn, x4: IxDyn, x5: IxDyn, x6: IxDyn) -> Ix1 { "cd,bdhe,aidb,hgca,gc,hgibcd,hgac", x0, x1, x2, x3, x4, x5, x6 }
    site7 [7] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn, x4: IxDyn) -> Ix2 { "abhe,hidj,jgba,hiab,gab", x0, x1, x2, x3, x4 }
    site8 [8] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn, x4: IxDyn, x5: IxDyn, x6: IxDyn) -> Ix1 { "bde,cdh,agdb,hica,ibd,hgicd,hiac", x0, x1, x2, x3, x4, x5, x6 }
    site9 [9] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn, x4: IxDyn, x5: IxDyn, x6: IxDyn) -> Ix1 { "chd,bde,agbc,hiad,hgc,hgi,hiad", x0, x1, x2, x3, x4, x5, x6 }
    site10 [10] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn, x4: IxDyn, x5: IxDyn, x6: IxDyn) -> Ix1 { "chd,bde,agbc,hiad,bdi,cgh,agdb", x0, x1, x2, x3, x4, x5, x6 }
    site11 [11] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn, x4: IxDyn) -> Ix2 { "bdhe,acad,hiab,agac,hibd", x0, x1, x2, x3, x4 }
    site12 [12] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix0 { "ab,ab,c->", x0, x1, x2 }
    site13 [13] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix1 { "ab,ab,c->c", x0, x1, x2 }
    site14 [14] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix0 { "ab,ab,cd,cd->", x0, x1, x2, x3 }
    site15 [15] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix2 { "ab,ab,cd,cd->ac", x0, x1, x2, x3 }
    site16 [16] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix2 { "ab,ab,cd,cd->cd", x0, x1, x2, x3 }
    site17 [17] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn, x4: IxDyn, x5: IxDyn) -> Ix0 { "ab,ab,cd,cd,ef,ef->", x0, x1, x2, x3, x4, x5 }
    site18 [18] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix6 { "ab,cd,ef->abcdef", x0, x1, x2 }
    site19 [19] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix4 { "ab,cd,ef->acdf", x0, x1, x2 }
    site20 [20] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix5 { "ab,cd,de->abcde", x0, x1, x2 }
    site21 [21] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix2 { "ab,cd,de->be", x0, x1, x2 }
    site22 [22] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix4 { "ab,bcd,cd->abcd", x0, x1, x2 }
    site23 [23] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix3 { "ab,bcd,cd->abd", x0, x1, x2 }
    site24 [24] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix3 { "eb,cb,fb->cef", x0, x1, x2 }
    site25 [25] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix3 { "dd,fb,be,cdb->cef", x0, x1, x2, x3 }
    site26 [26] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix0 { "bca,cdb,dbf,afc->", x0, x1, x2, x3 }
    site27 [27] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix2 { "dcc,fce,ea,dbf->ab", x0, x1, x2, x3 }
    site28 [28] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix2 { "fdf,cdd,ccd,afe->ae", x0, x1, x2, x3 }
    site29 [29] (x0: IxDyn, x1: IxDyn) -> Ix2 { "abcd,ad", x0, x1 }
    site30 [30] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix2 { "ed,fcd,ff,bcf->be", x0, x1, x2, x3 }
    site31 [31] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix2 { "baa,dcf,af,cde->be", x0, x1, x2, x3 }
    site32 [32] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix3 { "bd,db,eac->ace", x0, x1, x2 }
    site33 [33] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix3 { "fff,fae,bef,def->abd", x0, x1, x2, x3 }
    site34 [34] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix3 { "efc,dbc,acf,fd->abe", x0, x1, x2, x3 }
    site35 [35] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix3 { "ba,ac,da->bcd", x0, x1, x2 }
    site36 [36] (x0: IxDyn, x1: IxDyn) -> Ix0 { "ab,ab", x0, x1 }
    site37 [37] (x0: IxDyn, x1: IxDyn) -> Ix0 { "ab,ba", x0, x1 }
    site38 [38] (x0: IxDyn, x1: IxDyn) -> Ix0 { "abc,abc", x0, x1 }
    site39 [39] (x0: IxDyn, x1: IxDyn) -> Ix0 { "abc,bac", x0, x1 }
    site40 [40] (x0: IxDyn, x1: IxDyn) -> Ix0 { "abc,cba", x0, x1 }
    site41 [41] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix3 { "aab,fa,df,ecc->bde", x0, x1, x2, x3 }
    site42 [42] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix2 { "ecb,fef,bad,ed->ac", x0, x1, x2, x3 }
    site43 [43] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix0 { "bcf,bbb,fbf,fc->", x0, x1, x2, x3 }
    site44 [44] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix1 { "bb,ff,be->e", x0, x1, x2 }
    site45 [45] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix0 { "bcb,bb,fc,fff->", x0, x1, x2, x3 }
    site46 [46] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix0 { "fbb,dfd,fc,fc->", x0, x1, x2, x3 }
    site47 [47] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix2 { "afd,ba,cc,dc->bf", x0, x1, x2, x3 }
    site48 [48] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix1 { "adb,bc,fa,cfc->d", x0, x1, x2, x3 }
    site49 [49] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix3 { "bbd,bda,fc,db->acf", x0, x1, x2, x3 }
    site50 [50] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix3 { "dba,ead,cad->bce", x0, x1, x2 }
    site51 [51] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix3 { "aef,fbc,dca->bde", x0, x1, x2 }
    site52 [52] (x0: IxDyn, x1: IxDyn) -> Ix2 { "cab,cdd->ab", x0, x1 }
    site53 [53] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix2 { "ab,bc,cd,de->ae", x0, x1, x2, x3 }
    site54 [54] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix3 { "a,b,c->abc", x0, x1, x2 }
    site55 [55] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix4 { "acdf,jbje,gihb,hfac", x0, x1, x2, x3 }
    site56 [56] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn, x4: IxDyn, x5: IxDyn, x6: IxDyn) -> Ix0 { "a,ac,ab,ad,cd,bd,bc->", x0, x1, x2, x3, x4, x5, x6 }
    site57 [57] (x0: IxDyn) -> IxDyn { "...", x0 }
    site58 [58] (x0: IxDyn) -> Ix2 { "ij", x0 }
    site59 [59] (x0: IxDyn) -> Ix2 { "ji", x0 }
    site60 [60, 336] (x0: IxDyn) -> Ix1 { "ii->i", x0 }
    site61 [61] (x0: IxDyn) -> IxDyn { "...ii->...i", x0 }
    site62 [62] (x0: IxDyn) -> IxDyn { "ii...->...i", x0 }
    site63 [63] (x0: IxDyn) -> IxDyn { "...ii->i...", x0 }
    site64 [64] (x0: IxDyn) -> Ix2 { "jii->ij", x0 }
    site65 [65] (x0: IxDyn) -> IxDyn { "ii...->i...", x0 }
    site66 [66] (x0: IxDyn) -> IxDyn { "i...i->i...", x0 }
    site67 [67] (x0: IxDyn) -> IxDyn { "i...i->...i", x0 }
    site68 [68] (x0: IxDyn) -> Ix1 { "iii->i", x0 }
    site69 [69] (x0: IxDyn) -> Ix3 { "ijk->jik", x0 }
    site70 [70, 81, 92, 103] (x0: IxDyn) -> Ix0 { "i->", x0 }
    site71 [71, 82, 93, 104] (x0: IxDyn) -> IxDyn { "...i->...", x0 }
    site72 [72, 73, 83, 84, 94, 95, 105, 106] (x0: IxDyn) -> IxDyn { "i...->...", x0 }
    site73 [74, 85, 96, 107, 335] (x0: IxDyn) -> Ix0 { "ii", x0 }
    site74 [75, 86, 97, 108, 117, 340] (x0: IxDyn, x1: IxDyn) -> IxDyn { "..., ...", x0, x1 }
    site75 [76, 87, 98, 109] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...i, ...i", x0, x1 }
    site76 [77, 88, 99, 110, 153, 342] (x0: IxDyn, x1: IxDyn) -> Ix2 { "i,j", x0, x1 }
    site77 [78, 89, 100, 111] (x0: IxDyn, x1: IxDyn) -> Ix1 { "ij, j", x0, x1 }
    site78 [79, 90, 101, 112] (x0: IxDyn, x1: IxDyn) -> Ix1 { "ji,j", x0, x1 }
    site79 [80, 91, 102, 113] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ij,jk", x0, x1 }
    site80 [114, 115, 116] (x0: IxDyn, x1: IxDyn) -> IxDyn { "i..., i...", x0, x1 }
    site81 [118, 124, 130, 268] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...,...", x0, x1 }
    site82 [119, 125, 131, 341] (x0: IxDyn, x1: IxDyn) -> Ix0 { "i,i", x0, x1 }
    site83 [120, 126, 132] (x0: IxDyn, x1: IxDyn) -> Ix1 { "i,->i", x0, x1 }
    site84 [121, 127, 133] (x0: IxDyn, x1: IxDyn) -> Ix1 { ",i->i", x0, x1 }
    site85 [122, 128, 134] (x0: IxDyn, x1: IxDyn) -> Ix0 { "i,->", x0, x1 }
    site86 [123, 129, 135] (x0: IxDyn, x1: IxDyn) -> Ix0 { ",i->", x0, x1 }
    site87 [136] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix2 { "ij,jk,kl", x0, x1, x2 }
    site88 [137] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ijk, jil -> kl", x0, x1 }
    site89 [138] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ijk,jil->kl", x0, x1 }
    site90 [139] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix1 { "i,i,i->i", x0, x1, x2 }
    site91 [140] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix0 { "z,mz,zm->", x0, x1, x2 }
    site92 [141] (x0: IxDyn, x1: IxDyn) -> Ix1 { "ij,ij->j", x0, x1 }
    site93 [142, 360, 361] (x0: IxDyn, x1: IxDyn) -> Ix0 { "i, i", x0, x1 }
    site94 [143, 144, 180, 181] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...ij,...jk->...ik", x0, x1 }
    site95 [145] (x0: IxDyn, x1: IxDyn) -> Ix0 { "ji,i->", x0, x1 }
    site96 [146] (x0: IxDyn, x1: IxDyn) -> Ix0 { "i,ij->", x0, x1 }
    site97 [147] (x0: IxDyn, x1: IxDyn) -> Ix0 { "ij,i->", x0, x1 }
    site98 [148] (x0: IxDyn, x1: IxDyn) -> IxDyn { "ij...,j...->i...", x0, x1 }
    site99 [149] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...i,...i", x0, x1 }
    site100 [150] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix0 { "ijklm,ijn,ijn->", x0, x1, x2 }
    site101 [151] (x0: IxDyn, x1: IxDyn) -> Ix0 { "ijklm,ijn->", x0, x1 }
    site102 [152] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix3 { "x,yx,zx->xzy", x0, x1, x2 }
    site103 [154] (x0: IxDyn, x1: IxDyn) -> Ix0 { "i,i->", x0, x1 }
    site104 [155] (x0: IxDyn, x1: IxDyn) -> Ix3 { "ijk,j->ijk", x0, x1 }
    site105 [156] (x0: IxDyn, x1: IxDyn) -> IxDyn { "ij...,j...->ij...", x0, x1 }
    site106 [157] (x0: IxDyn, x1: IxDyn) -> IxDyn { "ij...,...j->ij...", x0, x1 }
    site107 [158] (x0: IxDyn, x1: IxDyn) -> IxDyn { "ij...,j->ij...", x0, x1 }
    site108 [159] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ik,kj->ij", x0, x1 }
    site109 [160] (x0: IxDyn, x1: IxDyn) -> IxDyn { "ik...,k...->i...", x0, x1 }
    site110 [161] (x0: IxDyn, x1: IxDyn) -> IxDyn { "ik...,...kj->i...j", x0, x1 }
    site111 [162] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...k,kj", x0, x1 }
    site112 [163] (x0: IxDyn, x1: IxDyn) -> IxDyn { "ik,k...->i...", x0, x1 }
    site113 [164] (x0: IxDyn, x1: IxDyn) -> Ix3 { "ijkl,k->ijl", x0, x1 }
    site114 [165] (x0: IxDyn, x1: IxDyn) -> Ix3 { "ijkl,k", x0, x1 }
    site115 [166] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...kl,k...", x0, x1 }
    site116 [167] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...kl,k", x0, x1 }
    site117 [168] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...lmn,...lmno->...o", x0, x1 }
    site118 [169] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...lmn,lmno->...o", x0, x1 }
    site119 [170] (x0: IxDyn, x1: IxDyn) -> Ix3 { "cl, cpx->lpx", x0, x1 }
    site120 [171] (x0: IxDyn, x1: IxDyn) -> Ix4 { "cl, cpxy->lpxy", x0, x1 }
    site121 [172] (x0: IxDyn) -> Ix2 { "aabb->ab", x0 }
    site122 [173] (x0: IxDyn) -> Ix0 { "ijij->", x0 }
    site123 [174] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix1 { "mi,mi,mi->m", x0, x1, x2 }
    site124 [175] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix1 { "im,im,im->m", x0, x1, x2 }
    site125 [176, 289] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ij,jk->ik", x0, x1 }
    site126 [177] (x0: IxDyn, x1: IxDyn) -> Ix1 { "i,i->i", x0, x1 }
    site127 [178] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix0 { "i,i,i->", x0, x1, x2 }
    site128 [179] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix0 { "i,i,i,i->", x0, x1, x2, x3 }
    site129 [182] (x0: IxDyn) -> Ix1 { "bbcdc->d", x0 }
    site130 [183] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix1 { "ijk,kl,jl", x0, x1, x2 }
    site131 [184] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix1 { "ijk,kl,jl,i->i", x0, x1, x2, x3 }
    site132 [185] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix2 { "abjk,kl,jl", x0, x1, x2 }
    site133 [186] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix2 { "abjk,kl,jl,ab->ab", x0, x1, x2, x3 }
    site134 [187] (x0: IxDyn, x1: IxDyn) -> Ix3 { "obk,ijk->ioj", x0, x1 }
    site135 [188] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix3 { "ijp,ipq,ikq->ijk", x0, x1, x2 }
    site136 [189] (x0: IxDyn, x1: IxDyn) -> Ix4 { "jhcabhijaci,dfijejgh->fgje", x0, x1 }
    site137 [190] (x0: IxDyn, x1: IxDyn) -> Ix3 { "baegffahgc,hdggeff->dhg", x0, x1 }
    site138 [191] (x0: IxDyn, x1: IxDyn) -> Ix6 { "cehgbaifff,fhhdegih->cdghbi", x0, x1 }
    site139 [192] (x0: IxDyn, x1: IxDyn) -> Ix2 { "gah,cdbcghefg->ef", x0, x1 }
    site140 [193] (x0: IxDyn, x1: IxDyn) -> Ix0 { "cacc,bcb->", x0, x1 }
    site141 [194] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...ft,mf->...mt", x0, x1 }
    site142 [195, 271] (x0: IxDyn) -> IxDyn { "...a->...a", x0 }
    site143 [196] (x0: IxDyn) -> IxDyn { "...a->...a ", x0 }
    site144 [197] (x0: IxDyn) -> IxDyn { "...a-> ...a", x0 }
    site145 [198] (x0: IxDyn) -> IxDyn { "...a-> ...a ", x0 }
    site146 [199] (x0: IxDyn) -> IxDyn { "...a ->...a", x0 }
    site147 [200] (x0: IxDyn) -> IxDyn { "...a ->...a ", x0 }
    site148 [201] (x0: IxDyn) -> IxDyn { "...a -> ...a", x0 }
    site149 [202] (x0: IxDyn) -> IxDyn { "...a -> ...a ", x0 }
    site150 [203] (x0: IxDyn) -> IxDyn { " ...a->...a", x0 }
    site151 [204] (x0: IxDyn) -> IxDyn { " ...a->...a ", x0 }
    site152 [205] (x0: IxDyn) -> IxDyn { " ...a-> ...a", x0 }
    site153 [206] (x0: IxDyn) -> IxDyn { " ...a-> ...a ", x0 }
    site154 [207] (x0: IxDyn) -> IxDyn { " ...a ->...a", x0 }
    site155 [208] (x0: IxDyn) -> IxDyn { " ...a ->...a ", x0 }
    site156 [209] (x0: IxDyn) -> IxDyn { " ...a -> ...a", x0 }
    site157 [210] (x0: IxDyn) -> IxDyn { " ...a -> ...a ", x0 }
    site158 [211] (x0: IxDyn) -> Ix1 { "ij->i", x0 }
    site159 [212] (x0: IxDyn) -> IxDyn { "i...k->...", x0 }
    site160 [213] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ij, jh", x0, x1 }
    site161 [214, 337] (x0: IxDyn) -> Ix0 { "ij->", x0 }
    site162 [233] (x0: IxDyn) -> Ix3 { "ij->jij", x0 }
    site163 [240] (x0: IxDyn, x1: IxDyn) -> Ix1 { "a,->a", x0, x1 }
    site164 [241] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ab,->ab", x0, x1 }
    site165 [242] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix2 { ",ab,->ab", x0, x1, x2 }
    site166 [243] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix0 { ",,->", x0, x1, x2 }
    site167 [244] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ab,bc", x0, x1 }
    site168 [245] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ab,cb", x0, x1 }
    site169 [246] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ba,bc", x0, x1 }
    site170 [247] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ba,cb", x0, x1 }
    site171 [248] (x0: IxDyn, x1: IxDyn) -> Ix2 { "abcd,cd", x0, x1 }
    site172 [249] (x0: IxDyn, x1: IxDyn) -> Ix2 { "abcd,ab", x0, x1 }
    site173 [250] (x0: IxDyn, x1: IxDyn) -> Ix4 { "abcd,cdef", x0, x1 }
    site174 [251] (x0: IxDyn, x1: IxDyn) -> Ix4 { "abcd,cdef->feba", x0, x1 }
    site175 [252] (x0: IxDyn, x1: IxDyn) -> Ix4 { "abcd,efdc", x0, x1 }
    site176 [253] (x0: IxDyn, x1: IxDyn) -> Ix2 { "aab,bc->ac", x0, x1 }
    site177 [254] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ab,bcc->ac", x0, x1 }
    site178 [255] (x0: IxDyn, x1: IxDyn) -> Ix2 { "aab,bcc->ac", x0, x1 }
    site179 [256] (x0: IxDyn, x1: IxDyn) -> Ix2 { "baa,bcc->ac", x0, x1 }
    site180 [257] (x0: IxDyn, x1: IxDyn) -> Ix2 { "aab,ccb->ac", x0, x1 }
    site181 [258] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn, x4: IxDyn, x5: IxDyn) -> Ix2 { "hbc,bdef,cdkj,ji,ikeh,lfo", x0, x1, x2, x3, x4, x5 }
    site182 [259] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn, x4: IxDyn, x5: IxDyn) -> Ix2 { "bdef,cdkj,ji,ikeh,hbc,lfo", x0, x1, x2, x3, x4, x5 }
    site183 [260] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn, x4: IxDyn) -> Ix2 { "ijab,acd,bce,df,ef->ji", x0, x1, x2, x3, x4 }
    site184 [261] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix0 { "ab,cd,ad,cb", x0, x1, x2, x3 }
    site185 [262] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix2 { "ab,bc,cd", x0, x1, x2 }
    site186 [263] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix2 { "ij,jk,kl->il", x0, x1, x2 }
    site187 [264] (x0: IxDyn) -> Ix3 { "cβa", x0 }
    site188 [265] (x0: IxDyn) -> IxDyn { "...a->...", x0 }
    site189 [266] (x0: IxDyn) -> IxDyn { "a...->...", x0 }
    site190 [267] (x0: IxDyn) -> IxDyn { "a...a->...a", x0 }
    site191 [269] (x0: IxDyn, x1: IxDyn) -> Ix2 { "a,b", x0, x1 }
    site192 [270] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...a,...b", x0, x1 }
    site193 [272] (x0: IxDyn) -> IxDyn { "...a", x0 }
    site194 [273] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...b,...a->...", x0, x1 }
    site195 [277] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix2 { "ajk,kbl,jl,ab->ab", x0, x1, x2, x3 }
    site196 [278] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix3 { "ab,bc,bd->acd", x0, x1, x2 }
    site197 [279] (x0: IxDyn) -> Ix0 { "->", x0 }
    site198 [280] (x0: IxDyn, x1: IxDyn) -> Ix0 { "ab,->", x0, x1 }
    site199 [281] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ab,bc->ac", x0, x1 }
    site200 [286] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...a,ab", x0, x1 }
    site201 [287] (x0: IxDyn, x1: IxDyn) -> Ix0 { "k,k->", x0, x1 }
    site202 [288] (x0: IxDyn, x1: IxDyn) -> Ix0 { "ijk,ijk->", x0, x1 }
    site203 [290] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ijl,jlk->ik", x0, x1 }
    site204 [291] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ij,kj->ik", x0, x1 }
    site205 [292] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ijl,kjl->ik", x0, x1 }
    site206 [293] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ji,jk->ik", x0, x1 }
    site207 [294] (x0: IxDyn, x1: IxDyn) -> Ix2 { "jli,jlk->ik", x0, x1 }
    site208 [295] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ji,kj->ik", x0, x1 }
    site209 [296] (x0: IxDyn, x1: IxDyn) -> Ix2 { "jli,kjl->ik", x0, x1 }
    site210 [297] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ij,jk->ki", x0, x1 }
    site211 [298] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ijl,jlk->ki", x0, x1 }
    site212 [299] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ij,kj->ki", x0, x1 }
    site213 [300] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ijl,kjl->ki", x0, x1 }
    site214 [301] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ji,jk->ki", x0, x1 }
    site215 [302] (x0: IxDyn, x1: IxDyn) -> Ix2 { "jli,jlk->ki", x0, x1 }
    site216 [303] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ji,kj->ki", x0, x1 }
    site217 [304] (x0: IxDyn, x1: IxDyn) -> Ix2 { "jli,kjl->ki", x0, x1 }
    site218 [305] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ilj,jlk->ik", x0, x1 }
    site219 [306] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ijl,ljk->ik", x0, x1 }
    site220 [307] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ilj,kjl->ik", x0, x1 }
    site221 [308] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ijl,klj->ik", x0, x1 }
    site222 [309] (x0: IxDyn, x1: IxDyn) -> Ix2 { "lji,jlk->ik", x0, x1 }
    site223 [310] (x0: IxDyn, x1: IxDyn) -> Ix2 { "jli,ljk->ik", x0, x1 }
    site224 [311] (x0: IxDyn, x1: IxDyn) -> Ix0 { "ijk,ikj->", x0, x1 }
    site225 [312] (x0: IxDyn, x1: IxDyn) -> Ix2 { "i,j->ij", x0, x1 }
    site226 [313] (x0: IxDyn, x1: IxDyn) -> Ix1 { "ijk,ik->j", x0, x1 }
    site227 [314] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ijj,jk->ik", x0, x1 }
    site228 [315] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ijk,j->ij", x0, x1 }
    site229 [316] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ij,ij->ij", x0, x1 }
    site230 [317] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ab,bc->ca", x0, x1 }
    site231 [318] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix1 { "abc,bcd,dea", x0, x1, x2 }
    site232 [319] (x0: IxDyn, x1: IxDyn) -> Ix6 { "abc,def->fedcba", x0, x1 }
    site233 [320] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix2 { "abc,bcd,df->fa", x0, x1, x2 }
    site234 [321] (x0: IxDyn, x1: IxDyn) -> Ix0 { "ijk,ikj", x0, x1 }
    site235 [322] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ijk,k->ij", x0, x1 }
    site236 [323] (x0: IxDyn, x1: IxDyn) -> Ix2 { "AB,BC->CA", x0, x1 }
    site237 [324] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix0 { "ab,bc,cd->", x0, x1, x2 }
    site238 [325] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix1 { "ab,bc,cd->a", x0, x1, x2 }
    site239 [326] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix1 { "ab,bc,cd->b", x0, x1, x2 }
    site240 [327] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix1 { "ab,bc,cd->c", x0, x1, x2 }
    site241 [328] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix0 { "ab,bc,de->", x0, x1, x2 }
    site242 [329] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn, x4: IxDyn, x5: IxDyn) -> Ix4 { "abc,bdef,fghj,cem,mhk,ljk->adgl", x0, x1, x2, x3, x4, x5 }
    site243 [330] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix1 { ",a,->a", x0, x1, x2 }
    site244 [331] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix1 { ",,a,->a", x0, x1, x2, x3 }
    site245 [332] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix1 { "nlp,nlq,pl->n", x0, x1, x2 }
    site246 [333] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix0 { "a,bcd,efg->", x0, x1, x2 }
    site247 [334] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix1 { "a,b,abc->c", x0, x1, x2 }
    site248 [338] (x0: IxDyn, x1: IxDyn) -> Ix1 { "ij,j", x0, x1 }
    site249 [339] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...j,j", x0, x1 }
    site250 [343] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ki,jk->ij", x0, x1 }
    site251 [344] (x0: IxDyn, x1: IxDyn) -> IxDyn { "ki,...k->i...", x0, x1 }
    site252 [345] (x0: IxDyn, x1: IxDyn) -> IxDyn { "k...,jk", x0, x1 }
    site253 [346] (x0: IxDyn) -> Ix1 { "ijji -> i", x0 }
    site254 [347] (x0: IxDyn) -> Ix1 { "iii -> i", x0 }
    site255 [348] (x0: IxDyn) -> Ix1 { "ijji -> j", x0 }
    site256 [349] (x0: IxDyn) -> Ix2 { "ijji -> ij", x0 }
    site257 [350] (x0: IxDyn) -> Ix2 { "ijji -> ji", x0 }
    site258 [351] (x0: IxDyn) -> Ix0 { "ijji -> ", x0 }
    site259 [352] (x0: IxDyn, x1: IxDyn) -> Ix0 { "ijji,kji -> ", x0, x1 }
    site260 [353] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ijji,kji -> kj", x0, x1 }
    site261 [354] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix2 { "ijji,kji,jj-> kj", x0, x1, x2 }
    site262 [355] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix3 { "ijji,kji,jj-> ijk", x0, x1, x2 }
    site263 [356] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix2 { "ijji,kji,jj-> jk", x0, x1, x2 }
    site264 [357] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn, x4: IxDyn, x5: IxDyn) -> IxDyn { "ii,ii,i...,i...,...i,...i", x0, x1, x2, x3, x4, x5 }
    site265 [358] (x0: IxDyn, x1: IxDyn) -> Ix0 { "ij,ij", x0, x1 }
    site266 [359] (x0: IxDyn, x1: IxDyn) -> Ix0 { "ii,ii", x0, x1 }
    site267 [362, 363] (x0: IxDyn, x1: IxDyn) -> Ix1 { "ia, i -> a", x0, x1 }
    site268 [364] (x0: IxDyn, x1: IxDyn) -> Ix0 { "ia, i -> ", x0, x1 }
    site269 [365] (x0: IxDyn, x1: IxDyn) -> Ix4 { "iBCj, aijd -> aBCd", x0, x1 }
    site270 [366] (x0: IxDyn, x1: IxDyn) -> Ix1 { "ijk, -> j", x0, x1 }
    site271 [367] (x0: IxDyn, x1: IxDyn) -> Ix2 { [b, h] = x0[b, c, h, w] * x1[b, w] }
    site272 [368] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix2 { [b, h] = x0[b, c, h, w] * x1[b, w] * x2[b, c] }
    site273 [369] (x0: IxDyn, x1: IxDyn) -> IxDyn { [.., two, five] = x0[.., one, two, three] * x1[three, four, five] }
    site274 [370] (x0: IxDyn, x1: IxDyn) -> IxDyn { [two, five, ..] = x0[one, two, three, ..] * x1[three, four, five] }
    site275 [371] (x0: IxDyn, x1: IxDyn) -> IxDyn { [.., two, five] = x0[.., one, two, three] * x1[.., three, four, five] }
    site276 [372] (x0: IxDyn) -> Ix1 { [first_tensor] = x0[first_tensor, second_tensor] }
    site277 [373] (x0: IxDyn) -> Ix0 { [] = x0[i, i] }
    site278 [374] (x0: IxDyn, x1: IxDyn) -> Ix2 { [two, four] = x0[one, two] * x1[three, four] }
    site279 [375] (x0: IxDyn) -> Ix1 { [middle] = x0[i, middle, i] }
    site280 [376] (x0: IxDyn) -> IxDyn { [..] = x0[i, .., i] }
    site281 [377] (x0: IxDyn) -> IxDyn { [i, ..] = x0[i, .., i] }
    site282 [378] (x0: IxDyn) -> Ix1 { [one] = x0[one, one, one] }
    site283 [379] (x0: IxDyn) -> Ix3 { [j, i, k] = x0[i, j, k] }
    site284 [380] (x0: IxDyn) -> IxDyn { [..] = x0[..] }
    site285 [381] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> IxDyn { [..] = x0[..] * x1[..] * x2[..] }
    site286 [382] (x0: IxDyn) -> Ix0 { [] = x0[index] }
    site287 [390] (x0: IxDyn) -> Ix4 { "abccd->abcd", x0 }
    site288 [391] (x0: IxDyn) -> Ix4 { "abcd->dcab", x0 }
    site289 [392] (x0: IxDyn, x1: IxDyn) -> Ix6 { "abccd,ceaabe->abcdee", x0, x1 }
    site290 [393] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix0 { "abccd,cea,abcdee->", x0, x1, x2 }
    site291 [394] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix2 { "ij,jk,kl->li", x0, x1, x2 }
    site292 [395] (x0: IxDyn) -> Ix0 { "abba->", x0 }
    site293 [396] (x0: IxDyn) -> Ix2 { "abbc->ac", x0 }
    site294 [397] (x0: IxDyn) -> Ix2 { "abbc->ca", x0 }
    site295 [398] (x0: IxDyn) -> Ix3 { "abbc->abc", x0 }
    site296 [399] (x0: IxDyn) -> Ix4 { "abcd->bcad", x0 }
    site297 [400] (x0: IxDyn, x1: IxDyn) -> Ix2 { "abcd,bc->ad", x0, x1 }
    site298 [401] (x0: IxDyn, x1: IxDyn) -> Ix2 { "dcba,bc->ad", x0, x1 }
    site299 [402] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix3 { "ab,ac,ad->bcd", x0, x1, x2 }
    site300 [403] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix1 { "ab,ab,ac->c", x0, x1, x2 }
    site301 [404] (x0: IxDyn) -> Ix2 { "abc->ab", x0 }
    site302 [405] (x0: IxDyn) -> Ix2 { "ijk -> ki", x0 }
    site303 [406] (x0: IxDyn) -> Ix0 { "ijk -> ", x0 }
    site304 [407] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ab,ab->ab", x0, x1 }
    site305 [408] (x0: IxDyn, x1: IxDyn) -> Ix4 { "ab,cd->abcd", x0, x1 }
    site306 [409] (x0: IxDyn) -> Ix2 { "ii->ii", x0 }
    site307 [410] (x0: IxDyn) -> Ix0 { "aabb->", x0 }
    site308 [411] (x0: IxDyn, x1: IxDyn) -> Ix4 { "abcd,cdef->abef", x0, x1 }
    site309 [412, 413] (x0: IxDyn, x1: IxDyn) -> Ix2 { "abc,b->ac", x0, x1 }
    site310 [414] (x0: IxDyn, x1: IxDyn) -> Ix2 { "c,c->cc", x0, x1 }
    site311 [415] (x0: IxDyn, x1: IxDyn) -> Ix1 { "c,cc->c", x0, x1 }
    site312 [416] (x0: IxDyn, x1: IxDyn) -> Ix2 { "cc,c->cc", x0, x1 }
    site313 [417] (x0: IxDyn, x1: IxDyn) -> Ix2 { "cc,cc->cc", x0, x1 }
    site314 [418] (x0: IxDyn, x1: IxDyn) -> Ix2 { "cc,cb->bc", x0, x1 }
    site315 [419] (x0: IxDyn, x1: IxDyn) -> Ix2 { "cb,bc->cc", x0, x1 }
    site316 [420] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ac,cc->ac", x0, x1 }
    site317 [421] (x0: IxDyn) -> Ix4 { "ij->ijij", x0 }
    site318 [422] (x0: IxDyn) -> Ix2 { "i->ii", x0 }
    site319 [423] (x0: IxDyn) -> Ix5 { "abc->cbaab", x0 }
    site320 [424] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ijl,jl->il", x0, x1 }
    site321 [425] (x0: IxDyn, x1: IxDyn) -> Ix2 { "abb,bc->ac", x0, x1 }
    site322 [426] (x0: IxDyn, x1: IxDyn) -> Ix3 { "ab,bc->acc", x0, x1 }
    site323 [427] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ab,bce->ac", x0, x1 }
    site324 [428] (x0: IxDyn, x1: IxDyn) -> Ix2 { "bal,bcl->ca", x0, x1 }
    site325 [429] (x0: IxDyn) -> Ix2 { "->ii", x0; i = 5 }
    site326 [430] (x0: IxDyn, x1: IxDyn) -> Ix3 { "ab,bc->ace", x0, x1; e = 5 }
}
