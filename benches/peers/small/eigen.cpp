// Eigen's side: loops over sets of operands for what it knows when it is compiled, and one product of any extents.
#include <Eigen/Dense>
#include <cstddef>
#include <type_traits>

namespace {

template <class T, int R, int C> using Mat = Eigen::Matrix<T, R, C>;
template <class T, int R> using Vec = Eigen::Matrix<T, R, 1>;

// Each operand starts a cache line.
template <class T> struct Line { alignas(64) T value; };
template <class A, class B> struct Two { Line<A> a; Line<B> b; };
template <class M, class D> struct Three { Line<M> m, c; Line<D> db; };
template <class M, int N> struct Many { M m[N]; };
template <class X, class R, class Y> struct Set { Line<X> x; Line<R> rest; Line<Y> y; };

// The compiler knows nothing of what the pointer leads to, before and after.
template <class P> inline P* opaque(P* p) {
  asm volatile("" : "+r"(p) : : "memory");
  return p;
}

// Runs passes over all sets, or a chain of calls that each read the last result. Returns the bytes of a set.
template <class X, class R, class Y, class F>
std::size_t run(bool latency, void* memory, std::size_t count, std::size_t passes, F call) {
  using S = Set<X, R, Y>;
  S* sets = static_cast<S*>(memory);
  for (std::size_t pass = 0; pass < passes; ++pass) {
    for (std::size_t i = 0; !latency && i < count; ++i) {
      S* s = opaque(sets + i);
      call(s->x.value, s->rest.value, s->y.value);
      opaque(&s->y);
    }
    for (std::size_t i = 0; latency && i < count; ++i) {
      S* s = opaque(sets);
      if constexpr (std::is_same_v<X, Y>) {
        if (i % 2 == 0) call(s->x.value, s->rest.value, s->y.value);
        else call(s->y.value, s->rest.value, s->x.value);
      } else {
        call(s->x.value, s->rest.value, s->y.value);
        s = opaque(s);
        s->x.value(0) = s->y.value;
      }
    }
  }
  return sizeof(S);
}

// The numbers of the kinds are those of `Kind` in eigen.rs.
template <class T, int N>
std::size_t sized(int kind, bool latency, void* p, std::size_t count, std::size_t passes) {
  using M = Mat<T, N, N>;
  using V = Vec<T, N>;
  switch (kind) {
    case 0: return run<M, M, M>(latency, p, count, passes, [](const M& a, const M& b, M& c) { c.noalias() = a * b; });
    case 1: return run<V, M, V>(latency, p, count, passes, [](const V& x, const M& a, V& y) { y.noalias() = a * x; });
    case 2: return run<V, V, T>(latency, p, count, passes, [](const V& x, const V& w, T& y) { y = x.dot(w); });
    case 3: return run<M, Vec<T, 1>, T>(latency, p, count, passes, [](const M& x, const Vec<T, 1>&, T& y) { y = x.trace(); });
    case 8: {
      using G = Three<M, M>;
      using R = Two<M, M>;
      return run<G, R, G>(latency, p, count, passes, [](const G& g, const R& r, G& d) {
        d.c.value.noalias() = r.a.value * r.b.value;
        d.m.value.noalias() = g.m.value * r.b.value.transpose();
        d.db.value.noalias() = r.a.value.transpose() * g.m.value;
      });
    }
    case 9: {
      using G = Three<V, M>;
      using R = Two<M, V>;
      return run<G, R, G>(latency, p, count, passes, [](const G& g, const R& r, G& d) {
        d.c.value.noalias() = r.a.value * r.b.value;
        d.m.value.noalias() = r.a.value.transpose() * g.m.value;
        d.db.value.noalias() = g.m.value * r.b.value.transpose();
      });
    }
  }
  return 0;
}

template <class T>
std::size_t special(int kind, bool latency, void* p, std::size_t count, std::size_t passes) {
  using M3 = Mat<T, 3, 3>;
  using M4 = Mat<T, 4, 4>;
  switch (kind) {
    case 4: {
      using M = Mat<T, 9, 9>;
      using V = Vec<T, 9>;
      return run<V, M, V>(latency, p, count, passes, [](const V& x, const M& a, V& y) { y.noalias() = a * x; });
    }
    case 5: {
      using R = Two<M4, M4>;
      return run<M4, R, M4>(latency, p, count, passes, [](const M4& a, const R& r, M4& y) {
        M4 t;
        t.noalias() = a * r.a.value;
        y.noalias() = t * r.b.value;
      });
    }
    case 6: {
      using B = Many<M3, 64>;
      return run<B, B, B>(latency, p, count, passes, [](const B& a, const B& b, B& c) {
        for (int i = 0; i < 64; ++i) c.m[i].noalias() = a.m[i] * b.m[i];
      });
    }
    case 7: {
      using R = Two<Many<M4, 4>, M4>;
      return run<M4, R, M4>(latency, p, count, passes, [](const M4& x, const R& r, M4& y) {
        for (int o = 0; o < 4; ++o) {
          M4 t;
          t.noalias() = x * r.a.value.m[o];
          y.col(o) = t.cwiseProduct(r.b.value).rowwise().sum();
        }
      });
    }
    case 10: {
      using B = Many<M3, 64>;
      using G = Three<B, B>;
      using R = Two<B, B>;
      return run<G, R, G>(latency, p, count, passes, [](const G& g, const R& r, G& d) {
        for (int i = 0; i < 64; ++i) {
          const M3 &a = r.a.value.m[i], &b = r.b.value.m[i], &dc = g.m.value.m[i];
          d.c.value.m[i].noalias() = a * b;
          d.m.value.m[i].noalias() = dc * b.transpose();
          d.db.value.m[i].noalias() = a.transpose() * dc;
        }
      });
    }
  }
  return 0;
}

template <class T>
std::size_t fixed(int kind, int n, bool latency, void* p, std::size_t count, std::size_t passes) {
  if ((kind >= 4 && kind < 8) || kind == 10) return special<T>(kind, latency, p, count, passes);
  switch (n) {
    case 2: return sized<T, 2>(kind, latency, p, count, passes);
    case 3: return sized<T, 3>(kind, latency, p, count, passes);
    case 4: return sized<T, 4>(kind, latency, p, count, passes);
    case 6: return sized<T, 6>(kind, latency, p, count, passes);
    case 8: return sized<T, 8>(kind, latency, p, count, passes);
  }
  return 0;
}

// Row-major C = A B, as C' = B' A'.
template <class T> void product(std::size_t m, std::size_t k, std::size_t n, const T* a, const T* b, T* c) {
  using M = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic>;
  Eigen::Map<const M> left(b, n, k), right(a, k, m);
  Eigen::Map<M>(c, n, m).noalias() = left * right;
}

}  // namespace

extern "C" {
std::size_t peers_eigen_fixed_f32(int kind, int n, int latency, void* p, std::size_t count, std::size_t passes) {
  return fixed<float>(kind, n, latency != 0, p, count, passes);
}
std::size_t peers_eigen_fixed_f64(int kind, int n, int latency, void* p, std::size_t count, std::size_t passes) {
  return fixed<double>(kind, n, latency != 0, p, count, passes);
}
void peers_eigen_product_f32(std::size_t m, std::size_t k, std::size_t n, const float* a, const float* b, float* c) {
  product(m, k, n, a, b, c);
}
void peers_eigen_product_f64(std::size_t m, std::size_t k, std::size_t n, const double* a, const double* b, double* c) {
  product(m, k, n, a, b, c);
}
const char* peers_eigen_facts() {
#define TEXT(x) #x
#define VALUE(x) TEXT(x)
  return VALUE(EIGEN_WORLD_VERSION) "." VALUE(EIGEN_MAJOR_VERSION) "." VALUE(EIGEN_MINOR_VERSION) ", " __VERSION__
#ifdef __AVX512F__
      ", AVX-512";
#elif defined(__AVX2__)
      ", AVX2";
#else
      ", SSE2";
#endif
}
}
