fn main() {
    let y = match (&x, &w) {
        (source_0_, source_1_) => {
            use krate::__private as runtime;
            const SITE_: runtime::Site = runtime::Site {
                subscripts: "bik,jkl->bij",
                operands: &[("x", "bik"), ("w", "jkl")],
                labels: &["b", "i", "k", "j", "l"],
            };
            let known_ = runtime::elements_of(&*source_0_).known();
            let element_ = known_.0;
            let kind_ = runtime::decided(
                known_.kind(&*source_0_, known_.kind(&*source_1_, runtime::numbers())),
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
            known_
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
                                result_.store(element_).into_array::<runtime::Ix3>(),
                            ),
                        )
                    },
                )
        }
    };
}
