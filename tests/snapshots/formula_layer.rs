fn main() {
    let y = {
        use krate::__private::Place as _;
        match ((x).einsum_place(), (w).einsum_place(), (b).einsum_place()) {
            (source_0_, source_1_, source_2_) => {
                use krate::__private as runtime;
                const SITE_: runtime::Site = runtime::Site {
                    subscripts: "[i, j] = relu(sum[k](x[i, k] * w[k, j]) + b[j])",
                    operands: &[
                        ("x", "[i, k]"),
                        ("w", "[k, j]"),
                        ("b", "[j]"),
                        ("result", "[i, j]"),
                        ("x", ""),
                        ("w", ""),
                        ("b", ""),
                        ("y", ""),
                        ("t0", ""),
                    ],
                    labels: &["i", "j", "k"],
                };
                let known_ = runtime::elements_of(&*source_0_).differentiable();
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
                            (runtime::FromAxis<0, 1>, (runtime::FromAxis<1, 1>, ())),
                        ),
                    >,
                );
                runtime::agree::<runtime::Label<'k'>, 1, 1, 0, _>(kind_);
                runtime::agree::<runtime::Label<'j'>, 2, 2, 0, _>(kind_);
                let (like_0_, like_1_, like_2_) = (
                    known_.like(&*source_0_),
                    known_.like(&*source_1_),
                    known_.like(&*source_2_),
                );
                let (
                    value_,
                    result_,
                    shape_0_,
                    shape_1_,
                    shape_2_,
                    extent_i_,
                    extent_j_,
                ) = known_
                    .expected(
                        kind_,
                        || -> runtime::Checked<_> {
                            let array_0_ = known_.first(&*source_0_);
                            let array_0_ = array_0_.copied();
                            let operand_0_ = runtime::Axes::<
                                2,
                            >::operand(SITE_, element_, 0, &array_0_)?;
                            let array_1_ = known_.array(&*source_1_).same(element_);
                            let array_1_ = array_1_.copied();
                            let operand_1_ = runtime::Axes::<
                                2,
                            >::operand(SITE_, element_, 1, &array_1_)?;
                            let array_2_ = known_.array(&*source_2_).same(element_);
                            let array_2_ = array_2_.copied();
                            let operand_2_ = runtime::Axes::<
                                1,
                            >::operand(SITE_, element_, 2, &array_2_)?;
                            let extent_i_ = operand_0_.extent(0);
                            let extent_j_ = SITE_
                                .extent(
                                    1,
                                    [(1, operand_1_.extent(1)), (2, operand_2_.extent(0))],
                                )?;
                            let extent_k_ = SITE_
                                .extent(
                                    2,
                                    [(0, operand_0_.extent(1)), (1, operand_1_.extent(0))],
                                )?;
                            let shape_0_ = operand_0_.extents();
                            let shape_1_ = operand_1_.extents();
                            let shape_2_ = operand_2_.extents();
                            SITE_.fits(element_, [extent_i_, extent_j_])?;
                            let mut result_ = SITE_
                                .growing(
                                    element_,
                                    runtime::memory(
                                        kind_,
                                        runtime::PhantomData::<
                                            (runtime::Numbered<0>, (runtime::Numbered<2>, ())),
                                        >,
                                    ),
                                    [extent_i_, extent_j_],
                                )?;
                            for block_ in &runtime::in_cache(
                                element_,
                                kind_,
                                [extent_i_],
                                &[
                                    runtime::used(&[extent_k_, extent_j_], 0),
                                    runtime::used(&[extent_j_], 1),
                                    runtime::used(&[extent_j_], 0),
                                ],
                            ) {
                                let extent_i_ = block_.extent(0);
                                {
                                    let target_ = &mut runtime::Growing::write(
                                        &mut result_,
                                        &block_,
                                        &[0, 1],
                                    );
                                    let (operand_0_, operand_1_) = (
                                        block_.read(&operand_0_, &[0, 1]),
                                        operand_1_,
                                    );
                                    let kind_ = runtime::relabelled(
                                        kind_,
                                        runtime::PhantomData::<
                                            (
                                                runtime::Numbered<0>,
                                                (runtime::Numbered<1>, (runtime::Numbered<2>, ())),
                                            ),
                                        >,
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
                                        const LABELS: runtime::Option<[runtime::usize; 3]> = runtime::Some([
                                            0, 2, 1,
                                        ]);
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
                                                for j_ in nest_.over(1) {
                                                    let mut sum_ = V::zero();
                                                    for k_ in nest_.over(2) {
                                                        sum_ = V::mul_add(x_.at([i_, k_]), w_.at([k_, j_]), sum_);
                                                    }
                                                    out_.put([i_, j_], sum_);
                                                }
                                            }
                                        }
                                    }
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
                                        .nest::<Nest0_>()
                                        .within(kind_)
                                        .write(runtime::ViewMut::write(target_, &[0, 1]));
                                }
                                {
                                    #[derive(runtime::Clone, runtime::Copy)]
                                    struct Body_;
                                    impl<T: runtime::Ordered> runtime::Body<T, 2, 2> for Body_ {
                                        type Reduction = runtime::Sum;
                                        const FREE: runtime::usize = 2;
                                        const READS: [&'static [runtime::usize]; 2] = [
                                            &[0, 1],
                                            &[1],
                                        ];
                                        const IS_INDEXED: runtime::bool = false;
                                        #[inline(always)]
                                        fn value<V: runtime::Arithmetic<T>>(
                                            self,
                                            [y_,
                                            b_,
                                            ]: [V::Value; 2],
                                            _at: runtime::At<2>,
                                        ) -> V::Value {
                                            V::relu(V::plus(y_, b_))
                                        }
                                    }
                                    runtime::map(
                                        [extent_i_, extent_j_],
                                        Body_,
                                        [
                                            runtime::Reach::own([extent_i_, extent_j_]),
                                            runtime::Reach::new(
                                                [extent_i_, extent_j_],
                                                operand_2_,
                                                [runtime::form([0, 1], 0)],
                                            ),
                                        ],
                                        runtime::ReachMut::new(
                                            [extent_i_, extent_j_],
                                            runtime::Growing::write(&mut result_, &block_, &[0, 1]),
                                            [runtime::form([1, 0], 0), runtime::form([0, 1], 0)],
                                        ),
                                        runtime::Onto::Replace,
                                    );
                                }
                            }
                            let result_ = runtime::Growing::finish(result_);
                            runtime::Ok(
                                runtime::computed(
                                    kind_,
                                    (
                                        {
                                            let result_ = runtime::Tensor::copied(&result_);
                                            result_.store(element_).into_array::<runtime::Ix2>()
                                        },
                                        result_,
                                        shape_0_,
                                        shape_1_,
                                        shape_2_,
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
                                            runtime::memory(
                                                kind_,
                                                runtime::PhantomData::<
                                                    (runtime::Numbered<0>, (runtime::Numbered<2>, ())),
                                                >,
                                            ),
                                            runtime::PhantomData::<runtime::Ix2>,
                                            cotangent_,
                                        )
                                        .copied();
                                    let cotangent_ = SITE_
                                        .cotangent(element_, loaded_, [extent_i_, extent_j_])?;
                                    let array_0_ = known_.first(&*source_0_);
                                    let array_0_ = array_0_.copied();
                                    let operand_0_ = runtime::Axes::<
                                        2,
                                    >::operand(SITE_, element_, 0, &array_0_)?;
                                    let array_1_ = known_.array(&*source_1_).same(element_);
                                    let array_1_ = array_1_.copied();
                                    let operand_1_ = runtime::Axes::<
                                        2,
                                    >::operand(SITE_, element_, 1, &array_1_)?;
                                    SITE_.fits(element_, shape_0_)?;
                                    SITE_.fits(element_, shape_1_)?;
                                    SITE_.fits(element_, shape_2_)?;
                                    let mut local_dt0_ = SITE_
                                        .growing(
                                            element_,
                                            runtime::memory(
                                                kind_,
                                                runtime::PhantomData::<
                                                    (runtime::Numbered<0>, (runtime::Numbered<2>, ())),
                                                >,
                                            ),
                                            [extent_i_, extent_j_],
                                        )?;
                                    let mut gradient_2_ = SITE_
                                        .zeros(
                                            element_,
                                            runtime::memory(
                                                kind_,
                                                runtime::PhantomData::<(runtime::Numbered<2>, ())>,
                                            ),
                                            shape_2_,
                                        )?;
                                    for block_ in &runtime::in_cache(
                                        element_,
                                        kind_,
                                        [extent_i_],
                                        &[
                                            runtime::used(&[extent_j_], 1),
                                            runtime::used(&[extent_j_], 0),
                                        ],
                                    ) {
                                        let extent_i_ = block_.extent(0);
                                        {
                                            #[derive(runtime::Clone, runtime::Copy)]
                                            struct Body_;
                                            impl<T: runtime::Ordered> runtime::Body<T, 2, 2> for Body_ {
                                                type Reduction = runtime::Sum;
                                                const FREE: runtime::usize = 2;
                                                const READS: [&'static [runtime::usize]; 2] = [
                                                    &[0, 1],
                                                    &[0, 1],
                                                ];
                                                const IS_INDEXED: runtime::bool = false;
                                                #[inline(always)]
                                                fn value<V: runtime::Arithmetic<T>>(
                                                    self,
                                                    [y_,
                                                    dy_,
                                                    ]: [V::Value; 2],
                                                    _at: runtime::At<2>,
                                                ) -> V::Value {
                                                    V::select(
                                                        V::compare(runtime::Comparison::Greater, y_, V::integer(0)),
                                                        dy_,
                                                        V::integer(0),
                                                    )
                                                }
                                            }
                                            runtime::Growing::map(
                                                &mut local_dt0_,
                                                (&block_, &[0, 1]),
                                                [extent_i_, extent_j_],
                                                Body_,
                                                [
                                                    runtime::Reach::new(
                                                        [extent_i_, extent_j_],
                                                        block_.read(&runtime::Tensor::view(&result_), &[0, 1]),
                                                        [runtime::form([1, 0], 0), runtime::form([0, 1], 0)],
                                                    ),
                                                    runtime::Reach::new(
                                                        [extent_i_, extent_j_],
                                                        block_.read(&cotangent_, &[0, 1]),
                                                        [runtime::form([1, 0], 0), runtime::form([0, 1], 0)],
                                                    ),
                                                ],
                                                [runtime::form([1, 0], 0), runtime::form([0, 1], 0)],
                                            );
                                        }
                                        {
                                            let target_ = &mut runtime::Tensor::view_mut(
                                                &mut gradient_2_,
                                            );
                                            let beta_ = runtime::Element::ONE;
                                            let (operand_0_,) = (
                                                runtime::Growing::read(&local_dt0_, &block_, &[0, 1]),
                                            );
                                            let kind_ = runtime::relabelled(
                                                kind_,
                                                runtime::PhantomData::<
                                                    (runtime::Numbered<0>, (runtime::Numbered<2>, ())),
                                                >,
                                            );
                                            enum Nest0_ {}
                                            impl runtime::Nest<2> for Nest0_ {
                                                const KEPT: runtime::usize = 1;
                                                const TENSORS: [&'static [runtime::usize]; 3] = [
                                                    &[0],
                                                    &[1, 0],
                                                    &[],
                                                ];
                                                const EXTENTS: runtime::Option<[runtime::usize; 2]> = runtime::None;
                                                const LABELS: runtime::Option<[runtime::usize; 2]> = runtime::Some([
                                                    1, 0,
                                                ]);
                                                type Out = (runtime::Numbered<1>, ());
                                                #[inline(always)]
                                                fn run<'n, T: runtime::Element, V: runtime::Vectors<T>>(
                                                    nest_: runtime::Loops<'n, V, 2>,
                                                    out_: runtime::Out<'n, T, V, 2>,
                                                    [dt0_,
                                                    _,
                                                    ]: [runtime::Factor<'n, T, V, 2>; 2],
                                                ) {
                                                    for j_ in nest_.over(0) {
                                                        let mut sum_ = V::zero();
                                                        for i_ in nest_.over(1) {
                                                            sum_ = V::plus(sum_, dt0_.at([i_, j_]));
                                                        }
                                                        out_.put([j_], sum_);
                                                    }
                                                }
                                            }
                                            runtime::Step::<
                                                _,
                                                2,
                                            >::new(&[runtime::View::read(&operand_0_, &[1, 0])])
                                                .kept(element_)
                                                .nest::<Nest0_>()
                                                .onto(beta_)
                                                .within(kind_)
                                                .write(runtime::ViewMut::write(target_, &[0]));
                                        }
                                    }
                                    let local_dt0_ = runtime::Growing::finish(local_dt0_);
                                    let mut gradient_0_ = SITE_
                                        .zeros(
                                            element_,
                                            runtime::memory(
                                                kind_,
                                                runtime::PhantomData::<
                                                    (runtime::Numbered<0>, (runtime::Numbered<1>, ())),
                                                >,
                                            ),
                                            shape_0_,
                                        )?;
                                    {
                                        let target_ = &mut runtime::Tensor::view_mut(
                                            &mut gradient_0_,
                                        );
                                        let (operand_0_, operand_1_) = (
                                            runtime::Tensor::view(&local_dt0_),
                                            operand_1_,
                                        );
                                        let kind_ = runtime::relabelled(
                                            kind_,
                                            runtime::PhantomData::<
                                                (
                                                    runtime::Numbered<0>,
                                                    (runtime::Numbered<2>, (runtime::Numbered<1>, ())),
                                                ),
                                            >,
                                        );
                                        enum Nest0_ {}
                                        impl runtime::Nest<3> for Nest0_ {
                                            const KEPT: runtime::usize = 2;
                                            const TENSORS: [&'static [runtime::usize]; 3] = [
                                                &[0, 1],
                                                &[0, 2],
                                                &[1, 2],
                                            ];
                                            const EXTENTS: runtime::Option<[runtime::usize; 3]> = runtime::None;
                                            const LABELS: runtime::Option<[runtime::usize; 3]> = runtime::Some([
                                                0, 2, 1,
                                            ]);
                                            type Out = (
                                                runtime::Numbered<0>,
                                                (runtime::Numbered<2>, ()),
                                            );
                                            #[inline(always)]
                                            fn run<'n, T: runtime::Element, V: runtime::Vectors<T>>(
                                                nest_: runtime::Loops<'n, V, 3>,
                                                out_: runtime::Out<'n, T, V, 3>,
                                                [dt0_,
                                                w_,
                                                ]: [runtime::Factor<'n, T, V, 3>; 2],
                                            ) {
                                                for i_ in nest_.over(0) {
                                                    for k_ in nest_.over(1) {
                                                        let mut sum_ = V::zero();
                                                        for j_ in nest_.over(2) {
                                                            sum_ = V::mul_add(dt0_.at([i_, j_]), w_.at([k_, j_]), sum_);
                                                        }
                                                        out_.put([i_, k_], sum_);
                                                    }
                                                }
                                            }
                                        }
                                        runtime::Step::<
                                            _,
                                            3,
                                        >::new(
                                                &[
                                                    runtime::View::read(&operand_0_, &[0, 2]),
                                                    runtime::View::read(&operand_1_, &[1, 2]),
                                                ],
                                            )
                                            .kept(element_)
                                            .nest::<Nest0_>()
                                            .within(kind_)
                                            .write(runtime::ViewMut::write(target_, &[0, 1]));
                                    }
                                    let mut gradient_1_ = SITE_
                                        .zeros(
                                            element_,
                                            runtime::memory(
                                                kind_,
                                                runtime::PhantomData::<
                                                    (runtime::Numbered<1>, (runtime::Numbered<2>, ())),
                                                >,
                                            ),
                                            shape_1_,
                                        )?;
                                    {
                                        let target_ = &mut runtime::Tensor::view_mut(
                                            &mut gradient_1_,
                                        );
                                        let (operand_0_, operand_1_) = (
                                            operand_0_,
                                            runtime::Tensor::view(&local_dt0_),
                                        );
                                        let kind_ = runtime::relabelled(
                                            kind_,
                                            runtime::PhantomData::<
                                                (
                                                    runtime::Numbered<0>,
                                                    (runtime::Numbered<1>, (runtime::Numbered<2>, ())),
                                                ),
                                            >,
                                        );
                                        enum Nest0_ {}
                                        impl runtime::Nest<3> for Nest0_ {
                                            const KEPT: runtime::usize = 2;
                                            const TENSORS: [&'static [runtime::usize]; 3] = [
                                                &[0, 1],
                                                &[2, 0],
                                                &[2, 1],
                                            ];
                                            const EXTENTS: runtime::Option<[runtime::usize; 3]> = runtime::None;
                                            const LABELS: runtime::Option<[runtime::usize; 3]> = runtime::Some([
                                                1, 2, 0,
                                            ]);
                                            type Out = (
                                                runtime::Numbered<1>,
                                                (runtime::Numbered<2>, ()),
                                            );
                                            #[inline(always)]
                                            fn run<'n, T: runtime::Element, V: runtime::Vectors<T>>(
                                                nest_: runtime::Loops<'n, V, 3>,
                                                out_: runtime::Out<'n, T, V, 3>,
                                                [x_,
                                                dt0_,
                                                ]: [runtime::Factor<'n, T, V, 3>; 2],
                                            ) {
                                                for k_ in nest_.over(0) {
                                                    for j_ in nest_.over(1) {
                                                        let mut sum_ = V::zero();
                                                        for i_ in nest_.over(2) {
                                                            sum_ = V::mul_add(x_.at([i_, k_]), dt0_.at([i_, j_]), sum_);
                                                        }
                                                        out_.put([k_, j_], sum_);
                                                    }
                                                }
                                            }
                                        }
                                        runtime::Step::<
                                            _,
                                            3,
                                        >::new(
                                                &[
                                                    runtime::View::read(&operand_0_, &[2, 0]),
                                                    runtime::View::read(&operand_1_, &[2, 1]),
                                                ],
                                            )
                                            .kept(element_)
                                            .nest::<Nest0_>()
                                            .within(kind_)
                                            .write(runtime::ViewMut::write(target_, &[0, 1]));
                                    }
                                    runtime::Ok(
                                        runtime::computed(
                                            kind_,
                                            (
                                                like_0_.cotangent(gradient_0_.store(element_).lying()),
                                                like_1_.cotangent(gradient_1_.store(element_).lying()),
                                                like_2_.cotangent(gradient_2_.store(element_).lying()),
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
