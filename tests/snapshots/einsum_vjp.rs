fn main() {
    let y = {
        use krate::__private::Place as _;
        match ((x).einsum_place(), (w).einsum_place()) {
            (source_0_, source_1_) => {
                use krate::__private as runtime;
                const SITE_: runtime::Site = runtime::Site {
                    subscripts: "bik,jkl->bij",
                    operands: &[("x", "bik"), ("w", "jkl")],
                    labels: &["b", "i", "k", "j", "l"],
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
                                    (runtime::FromAxis<1, 0>, (runtime::FromAxis<1, 2>, ())),
                                ),
                            ),
                        ),
                    >,
                );
                runtime::agree::<runtime::Label<'k'>, 2, 1, 1, _>(kind_);
                let (like_0_, like_1_) = (
                    known_.like(&*source_0_),
                    known_.like(&*source_1_),
                );
                let kind_0_ = like_0_.within(kind_);
                let kind_1_ = like_1_.within(kind_);
                let (
                    result_,
                    t0_,
                    shape_0_,
                    shape_1_,
                    extent_b_,
                    extent_i_,
                    extent_k_,
                    extent_j_,
                ) = known_
                    .expected(
                        kind_,
                        || -> runtime::Checked<_> {
                            let array_0_ = known_.first(&*source_0_);
                            let operand_0_ = runtime::Axes::<
                                3,
                            >::operand(SITE_, element_, 0, &array_0_)?;
                            let array_1_ = known_.array(&*source_1_).same(element_);
                            let operand_1_ = runtime::Axes::<
                                3,
                            >::operand(SITE_, element_, 1, &array_1_)?;
                            let extent_b_ = operand_0_.extent(0);
                            let extent_i_ = operand_0_.extent(1);
                            let extent_k_ = SITE_
                                .extent(
                                    2,
                                    [(0, operand_0_.extent(2)), (1, operand_1_.extent(1))],
                                )?;
                            let extent_j_ = operand_1_.extent(0);
                            let extent_l_ = operand_1_.extent(2);
                            let shape_0_ = operand_0_.extents();
                            let shape_1_ = operand_1_.extents();
                            enum Nest0_ {}
                            impl runtime::Nest<3> for Nest0_ {
                                const KEPT: runtime::usize = 2;
                                const TENSORS: [&'static [runtime::usize]; 3] = [
                                    &[0, 1],
                                    &[0, 1, 2],
                                    &[],
                                ];
                                const EXTENTS: runtime::Option<[runtime::usize; 3]> = runtime::None;
                                const LABELS: runtime::Option<[runtime::usize; 3]> = runtime::Some([
                                    3, 2, 4,
                                ]);
                                type Out = (
                                    runtime::Numbered<3>,
                                    (runtime::Numbered<2>, ()),
                                );
                                #[inline(always)]
                                fn run<'n, T: runtime::Element, V: runtime::Vectors<T>>(
                                    nest_: runtime::Loops<'n, V, 3>,
                                    out_: runtime::Out<'n, T, V, 3>,
                                    [w_,
                                    _,
                                    ]: [runtime::Factor<'n, T, V, 3>; 2],
                                ) {
                                    for j_ in nest_.over(0) {
                                        for k_ in nest_.over(1) {
                                            let mut sum_ = V::zero();
                                            for l_ in nest_.over(2) {
                                                sum_ = V::plus(sum_, w_.at([j_, k_, l_]));
                                            }
                                            out_.put([j_, k_], sum_);
                                        }
                                    }
                                }
                            }
                            enum Nest1_ {}
                            impl runtime::Nest<4> for Nest1_ {
                                const KEPT: runtime::usize = 3;
                                const TENSORS: [&'static [runtime::usize]; 3] = [
                                    &[0, 1, 2],
                                    &[0, 1, 3],
                                    &[2, 3],
                                ];
                                const EXTENTS: runtime::Option<[runtime::usize; 4]> = runtime::None;
                                const LABELS: runtime::Option<[runtime::usize; 4]> = runtime::Some([
                                    0, 1, 3, 2,
                                ]);
                                type Out = (
                                    runtime::Numbered<0>,
                                    (runtime::Numbered<1>, (runtime::Numbered<3>, ())),
                                );
                                #[inline(always)]
                                fn run<'n, T: runtime::Element, V: runtime::Vectors<T>>(
                                    nest_: runtime::Loops<'n, V, 4>,
                                    out_: runtime::Out<'n, T, V, 4>,
                                    [x_,
                                    t0_,
                                    ]: [runtime::Factor<'n, T, V, 4>; 2],
                                ) {
                                    for b_ in nest_.over(0) {
                                        for i_ in nest_.over(1) {
                                            for j_ in nest_.over(2) {
                                                let mut sum_ = V::zero();
                                                for k_ in nest_.over(3) {
                                                    sum_ = V::mul_add(
                                                        x_.at([b_, i_, k_]),
                                                        t0_.at([j_, k_]),
                                                        sum_,
                                                    );
                                                }
                                                out_.put([b_, i_, j_], sum_);
                                            }
                                        }
                                    }
                                }
                            }
                            SITE_.fits(element_, [extent_b_, extent_i_, extent_j_])?;
                            let t0_ = SITE_
                                .tensor(
                                    element_,
                                    kind_,
                                    [extent_j_, extent_k_],
                                    &[0, 1],
                                    runtime::Step::<
                                        _,
                                        3,
                                    >::new(&[runtime::View::read(&operand_1_, &[0, 1, 2])])
                                        .kept(element_)
                                        .nest::<Nest0_>(),
                                )?;
                            let result_ = SITE_
                                .tensor(
                                    element_,
                                    kind_,
                                    [extent_b_, extent_i_, extent_j_],
                                    &[0, 1, 2],
                                    runtime::Step::<
                                        _,
                                        4,
                                    >::new(
                                            &[
                                                runtime::View::read(&operand_0_, &[0, 1, 3]),
                                                runtime::View::read(&runtime::Tensor::view(&t0_), &[2, 3]),
                                            ],
                                        )
                                        .kept(element_)
                                        .nest::<Nest1_>(),
                                )?;
                            runtime::Ok(
                                runtime::computed(
                                    kind_,
                                    (
                                        result_.store(element_).into_array::<runtime::Ix3>(),
                                        t0_,
                                        shape_0_,
                                        shape_1_,
                                        extent_b_,
                                        extent_i_,
                                        extent_k_,
                                        extent_j_,
                                    ),
                                ),
                            )
                        },
                    );
                (
                    result_,
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
                                                (
                                                    runtime::Numbered<0>,
                                                    (runtime::Numbered<1>, (runtime::Numbered<3>, ())),
                                                ),
                                            >,
                                        ),
                                        runtime::PhantomData::<runtime::Ix3>,
                                        cotangent_,
                                    );
                                    let cotangent_ = SITE_
                                        .cotangent(
                                            element_,
                                            loaded_,
                                            [extent_b_, extent_i_, extent_j_],
                                        )?;
                                    let array_0_ = known_.first(&*source_0_);
                                    let operand_0_ = runtime::Axes::<
                                        3,
                                    >::operand(SITE_, element_, 0, &array_0_)?;
                                    enum Nest0_ {}
                                    impl runtime::Nest<4> for Nest0_ {
                                        const KEPT: runtime::usize = 3;
                                        const TENSORS: [&'static [runtime::usize]; 3] = [
                                            &[0, 1, 2],
                                            &[0, 1, 3],
                                            &[3, 2],
                                        ];
                                        const EXTENTS: runtime::Option<[runtime::usize; 4]> = runtime::None;
                                        const LABELS: runtime::Option<[runtime::usize; 4]> = runtime::Some([
                                            0, 1, 2, 3,
                                        ]);
                                        type Out = ();
                                        #[inline(always)]
                                        fn run<'n, T: runtime::Element, V: runtime::Vectors<T>>(
                                            nest_: runtime::Loops<'n, V, 4>,
                                            out_: runtime::Out<'n, T, V, 4>,
                                            [dy_,
                                            t0_,
                                            ]: [runtime::Factor<'n, T, V, 4>; 2],
                                        ) {
                                            for b_ in nest_.over(0) {
                                                for i_ in nest_.over(1) {
                                                    for k_ in nest_.over(2) {
                                                        let mut sum_ = V::zero();
                                                        for j_ in nest_.over(3) {
                                                            sum_ = V::mul_add(
                                                                dy_.at([b_, i_, j_]),
                                                                V::conj(t0_.at([j_, k_])),
                                                                sum_,
                                                            );
                                                        }
                                                        out_.put([b_, i_, k_], sum_);
                                                    }
                                                }
                                            }
                                        }
                                    }
                                    enum Nest1_ {}
                                    impl runtime::Nest<4> for Nest1_ {
                                        const KEPT: runtime::usize = 2;
                                        const TENSORS: [&'static [runtime::usize]; 3] = [
                                            &[0, 1],
                                            &[2, 3, 0],
                                            &[2, 3, 1],
                                        ];
                                        const EXTENTS: runtime::Option<[runtime::usize; 4]> = runtime::None;
                                        const LABELS: runtime::Option<[runtime::usize; 4]> = runtime::Some([
                                            3, 2, 0, 1,
                                        ]);
                                        type Out = (
                                            runtime::Numbered<3>,
                                            (runtime::Numbered<2>, ()),
                                        );
                                        #[inline(always)]
                                        fn run<'n, T: runtime::Element, V: runtime::Vectors<T>>(
                                            nest_: runtime::Loops<'n, V, 4>,
                                            out_: runtime::Out<'n, T, V, 4>,
                                            [dy_,
                                            x_,
                                            ]: [runtime::Factor<'n, T, V, 4>; 2],
                                        ) {
                                            for j_ in nest_.over(0) {
                                                for k_ in nest_.over(1) {
                                                    let mut sum_ = V::zero();
                                                    for b_ in nest_.over(2) {
                                                        for i_ in nest_.over(3) {
                                                            sum_ = V::mul_add(
                                                                dy_.at([b_, i_, j_]),
                                                                V::conj(x_.at([b_, i_, k_])),
                                                                sum_,
                                                            );
                                                        }
                                                    }
                                                    out_.put([j_, k_], sum_);
                                                }
                                            }
                                        }
                                    }
                                    enum Nest2_ {}
                                    impl runtime::Nest<3> for Nest2_ {
                                        const KEPT: runtime::usize = 3;
                                        const TENSORS: [&'static [runtime::usize]; 3] = [
                                            &[0, 1, 2],
                                            &[0, 1],
                                            &[],
                                        ];
                                        const EXTENTS: runtime::Option<[runtime::usize; 3]> = runtime::None;
                                        const LABELS: runtime::Option<[runtime::usize; 3]> = runtime::Some([
                                            3, 2, 4,
                                        ]);
                                        type Out = ();
                                        #[inline(always)]
                                        fn run<'n, T: runtime::Element, V: runtime::Vectors<T>>(
                                            nest_: runtime::Loops<'n, V, 3>,
                                            out_: runtime::Out<'n, T, V, 3>,
                                            [dt0_,
                                            _,
                                            ]: [runtime::Factor<'n, T, V, 3>; 2],
                                        ) {
                                            for j_ in nest_.over(0) {
                                                for k_ in nest_.over(1) {
                                                    for l_ in nest_.over(2) {
                                                        out_.put([j_, k_, l_], dt0_.at([j_, k_]));
                                                    }
                                                }
                                            }
                                        }
                                    }
                                    SITE_.fits(element_, shape_0_)?;
                                    SITE_.fits(element_, shape_1_)?;
                                    let gradient_0_ = SITE_
                                        .tensor(
                                            element_,
                                            kind_0_,
                                            shape_0_,
                                            &[0, 1, 2],
                                            runtime::Step::<
                                                _,
                                                4,
                                            >::new(
                                                    &[
                                                        runtime::View::read(&cotangent_, &[0, 1, 3]),
                                                        runtime::View::read(&runtime::Tensor::view(&t0_), &[3, 2])
                                                            .conj(),
                                                    ],
                                                )
                                                .kept(element_)
                                                .nest::<Nest0_>(),
                                        )?;
                                    let dt0_ = SITE_
                                        .tensor(
                                            element_,
                                            kind_,
                                            [extent_j_, extent_k_],
                                            &[0, 1],
                                            runtime::Step::<
                                                _,
                                                4,
                                            >::new(
                                                    &[
                                                        runtime::View::read(&cotangent_, &[2, 3, 0]),
                                                        runtime::View::read(&operand_0_, &[2, 3, 1]).conj(),
                                                    ],
                                                )
                                                .kept(element_)
                                                .nest::<Nest1_>(),
                                        )?;
                                    let gradient_1_ = SITE_
                                        .tensor(
                                            element_,
                                            kind_1_,
                                            shape_1_,
                                            &[0, 1, 2],
                                            runtime::Step::<
                                                _,
                                                3,
                                            >::new(
                                                    &[
                                                        runtime::View::read(&runtime::Tensor::view(&dt0_), &[0, 1]),
                                                    ],
                                                )
                                                .nest::<Nest2_>(),
                                        )?;
                                    runtime::Ok(
                                        runtime::computed(
                                            kind_,
                                            (
                                                like_0_.cotangent(gradient_0_.store(element_)),
                                                like_1_.cotangent(gradient_1_.store(element_)),
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
