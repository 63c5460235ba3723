//! Sharded einsums: programs run on processes that are simulated here, and what is said about mistakes.

mod interpreter;
mod messages;
mod plans;
mod random;
mod tensor;

use einsum_codegen::{
    ast::Form,
    check,
    error::Errors,
    grad,
    ir::{
        Einsum,
        shard::{ShardedBackward, ShardedProgram, Sharding},
    },
    parse, plan,
};
use proc_macro2::TokenStream;

/// What the passes make of subscripts.
pub(crate) struct Passes {
    pub(crate) einsum: Einsum,
    pub(crate) sharding: Sharding,
    pub(crate) program: ShardedProgram,
    pub(crate) backward: ShardedBackward,
}

impl Passes {
    /// Of what is in the parentheses of `einsum_mpi!`.
    pub(crate) fn of(input: &str) -> Result<Self, Errors> {
        let input: TokenStream = format!("krate; {input}").parse().unwrap();
        let sharded = parse::shard::sharded(input)?;
        let invocation = sharded.as_written(parse::invocation(sharded.plain.clone()))?;
        check::shard::shardable(&sharded, &invocation)?;
        let einsum = sharded.as_written(check::invocation(&invocation, Form::Pullback))?;
        let sharding = check::shard::sharding(&sharded, &invocation.subscripts, &einsum)?;
        let program = plan::shard::sharded(&einsum, &sharding).ok_or_else(|| check::shard::unplanned(&sharded))?;
        let wrt: Vec<usize> = (0..einsum.operands.len()).collect();
        let backward = grad::shard::sharded(&program, &wrt);
        program.verify().unwrap();
        backward.verify().unwrap();
        Ok(Self { einsum, sharding, program, backward })
    }
}
