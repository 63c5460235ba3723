// Written by generate.rs.

crate::site::value_sites! { f64;
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
    site57 [58] (x0: IxDyn) -> Ix2 { "ij", x0 }
    site58 [59] (x0: IxDyn) -> Ix2 { "ji", x0 }
    site59 [60, 336] (x0: IxDyn) -> Ix1 { "ii->i", x0 }
    site60 [64] (x0: IxDyn) -> Ix2 { "jii->ij", x0 }
    site61 [68] (x0: IxDyn) -> Ix1 { "iii->i", x0 }
    site62 [69] (x0: IxDyn) -> Ix3 { "ijk->jik", x0 }
    site63 [70, 81, 92, 103] (x0: IxDyn) -> Ix0 { "i->", x0 }
    site64 [74, 85, 96, 107, 335] (x0: IxDyn) -> Ix0 { "ii", x0 }
    site65 [77, 88, 99, 110, 153, 342] (x0: IxDyn, x1: IxDyn) -> Ix2 { "i,j", x0, x1 }
    site66 [78, 89, 100, 111] (x0: IxDyn, x1: IxDyn) -> Ix1 { "ij, j", x0, x1 }
    site67 [79, 90, 101, 112] (x0: IxDyn, x1: IxDyn) -> Ix1 { "ji,j", x0, x1 }
    site68 [80, 91, 102, 113] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ij,jk", x0, x1 }
    site69 [119, 125, 131, 341] (x0: IxDyn, x1: IxDyn) -> Ix0 { "i,i", x0, x1 }
    site70 [120, 126, 132] (x0: IxDyn, x1: IxDyn) -> Ix1 { "i,->i", x0, x1 }
    site71 [121, 127, 133] (x0: IxDyn, x1: IxDyn) -> Ix1 { ",i->i", x0, x1 }
    site72 [122, 128, 134] (x0: IxDyn, x1: IxDyn) -> Ix0 { "i,->", x0, x1 }
    site73 [123, 129, 135] (x0: IxDyn, x1: IxDyn) -> Ix0 { ",i->", x0, x1 }
    site74 [136] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix2 { "ij,jk,kl", x0, x1, x2 }
    site75 [137] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ijk, jil -> kl", x0, x1 }
    site76 [138] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ijk,jil->kl", x0, x1 }
    site77 [139] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix1 { "i,i,i->i", x0, x1, x2 }
    site78 [140] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix0 { "z,mz,zm->", x0, x1, x2 }
    site79 [141] (x0: IxDyn, x1: IxDyn) -> Ix1 { "ij,ij->j", x0, x1 }
    site80 [142, 360, 361] (x0: IxDyn, x1: IxDyn) -> Ix0 { "i, i", x0, x1 }
    site81 [145] (x0: IxDyn, x1: IxDyn) -> Ix0 { "ji,i->", x0, x1 }
    site82 [146] (x0: IxDyn, x1: IxDyn) -> Ix0 { "i,ij->", x0, x1 }
    site83 [147] (x0: IxDyn, x1: IxDyn) -> Ix0 { "ij,i->", x0, x1 }
    site84 [150] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix0 { "ijklm,ijn,ijn->", x0, x1, x2 }
    site85 [151] (x0: IxDyn, x1: IxDyn) -> Ix0 { "ijklm,ijn->", x0, x1 }
    site86 [152] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix3 { "x,yx,zx->xzy", x0, x1, x2 }
    site87 [154] (x0: IxDyn, x1: IxDyn) -> Ix0 { "i,i->", x0, x1 }
    site88 [155] (x0: IxDyn, x1: IxDyn) -> Ix3 { "ijk,j->ijk", x0, x1 }
    site89 [159] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ik,kj->ij", x0, x1 }
    site90 [164] (x0: IxDyn, x1: IxDyn) -> Ix3 { "ijkl,k->ijl", x0, x1 }
    site91 [165] (x0: IxDyn, x1: IxDyn) -> Ix3 { "ijkl,k", x0, x1 }
    site92 [170] (x0: IxDyn, x1: IxDyn) -> Ix3 { "cl, cpx->lpx", x0, x1 }
    site93 [171] (x0: IxDyn, x1: IxDyn) -> Ix4 { "cl, cpxy->lpxy", x0, x1 }
    site94 [172] (x0: IxDyn) -> Ix2 { "aabb->ab", x0 }
    site95 [173] (x0: IxDyn) -> Ix0 { "ijij->", x0 }
    site96 [174] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix1 { "mi,mi,mi->m", x0, x1, x2 }
    site97 [175] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix1 { "im,im,im->m", x0, x1, x2 }
    site98 [176, 289] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ij,jk->ik", x0, x1 }
    site99 [177] (x0: IxDyn, x1: IxDyn) -> Ix1 { "i,i->i", x0, x1 }
    site100 [178] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix0 { "i,i,i->", x0, x1, x2 }
    site101 [179] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix0 { "i,i,i,i->", x0, x1, x2, x3 }
    site102 [182] (x0: IxDyn) -> Ix1 { "bbcdc->d", x0 }
    site103 [183] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix1 { "ijk,kl,jl", x0, x1, x2 }
    site104 [184] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix1 { "ijk,kl,jl,i->i", x0, x1, x2, x3 }
    site105 [185] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix2 { "abjk,kl,jl", x0, x1, x2 }
    site106 [186] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix2 { "abjk,kl,jl,ab->ab", x0, x1, x2, x3 }
    site107 [187] (x0: IxDyn, x1: IxDyn) -> Ix3 { "obk,ijk->ioj", x0, x1 }
    site108 [188] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix3 { "ijp,ipq,ikq->ijk", x0, x1, x2 }
    site109 [193] (x0: IxDyn, x1: IxDyn) -> Ix0 { "cacc,bcb->", x0, x1 }
    site110 [211] (x0: IxDyn) -> Ix1 { "ij->i", x0 }
    site111 [213] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ij, jh", x0, x1 }
    site112 [214, 337] (x0: IxDyn) -> Ix0 { "ij->", x0 }
    site113 [233] (x0: IxDyn) -> Ix3 { "ij->jij", x0 }
    site114 [240] (x0: IxDyn, x1: IxDyn) -> Ix1 { "a,->a", x0, x1 }
    site115 [241] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ab,->ab", x0, x1 }
    site116 [242] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix2 { ",ab,->ab", x0, x1, x2 }
    site117 [243] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix0 { ",,->", x0, x1, x2 }
    site118 [244] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ab,bc", x0, x1 }
    site119 [245] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ab,cb", x0, x1 }
    site120 [246] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ba,bc", x0, x1 }
    site121 [247] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ba,cb", x0, x1 }
    site122 [248] (x0: IxDyn, x1: IxDyn) -> Ix2 { "abcd,cd", x0, x1 }
    site123 [249] (x0: IxDyn, x1: IxDyn) -> Ix2 { "abcd,ab", x0, x1 }
    site124 [250] (x0: IxDyn, x1: IxDyn) -> Ix4 { "abcd,cdef", x0, x1 }
    site125 [251] (x0: IxDyn, x1: IxDyn) -> Ix4 { "abcd,cdef->feba", x0, x1 }
    site126 [252] (x0: IxDyn, x1: IxDyn) -> Ix4 { "abcd,efdc", x0, x1 }
    site127 [253] (x0: IxDyn, x1: IxDyn) -> Ix2 { "aab,bc->ac", x0, x1 }
    site128 [254] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ab,bcc->ac", x0, x1 }
    site129 [255] (x0: IxDyn, x1: IxDyn) -> Ix2 { "aab,bcc->ac", x0, x1 }
    site130 [256] (x0: IxDyn, x1: IxDyn) -> Ix2 { "baa,bcc->ac", x0, x1 }
    site131 [257] (x0: IxDyn, x1: IxDyn) -> Ix2 { "aab,ccb->ac", x0, x1 }
    site132 [258] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn, x4: IxDyn, x5: IxDyn) -> Ix2 { "hbc,bdef,cdkj,ji,ikeh,lfo", x0, x1, x2, x3, x4, x5 }
    site133 [259] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn, x4: IxDyn, x5: IxDyn) -> Ix2 { "bdef,cdkj,ji,ikeh,hbc,lfo", x0, x1, x2, x3, x4, x5 }
    site134 [260] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn, x4: IxDyn) -> Ix2 { "ijab,acd,bce,df,ef->ji", x0, x1, x2, x3, x4 }
    site135 [261] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix0 { "ab,cd,ad,cb", x0, x1, x2, x3 }
    site136 [262] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix2 { "ab,bc,cd", x0, x1, x2 }
    site137 [263] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix2 { "ij,jk,kl->il", x0, x1, x2 }
    site138 [264] (x0: IxDyn) -> Ix3 { "cβa", x0 }
    site139 [269] (x0: IxDyn, x1: IxDyn) -> Ix2 { "a,b", x0, x1 }
    site140 [277] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix2 { "ajk,kbl,jl,ab->ab", x0, x1, x2, x3 }
    site141 [278] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix3 { "ab,bc,bd->acd", x0, x1, x2 }
    site142 [279] (x0: IxDyn) -> Ix0 { "->", x0 }
    site143 [280] (x0: IxDyn, x1: IxDyn) -> Ix0 { "ab,->", x0, x1 }
    site144 [281] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ab,bc->ac", x0, x1 }
    site145 [287] (x0: IxDyn, x1: IxDyn) -> Ix0 { "k,k->", x0, x1 }
    site146 [288] (x0: IxDyn, x1: IxDyn) -> Ix0 { "ijk,ijk->", x0, x1 }
    site147 [290] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ijl,jlk->ik", x0, x1 }
    site148 [291] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ij,kj->ik", x0, x1 }
    site149 [292] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ijl,kjl->ik", x0, x1 }
    site150 [293] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ji,jk->ik", x0, x1 }
    site151 [294] (x0: IxDyn, x1: IxDyn) -> Ix2 { "jli,jlk->ik", x0, x1 }
    site152 [295] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ji,kj->ik", x0, x1 }
    site153 [296] (x0: IxDyn, x1: IxDyn) -> Ix2 { "jli,kjl->ik", x0, x1 }
    site154 [297] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ij,jk->ki", x0, x1 }
    site155 [298] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ijl,jlk->ki", x0, x1 }
    site156 [299] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ij,kj->ki", x0, x1 }
    site157 [300] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ijl,kjl->ki", x0, x1 }
    site158 [301] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ji,jk->ki", x0, x1 }
    site159 [302] (x0: IxDyn, x1: IxDyn) -> Ix2 { "jli,jlk->ki", x0, x1 }
    site160 [303] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ji,kj->ki", x0, x1 }
    site161 [304] (x0: IxDyn, x1: IxDyn) -> Ix2 { "jli,kjl->ki", x0, x1 }
    site162 [305] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ilj,jlk->ik", x0, x1 }
    site163 [306] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ijl,ljk->ik", x0, x1 }
    site164 [307] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ilj,kjl->ik", x0, x1 }
    site165 [308] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ijl,klj->ik", x0, x1 }
    site166 [309] (x0: IxDyn, x1: IxDyn) -> Ix2 { "lji,jlk->ik", x0, x1 }
    site167 [310] (x0: IxDyn, x1: IxDyn) -> Ix2 { "jli,ljk->ik", x0, x1 }
    site168 [311] (x0: IxDyn, x1: IxDyn) -> Ix0 { "ijk,ikj->", x0, x1 }
    site169 [312] (x0: IxDyn, x1: IxDyn) -> Ix2 { "i,j->ij", x0, x1 }
    site170 [313] (x0: IxDyn, x1: IxDyn) -> Ix1 { "ijk,ik->j", x0, x1 }
    site171 [314] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ijj,jk->ik", x0, x1 }
    site172 [315] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ijk,j->ij", x0, x1 }
    site173 [316] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ij,ij->ij", x0, x1 }
    site174 [317] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ab,bc->ca", x0, x1 }
    site175 [318] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix1 { "abc,bcd,dea", x0, x1, x2 }
    site176 [319] (x0: IxDyn, x1: IxDyn) -> Ix6 { "abc,def->fedcba", x0, x1 }
    site177 [320] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix2 { "abc,bcd,df->fa", x0, x1, x2 }
    site178 [321] (x0: IxDyn, x1: IxDyn) -> Ix0 { "ijk,ikj", x0, x1 }
    site179 [322] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ijk,k->ij", x0, x1 }
    site180 [323] (x0: IxDyn, x1: IxDyn) -> Ix2 { "AB,BC->CA", x0, x1 }
    site181 [324] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix0 { "ab,bc,cd->", x0, x1, x2 }
    site182 [325] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix1 { "ab,bc,cd->a", x0, x1, x2 }
    site183 [326] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix1 { "ab,bc,cd->b", x0, x1, x2 }
    site184 [327] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix1 { "ab,bc,cd->c", x0, x1, x2 }
    site185 [328] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix0 { "ab,bc,de->", x0, x1, x2 }
    site186 [329] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn, x4: IxDyn, x5: IxDyn) -> Ix4 { "abc,bdef,fghj,cem,mhk,ljk->adgl", x0, x1, x2, x3, x4, x5 }
    site187 [330] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix1 { ",a,->a", x0, x1, x2 }
    site188 [331] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn) -> Ix1 { ",,a,->a", x0, x1, x2, x3 }
    site189 [332] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix1 { "nlp,nlq,pl->n", x0, x1, x2 }
    site190 [333] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix0 { "a,bcd,efg->", x0, x1, x2 }
    site191 [334] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix1 { "a,b,abc->c", x0, x1, x2 }
    site192 [338] (x0: IxDyn, x1: IxDyn) -> Ix1 { "ij,j", x0, x1 }
    site193 [343] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ki,jk->ij", x0, x1 }
    site194 [346] (x0: IxDyn) -> Ix1 { "ijji -> i", x0 }
    site195 [347] (x0: IxDyn) -> Ix1 { "iii -> i", x0 }
    site196 [348] (x0: IxDyn) -> Ix1 { "ijji -> j", x0 }
    site197 [349] (x0: IxDyn) -> Ix2 { "ijji -> ij", x0 }
    site198 [350] (x0: IxDyn) -> Ix2 { "ijji -> ji", x0 }
    site199 [351] (x0: IxDyn) -> Ix0 { "ijji -> ", x0 }
    site200 [352] (x0: IxDyn, x1: IxDyn) -> Ix0 { "ijji,kji -> ", x0, x1 }
    site201 [353] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ijji,kji -> kj", x0, x1 }
    site202 [354] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix2 { "ijji,kji,jj-> kj", x0, x1, x2 }
    site203 [355] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix3 { "ijji,kji,jj-> ijk", x0, x1, x2 }
    site204 [356] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix2 { "ijji,kji,jj-> jk", x0, x1, x2 }
    site205 [358] (x0: IxDyn, x1: IxDyn) -> Ix0 { "ij,ij", x0, x1 }
    site206 [359] (x0: IxDyn, x1: IxDyn) -> Ix0 { "ii,ii", x0, x1 }
    site207 [362, 363] (x0: IxDyn, x1: IxDyn) -> Ix1 { "ia, i -> a", x0, x1 }
    site208 [364] (x0: IxDyn, x1: IxDyn) -> Ix0 { "ia, i -> ", x0, x1 }
    site209 [365] (x0: IxDyn, x1: IxDyn) -> Ix4 { "iBCj, aijd -> aBCd", x0, x1 }
    site210 [366] (x0: IxDyn, x1: IxDyn) -> Ix1 { "ijk, -> j", x0, x1 }
    site211 [367] (x0: IxDyn, x1: IxDyn) -> Ix2 { [b, h] = x0[b, c, h, w] * x1[b, w] }
    site212 [368] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix2 { [b, h] = x0[b, c, h, w] * x1[b, w] * x2[b, c] }
    site213 [372] (x0: IxDyn) -> Ix1 { [first_tensor] = x0[first_tensor, second_tensor] }
    site214 [373] (x0: IxDyn) -> Ix0 { [] = x0[i, i] }
    site215 [374] (x0: IxDyn, x1: IxDyn) -> Ix2 { [two, four] = x0[one, two] * x1[three, four] }
    site216 [375] (x0: IxDyn) -> Ix1 { [middle] = x0[i, middle, i] }
    site217 [378] (x0: IxDyn) -> Ix1 { [one] = x0[one, one, one] }
    site218 [379] (x0: IxDyn) -> Ix3 { [j, i, k] = x0[i, j, k] }
    site219 [382] (x0: IxDyn) -> Ix0 { [] = x0[index] }
    site220 [390] (x0: IxDyn) -> Ix4 { "abccd->abcd", x0 }
    site221 [391] (x0: IxDyn) -> Ix4 { "abcd->dcab", x0 }
    site222 [392] (x0: IxDyn, x1: IxDyn) -> Ix6 { "abccd,ceaabe->abcdee", x0, x1 }
    site223 [393] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix0 { "abccd,cea,abcdee->", x0, x1, x2 }
    site224 [394] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix2 { "ij,jk,kl->li", x0, x1, x2 }
    site225 [395] (x0: IxDyn) -> Ix0 { "abba->", x0 }
    site226 [396] (x0: IxDyn) -> Ix2 { "abbc->ac", x0 }
    site227 [397] (x0: IxDyn) -> Ix2 { "abbc->ca", x0 }
    site228 [398] (x0: IxDyn) -> Ix3 { "abbc->abc", x0 }
    site229 [399] (x0: IxDyn) -> Ix4 { "abcd->bcad", x0 }
    site230 [400] (x0: IxDyn, x1: IxDyn) -> Ix2 { "abcd,bc->ad", x0, x1 }
    site231 [401] (x0: IxDyn, x1: IxDyn) -> Ix2 { "dcba,bc->ad", x0, x1 }
    site232 [402] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix3 { "ab,ac,ad->bcd", x0, x1, x2 }
    site233 [403] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> Ix1 { "ab,ab,ac->c", x0, x1, x2 }
    site234 [404] (x0: IxDyn) -> Ix2 { "abc->ab", x0 }
    site235 [405] (x0: IxDyn) -> Ix2 { "ijk -> ki", x0 }
    site236 [406] (x0: IxDyn) -> Ix0 { "ijk -> ", x0 }
    site237 [407] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ab,ab->ab", x0, x1 }
    site238 [408] (x0: IxDyn, x1: IxDyn) -> Ix4 { "ab,cd->abcd", x0, x1 }
    site239 [409] (x0: IxDyn) -> Ix2 { "ii->ii", x0 }
    site240 [410] (x0: IxDyn) -> Ix0 { "aabb->", x0 }
    site241 [411] (x0: IxDyn, x1: IxDyn) -> Ix4 { "abcd,cdef->abef", x0, x1 }
    site242 [412, 413] (x0: IxDyn, x1: IxDyn) -> Ix2 { "abc,b->ac", x0, x1 }
    site243 [414] (x0: IxDyn, x1: IxDyn) -> Ix2 { "c,c->cc", x0, x1 }
    site244 [415] (x0: IxDyn, x1: IxDyn) -> Ix1 { "c,cc->c", x0, x1 }
    site245 [416] (x0: IxDyn, x1: IxDyn) -> Ix2 { "cc,c->cc", x0, x1 }
    site246 [417] (x0: IxDyn, x1: IxDyn) -> Ix2 { "cc,cc->cc", x0, x1 }
    site247 [418] (x0: IxDyn, x1: IxDyn) -> Ix2 { "cc,cb->bc", x0, x1 }
    site248 [419] (x0: IxDyn, x1: IxDyn) -> Ix2 { "cb,bc->cc", x0, x1 }
    site249 [420] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ac,cc->ac", x0, x1 }
    site250 [421] (x0: IxDyn) -> Ix4 { "ij->ijij", x0 }
    site251 [422] (x0: IxDyn) -> Ix2 { "i->ii", x0 }
    site252 [423] (x0: IxDyn) -> Ix5 { "abc->cbaab", x0 }
    site253 [424] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ijl,jl->il", x0, x1 }
    site254 [425] (x0: IxDyn, x1: IxDyn) -> Ix2 { "abb,bc->ac", x0, x1 }
    site255 [426] (x0: IxDyn, x1: IxDyn) -> Ix3 { "ab,bc->acc", x0, x1 }
    site256 [427] (x0: IxDyn, x1: IxDyn) -> Ix2 { "ab,bce->ac", x0, x1 }
    site257 [428] (x0: IxDyn, x1: IxDyn) -> Ix2 { "bal,bcl->ca", x0, x1 }
    site258 [429] (x0: IxDyn) -> Ix2 { "->ii", x0; i = 5 }
    site259 [430] (x0: IxDyn, x1: IxDyn) -> Ix3 { "ab,bc->ace", x0, x1; e = 5 }
}
