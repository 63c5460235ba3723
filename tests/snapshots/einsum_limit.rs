fn main() {
    let y = {
        use krate::__private::Target as _;
        match (&x, &w, &v, krate::__private::elements(n), (y).einsum_target()) {
            (source_0_, source_1_, source_2_, limit_, mut target_source_) => {
                use krate::__private as runtime;
                const SITE_: runtime::Site = runtime::Site {
                    subscripts: "ij,jk,kl->il",
                    operands: &[("x", "ij"), ("w", "jk"), ("v", "kl"), ("y", "il")],
                    labels: &["i", "j", "k", "l"],
                };
                let element_ = runtime::PhantomData;
                {
                    runtime::expected(|| -> runtime::Checked<_> {
                        let mut loaded_target_ = runtime::array_mut(&mut target_source_)
                            .same(element_);
                        let target_ = &mut runtime::Axes::<
                            2,
                        >::target(SITE_, element_, 3, &mut loaded_target_)?;
                        let array_0_ = runtime::array(&*source_0_).first(element_);
                        let operand_0_ = runtime::Axes::<
                            2,
                        >::operand(SITE_, element_, 0, &array_0_)?;
                        let array_1_ = runtime::array(&*source_1_).same(element_);
                        let operand_1_ = runtime::Axes::<
                            2,
                        >::operand(SITE_, element_, 1, &array_1_)?;
                        let array_2_ = runtime::array(&*source_2_).same(element_);
                        let operand_2_ = runtime::Axes::<
                            2,
                        >::operand(SITE_, element_, 2, &array_2_)?;
                        let extent_i_ = operand_0_.extent(0);
                        let extent_j_ = SITE_
                            .extent(
                                1,
                                [(0, operand_0_.extent(1)), (1, operand_1_.extent(0))],
                            )?;
                        let extent_k_ = SITE_
                            .extent(
                                2,
                                [(1, operand_1_.extent(1)), (2, operand_2_.extent(0))],
                            )?;
                        let extent_l_ = operand_2_.extent(1);
                        SITE_
                            .target_fits(
                                3,
                                &target_.extents(),
                                &[extent_i_, extent_l_],
                            )?;
                        let limit_ = runtime::Limit::exact(limit_);
                        let (choice_0_, smallest_0_) = runtime::choose_within(
                            &[
                                &[],
                                &[],
                                &[],
                                &[
                                    runtime::Alternative {
                                        parts: [0, 1],
                                        coefficient: 2.0,
                                        labels: &[0, 1, 2],
                                    },
                                ],
                                &[
                                    runtime::Alternative {
                                        parts: [1, 2],
                                        coefficient: 2.0,
                                        labels: &[1, 2, 3],
                                    },
                                ],
                                &[
                                    runtime::Alternative {
                                        parts: [0, 4],
                                        coefficient: 2.0,
                                        labels: &[0, 1, 3],
                                    },
                                    runtime::Alternative {
                                        parts: [3, 2],
                                        coefficient: 2.0,
                                        labels: &[0, 2, 3],
                                    },
                                ],
                            ],
                            &[
                                runtime::Size {
                                    subset: 3,
                                    labels: &[0, 2],
                                },
                                runtime::Size {
                                    subset: 4,
                                    labels: &[1, 3],
                                },
                            ],
                            &[extent_i_, extent_j_, extent_k_, extent_l_],
                            limit_,
                        );
                        SITE_
                            .within(
                                limit_,
                                &[extent_i_, extent_j_, extent_k_, extent_l_],
                                &[],
                                &[smallest_0_],
                            )?;
                        let mut t0_ = runtime::None;
                        if runtime::Chosen::taken(&choice_0_, 3, 0) {
                            SITE_
                                .fill(
                                    element_,
                                    &mut t0_,
                                    [extent_i_, extent_k_],
                                    &[0, 1],
                                    runtime::Step::<
                                        _,
                                        3,
                                    >::new(
                                        &[
                                            runtime::View::read(&operand_0_, &[0, 2]),
                                            runtime::View::read(&operand_1_, &[2, 1]),
                                        ],
                                    ),
                                )?;
                        }
                        let mut t1_ = runtime::None;
                        if runtime::Chosen::taken(&choice_0_, 4, 0) {
                            SITE_
                                .fill(
                                    element_,
                                    &mut t1_,
                                    [extent_j_, extent_l_],
                                    &[0, 1],
                                    runtime::Step::<
                                        _,
                                        3,
                                    >::new(
                                        &[
                                            runtime::View::read(&operand_1_, &[0, 2]),
                                            runtime::View::read(&operand_2_, &[2, 1]),
                                        ],
                                    ),
                                )?;
                        }
                        if runtime::Chosen::taken(&choice_0_, 5, 0) {
                            runtime::Step::<
                                _,
                                3,
                            >::new(
                                    &[
                                        runtime::View::read(&operand_0_, &[0, 2]),
                                        runtime::View::read(
                                            &runtime::Tensor::view(runtime::present(&t1_)),
                                            &[2, 1],
                                        ),
                                    ],
                                )
                                .write(runtime::ViewMut::write(target_, &[0, 1]));
                        }
                        if runtime::Chosen::taken(&choice_0_, 5, 1) {
                            runtime::Step::<
                                _,
                                3,
                            >::new(
                                    &[
                                        runtime::View::read(
                                            &runtime::Tensor::view(runtime::present(&t0_)),
                                            &[0, 2],
                                        ),
                                        runtime::View::read(&operand_2_, &[2, 1]),
                                    ],
                                )
                                .write(runtime::ViewMut::write(target_, &[0, 1]));
                        }
                        loaded_target_.store();
                        runtime::Ok(())
                    })
                }
            }
        }
    };
}
