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
            known_
                .expected(|| -> runtime::Checked<_> {
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
                    SITE_.fits(element_, [extent_b_, extent_i_, extent_j_])?;
                    let t0_ = SITE_
                        .tensor(
                            element_,
                            [extent_j_, extent_k_],
                            &[0, 1],
                            runtime::Step::<
                                _,
                                3,
                            >::new(&[runtime::View::read(&operand_1_, &[0, 1, 2])]),
                        )?;
                    let result_ = SITE_
                        .tensor(
                            element_,
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
                            ),
                        )?;
                    runtime::Ok(result_.store(element_).into_array::<runtime::Ix3>())
                })
        }
    };
}
