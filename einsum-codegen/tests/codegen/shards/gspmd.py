"""What JAX's partitioner (GSPMD) sends for sharded einsums, on four virtual devices of one machine: the table `gspmd.txt`.

    pip install jax && python3 gspmd.py > gspmd.txt

Each line: subscripts with axes of the mesh, its sizes, the extents; then for the forward and for the gradients alone, the words that each device sends
and the collectives of the compiled program. Words are those of ring algorithms, as `cargo einsum explain --mesh` counts them.
"""

import os
import re

os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=4"

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
from jax.sharding import Mesh, NamedSharding, PartitionSpec  # noqa: E402

CASES = [
    ("b/dp k, k j -> b/dp j", "dp=4", "b=64, k=128, j=256"),
    ("b k, k j/tp -> b j/tp", "tp=4", "b=64, k=128, j=256"),
    ("b k/tp, k/tp j -> b j", "tp=4", "b=64, k=128, j=256"),
    ("b k/tp, k/tp j -> b/tp j", "tp=4", "b=64, k=128, j=256"),
    ("b/dp k, k j/tp -> b/dp j/tp", "dp=2,tp=2", "b=64, k=128, j=256"),
    ("b/dp k/tp, k/tp j -> b/dp j", "dp=2,tp=2", "b=64, k=128, j=256"),
    ("b/dp k, k/dp j -> b/dp j", "dp=4", "b=512, k=64, j=32"),
    ("b i, i h/tp, h/tp o -> b o", "tp=4", "b=64, i=128, h=512, o=128"),
    ("b/dp i, i h/tp, h/tp o -> b/dp o", "dp=2,tp=2", "b=64, i=128, h=512, o=128"),
    ("t/tp h d -> t h/tp d", "tp=4", "t=64, h=8, d=16"),
    ("i/tp j -> i", "tp=4", "i=64, j=128"),
    ("b t h/tp d, b s h/tp d -> b h/tp t s", "tp=4", "b=2, t=32, s=64, h=8, d=16"),
    ("b/dp t i, i j -> b/dp t j", "dp=4", "b=8, t=16, i=32, j=64"),
    ("i k/tp, j k/tp, l k/tp -> i j l", "tp=4", "i=16, j=16, l=16, k=256"),
    ("i/dp k, k j/tp -> i j", "dp=2,tp=2", "i=64, k=128, j=256"),
    ("i/dp k/tp, k/dp j/tp -> i/dp j/tp", "dp=2,tp=2", "i=128, k=128, j=128"),
]


def parsed(subscript):
    labels, axes = "", []
    for word in subscript.split():
        label, _, axis = word.partition("/")
        labels += label
        axes.append(axis or None)
    return labels, PartitionSpec(*axes)


def collectives(text):
    """The words that one device sends, and the names of the collectives."""
    words, names = 0.0, []
    pattern = r"= (\(?[a-z0-9]+\[.*?) (all-reduce|all-gather|reduce-scatter|all-to-all|collective-permute)(?:-start)?\((.*)"
    for shapes, name, rest in re.findall(pattern, text):
        sizes = []
        for shape in re.findall(r"f32\[([0-9,]*)\]", shapes):
            size = 1
            for extent in filter(None, shape.split(",")):
                size *= int(extent)
            sizes.append(size)
        group = re.search(r"replica_groups=\{\{([0-9,]+)\}", rest)
        iota = re.search(r"replica_groups=\[([0-9]+),([0-9]+)\]", rest)
        count = len(group.group(1).split(",")) if group else int(iota.group(2)) if iota else 4
        size, others = sum(sizes), (count - 1) / count
        words += {
            "all-reduce": 2 * size * others,
            "all-gather": size * others,
            "reduce-scatter": size * (count - 1),
            "all-to-all": size * others,
            "collective-permute": size,
        }[name]
        names.append(name)
    return words, " + ".join(sorted(names)) or "nothing"


def main():
    for subscripts, mesh_text, extents_text in CASES:
        sizes = dict((name, int(size)) for name, size in (part.split("=") for part in mesh_text.split(",")))
        extents = dict((name.strip(), int(size)) for name, size in (part.split("=") for part in extents_text.split(",")))
        mesh = jax.make_mesh(tuple(sizes.values()), tuple(sizes))
        left, right = subscripts.split("->")
        operands = [parsed(operand) for operand in left.split(",")]
        output, output_spec = parsed(right)
        plain = ",".join(labels for labels, _ in operands) + "->" + output
        shardings = [NamedSharding(mesh, spec) for _, spec in operands]
        result = NamedSharding(mesh, output_spec)
        shapes = [jax.ShapeDtypeStruct([extents[label] for label in labels], jnp.float32) for labels, _ in operands]
        cotangent = jax.ShapeDtypeStruct([extents[label] for label in output], jnp.float32)

        def forward(*arrays):
            return jnp.einsum(plain, *arrays)

        def backward(cotangent, *arrays):
            return jax.vjp(forward, *arrays)[1](cotangent)

        compiled = jax.jit(forward, in_shardings=shardings, out_shardings=result).lower(*shapes).compile()
        value = collectives(compiled.as_text())
        compiled = jax.jit(backward, in_shardings=[result, *shardings], out_shardings=tuple(shardings))
        gradients = collectives(compiled.lower(cotangent, *shapes).compile().as_text())
        texts = [f"{words:g} ({names})" for words, names in (value, gradients)]
        print(" | ".join([subscripts, mesh_text, extents_text, *texts]))


main()
