/// Linear layer.
///
/**The einsum `bik,jkl->bij`:

```text
y[b,i,j] = Σ_{k,l} x[b,i,k] w[j,k,l]
```

# Panics
- If the extents, or dynamic ranks, of the operands do not fit the subscripts.*/
#[must_use]
#[track_caller]
pub fn linear<T, D0, D1>(
    x: &krate::__private::ArrayRef<T, D0>,
    w: &krate::__private::ArrayRef<T, D1>,
) -> krate::__private::Array<T, krate::__private::Ix3>
where
    T: krate::__private::Storage,
    D0: krate::__private::HasAxes<3>,
    D1: krate::__private::HasAxes<3>,
{
    use krate::__private as runtime;
    const SITE_: runtime::Site = runtime::Site {
        subscripts: "bik,jkl->bij",
        operands: &[("x", "bik"), ("w", "jkl")],
        labels: &["b", "i", "k", "j", "l"],
    };
    let known_ = runtime::Known(runtime::PhantomData::<T>);
    let element_ = known_.0;
    let kind_ = runtime::OfArrays;
    runtime::expected(
        kind_,
        || -> runtime::Checked<_> {
            let array_0_ = known_.first(x);
            let operand_0_ = runtime::Axes::<3>::operand(SITE_, element_, 0, &array_0_)?;
            let array_1_ = known_.array(w).same(element_);
            let operand_1_ = runtime::Axes::<3>::operand(SITE_, element_, 1, &array_1_)?;
            let extent_b_ = operand_0_.extent(0);
            let extent_i_ = operand_0_.extent(1);
            let extent_k_ = SITE_
                .extent(2, [(0, operand_0_.extent(2)), (1, operand_1_.extent(1))])?;
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
                type Out = ();
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
                type Out = ();
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
/**Gradients of `linear`, the einsum `bik,jkl->bij`, from the cotangent `dy` of its result:

`dx` is the einsum `bij,jkl->bik`:

```text
dx[b,i,k] = Σ_{j,l} dy[b,i,j] conj(w[j,k,l])
```

`dw` is the einsum `bij,bik->jkl`:

```text
dw[j,k,l] = Σ_{b,i} dy[b,i,j] conj(x[b,i,k])
```*/
pub mod linear {
    /**The cotangents of the operands of `linear`: (`dx`, `dw`).

`dx` is the einsum `bij,jkl->bik`:

```text
dx[b,i,k] = Σ_{j,l} dy[b,i,j] conj(w[j,k,l])
```

`dw` is the einsum `bij,bik->jkl`:

```text
dw[j,k,l] = Σ_{b,i} dy[b,i,j] conj(x[b,i,k])
```

# Panics
- If the extents, or dynamic ranks, of the operands do not fit the subscripts.
- If the extents of `dy` are not those of the result.*/
    #[must_use]
    #[track_caller]
    pub fn backward<T, D0, D1, D>(
        x: &krate::__private::ArrayRef<T, D0>,
        w: &krate::__private::ArrayRef<T, D1>,
        dy: &krate::__private::ArrayRef<T, D>,
    ) -> (krate::__private::Array<T, D0>, krate::__private::Array<T, D1>)
    where
        T: krate::__private::Differentiable,
        D0: krate::__private::HasAxes<3>,
        D1: krate::__private::HasAxes<3>,
        D: krate::__private::HasAxes<3>,
    {
        use krate::__private as runtime;
        const SITE_: runtime::Site = runtime::Site {
            subscripts: "bik,jkl->bij",
            operands: &[("x", "bik"), ("w", "jkl")],
            labels: &["b", "i", "k", "j", "l"],
        };
        let known_ = runtime::Known(runtime::PhantomData::<T>);
        let element_ = known_.0;
        let kind_ = runtime::OfArrays;
        runtime::expected(
            kind_,
            || -> runtime::Checked<_> {
                let array_0_ = known_.first(x);
                let operand_0_ = runtime::Axes::<
                    3,
                >::operand(SITE_, element_, 0, &array_0_)?;
                let array_1_ = known_.array(w).same(element_);
                let operand_1_ = runtime::Axes::<
                    3,
                >::operand(SITE_, element_, 1, &array_1_)?;
                let kind_0_ = kind_;
                let kind_1_ = kind_;
                let extent_b_ = operand_0_.extent(0);
                let extent_i_ = operand_0_.extent(1);
                let extent_k_ = SITE_
                    .extent(2, [(0, operand_0_.extent(2)), (1, operand_1_.extent(1))])?;
                let extent_j_ = operand_1_.extent(0);
                let extent_l_ = operand_1_.extent(2);
                let shape_0_ = operand_0_.extents();
                let shape_1_ = operand_1_.extents();
                let cotangent_ = dy;
                let loaded_ = &runtime::load(
                    element_,
                    runtime::memory(kind_, runtime::PhantomData::<()>),
                    runtime::PhantomData::<_>,
                    cotangent_,
                );
                let cotangent_ = SITE_
                    .cotangent(element_, loaded_, [extent_b_, extent_i_, extent_j_])?;
                enum Nest0_ {}
                impl runtime::Nest<3> for Nest0_ {
                    const KEPT: runtime::usize = 2;
                    const TENSORS: [&'static [runtime::usize]; 3] = [
                        &[0, 1],
                        &[0, 1, 2],
                        &[],
                    ];
                    const EXTENTS: runtime::Option<[runtime::usize; 3]> = runtime::None;
                    type Out = ();
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
                        &[3, 2],
                    ];
                    const EXTENTS: runtime::Option<[runtime::usize; 4]> = runtime::None;
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
                enum Nest2_ {}
                impl runtime::Nest<4> for Nest2_ {
                    const KEPT: runtime::usize = 2;
                    const TENSORS: [&'static [runtime::usize]; 3] = [
                        &[0, 1],
                        &[2, 3, 0],
                        &[2, 3, 1],
                    ];
                    const EXTENTS: runtime::Option<[runtime::usize; 4]> = runtime::None;
                    type Out = ();
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
                enum Nest3_ {}
                impl runtime::Nest<3> for Nest3_ {
                    const KEPT: runtime::usize = 3;
                    const TENSORS: [&'static [runtime::usize]; 3] = [
                        &[0, 1, 2],
                        &[0, 1],
                        &[],
                    ];
                    const EXTENTS: runtime::Option<[runtime::usize; 3]> = runtime::None;
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
                            .nest::<Nest1_>(),
                    )?;
                runtime::drop(t0_);
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
                            .nest::<Nest2_>(),
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
                            .nest::<Nest3_>(),
                    )?;
                runtime::Ok(
                    runtime::computed(
                        kind_,
                        (
                            gradient_0_.store(element_).into_array::<D0>(),
                            gradient_1_.store(element_).into_array::<D1>(),
                        ),
                    ),
                )
            },
        )
    }
    /**The cotangent of `x` in `linear` alone.

`dx` is the einsum `bij,jkl->bik`:

```text
dx[b,i,k] = Σ_{j,l} dy[b,i,j] conj(w[j,k,l])
```

# Panics
- If the extents, or dynamic ranks, of the operands do not fit the subscripts.
- If the extents of `dy` are not those of the result.*/
    #[must_use]
    #[track_caller]
    pub fn backward_x<T, D0, D1, D>(
        x: &krate::__private::ArrayRef<T, D0>,
        w: &krate::__private::ArrayRef<T, D1>,
        dy: &krate::__private::ArrayRef<T, D>,
    ) -> krate::__private::Array<T, D0>
    where
        T: krate::__private::Differentiable,
        D0: krate::__private::HasAxes<3>,
        D1: krate::__private::HasAxes<3>,
        D: krate::__private::HasAxes<3>,
    {
        use krate::__private as runtime;
        const SITE_: runtime::Site = runtime::Site {
            subscripts: "bik,jkl->bij",
            operands: &[("x", "bik"), ("w", "jkl")],
            labels: &["b", "i", "k", "j", "l"],
        };
        let known_ = runtime::Known(runtime::PhantomData::<T>);
        let element_ = known_.0;
        let kind_ = runtime::OfArrays;
        runtime::expected(
            kind_,
            || -> runtime::Checked<_> {
                let array_0_ = known_.first(x);
                let operand_0_ = runtime::Axes::<
                    3,
                >::operand(SITE_, element_, 0, &array_0_)?;
                let array_1_ = known_.array(w).same(element_);
                let operand_1_ = runtime::Axes::<
                    3,
                >::operand(SITE_, element_, 1, &array_1_)?;
                let kind_0_ = kind_;
                let extent_b_ = operand_0_.extent(0);
                let extent_i_ = operand_0_.extent(1);
                let extent_k_ = SITE_
                    .extent(2, [(0, operand_0_.extent(2)), (1, operand_1_.extent(1))])?;
                let extent_j_ = operand_1_.extent(0);
                let extent_l_ = operand_1_.extent(2);
                let shape_0_ = operand_0_.extents();
                let shape_1_ = operand_1_.extents();
                let cotangent_ = dy;
                let loaded_ = &runtime::load(
                    element_,
                    runtime::memory(kind_, runtime::PhantomData::<()>),
                    runtime::PhantomData::<_>,
                    cotangent_,
                );
                let cotangent_ = SITE_
                    .cotangent(element_, loaded_, [extent_b_, extent_i_, extent_j_])?;
                enum Nest0_ {}
                impl runtime::Nest<3> for Nest0_ {
                    const KEPT: runtime::usize = 2;
                    const TENSORS: [&'static [runtime::usize]; 3] = [
                        &[0, 1],
                        &[0, 1, 2],
                        &[],
                    ];
                    const EXTENTS: runtime::Option<[runtime::usize; 3]> = runtime::None;
                    type Out = ();
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
                        &[3, 2],
                    ];
                    const EXTENTS: runtime::Option<[runtime::usize; 4]> = runtime::None;
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
                SITE_.fits(element_, shape_0_)?;
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
                            .nest::<Nest1_>(),
                    )?;
                runtime::Ok(
                    runtime::computed(
                        kind_,
                        gradient_0_.store(element_).into_array::<D0>(),
                    ),
                )
            },
        )
    }
    /**The cotangent of `w` in `linear` alone.

`dw` is the einsum `bij,bik->jkl`:

```text
dw[j,k,l] = Σ_{b,i} dy[b,i,j] conj(x[b,i,k])
```

# Panics
- If the extents, or dynamic ranks, of the operands do not fit the subscripts.
- If the extents of `dy` are not those of the result.*/
    #[must_use]
    #[track_caller]
    pub fn backward_w<T, D0, D1, D>(
        x: &krate::__private::ArrayRef<T, D0>,
        w: &krate::__private::ArrayRef<T, D1>,
        dy: &krate::__private::ArrayRef<T, D>,
    ) -> krate::__private::Array<T, D1>
    where
        T: krate::__private::Differentiable,
        D0: krate::__private::HasAxes<3>,
        D1: krate::__private::HasAxes<3>,
        D: krate::__private::HasAxes<3>,
    {
        use krate::__private as runtime;
        const SITE_: runtime::Site = runtime::Site {
            subscripts: "bik,jkl->bij",
            operands: &[("x", "bik"), ("w", "jkl")],
            labels: &["b", "i", "k", "j", "l"],
        };
        let known_ = runtime::Known(runtime::PhantomData::<T>);
        let element_ = known_.0;
        let kind_ = runtime::OfArrays;
        runtime::expected(
            kind_,
            || -> runtime::Checked<_> {
                let array_0_ = known_.first(x);
                let operand_0_ = runtime::Axes::<
                    3,
                >::operand(SITE_, element_, 0, &array_0_)?;
                let array_1_ = known_.array(w).same(element_);
                let operand_1_ = runtime::Axes::<
                    3,
                >::operand(SITE_, element_, 1, &array_1_)?;
                let kind_1_ = kind_;
                let extent_b_ = operand_0_.extent(0);
                let extent_i_ = operand_0_.extent(1);
                let extent_k_ = SITE_
                    .extent(2, [(0, operand_0_.extent(2)), (1, operand_1_.extent(1))])?;
                let extent_j_ = operand_1_.extent(0);
                let extent_l_ = operand_1_.extent(2);
                let shape_0_ = operand_0_.extents();
                let shape_1_ = operand_1_.extents();
                let cotangent_ = dy;
                let loaded_ = &runtime::load(
                    element_,
                    runtime::memory(kind_, runtime::PhantomData::<()>),
                    runtime::PhantomData::<_>,
                    cotangent_,
                );
                let cotangent_ = SITE_
                    .cotangent(element_, loaded_, [extent_b_, extent_i_, extent_j_])?;
                enum Nest0_ {}
                impl runtime::Nest<4> for Nest0_ {
                    const KEPT: runtime::usize = 2;
                    const TENSORS: [&'static [runtime::usize]; 3] = [
                        &[0, 1],
                        &[2, 3, 0],
                        &[2, 3, 1],
                    ];
                    const EXTENTS: runtime::Option<[runtime::usize; 4]> = runtime::None;
                    type Out = ();
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
                enum Nest1_ {}
                impl runtime::Nest<3> for Nest1_ {
                    const KEPT: runtime::usize = 3;
                    const TENSORS: [&'static [runtime::usize]; 3] = [
                        &[0, 1, 2],
                        &[0, 1],
                        &[],
                    ];
                    const EXTENTS: runtime::Option<[runtime::usize; 3]> = runtime::None;
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
                SITE_.fits(element_, shape_1_)?;
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
                            .nest::<Nest0_>(),
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
                            .nest::<Nest1_>(),
                    )?;
                runtime::Ok(
                    runtime::computed(
                        kind_,
                        gradient_1_.store(element_).into_array::<D1>(),
                    ),
                )
            },
        )
    }
    /**As [`backward`], but each cotangent is added to what is passed for it.

`dx` is the einsum `bij,jkl->bik`:

```text
dx[b,i,k] = Σ_{j,l} dy[b,i,j] conj(w[j,k,l])
```

`dw` is the einsum `bij,bik->jkl`:

```text
dw[j,k,l] = Σ_{b,i} dy[b,i,j] conj(x[b,i,k])
```

# Panics
- If the extents, or dynamic ranks, of the operands do not fit the subscripts.
- If the extents of `dy` are not those of the result.
- If what a cotangent is added to does not have the extents of its operand.*/
    #[track_caller]
    pub fn backward_add<T, D0, D1, D>(
        x: &krate::__private::ArrayRef<T, D0>,
        w: &krate::__private::ArrayRef<T, D1>,
        dy: &krate::__private::ArrayRef<T, D>,
        (
            dx,
            dw,
        ): (
            &mut krate::__private::ArrayRef<T, D0>,
            &mut krate::__private::ArrayRef<T, D1>,
        ),
    )
    where
        T: krate::__private::Differentiable,
        D0: krate::__private::HasAxes<3>,
        D1: krate::__private::HasAxes<3>,
        D: krate::__private::HasAxes<3>,
    {
        use krate::__private as runtime;
        const SITE_: runtime::Site = runtime::Site {
            subscripts: "bik,jkl->bij",
            operands: &[("x", "bik"), ("w", "jkl")],
            labels: &["b", "i", "k", "j", "l"],
        };
        let known_ = runtime::Known(runtime::PhantomData::<T>);
        let element_ = known_.0;
        let kind_ = runtime::OfArrays;
        runtime::expected(
            kind_,
            || -> runtime::Checked<_> {
                let array_0_ = known_.first(x);
                let operand_0_ = runtime::Axes::<
                    3,
                >::operand(SITE_, element_, 0, &array_0_)?;
                let array_1_ = known_.array(w).same(element_);
                let operand_1_ = runtime::Axes::<
                    3,
                >::operand(SITE_, element_, 1, &array_1_)?;
                let kind_0_ = kind_;
                let kind_1_ = kind_;
                let extent_b_ = operand_0_.extent(0);
                let extent_i_ = operand_0_.extent(1);
                let extent_k_ = SITE_
                    .extent(2, [(0, operand_0_.extent(2)), (1, operand_1_.extent(1))])?;
                let extent_j_ = operand_1_.extent(0);
                let extent_l_ = operand_1_.extent(2);
                let shape_0_ = operand_0_.extents();
                let shape_1_ = operand_1_.extents();
                let cotangent_ = dy;
                let loaded_ = &runtime::load(
                    element_,
                    runtime::memory(kind_, runtime::PhantomData::<()>),
                    runtime::PhantomData::<_>,
                    cotangent_,
                );
                let cotangent_ = SITE_
                    .cotangent(element_, loaded_, [extent_b_, extent_i_, extent_j_])?;
                let mut loaded_target_0_ = known_.array_mut(dx).same(element_);
                let target_0_ = &mut runtime::Axes::<
                    3,
                >::target(SITE_, element_, 0, &mut loaded_target_0_)?;
                SITE_.gradient_fits(0, &target_0_.extents(), &shape_0_)?;
                let mut loaded_target_1_ = known_.array_mut(dw).same(element_);
                let target_1_ = &mut runtime::Axes::<
                    3,
                >::target(SITE_, element_, 1, &mut loaded_target_1_)?;
                SITE_.gradient_fits(1, &target_1_.extents(), &shape_1_)?;
                enum Nest0_ {}
                impl runtime::Nest<3> for Nest0_ {
                    const KEPT: runtime::usize = 2;
                    const TENSORS: [&'static [runtime::usize]; 3] = [
                        &[0, 1],
                        &[0, 1, 2],
                        &[],
                    ];
                    const EXTENTS: runtime::Option<[runtime::usize; 3]> = runtime::None;
                    type Out = ();
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
                        &[3, 2],
                    ];
                    const EXTENTS: runtime::Option<[runtime::usize; 4]> = runtime::None;
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
                enum Nest2_ {}
                impl runtime::Nest<4> for Nest2_ {
                    const KEPT: runtime::usize = 2;
                    const TENSORS: [&'static [runtime::usize]; 3] = [
                        &[0, 1],
                        &[2, 3, 0],
                        &[2, 3, 1],
                    ];
                    const EXTENTS: runtime::Option<[runtime::usize; 4]> = runtime::None;
                    type Out = ();
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
                enum Nest3_ {}
                impl runtime::Nest<3> for Nest3_ {
                    const KEPT: runtime::usize = 3;
                    const TENSORS: [&'static [runtime::usize]; 3] = [
                        &[0, 1, 2],
                        &[0, 1],
                        &[],
                    ];
                    const EXTENTS: runtime::Option<[runtime::usize; 3]> = runtime::None;
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
                    .nest::<Nest1_>()
                    .onto(runtime::Element::ONE)
                    .within(kind_)
                    .write(runtime::ViewMut::write(target_0_, &[0, 1, 2]));
                runtime::drop(t0_);
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
                            .nest::<Nest2_>(),
                    )?;
                runtime::Step::<
                    _,
                    3,
                >::new(&[runtime::View::read(&runtime::Tensor::view(&dt0_), &[0, 1])])
                    .nest::<Nest3_>()
                    .onto(runtime::Element::ONE)
                    .within(kind_)
                    .write(runtime::ViewMut::write(target_1_, &[0, 1, 2]));
                runtime::Ok(
                    runtime::computed(
                        kind_,
                        {
                            loaded_target_0_.store();
                            loaded_target_1_.store();
                        },
                    ),
                )
            },
        )
    }
    /**The backward of [`backward`] of `linear`: from cotangents of its results, `ddx`, `ddw`, those of the operands and of `dy`, (`gx`, `gw`, `gdy`).

The last is the tangent of `linear` in the direction of `ddx`, `ddw`; the others are the derivative, by the operands, of the sum of `dy` times that.

# Panics
- If the extents, or dynamic ranks, of the operands do not fit the subscripts.
- If the extents of `dy` are not those of the result.
- If what goes with an operand does not have its extents.*/
    #[must_use]
    #[track_caller]
    pub fn double_backward<T, D0, D1, D>(
        x: &krate::__private::ArrayRef<T, D0>,
        w: &krate::__private::ArrayRef<T, D1>,
        dy: &krate::__private::ArrayRef<T, D>,
        ddx: &krate::__private::ArrayRef<T, D0>,
        ddw: &krate::__private::ArrayRef<T, D1>,
    ) -> (
        krate::__private::Array<T, D0>,
        krate::__private::Array<T, D1>,
        krate::__private::Array<T, krate::__private::Ix3>,
    )
    where
        T: krate::__private::Differentiable,
        D0: krate::__private::HasAxes<3>,
        D1: krate::__private::HasAxes<3>,
        D: krate::__private::HasAxes<3>,
    {
        use krate::__private as runtime;
        const SITE_: runtime::Site = runtime::Site {
            subscripts: "bik,jkl->bij",
            operands: &[("x", "bik"), ("w", "jkl")],
            labels: &["b", "i", "k", "j", "l"],
        };
        let known_ = runtime::Known(runtime::PhantomData::<T>);
        let element_ = known_.0;
        let kind_ = runtime::OfArrays;
        runtime::expected(
            kind_,
            || -> runtime::Checked<_> {
                let array_0_ = known_.first(x);
                let operand_0_ = runtime::Axes::<
                    3,
                >::operand(SITE_, element_, 0, &array_0_)?;
                let array_1_ = known_.array(w).same(element_);
                let operand_1_ = runtime::Axes::<
                    3,
                >::operand(SITE_, element_, 1, &array_1_)?;
                let kind_0_ = kind_;
                let kind_1_ = kind_;
                let extent_b_ = operand_0_.extent(0);
                let extent_i_ = operand_0_.extent(1);
                let extent_k_ = SITE_
                    .extent(2, [(0, operand_0_.extent(2)), (1, operand_1_.extent(1))])?;
                let extent_j_ = operand_1_.extent(0);
                let extent_l_ = operand_1_.extent(2);
                let shape_0_ = operand_0_.extents();
                let shape_1_ = operand_1_.extents();
                let cotangent_ = dy;
                let loaded_ = &runtime::load(
                    element_,
                    runtime::memory(kind_, runtime::PhantomData::<()>),
                    runtime::PhantomData::<_>,
                    cotangent_,
                );
                let cotangent_ = SITE_
                    .cotangent(element_, loaded_, [extent_b_, extent_i_, extent_j_])?;
                let tangent_array_0_ = known_.array(ddx).same(element_);
                let tangent_0_ = runtime::Axes::<
                    3,
                >::operand(SITE_, element_, 0, &tangent_array_0_)?;
                SITE_.tangent_fits(0, &tangent_0_.extents(), &shape_0_)?;
                let tangent_array_1_ = known_.array(ddw).same(element_);
                let tangent_1_ = runtime::Axes::<
                    3,
                >::operand(SITE_, element_, 1, &tangent_array_1_)?;
                SITE_.tangent_fits(1, &tangent_1_.extents(), &shape_1_)?;
                enum Nest0_ {}
                impl runtime::Nest<3> for Nest0_ {
                    const KEPT: runtime::usize = 2;
                    const TENSORS: [&'static [runtime::usize]; 3] = [
                        &[0, 1],
                        &[0, 1, 2],
                        &[],
                    ];
                    const EXTENTS: runtime::Option<[runtime::usize; 3]> = runtime::None;
                    type Out = ();
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
                impl runtime::Nest<3> for Nest1_ {
                    const KEPT: runtime::usize = 2;
                    const TENSORS: [&'static [runtime::usize]; 3] = [
                        &[0, 1],
                        &[0, 1, 2],
                        &[],
                    ];
                    const EXTENTS: runtime::Option<[runtime::usize; 3]> = runtime::None;
                    type Out = ();
                    #[inline(always)]
                    fn run<'n, T: runtime::Element, V: runtime::Vectors<T>>(
                        nest_: runtime::Loops<'n, V, 3>,
                        out_: runtime::Out<'n, T, V, 3>,
                        [ddw_,
                        _,
                        ]: [runtime::Factor<'n, T, V, 3>; 2],
                    ) {
                        for j_ in nest_.over(0) {
                            for k_ in nest_.over(1) {
                                let mut sum_ = V::zero();
                                for l_ in nest_.over(2) {
                                    sum_ = V::plus(sum_, ddw_.at([j_, k_, l_]));
                                }
                                out_.put([j_, k_], sum_);
                            }
                        }
                    }
                }
                enum Nest2_ {}
                impl runtime::Nest<4> for Nest2_ {
                    const KEPT: runtime::usize = 3;
                    const TENSORS: [&'static [runtime::usize]; 3] = [
                        &[0, 1, 2],
                        &[2, 3],
                        &[0, 1, 3],
                    ];
                    const EXTENTS: runtime::Option<[runtime::usize; 4]> = runtime::None;
                    type Out = ();
                    #[inline(always)]
                    fn run<'n, T: runtime::Element, V: runtime::Vectors<T>>(
                        nest_: runtime::Loops<'n, V, 4>,
                        out_: runtime::Out<'n, T, V, 4>,
                        [gdt0_,
                        x_,
                        ]: [runtime::Factor<'n, T, V, 4>; 2],
                    ) {
                        for b_ in nest_.over(0) {
                            for i_ in nest_.over(1) {
                                for j_ in nest_.over(2) {
                                    let mut sum_ = V::zero();
                                    for k_ in nest_.over(3) {
                                        sum_ = V::mul_add(
                                            gdt0_.at([j_, k_]),
                                            x_.at([b_, i_, k_]),
                                            sum_,
                                        );
                                    }
                                    out_.put([b_, i_, j_], sum_);
                                }
                            }
                        }
                    }
                }
                enum Nest3_ {}
                impl runtime::Nest<4> for Nest3_ {
                    const KEPT: runtime::usize = 3;
                    const TENSORS: [&'static [runtime::usize]; 3] = [
                        &[0, 1, 2],
                        &[3, 2],
                        &[0, 1, 3],
                    ];
                    const EXTENTS: runtime::Option<[runtime::usize; 4]> = runtime::None;
                    type Out = ();
                    #[inline(always)]
                    fn run<'n, T: runtime::Element, V: runtime::Vectors<T>>(
                        nest_: runtime::Loops<'n, V, 4>,
                        out_: runtime::Out<'n, T, V, 4>,
                        [gdt0_,
                        dy_,
                        ]: [runtime::Factor<'n, T, V, 4>; 2],
                    ) {
                        for b_ in nest_.over(0) {
                            for i_ in nest_.over(1) {
                                for k_ in nest_.over(2) {
                                    let mut sum_ = V::zero();
                                    for j_ in nest_.over(3) {
                                        sum_ = V::mul_add(
                                            V::conj(gdt0_.at([j_, k_])),
                                            dy_.at([b_, i_, j_]),
                                            sum_,
                                        );
                                    }
                                    out_.put([b_, i_, k_], sum_);
                                }
                            }
                        }
                    }
                }
                enum Nest4_ {}
                impl runtime::Nest<4> for Nest4_ {
                    const KEPT: runtime::usize = 3;
                    const TENSORS: [&'static [runtime::usize]; 3] = [
                        &[0, 1, 2],
                        &[0, 1, 3],
                        &[2, 3],
                    ];
                    const EXTENTS: runtime::Option<[runtime::usize; 4]> = runtime::None;
                    type Out = ();
                    #[inline(always)]
                    fn run<'n, T: runtime::Element, V: runtime::Vectors<T>>(
                        nest_: runtime::Loops<'n, V, 4>,
                        out_: runtime::Out<'n, T, V, 4>,
                        [ddx_,
                        t0_,
                        ]: [runtime::Factor<'n, T, V, 4>; 2],
                    ) {
                        for b_ in nest_.over(0) {
                            for i_ in nest_.over(1) {
                                for j_ in nest_.over(2) {
                                    let mut sum_ = V::zero();
                                    for k_ in nest_.over(3) {
                                        sum_ = V::mul_add(
                                            ddx_.at([b_, i_, k_]),
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
                enum Nest5_ {}
                impl runtime::Nest<4> for Nest5_ {
                    const KEPT: runtime::usize = 2;
                    const TENSORS: [&'static [runtime::usize]; 3] = [
                        &[0, 1],
                        &[2, 3, 1],
                        &[2, 3, 0],
                    ];
                    const EXTENTS: runtime::Option<[runtime::usize; 4]> = runtime::None;
                    type Out = ();
                    #[inline(always)]
                    fn run<'n, T: runtime::Element, V: runtime::Vectors<T>>(
                        nest_: runtime::Loops<'n, V, 4>,
                        out_: runtime::Out<'n, T, V, 4>,
                        [ddx_,
                        dy_,
                        ]: [runtime::Factor<'n, T, V, 4>; 2],
                    ) {
                        for j_ in nest_.over(0) {
                            for k_ in nest_.over(1) {
                                let mut sum_ = V::zero();
                                for b_ in nest_.over(2) {
                                    for i_ in nest_.over(3) {
                                        sum_ = V::mul_add(
                                            V::conj(ddx_.at([b_, i_, k_])),
                                            dy_.at([b_, i_, j_]),
                                            sum_,
                                        );
                                    }
                                }
                                out_.put([j_, k_], sum_);
                            }
                        }
                    }
                }
                enum Nest6_ {}
                impl runtime::Nest<3> for Nest6_ {
                    const KEPT: runtime::usize = 3;
                    const TENSORS: [&'static [runtime::usize]; 3] = [
                        &[0, 1, 2],
                        &[0, 1],
                        &[],
                    ];
                    const EXTENTS: runtime::Option<[runtime::usize; 3]> = runtime::None;
                    type Out = ();
                    #[inline(always)]
                    fn run<'n, T: runtime::Element, V: runtime::Vectors<T>>(
                        nest_: runtime::Loops<'n, V, 3>,
                        out_: runtime::Out<'n, T, V, 3>,
                        [gt0_,
                        _,
                        ]: [runtime::Factor<'n, T, V, 3>; 2],
                    ) {
                        for j_ in nest_.over(0) {
                            for k_ in nest_.over(1) {
                                for l_ in nest_.over(2) {
                                    out_.put([j_, k_, l_], gt0_.at([j_, k_]));
                                }
                            }
                        }
                    }
                }
                SITE_.fits(element_, shape_0_)?;
                SITE_.fits(element_, shape_1_)?;
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
                let gdt0_ = SITE_
                    .tensor(
                        element_,
                        kind_,
                        [extent_j_, extent_k_],
                        &[0, 1],
                        runtime::Step::<
                            _,
                            3,
                        >::new(&[runtime::View::read(&tangent_1_, &[0, 1, 2])])
                            .kept(element_)
                            .nest::<Nest1_>(),
                    )?;
                let mut result_tangent_ = SITE_
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
                                    runtime::View::read(
                                        &runtime::Tensor::view(&gdt0_),
                                        &[2, 3],
                                    ),
                                    runtime::View::read(&operand_0_, &[0, 1, 3]),
                                ],
                            )
                            .kept(element_)
                            .nest::<Nest2_>(),
                    )?;
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
                                    runtime::View::read(&runtime::Tensor::view(&gdt0_), &[3, 2])
                                        .conj(),
                                    runtime::View::read(&cotangent_, &[0, 1, 3]),
                                ],
                            )
                            .kept(element_)
                            .nest::<Nest3_>(),
                    )?;
                runtime::drop(gdt0_);
                runtime::Step::<
                    _,
                    4,
                >::new(
                        &[
                            runtime::View::read(&tangent_0_, &[0, 1, 3]),
                            runtime::View::read(&runtime::Tensor::view(&t0_), &[2, 3]),
                        ],
                    )
                    .kept(element_)
                    .nest::<Nest4_>()
                    .onto(runtime::Element::ONE)
                    .within(kind_)
                    .write(
                        runtime::ViewMut::write(
                            &mut runtime::Tensor::view_mut(&mut result_tangent_),
                            &[0, 1, 2],
                        ),
                    );
                runtime::drop(t0_);
                let gt0_ = SITE_
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
                                    runtime::View::read(&tangent_0_, &[2, 3, 1]).conj(),
                                    runtime::View::read(&cotangent_, &[2, 3, 0]),
                                ],
                            )
                            .kept(element_)
                            .nest::<Nest5_>(),
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
                                    runtime::View::read(&runtime::Tensor::view(&gt0_), &[0, 1]),
                                ],
                            )
                            .nest::<Nest6_>(),
                    )?;
                runtime::Ok(
                    runtime::computed(
                        kind_,
                        (
                            gradient_0_.store(element_).into_array::<D0>(),
                            gradient_1_.store(element_).into_array::<D1>(),
                            result_tangent_.store(element_).into_array::<runtime::Ix3>(),
                        ),
                    ),
                )
            },
        )
    }
    /**The value of `linear`, and its tangent in the direction of `dx`, `dw`: the sum, over them, of the einsum with that in place of its operand.

# Panics
- If the extents, or dynamic ranks, of the operands do not fit the subscripts.
- If what goes with an operand does not have its extents.*/
    #[must_use]
    #[track_caller]
    pub fn jvp<T, D0, D1>(
        (
            x,
            dx,
        ): (&krate::__private::ArrayRef<T, D0>, &krate::__private::ArrayRef<T, D0>),
        (w, dw): (&krate::__private::ArrayRef<T, D1>, &krate::__private::ArrayRef<T, D1>),
    ) -> (
        krate::__private::Array<T, krate::__private::Ix3>,
        krate::__private::Array<T, krate::__private::Ix3>,
    )
    where
        T: krate::__private::Differentiable,
        D0: krate::__private::HasAxes<3>,
        D1: krate::__private::HasAxes<3>,
    {
        use krate::__private as runtime;
        const SITE_: runtime::Site = runtime::Site {
            subscripts: "bik,jkl->bij",
            operands: &[("x", "bik"), ("w", "jkl")],
            labels: &["b", "i", "k", "j", "l"],
        };
        let known_ = runtime::Known(runtime::PhantomData::<T>);
        let element_ = known_.0;
        let kind_ = runtime::OfArrays;
        runtime::expected(
            kind_,
            || -> runtime::Checked<_> {
                let array_0_ = known_.first(x);
                let operand_0_ = runtime::Axes::<
                    3,
                >::operand(SITE_, element_, 0, &array_0_)?;
                let array_1_ = known_.array(w).same(element_);
                let operand_1_ = runtime::Axes::<
                    3,
                >::operand(SITE_, element_, 1, &array_1_)?;
                let extent_b_ = operand_0_.extent(0);
                let extent_i_ = operand_0_.extent(1);
                let extent_k_ = SITE_
                    .extent(2, [(0, operand_0_.extent(2)), (1, operand_1_.extent(1))])?;
                let extent_j_ = operand_1_.extent(0);
                let extent_l_ = operand_1_.extent(2);
                let shape_0_ = operand_0_.extents();
                let shape_1_ = operand_1_.extents();
                let tangent_array_0_ = known_.array(dx).same(element_);
                let tangent_0_ = runtime::Axes::<
                    3,
                >::operand(SITE_, element_, 0, &tangent_array_0_)?;
                SITE_.tangent_fits(0, &tangent_0_.extents(), &shape_0_)?;
                let tangent_array_1_ = known_.array(dw).same(element_);
                let tangent_1_ = runtime::Axes::<
                    3,
                >::operand(SITE_, element_, 1, &tangent_array_1_)?;
                SITE_.tangent_fits(1, &tangent_1_.extents(), &shape_1_)?;
                enum Nest0_ {}
                impl runtime::Nest<3> for Nest0_ {
                    const KEPT: runtime::usize = 2;
                    const TENSORS: [&'static [runtime::usize]; 3] = [
                        &[0, 1],
                        &[0, 1, 2],
                        &[],
                    ];
                    const EXTENTS: runtime::Option<[runtime::usize; 3]> = runtime::None;
                    type Out = ();
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
                impl runtime::Nest<3> for Nest1_ {
                    const KEPT: runtime::usize = 2;
                    const TENSORS: [&'static [runtime::usize]; 3] = [
                        &[0, 1],
                        &[0, 1, 2],
                        &[],
                    ];
                    const EXTENTS: runtime::Option<[runtime::usize; 3]> = runtime::None;
                    type Out = ();
                    #[inline(always)]
                    fn run<'n, T: runtime::Element, V: runtime::Vectors<T>>(
                        nest_: runtime::Loops<'n, V, 3>,
                        out_: runtime::Out<'n, T, V, 3>,
                        [dw_,
                        _,
                        ]: [runtime::Factor<'n, T, V, 3>; 2],
                    ) {
                        for j_ in nest_.over(0) {
                            for k_ in nest_.over(1) {
                                let mut sum_ = V::zero();
                                for l_ in nest_.over(2) {
                                    sum_ = V::plus(sum_, dw_.at([j_, k_, l_]));
                                }
                                out_.put([j_, k_], sum_);
                            }
                        }
                    }
                }
                enum Nest2_ {}
                impl runtime::Nest<4> for Nest2_ {
                    const KEPT: runtime::usize = 3;
                    const TENSORS: [&'static [runtime::usize]; 3] = [
                        &[0, 1, 2],
                        &[0, 1, 3],
                        &[2, 3],
                    ];
                    const EXTENTS: runtime::Option<[runtime::usize; 4]> = runtime::None;
                    type Out = ();
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
                enum Nest3_ {}
                impl runtime::Nest<4> for Nest3_ {
                    const KEPT: runtime::usize = 3;
                    const TENSORS: [&'static [runtime::usize]; 3] = [
                        &[0, 1, 2],
                        &[0, 1, 3],
                        &[2, 3],
                    ];
                    const EXTENTS: runtime::Option<[runtime::usize; 4]> = runtime::None;
                    type Out = ();
                    #[inline(always)]
                    fn run<'n, T: runtime::Element, V: runtime::Vectors<T>>(
                        nest_: runtime::Loops<'n, V, 4>,
                        out_: runtime::Out<'n, T, V, 4>,
                        [dx_,
                        t0_,
                        ]: [runtime::Factor<'n, T, V, 4>; 2],
                    ) {
                        for b_ in nest_.over(0) {
                            for i_ in nest_.over(1) {
                                for j_ in nest_.over(2) {
                                    let mut sum_ = V::zero();
                                    for k_ in nest_.over(3) {
                                        sum_ = V::mul_add(
                                            dx_.at([b_, i_, k_]),
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
                enum Nest4_ {}
                impl runtime::Nest<4> for Nest4_ {
                    const KEPT: runtime::usize = 3;
                    const TENSORS: [&'static [runtime::usize]; 3] = [
                        &[0, 1, 2],
                        &[0, 1, 3],
                        &[2, 3],
                    ];
                    const EXTENTS: runtime::Option<[runtime::usize; 4]> = runtime::None;
                    type Out = ();
                    #[inline(always)]
                    fn run<'n, T: runtime::Element, V: runtime::Vectors<T>>(
                        nest_: runtime::Loops<'n, V, 4>,
                        out_: runtime::Out<'n, T, V, 4>,
                        [x_,
                        dt0_,
                        ]: [runtime::Factor<'n, T, V, 4>; 2],
                    ) {
                        for b_ in nest_.over(0) {
                            for i_ in nest_.over(1) {
                                for j_ in nest_.over(2) {
                                    let mut sum_ = V::zero();
                                    for k_ in nest_.over(3) {
                                        sum_ = V::mul_add(
                                            x_.at([b_, i_, k_]),
                                            dt0_.at([j_, k_]),
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
                let dt0_ = SITE_
                    .tensor(
                        element_,
                        kind_,
                        [extent_j_, extent_k_],
                        &[0, 1],
                        runtime::Step::<
                            _,
                            3,
                        >::new(&[runtime::View::read(&tangent_1_, &[0, 1, 2])])
                            .kept(element_)
                            .nest::<Nest1_>(),
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
                            .nest::<Nest2_>(),
                    )?;
                let mut result_tangent_ = SITE_
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
                                    runtime::View::read(&tangent_0_, &[0, 1, 3]),
                                    runtime::View::read(&runtime::Tensor::view(&t0_), &[2, 3]),
                                ],
                            )
                            .kept(element_)
                            .nest::<Nest3_>(),
                    )?;
                runtime::drop(t0_);
                runtime::Step::<
                    _,
                    4,
                >::new(
                        &[
                            runtime::View::read(&operand_0_, &[0, 1, 3]),
                            runtime::View::read(&runtime::Tensor::view(&dt0_), &[2, 3]),
                        ],
                    )
                    .kept(element_)
                    .nest::<Nest4_>()
                    .onto(runtime::Element::ONE)
                    .within(kind_)
                    .write(
                        runtime::ViewMut::write(
                            &mut runtime::Tensor::view_mut(&mut result_tangent_),
                            &[0, 1, 2],
                        ),
                    );
                runtime::Ok(
                    runtime::computed(
                        kind_,
                        (
                            result_.store(element_).into_array::<runtime::Ix3>(),
                            result_tangent_.store(element_).into_array::<runtime::Ix3>(),
                        ),
                    ),
                )
            },
        )
    }
}
