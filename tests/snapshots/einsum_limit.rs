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
                let known_ = runtime::elements_of(&*source_0_).known();
                let element_ = known_.0;
                let kind_ = runtime::decided(
                    known_
                        .kind(
                            &*source_0_,
                            known_
                                .kind(
                                    &*source_1_,
                                    known_.kind(&*source_2_, runtime::numbers()),
                                ),
                        ),
                    runtime::PhantomData::<
                        (
                            runtime::FromAxis<0, 0>,
                            (
                                runtime::FromAxis<0, 1>,
                                (runtime::FromAxis<1, 1>, (runtime::FromAxis<2, 1>, ())),
                            ),
                        ),
                    >,
                );
                runtime::agree::<runtime::Label<'j'>, 1, 1, 0, _>(kind_);
                runtime::agree::<runtime::Label<'k'>, 2, 2, 0, _>(kind_);
                known_
                    .expected(
                        kind_,
                        || -> runtime::Checked<_> {
                            let mut loaded_target_ = known_
                                .array_mut(&mut target_source_)
                                .same(element_);
                            let target_ = &mut runtime::Axes::<
                                2,
                            >::target(SITE_, element_, 3, &mut loaded_target_)?;
                            let array_0_ = known_.first(&*source_0_);
                            let operand_0_ = runtime::Axes::<
                                2,
                            >::operand(SITE_, element_, 0, &array_0_)?;
                            let array_1_ = known_.array(&*source_1_).same(element_);
                            let operand_1_ = runtime::Axes::<
                                2,
                            >::operand(SITE_, element_, 1, &array_1_)?;
                            let array_2_ = known_.array(&*source_2_).same(element_);
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
                            let alternatives_0_: &[&[runtime::Alternative]; 6] = &[
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
                            ];
                            let sizes_0_: &[runtime::Size<'_>] = &[
                                runtime::Size {
                                    subset: 3,
                                    labels: &[0, 2],
                                },
                                runtime::Size {
                                    subset: 4,
                                    labels: &[1, 3],
                                },
                            ];
                            let (choice_0_, smallest_0_) = runtime::choose_within(
                                alternatives_0_,
                                sizes_0_,
                                &[extent_i_, extent_j_, extent_k_, extent_l_],
                                limit_,
                            );
                            let group_0_ = runtime::Group {
                                subsets: alternatives_0_,
                                tensors: &[
                                    &[0, 1],
                                    &[1, 2],
                                    &[2, 3],
                                    &[0, 2],
                                    &[1, 3],
                                    &[0, 3],
                                ],
                                sizes: sizes_0_,
                            };
                            let orders_ = runtime::Orders {
                                costs: &[],
                                always: &[],
                                groups: &[group_0_],
                                whole: &[],
                            };
                            let blocks_ = SITE_
                                .blocks(
                                    limit_,
                                    &orders_,
                                    [extent_i_, extent_j_, extent_k_, extent_l_],
                                    &[smallest_0_],
                                )?;
                            let choice_0_ = runtime::choose_in_blocks(
                                choice_0_,
                                &group_0_,
                                &blocks_,
                                limit_,
                            );
                            enum Nest0_ {}
                            impl runtime::Nest<3> for Nest0_ {
                                const KEPT: runtime::usize = 2;
                                const TENSORS: [&'static [runtime::usize]; 3] = [
                                    &[0, 1],
                                    &[0, 2],
                                    &[2, 1],
                                ];
                                const EXTENTS: runtime::Option<[runtime::usize; 3]> = runtime::None;
                                type Out = (
                                    runtime::Numbered<0>,
                                    (runtime::Numbered<2>, ()),
                                );
                                #[inline(always)]
                                fn run<'n, T: runtime::Element, V: runtime::Vectors<T>>(
                                    nest_: runtime::Loops<'n, V, 3>,
                                    out_: runtime::Out<'n, T, V, 3>,
                                    [x_,
                                    w_,
                                    ]: [runtime::Factor<'n, T, V, 3>; 2],
                                ) {
                                    for i_ in nest_.over(0) {
                                        for k_ in nest_.over(1) {
                                            let mut sum_ = V::zero();
                                            for j_ in nest_.over(2) {
                                                sum_ = V::mul_add(x_.at([i_, j_]), w_.at([j_, k_]), sum_);
                                            }
                                            out_.put([i_, k_], sum_);
                                        }
                                    }
                                }
                            }
                            enum Nest1_ {}
                            impl runtime::Nest<3> for Nest1_ {
                                const KEPT: runtime::usize = 2;
                                const TENSORS: [&'static [runtime::usize]; 3] = [
                                    &[0, 1],
                                    &[0, 2],
                                    &[2, 1],
                                ];
                                const EXTENTS: runtime::Option<[runtime::usize; 3]> = runtime::None;
                                type Out = (
                                    runtime::Numbered<1>,
                                    (runtime::Numbered<3>, ()),
                                );
                                #[inline(always)]
                                fn run<'n, T: runtime::Element, V: runtime::Vectors<T>>(
                                    nest_: runtime::Loops<'n, V, 3>,
                                    out_: runtime::Out<'n, T, V, 3>,
                                    [w_,
                                    v_,
                                    ]: [runtime::Factor<'n, T, V, 3>; 2],
                                ) {
                                    for j_ in nest_.over(0) {
                                        for l_ in nest_.over(1) {
                                            let mut sum_ = V::zero();
                                            for k_ in nest_.over(2) {
                                                sum_ = V::mul_add(w_.at([j_, k_]), v_.at([k_, l_]), sum_);
                                            }
                                            out_.put([j_, l_], sum_);
                                        }
                                    }
                                }
                            }
                            enum Nest2_ {}
                            impl runtime::Nest<3> for Nest2_ {
                                const KEPT: runtime::usize = 2;
                                const TENSORS: [&'static [runtime::usize]; 3] = [
                                    &[0, 1],
                                    &[0, 2],
                                    &[2, 1],
                                ];
                                const EXTENTS: runtime::Option<[runtime::usize; 3]> = runtime::None;
                                type Out = (
                                    runtime::Numbered<0>,
                                    (runtime::Numbered<3>, ()),
                                );
                                #[inline(always)]
                                fn run<'n, T: runtime::Element, V: runtime::Vectors<T>>(
                                    nest_: runtime::Loops<'n, V, 3>,
                                    out_: runtime::Out<'n, T, V, 3>,
                                    [x_,
                                    t1_,
                                    ]: [runtime::Factor<'n, T, V, 3>; 2],
                                ) {
                                    for i_ in nest_.over(0) {
                                        for l_ in nest_.over(1) {
                                            let mut sum_ = V::zero();
                                            for j_ in nest_.over(2) {
                                                sum_ = V::mul_add(x_.at([i_, j_]), t1_.at([j_, l_]), sum_);
                                            }
                                            out_.put([i_, l_], sum_);
                                        }
                                    }
                                }
                            }
                            enum Nest3_ {}
                            impl runtime::Nest<3> for Nest3_ {
                                const KEPT: runtime::usize = 2;
                                const TENSORS: [&'static [runtime::usize]; 3] = [
                                    &[0, 1],
                                    &[0, 2],
                                    &[2, 1],
                                ];
                                const EXTENTS: runtime::Option<[runtime::usize; 3]> = runtime::None;
                                type Out = (
                                    runtime::Numbered<0>,
                                    (runtime::Numbered<3>, ()),
                                );
                                #[inline(always)]
                                fn run<'n, T: runtime::Element, V: runtime::Vectors<T>>(
                                    nest_: runtime::Loops<'n, V, 3>,
                                    out_: runtime::Out<'n, T, V, 3>,
                                    [t0_,
                                    v_,
                                    ]: [runtime::Factor<'n, T, V, 3>; 2],
                                ) {
                                    for i_ in nest_.over(0) {
                                        for l_ in nest_.over(1) {
                                            let mut sum_ = V::zero();
                                            for k_ in nest_.over(2) {
                                                sum_ = V::mul_add(t0_.at([i_, k_]), v_.at([k_, l_]), sum_);
                                            }
                                            out_.put([i_, l_], sum_);
                                        }
                                    }
                                }
                            }
                            let mut output_result_ = runtime::Output::new(
                                target_,
                                &[0, 3],
                                runtime::Element::ZERO,
                            );
                            for block_ in &blocks_ {
                                let extent_i_ = runtime::Block::extent(&block_, 0);
                                let extent_j_ = runtime::Block::extent(&block_, 1);
                                let extent_k_ = runtime::Block::extent(&block_, 2);
                                let extent_l_ = runtime::Block::extent(&block_, 3);
                                let operand_0_ = runtime::Block::read(
                                    &block_,
                                    &operand_0_,
                                    &[0, 1],
                                );
                                let operand_1_ = runtime::Block::read(
                                    &block_,
                                    &operand_1_,
                                    &[1, 2],
                                );
                                let operand_2_ = runtime::Block::read(
                                    &block_,
                                    &operand_2_,
                                    &[2, 3],
                                );
                                let mut t0_ = runtime::None;
                                if runtime::Chosen::taken(&choice_0_, 3, 0) {
                                    SITE_
                                        .fill(
                                            element_,
                                            &mut t0_,
                                            runtime::OfArrays,
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
                                                )
                                                .kept(element_)
                                                .nest::<Nest0_>(),
                                        )?;
                                }
                                let mut t1_ = runtime::None;
                                if runtime::Chosen::taken(&choice_0_, 4, 0) {
                                    SITE_
                                        .fill(
                                            element_,
                                            &mut t1_,
                                            runtime::OfArrays,
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
                                                )
                                                .kept(element_)
                                                .nest::<Nest1_>(),
                                        )?;
                                }
                                if runtime::Chosen::taken(&choice_0_, 5, 0) {
                                    runtime::Output::write(
                                        &mut output_result_,
                                        &block_,
                                        &[0, 1],
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
                                            .kept(element_)
                                            .nest::<Nest2_>(),
                                    );
                                }
                                if runtime::Chosen::taken(&choice_0_, 5, 1) {
                                    runtime::Output::write(
                                        &mut output_result_,
                                        &block_,
                                        &[0, 1],
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
                                            .kept(element_)
                                            .nest::<Nest3_>(),
                                    );
                                }
                            }
                            loaded_target_.store();
                            runtime::Ok(runtime::computed(kind_, ()))
                        },
                    )
            }
        }
    };
}
