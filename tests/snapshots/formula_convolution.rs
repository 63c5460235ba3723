fn main() {
    let y = {
        use krate::__private::Place as _;
        match ((x).einsum_place(), (w).einsum_place()) {
            (source_0_, source_1_) => {
                use krate::__private as runtime;
                const SITE_: runtime::Site = runtime::Site {
                    subscripts: "[n, f, i, j] = x[n, c, 2*i + p, 2*j + q] * w[f, c, p, q]",
                    operands: &[
                        ("x", "[n, c, p + 2*i, q + 2*j]"),
                        ("w", "[f, c, p, q]"),
                        ("result", "[n, f, i, j]"),
                        ("x", ""),
                        ("w", ""),
                        ("y", ""),
                    ],
                    labels: &["n", "f", "c", "p", "q", "i", "j"],
                };
                let known_ = runtime::elements_of(&*source_0_).differentiable();
                let element_ = known_.0;
                let kind_ = runtime::decided(
                    known_
                        .kind(&*source_0_, known_.kind(&*source_1_, runtime::numbers())),
                    runtime::PhantomData::<
                        (
                            runtime::FromAxis<0, 0>,
                            (
                                runtime::FromAxis<0, 1>,
                                (
                                    runtime::FromAxis<0, 2>,
                                    (
                                        runtime::FromAxis<0, 3>,
                                        (
                                            runtime::FromAxis<1, 0>,
                                            (
                                                runtime::FromAxis<1, 2>,
                                                (
                                                    runtime::FromAxis<1, 3>,
                                                    (runtime::Open, (runtime::Open, ())),
                                                ),
                                            ),
                                        ),
                                    ),
                                ),
                            ),
                        ),
                    >,
                );
                runtime::agree::<runtime::Label<'c'>, 1, 1, 1, _>(kind_);
                let (like_0_, like_1_) = (
                    known_.like(&*source_0_),
                    known_.like(&*source_1_),
                );
                let (
                    value_,
                    shape_0_,
                    shape_1_,
                    extent_n_,
                    extent_f_,
                    extent_c_,
                    extent_p_,
                    extent_q_,
                    extent_i_,
                    extent_j_,
                ) = known_
                    .expected(
                        kind_,
                        || -> runtime::Checked<_> {
                            let array_0_ = known_.first(&*source_0_);
                            let array_0_ = array_0_.copied();
                            let operand_0_ = runtime::Axes::<
                                4,
                            >::operand(SITE_, element_, 0, &array_0_)?;
                            let array_1_ = known_.array(&*source_1_).same(element_);
                            let array_1_ = array_1_.copied();
                            let operand_1_ = runtime::Axes::<
                                4,
                            >::operand(SITE_, element_, 1, &array_1_)?;
                            let extent_n_ = operand_0_.extent(0);
                            let extent_f_ = operand_1_.extent(0);
                            let extent_c_ = SITE_
                                .equal_extent(
                                    2,
                                    [(0, operand_0_.extent(1)), (1, operand_1_.extent(1))],
                                )?;
                            let extent_p_ = operand_1_.extent(2);
                            let extent_q_ = operand_1_.extent(3);
                            let extent_i_ = runtime::largest(
                                0,
                                [0, extent_p_],
                                [(operand_0_.extent(2), runtime::form([2, 1], 0))],
                            );
                            let extent_j_ = runtime::largest(
                                0,
                                [0, extent_q_],
                                [(operand_0_.extent(3), runtime::form([2, 1], 0))],
                            );
                            let shape_0_ = operand_0_.extents();
                            let shape_1_ = operand_1_.extents();
                            SITE_
                                .fits(
                                    element_,
                                    [extent_n_, extent_f_, extent_i_, extent_j_],
                                )?;
                            let result_ = {
                                let (operand_0_, operand_1_) = (
                                    runtime::View::forms(
                                        operand_0_,
                                        [
                                            extent_n_,
                                            extent_c_,
                                            extent_p_,
                                            extent_i_,
                                            extent_q_,
                                            extent_j_,
                                        ],
                                        [
                                            runtime::form([1, 0, 0, 0, 0, 0], 0),
                                            runtime::form([0, 1, 0, 0, 0, 0], 0),
                                            runtime::form([0, 0, 1, 2, 0, 0], 0),
                                            runtime::form([0, 0, 0, 0, 1, 2], 0),
                                        ],
                                    ),
                                    operand_1_,
                                );
                                let kind_ = runtime::relabelled(
                                    kind_,
                                    runtime::PhantomData::<
                                        (
                                            runtime::Numbered<0>,
                                            (
                                                runtime::Numbered<1>,
                                                (
                                                    runtime::Numbered<5>,
                                                    (
                                                        runtime::Open,
                                                        (
                                                            runtime::Numbered<6>,
                                                            (runtime::Open, (runtime::Numbered<4>, ())),
                                                        ),
                                                    ),
                                                ),
                                            ),
                                        ),
                                    >,
                                );
                                enum Nest0_ {}
                                impl runtime::Nest<7> for Nest0_ {
                                    const KEPT: runtime::usize = 4;
                                    const TENSORS: [&'static [runtime::usize]; 3] = [
                                        &[0, 1, 2, 3],
                                        &[0, 4, 5, 2, 6, 3],
                                        &[1, 4, 5, 6],
                                    ];
                                    const EXTENTS: runtime::Option<[runtime::usize; 7]> = runtime::None;
                                    const LABELS: runtime::Option<[runtime::usize; 7]> = runtime::Some([
                                        0, 6, 3, 5, 1, 2, 4,
                                    ]);
                                    type Out = (
                                        runtime::Numbered<0>,
                                        (
                                            runtime::Numbered<6>,
                                            (runtime::Numbered<3>, (runtime::Numbered<5>, ())),
                                        ),
                                    );
                                    #[inline(always)]
                                    fn run<'n, T: runtime::Element, V: runtime::Vectors<T>>(
                                        nest_: runtime::Loops<'n, V, 7>,
                                        out_: runtime::Out<'n, T, V, 7>,
                                        [x_,
                                        w_,
                                        ]: [runtime::Factor<'n, T, V, 7>; 2],
                                    ) {
                                        for n_ in nest_.over(0) {
                                            for f_ in nest_.over(1) {
                                                for i_ in nest_.over(2) {
                                                    for j_ in nest_.over(3) {
                                                        let mut sum_ = V::zero();
                                                        for c_ in nest_.over(4) {
                                                            for p_ in nest_.over(5) {
                                                                for q_ in nest_.over(6) {
                                                                    sum_ = V::mul_add(
                                                                        x_.at([n_, c_, p_, i_, q_, j_]),
                                                                        w_.at([f_, c_, p_, q_]),
                                                                        sum_,
                                                                    );
                                                                }
                                                            }
                                                        }
                                                        out_.put([n_, f_, i_, j_], sum_);
                                                    }
                                                }
                                            }
                                        }
                                    }
                                }
                                let result_ = SITE_
                                    .tensor(
                                        element_,
                                        kind_,
                                        [extent_n_, extent_f_, extent_i_, extent_j_],
                                        &[0, 1, 2, 3],
                                        runtime::Step::<
                                            _,
                                            7,
                                        >::new(
                                                &[
                                                    runtime::View::read(&operand_0_, &[0, 4, 5, 2, 6, 3]),
                                                    runtime::View::read(&operand_1_, &[1, 4, 5, 6]),
                                                ],
                                            )
                                            .kept(element_)
                                            .nest::<Nest0_>(),
                                    )?;
                                result_.into_tensor()
                            };
                            runtime::Ok(
                                runtime::computed(
                                    kind_,
                                    (
                                        {
                                            let result_ = runtime::Tensor::copied(&result_);
                                            result_.store(element_).into_array::<runtime::Ix4>()
                                        },
                                        shape_0_,
                                        shape_1_,
                                        extent_n_,
                                        extent_f_,
                                        extent_c_,
                                        extent_p_,
                                        extent_q_,
                                        extent_i_,
                                        extent_j_,
                                    ),
                                ),
                            )
                        },
                    );
                (
                    value_,
                    known_
                        .pullback(move |cotangent_: &_| {
                            runtime::expected(
                                kind_,
                                || -> runtime::Checked<_> {
                                    let loaded_ = &runtime::load(
                                            element_,
                                            runtime::Heap,
                                            runtime::PhantomData::<runtime::Ix4>,
                                            cotangent_,
                                        )
                                        .copied();
                                    let cotangent_ = SITE_
                                        .cotangent(
                                            element_,
                                            loaded_,
                                            [extent_n_, extent_f_, extent_i_, extent_j_],
                                        )?;
                                    let array_0_ = known_.first(&*source_0_);
                                    let array_0_ = array_0_.copied();
                                    let operand_0_ = runtime::Axes::<
                                        4,
                                    >::operand(SITE_, element_, 0, &array_0_)?;
                                    let array_1_ = known_.array(&*source_1_).same(element_);
                                    let array_1_ = array_1_.copied();
                                    let operand_1_ = runtime::Axes::<
                                        4,
                                    >::operand(SITE_, element_, 1, &array_1_)?;
                                    SITE_.fits(element_, shape_0_)?;
                                    SITE_.fits(element_, shape_1_)?;
                                    let mut gradient_0_ = SITE_
                                        .zeros(
                                            element_,
                                            runtime::memory(
                                                kind_,
                                                runtime::PhantomData::<
                                                    (
                                                        runtime::Numbered<0>,
                                                        (
                                                            runtime::Numbered<1>,
                                                            (runtime::Numbered<2>, (runtime::Numbered<3>, ())),
                                                        ),
                                                    ),
                                                >,
                                            ),
                                            shape_0_,
                                        )?;
                                    if runtime::are_windows_left(
                                        [
                                            extent_n_,
                                            extent_c_,
                                            extent_p_,
                                            extent_i_,
                                            extent_q_,
                                            extent_j_,
                                            extent_f_,
                                        ],
                                        (
                                            cotangent_,
                                            [
                                                runtime::form([1, 0, 0, 0, 0, 0, 0], 0),
                                                runtime::form([0, 0, 0, 0, 0, 0, 1], 0),
                                                runtime::form([0, 0, 0, 1, 0, 0, 0], 0),
                                                runtime::form([0, 0, 0, 0, 0, 1, 0], 0),
                                            ],
                                        ),
                                        (
                                            operand_1_,
                                            [
                                                runtime::form([0, 0, 0, 0, 0, 0, 1], 0),
                                                runtime::form([0, 1, 0, 0, 0, 0, 0], 0),
                                                runtime::form([0, 0, 1, 0, 0, 0, 0], 0),
                                                runtime::form([0, 0, 0, 0, 1, 0, 0], 0),
                                            ],
                                        ),
                                        (
                                            runtime::Tensor::view_mut(&mut gradient_0_),
                                            [
                                                runtime::form([1, 0, 0, 0, 0, 0, 0], 0),
                                                runtime::form([0, 1, 0, 0, 0, 0, 0], 0),
                                                runtime::form([0, 0, 1, 2, 0, 0, 0], 0),
                                                runtime::form([0, 0, 0, 0, 1, 2, 0], 0),
                                            ],
                                        ),
                                        runtime::None,
                                    ) {
                                        for window_ in runtime::windows([extent_p_, extent_q_]) {
                                            let target_ = &mut runtime::ViewMut::forms(
                                                runtime::Tensor::view_mut(&mut gradient_0_),
                                                [extent_n_, extent_c_, extent_i_, extent_j_],
                                                [
                                                    runtime::form([1, 0, 0, 0, 0, 0], 0).in_window(window_),
                                                    runtime::form([0, 1, 0, 0, 0, 0], 0).in_window(window_),
                                                    runtime::form([0, 0, 2, 0, 1, 0], 0).in_window(window_),
                                                    runtime::form([0, 0, 0, 2, 0, 1], 0).in_window(window_),
                                                ],
                                            );
                                            let beta_ = runtime::Element::ONE;
                                            let (operand_0_, operand_1_) = (
                                                cotangent_,
                                                runtime::View::forms(
                                                    operand_1_,
                                                    [extent_f_, extent_c_],
                                                    [
                                                        runtime::form([1, 0, 0, 0], 0).in_window(window_),
                                                        runtime::form([0, 1, 0, 0], 0).in_window(window_),
                                                        runtime::form([0, 0, 1, 0], 0).in_window(window_),
                                                        runtime::form([0, 0, 0, 1], 0).in_window(window_),
                                                    ],
                                                ),
                                            );
                                            let kind_ = runtime::relabelled(
                                                kind_,
                                                runtime::PhantomData::<
                                                    (
                                                        runtime::Numbered<0>,
                                                        (
                                                            runtime::Numbered<4>,
                                                            (runtime::Open, (runtime::Open, (runtime::Numbered<1>, ()))),
                                                        ),
                                                    ),
                                                >,
                                            );
                                            enum Nest0_ {}
                                            impl runtime::Nest<5> for Nest0_ {
                                                const KEPT: runtime::usize = 4;
                                                const TENSORS: [&'static [runtime::usize]; 3] = [
                                                    &[0, 1, 2, 3],
                                                    &[0, 4, 2, 3],
                                                    &[4, 1],
                                                ];
                                                const EXTENTS: runtime::Option<[runtime::usize; 5]> = runtime::None;
                                                const LABELS: runtime::Option<[runtime::usize; 5]> = runtime::Some([
                                                    0, 4, 2, 3, 1,
                                                ]);
                                                type Out = (
                                                    runtime::Numbered<0>,
                                                    (
                                                        runtime::Numbered<4>,
                                                        (runtime::Numbered<2>, (runtime::Numbered<3>, ())),
                                                    ),
                                                );
                                                #[inline(always)]
                                                fn run<'n, T: runtime::Element, V: runtime::Vectors<T>>(
                                                    nest_: runtime::Loops<'n, V, 5>,
                                                    out_: runtime::Out<'n, T, V, 5>,
                                                    [dy_,
                                                    w_,
                                                    ]: [runtime::Factor<'n, T, V, 5>; 2],
                                                ) {
                                                    for n_ in nest_.over(0) {
                                                        for c_ in nest_.over(1) {
                                                            for i_ in nest_.over(2) {
                                                                for j_ in nest_.over(3) {
                                                                    let mut sum_ = V::zero();
                                                                    for f_ in nest_.over(4) {
                                                                        sum_ = V::mul_add(
                                                                            dy_.at([n_, f_, i_, j_]),
                                                                            V::conj(w_.at([f_, c_])),
                                                                            sum_,
                                                                        );
                                                                    }
                                                                    out_.put([n_, c_, i_, j_], sum_);
                                                                }
                                                            }
                                                        }
                                                    }
                                                }
                                            }
                                            runtime::Step::<
                                                _,
                                                5,
                                            >::new(
                                                    &[
                                                        runtime::View::read(&operand_0_, &[0, 4, 2, 3]),
                                                        runtime::View::read(&operand_1_, &[4, 1]).conj(),
                                                    ],
                                                )
                                                .kept(element_)
                                                .nest::<Nest0_>()
                                                .onto(beta_)
                                                .within(kind_)
                                                .write(runtime::ViewMut::write(target_, &[0, 1, 2, 3]));
                                        }
                                    }
                                    let gradient_1_ = {
                                        let (operand_0_, operand_1_) = (
                                            runtime::View::forms(
                                                operand_0_,
                                                [
                                                    extent_n_,
                                                    extent_c_,
                                                    extent_p_,
                                                    extent_i_,
                                                    extent_q_,
                                                    extent_j_,
                                                ],
                                                [
                                                    runtime::form([1, 0, 0, 0, 0, 0], 0),
                                                    runtime::form([0, 1, 0, 0, 0, 0], 0),
                                                    runtime::form([0, 0, 1, 2, 0, 0], 0),
                                                    runtime::form([0, 0, 0, 0, 1, 2], 0),
                                                ],
                                            ),
                                            cotangent_,
                                        );
                                        let kind_ = runtime::relabelled(
                                            kind_,
                                            runtime::PhantomData::<
                                                (
                                                    runtime::Numbered<0>,
                                                    (
                                                        runtime::Numbered<1>,
                                                        (
                                                            runtime::Numbered<5>,
                                                            (
                                                                runtime::Open,
                                                                (
                                                                    runtime::Numbered<6>,
                                                                    (runtime::Open, (runtime::Numbered<4>, ())),
                                                                ),
                                                            ),
                                                        ),
                                                    ),
                                                ),
                                            >,
                                        );
                                        enum Nest0_ {}
                                        impl runtime::Nest<7> for Nest0_ {
                                            const KEPT: runtime::usize = 4;
                                            const TENSORS: [&'static [runtime::usize]; 3] = [
                                                &[0, 1, 2, 3],
                                                &[4, 1, 2, 5, 3, 6],
                                                &[4, 0, 5, 6],
                                            ];
                                            const EXTENTS: runtime::Option<[runtime::usize; 7]> = runtime::None;
                                            const LABELS: runtime::Option<[runtime::usize; 7]> = runtime::Some([
                                                6, 1, 2, 4, 0, 3, 5,
                                            ]);
                                            type Out = (
                                                runtime::Numbered<6>,
                                                (
                                                    runtime::Numbered<1>,
                                                    (runtime::Numbered<2>, (runtime::Numbered<4>, ())),
                                                ),
                                            );
                                            #[inline(always)]
                                            fn run<'n, T: runtime::Element, V: runtime::Vectors<T>>(
                                                nest_: runtime::Loops<'n, V, 7>,
                                                out_: runtime::Out<'n, T, V, 7>,
                                                [x_,
                                                dy_,
                                                ]: [runtime::Factor<'n, T, V, 7>; 2],
                                            ) {
                                                for f_ in nest_.over(0) {
                                                    for c_ in nest_.over(1) {
                                                        for p_ in nest_.over(2) {
                                                            for q_ in nest_.over(3) {
                                                                let mut sum_ = V::zero();
                                                                for n_ in nest_.over(4) {
                                                                    for i_ in nest_.over(5) {
                                                                        for j_ in nest_.over(6) {
                                                                            sum_ = V::mul_add(
                                                                                V::conj(x_.at([n_, c_, p_, i_, q_, j_])),
                                                                                dy_.at([n_, f_, i_, j_]),
                                                                                sum_,
                                                                            );
                                                                        }
                                                                    }
                                                                }
                                                                out_.put([f_, c_, p_, q_], sum_);
                                                            }
                                                        }
                                                    }
                                                }
                                            }
                                        }
                                        let result_ = SITE_
                                            .tensor(
                                                element_,
                                                kind_,
                                                [extent_f_, extent_c_, extent_p_, extent_q_],
                                                &[0, 1, 2, 3],
                                                runtime::Step::<
                                                    _,
                                                    7,
                                                >::new(
                                                        &[
                                                            runtime::View::read(&operand_0_, &[4, 1, 2, 5, 3, 6])
                                                                .conj(),
                                                            runtime::View::read(&operand_1_, &[4, 0, 5, 6]),
                                                        ],
                                                    )
                                                    .kept(element_)
                                                    .nest::<Nest0_>(),
                                            )?;
                                        result_.into_tensor()
                                    };
                                    runtime::Ok(
                                        runtime::computed(
                                            kind_,
                                            (
                                                like_0_.cotangent(gradient_0_.store(element_).lying()),
                                                like_1_.cotangent(gradient_1_.store(element_).lying()),
                                            ),
                                        ),
                                    )
                                },
                            )
                        }),
                )
            }
        }
    };
}
