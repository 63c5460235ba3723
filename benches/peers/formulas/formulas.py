#!/usr/bin/env python3
"""Time formulas with torch, jax.jit and ours in one run, and print the ratios.

  formulas.py run   --ours ./formulas --out result.json [--peers torch,jax] [--threads 1,2] [--rounds 9]
                    [--sets conv,small] [--filter REGEX] [--nobwd] [--malloc jemalloc|system]
  formulas.py table --out result.json [--by least|median] [--worst 10]

Workers, their threads and allocator are those of ../peers.py. Here a worker keeps a case while it is timed: all of them make
its operands, then in each round each of them, one right after the other, calls it for some ten milliseconds, the forward and the
forward with the gradients of all operands (of indices there are none). Facts of the value and of every gradient, the norm and
the product with other numbers, are compared with those of both peers: a result of ours that agrees with neither is WRONG.
"""
import argparse, contextlib, json, os, statistics, sys, time
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
from peers import begin, geomean, load, operand, workers_of

# ---------------------------------------------------------------- programs
def torch_programs():
    import torch
    import torch.nn.functional as F
    def rms(s, g): return F.rms_norm(s, g.shape, g, 1e-5)
    def points(x, z): return torch.cdist(x, z).square()
    def blur(x): return F.avg_pool2d(x[None, None], 3, 1)[0, 0]
    def heat(x): return 0.6 * x[1:-1, 1:-1] + 0.1 * (x[:-2, 1:-1] + x[2:, 1:-1] + x[1:-1, :-2] + x[1:-1, 2:])
    return {
        "conv_nchw": F.conv2d, "conv_nhwc": F.conv2d, "conv_padded": lambda x, w: F.conv2d(x, w, padding=1),
        "gelu": F.gelu, "swiglu": lambda x, z: F.silu(x) * z, "residual_norm": lambda x, r, g: rms(x + r, g),
        "softmax": lambda x: F.softmax(x, 1), "layer_norm": lambda x, g, b: F.layer_norm(x, g.shape, g, b, 1e-5),
        "cross_entropy": F.cross_entropy,
        "attention": lambda q, k, v: F.scaled_dot_product_attention(q[None], k[None], v[None])[0],
        "causal_attention": lambda q, k, v: F.scaled_dot_product_attention(q[None], k[None], v[None], is_causal=True)[0],
        "distances": points, "rbf": lambda x, z: torch.exp(-0.1 * points(x, z)),
        "min_plus": lambda x, z: (x[:, :, None] + z).amin(1),
        "heat": heat, "box_blur": blur,
        "total_variation": lambda x: (x[1:] - x[:-1]).abs().sum() + (x[:, 1:] - x[:, :-1]).abs().sum(),
        "layer": lambda x, w, b: F.relu(torch.addmm(b, x, w)),
    }

def jax_programs():
    import jax, jax.numpy as jnp
    from jax import nn, lax
    def conv(layout, padding): return lambda x, w: lax.conv_general_dilated(x, w, (1, 1), padding, dimension_numbers=layout)
    def rms(s, g): return s / jnp.sqrt(jnp.mean(s * s, 1, keepdims=True) + 1e-5) * g
    def norm(x, g, b):
        c = x - x.mean(1, keepdims=True)
        return c / jnp.sqrt(jnp.mean(c * c, 1, keepdims=True) + 1e-5) * g + b
    def loss(x, t): return jnp.mean(nn.logsumexp(x, 1) - jnp.take_along_axis(x, t[:, None], 1)[:, 0])
    def attention(causal):
        def f(q, k, v):
            s = jnp.einsum("hie,hje->hij", q, k) / 8
            if causal: s = jnp.where(jnp.tri(s.shape[1], dtype=bool), s, -jnp.inf)
            return jnp.einsum("hij,hjd->hid", nn.softmax(s), v)
        return f
    def points(x, z): return jnp.sum((x[:, None] - z) ** 2, 2)
    def heat(x): return 0.6 * x[1:-1, 1:-1] + 0.1 * (x[:-2, 1:-1] + x[2:, 1:-1] + x[1:-1, :-2] + x[1:-1, 2:])
    return {
        "conv_nchw": conv(("NCHW", "OIHW", "NCHW"), "VALID"), "conv_nhwc": conv(("NHWC", "HWIO", "NHWC"), "VALID"),
        "conv_padded": conv(("NCHW", "OIHW", "NCHW"), "SAME"),
        "gelu": lambda x: nn.gelu(x, approximate=False), "swiglu": lambda x, z: nn.silu(x) * z,
        "residual_norm": lambda x, r, g: rms(x + r, g), "softmax": lambda x: nn.softmax(x, 1), "layer_norm": norm, "cross_entropy": loss,
        "attention": attention(False), "causal_attention": attention(True),
        "distances": points, "rbf": lambda x, z: jnp.exp(-0.1 * points(x, z)), "min_plus": lambda x, z: jnp.min(x[:, :, None] + z, 1),
        "heat": heat, "box_blur": lambda x: lax.reduce_window(x, 0.0, lax.add, (3, 3), (1, 1), "VALID") / 9,
        "total_variation": lambda x: jnp.abs(x[1:] - x[:-1]).sum() + jnp.abs(x[:, 1:] - x[:, :-1]).sum(),
        "layer": lambda x, w, b: nn.relu(x @ w + b),
    }

# ---------------------------------------------------------------- workers
def operands(case):
    import numpy as np
    arrays = [operand(shape, k, "float32") for k, shape in enumerate(case["shapes"])]
    if "below" in case:  # the last one has indices
        k, shape = len(arrays) - 1, case["shapes"][-1]
        n = np.arange(arrays[k].size, dtype=np.uint64)
        hashes = (n * np.uint64(2654435761) + np.uint64(k * 40503)) % np.uint64(2**32)
        arrays[k] = (hashes % np.uint64(case["below"])).astype(np.int64).reshape(shape)
    return arrays

def facts(array):
    import numpy as np
    a = np.asarray(array, dtype=np.float64)
    return [float(np.linalg.norm(a)), float((a * operand(a.shape, 77, "float32")).sum())]

def torch_case(case, threads):
    import torch
    torch.set_num_threads(threads)
    f, x = torch_programs()[case["program"]], [torch.from_numpy(a) for a in operands(case)]
    back = [lambda a: a] * (len(x) + 1)
    if case["program"] == "conv_nhwc":  # in torch a layout is one of strides
        first = lambda a: a.permute(0, 3, 1, 2)
        last = lambda a: a.permute(0, 2, 3, 1)
        x = [first(x[0]), x[1].permute(3, 2, 0, 1).contiguous(memory_format=torch.channels_last)]
        back = [last, last, lambda a: a.permute(2, 3, 1, 0)]
    g = [a.clone().requires_grad_() if a.dtype == torch.float32 else a for a in x]
    leaves = [a for a in g if a.requires_grad]
    forward = lambda: f(*x)
    with torch.inference_mode(): y = forward()
    dy = operand(back[0](y).shape, 99, "float32")
    dy = torch.as_tensor(dy)
    if case["program"] == "conv_nhwc": dy = first(dy)
    def both():
        y = f(*g)
        return y, torch.autograd.grad(y, leaves, dy)
    def all_facts():
        y, d = both()
        return [facts(b(a.detach()).numpy()) for b, a in zip(back, (y, *d))]
    return forward, both, [facts(back[0](y).numpy())], all_facts

def jax_case(case, threads):
    import jax
    # Each call waits for its value: to hand it to another thread takes 5 to 10 us more.
    jax.config.update("jax_cpu_enable_async_dispatch", False)
    f, x = jax_programs()[case["program"]], [jax.device_put(a) for a in operands(case)]
    leaves = [n for n, a in enumerate(x) if a.dtype == "float32"]
    forward_fn = jax.jit(f)
    forward = lambda: forward_fn(*x).block_until_ready()
    y = forward()
    dy = jax.device_put(operand(y.shape, 99, "float32"))
    def gradients(dy, *x):
        y, pullback = jax.vjp(lambda *a: f(*a, *x[len(a):]), *x[:len(leaves)])
        return (y, *pullback(dy))
    both_fn = jax.jit(gradients)
    both = lambda: jax.block_until_ready(both_fn(dy, *x))
    return forward, both, [facts(y)], lambda: [facts(a) for a in both()]

def seconds(call, calls):
    start = time.perf_counter()
    for _ in range(calls): call()
    return time.perf_counter() - start

def calls_of(call):
    """How many calls take some ten milliseconds."""
    calls = 1
    while seconds(call, calls) < 0.005: calls *= 2
    return calls

def without_gradients(peer, key):
    """What the forward is called in: in torch to enter it for each call takes 1.5 us."""
    if (peer, key) != ("torch", "t"): return contextlib.nullcontext()
    import torch
    return torch.inference_mode()

def serve(peer, threads):
    os.sched_setaffinity(0, {1} if threads == 1 else {0, 1})
    answer = lambda reply: print(json.dumps(reply), flush=True)
    prepare = {"torch": torch_case, "jax": jax_case}[peer]
    answer({})
    for line in sys.stdin:
        job = json.loads(line)
        try:
            if "case" in job:
                forward, both, value, all_facts = prepare(job["case"], threads)
                run = {"t": forward} | ({"tb": both} if job["gradients"] else {})
                calls = {}
                for key, call in run.items():
                    with without_gradients(peer, key): calls[key] = calls_of(call)
                reply = {"facts": value, "factsb": all_facts() if job["gradients"] else []}
            elif job["round"]:
                reply = {}
                for key, call in run.items():
                    with without_gradients(peer, key):
                        call()
                        reply[key] = seconds(call, calls[key]) / calls[key]
            else:
                run = forward = both = all_facts = None
                reply = {}
        except Exception as e:
            reply = {"err": repr(e)[:200]}
        answer(reply)

# ---------------------------------------------------------------- parent
def time_case(case, workers, gradients, rounds):
    answers = {}
    for name, worker in workers.items():
        answers[name] = worker.ask({"case": case, "gradients": gradients})
    alive = [name for name in answers if "err" not in answers[name]]
    for _ in range(rounds):
        for name in list(alive):
            reply = workers[name].ask({"round": True})
            if "err" in reply:
                answers[name]["err"] = reply["err"]; alive.remove(name); continue
            for key, value in reply.items(): answers[name].setdefault(key, []).append(value)
    for name in alive: workers[name].ask({"round": False})
    return answers

def run(a):
    data, cases = begin(a)
    for threads in map(int, a.threads.split(",")):
        with workers_of(__file__, a, threads) as workers:
            for c in cases:
                data["cases"][c["name"]] = c
                for name, answer in time_case(c, workers, not a.nobwd, a.rounds).items():
                    data["results"][f"{c['name']}|{threads}|{name}"] = answer
                    if "err" in answer: print(f"{c['name']} {threads} {name}: {answer['err']}", flush=True)
                json.dump(data, open(a.out, "w"))
    table(a)

GOALS = {"conv": "1.2, none below 0.8", "pointwise": "1.5, none below 0.95", "attention": "1.3", "points": "3", "stencils": "0.9 of a copy", "small": "20"}

def agree(ours, peer):
    """Facts are the norm and a product with numbers below a half, whose error grows with the norm."""
    return len(ours) == len(peer) and all(max(abs(a[0] - b[0]), abs(a[1] - b[1])) <= 1e-3 * (b[0] + 1e-3) for a, b in zip(ours, peer))

def rows(data, by):
    """For each case, pass and number of threads: set, pass, threads, ratio, name, fastest peer, its time, ours, fraction of a copy, complaint."""
    for key, ours in data["results"].items():
        name, threads, who = key.split("|")
        if who != "ours": continue
        case = data["cases"][name]
        peers = {p: r for p in ("torch", "jax") if "t" in (r := data["results"].get(f"{name}|{threads}|{p}", {}))}
        for f, fact in (("t", "facts"), ("tb", "factsb")):
            timed = {p: by(r[f]) for p, r in peers.items() if f in r}
            if not timed: continue
            best = min(timed, key=timed.get)
            if f not in ours:
                yield case["set"], f, threads, 0.0, name, best, timed[best], 0.0, None, ours.get("err", "no answer"); continue
            agreeing = [p for p in timed if agree(ours[fact], peers[p][fact])]
            wrong = "" if len(agreeing) == len(timed) else f"agrees with {' and '.join(agreeing) or 'no peer: WRONG'}"
            time, copy = by(ours[f]), None
            if "copied" in ours:
                count = lambda shape: 4 * (shape[0] * shape[1])
                operand = count(case["shapes"][0])
                value = 0 if name == "total_variation" else operand
                # the operand and the value, and the cotangent of the value and the operand's
                copy = (operand + value) * (1 if f == "t" else 2) / time / max(ours["copied"])
            yield case["set"], f, threads, timed[best] / time, name, best, timed[best], time, copy, wrong

def table(a):
    data = load(a.out)
    by = {"least": min, "median": statistics.median}[a.by]
    all_rows = list(rows(data, by)); passes = {"t": "forward", "tb": "with gradients"}
    good = [r for r in all_rows if r[3] > 0]
    print(f"fastest peer's time / ours, {a.by} of the rounds, above 1 we are faster; malloc: {data['malloc']}")
    for s in dict.fromkeys(r[0] for r in good):
        for f in passes:
            for t in ("1", "2"):
                x = [r for r in good if r[:3] == (s, f, t)]
                if not x: continue
                least, copies = min(x, key=lambda r: r[3]), [r[8] for r in x if r[8]]
                copy = f"; of a copy's rate: geomean {geomean(copies):.2f}, least {min(copies):.2f}" if copies else ""
                print(f"  {s:10} {passes[f]:14} {t} thread: geomean {geomean([r[3] for r in x]):6.2f}  least {least[3]:6.2f} {least[4]} ({len(x)} cases; goal {GOALS[s]}{copy})")
    print("worst:")
    for r in sorted(good, key=lambda r: r[3])[:a.worst]:
        print(f"  {r[3]:6.2f}  {r[4]:28} {passes[r[1]]:14} {r[2]} thread  ours {r[7] * 1e6:10.1f} us, {r[5]} {r[6] * 1e6:10.1f} us")
    for r in all_rows:
        if r[9]: print(f"  {r[4]} {passes[r[1]]} {r[2]} thread: {r[9]}")

def main():
    if len(sys.argv) > 1 and sys.argv[1] == "serve": return serve(sys.argv[2], int(sys.argv[3]))
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("verb", choices=["run", "table"]); p.add_argument("--cases", default=os.path.join(HERE, "cases.json"))
    p.add_argument("--out", default="result.json"); p.add_argument("--ours"); p.add_argument("--peers", default="torch,jax")
    p.add_argument("--threads", default="1,2"); p.add_argument("--rounds", type=int, default=9); p.add_argument("--sets", default="")
    p.add_argument("--filter", default=""); p.add_argument("--nobwd", action="store_true"); p.add_argument("--worst", type=int, default=10)
    p.add_argument("--malloc", choices=["jemalloc", "system"], default="jemalloc"); p.add_argument("--by", choices=["least", "median"], default="least")
    a = p.parse_args()
    run(a) if a.verb == "run" else table(a)

if __name__ == "__main__":
    main()
