// Written by generate.rs.

crate::site::vjp_sites! { f64;
    site0 [57] (x0: IxDyn) -> IxDyn { "...", x0 }
    site1 [61] (x0: IxDyn) -> IxDyn { "...ii->...i", x0 }
    site2 [62] (x0: IxDyn) -> IxDyn { "ii...->...i", x0 }
    site3 [63] (x0: IxDyn) -> IxDyn { "...ii->i...", x0 }
    site4 [65] (x0: IxDyn) -> IxDyn { "ii...->i...", x0 }
    site5 [66] (x0: IxDyn) -> IxDyn { "i...i->i...", x0 }
    site6 [67] (x0: IxDyn) -> IxDyn { "i...i->...i", x0 }
    site7 [71, 82, 93, 104] (x0: IxDyn) -> IxDyn { "...i->...", x0 }
    site8 [72, 73, 83, 84, 94, 95, 105, 106] (x0: IxDyn) -> IxDyn { "i...->...", x0 }
    site9 [75, 86, 97, 108, 117, 340] (x0: IxDyn, x1: IxDyn) -> IxDyn { "..., ...", x0, x1 }
    site10 [76, 87, 98, 109] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...i, ...i", x0, x1 }
    site11 [114, 115, 116] (x0: IxDyn, x1: IxDyn) -> IxDyn { "i..., i...", x0, x1 }
    site12 [118, 124, 130, 268] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...,...", x0, x1 }
    site13 [143, 144, 180, 181] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...ij,...jk->...ik", x0, x1 }
    site14 [148] (x0: IxDyn, x1: IxDyn) -> IxDyn { "ij...,j...->i...", x0, x1 }
    site15 [149] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...i,...i", x0, x1 }
    site16 [156] (x0: IxDyn, x1: IxDyn) -> IxDyn { "ij...,j...->ij...", x0, x1 }
    site17 [157] (x0: IxDyn, x1: IxDyn) -> IxDyn { "ij...,...j->ij...", x0, x1 }
    site18 [158] (x0: IxDyn, x1: IxDyn) -> IxDyn { "ij...,j->ij...", x0, x1 }
    site19 [160] (x0: IxDyn, x1: IxDyn) -> IxDyn { "ik...,k...->i...", x0, x1 }
    site20 [161] (x0: IxDyn, x1: IxDyn) -> IxDyn { "ik...,...kj->i...j", x0, x1 }
    site21 [162] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...k,kj", x0, x1 }
    site22 [163] (x0: IxDyn, x1: IxDyn) -> IxDyn { "ik,k...->i...", x0, x1 }
    site23 [166] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...kl,k...", x0, x1 }
    site24 [167] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...kl,k", x0, x1 }
    site25 [168] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...lmn,...lmno->...o", x0, x1 }
    site26 [169] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...lmn,lmno->...o", x0, x1 }
    site27 [189] (x0: IxDyn, x1: IxDyn) -> Ix4 { "jhcabhijaci,dfijejgh->fgje", x0, x1 }
    site28 [190] (x0: IxDyn, x1: IxDyn) -> Ix3 { "baegffahgc,hdggeff->dhg", x0, x1 }
    site29 [191] (x0: IxDyn, x1: IxDyn) -> Ix6 { "cehgbaifff,fhhdegih->cdghbi", x0, x1 }
    site30 [192] (x0: IxDyn, x1: IxDyn) -> Ix2 { "gah,cdbcghefg->ef", x0, x1 }
    site31 [194] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...ft,mf->...mt", x0, x1 }
    site32 [195, 271] (x0: IxDyn) -> IxDyn { "...a->...a", x0 }
    site33 [196] (x0: IxDyn) -> IxDyn { "...a->...a ", x0 }
    site34 [197] (x0: IxDyn) -> IxDyn { "...a-> ...a", x0 }
    site35 [198] (x0: IxDyn) -> IxDyn { "...a-> ...a ", x0 }
    site36 [199] (x0: IxDyn) -> IxDyn { "...a ->...a", x0 }
    site37 [200] (x0: IxDyn) -> IxDyn { "...a ->...a ", x0 }
    site38 [201] (x0: IxDyn) -> IxDyn { "...a -> ...a", x0 }
    site39 [202] (x0: IxDyn) -> IxDyn { "...a -> ...a ", x0 }
    site40 [203] (x0: IxDyn) -> IxDyn { " ...a->...a", x0 }
    site41 [204] (x0: IxDyn) -> IxDyn { " ...a->...a ", x0 }
    site42 [205] (x0: IxDyn) -> IxDyn { " ...a-> ...a", x0 }
    site43 [206] (x0: IxDyn) -> IxDyn { " ...a-> ...a ", x0 }
    site44 [207] (x0: IxDyn) -> IxDyn { " ...a ->...a", x0 }
    site45 [208] (x0: IxDyn) -> IxDyn { " ...a ->...a ", x0 }
    site46 [209] (x0: IxDyn) -> IxDyn { " ...a -> ...a", x0 }
    site47 [210] (x0: IxDyn) -> IxDyn { " ...a -> ...a ", x0 }
    site48 [212] (x0: IxDyn) -> IxDyn { "i...k->...", x0 }
    site49 [265] (x0: IxDyn) -> IxDyn { "...a->...", x0 }
    site50 [266] (x0: IxDyn) -> IxDyn { "a...->...", x0 }
    site51 [267] (x0: IxDyn) -> IxDyn { "a...a->...a", x0 }
    site52 [270] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...a,...b", x0, x1 }
    site53 [272] (x0: IxDyn) -> IxDyn { "...a", x0 }
    site54 [273] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...b,...a->...", x0, x1 }
    site55 [286] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...a,ab", x0, x1 }
    site56 [339] (x0: IxDyn, x1: IxDyn) -> IxDyn { "...j,j", x0, x1 }
    site57 [344] (x0: IxDyn, x1: IxDyn) -> IxDyn { "ki,...k->i...", x0, x1 }
    site58 [345] (x0: IxDyn, x1: IxDyn) -> IxDyn { "k...,jk", x0, x1 }
    site59 [357] (x0: IxDyn, x1: IxDyn, x2: IxDyn, x3: IxDyn, x4: IxDyn, x5: IxDyn) -> IxDyn { "ii,ii,i...,i...,...i,...i", x0, x1, x2, x3, x4, x5 }
    site60 [369] (x0: IxDyn, x1: IxDyn) -> IxDyn { [.., two, five] = x0[.., one, two, three] * x1[three, four, five] }
    site61 [370] (x0: IxDyn, x1: IxDyn) -> IxDyn { [two, five, ..] = x0[one, two, three, ..] * x1[three, four, five] }
    site62 [371] (x0: IxDyn, x1: IxDyn) -> IxDyn { [.., two, five] = x0[.., one, two, three] * x1[.., three, four, five] }
    site63 [376] (x0: IxDyn) -> IxDyn { [..] = x0[i, .., i] }
    site64 [377] (x0: IxDyn) -> IxDyn { [i, ..] = x0[i, .., i] }
    site65 [380] (x0: IxDyn) -> IxDyn { [..] = x0[..] }
    site66 [381] (x0: IxDyn, x1: IxDyn, x2: IxDyn) -> IxDyn { [..] = x0[..] * x1[..] * x2[..] }
}
