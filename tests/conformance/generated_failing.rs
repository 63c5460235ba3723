// Written by generate.rs.

crate::site::try_sites! {
    site0 [219, 237] (x0: IxDyn) { "i", x0 }
    site1 [220] (x0: IxDyn) { "ij", x0 }
    site2 [221] (x0: IxDyn) { "...i", x0 }
    site3 [222] (x0: IxDyn) { "i...j", x0 }
    site4 [223] (x0: IxDyn) { "i...", x0 }
    site5 [224] (x0: IxDyn) { "ij...", x0 }
    site6 [234] (x0: IxDyn) { "ii", x0 }
    site7 [235] (x0: IxDyn) { "ii->i", x0 }
    site8 [236] (x0: IxDyn, x1: IxDyn) { "aabcb,abc", x0, x1 }
    site9 [239] (x0: IxDyn) { "ij->j", x0 }
    site10 [283, 284, 435] (x0: IxDyn, x1: IxDyn) { "ab,bc->ac", x0, x1 }
    site11 [433] (x0: IxDyn, x1: IxDyn) { "ij,ijk -> ik", x0, x1 }
    site12 [434] (x0: IxDyn, x1: IxDyn) { "ij,jk -> ik", x0, x1 }
}
