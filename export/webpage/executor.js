// Runs the operators that zoo export writes in its wide profile, on the matrix
// product of gemm.wat. Values are {shape, data}; axis 0 is the batch.

// Matrices multiplies in WebAssembly with vectors where the browser has them, else
// in plain JavaScript. Weights are put once and stay.
class Matrices {
  constructor(wasm) {
    this.used = 0; // floats of the memory that weights take
    if (wasm) {
      try {
        const { memory, gemm } = new WebAssembly.Instance(new WebAssembly.Module(wasm)).exports;
        this.memory = memory;
        this.kernel = gemm;
      } catch {
        // no vectors here: the plain product will do
      }
    }
    this.floats = new Float32Array(this.memory ? this.memory.buffer : 1 << 14);
  }

  // reserve makes room for so many floats behind the weights.
  reserve(count) {
    const missing = this.used + count - this.floats.length;
    if (missing <= 0) return;
    if (this.memory) {
      this.memory.grow(Math.ceil((missing * 4) / 65536));
      this.floats = new Float32Array(this.memory.buffer);
      return;
    }
    const grown = new Float32Array(2 * this.floats.length + missing);
    grown.set(this.floats);
    this.floats = grown;
  }

  // keep stores a rows×columns matrix padded to multiples of 4 and 8, as the
  // product wants them, for good. at(i, j) gives its elements.
  keep(rows, columns, at) {
    const m = { rows: up(rows, 4), columns: up(columns, 8), at: this.used };
    this.reserve(m.rows * m.columns);
    this.used += m.rows * m.columns;
    for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) this.floats[m.at + i * m.columns + j] = at(i, j);
    return m;
  }

  // keepLeft is keep for a left factor, whose columns must not be padded: they are
  // the rows of the right one.
  keepLeft(rows, columns, at) {
    const m = { rows: up(rows, 4), columns, at: this.used };
    this.reserve(m.rows * columns + 3);
    this.used += up(m.rows * columns, 4);
    for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) this.floats[m.at + i * columns + j] = at(i, j);
    return m;
  }

  // multiply writes C = A·B at offset c, all offsets in floats.
  multiply(m, n, k, a, b, c) {
    if (this.kernel) return this.kernel(m, n, k, 4 * a, 4 * b, 4 * c);
    const f = this.floats;
    f.fill(0, c, c + m * n);
    for (let i = 0; i < m; i++)
      for (let p = 0; p < k; p++) {
        const s = f[a + i * k + p];
        for (let j = 0, x = b + p * n, y = c + i * n; j < n; j++) f[y + j] += s * f[x + j];
      }
  }
}

const up = (n, to) => Math.ceil(n / to) * to;
const size = (shape) => shape.reduce((a, b) => a * b, 1);

const unary = {
  Relu: (x) => (x > 0 ? x : 0), Tanh: Math.tanh, Exp: Math.exp, Log: Math.log, Sqrt: Math.sqrt, Abs: Math.abs,
  Sin: Math.sin, Cos: Math.cos, Sign: Math.sign, Neg: (x) => -x, Reciprocal: (x) => 1 / x, Identity: (x) => x,
  Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  Softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
};

const binary = {
  Add: (a, b) => a + b, Sub: (a, b) => a - b, Mul: (a, b) => a * b, Div: (a, b) => a / b, Max: Math.max, Min: Math.min,
};

// Executor runs a program: {nodes: [{op, in, out, …attributes}], tensors: {name:
// {dims, ints | at, type}}}, the weights being bytes at `at` of a blob.
class Executor {
  constructor(program, blob, wasm) {
    this.nodes = program.nodes;
    this.constants = {};
    this.kept = new Map(); // of nodes with weights: these as the product wants them
    this.matrices = new Matrices(wasm);
    for (const [name, t] of Object.entries(program.tensors)) {
      this.constants[name] = { shape: t.dims, data: t.ints ?? floatsOf(blob, t) };
    }
  }

  // run computes the value `out` for inputs by name.
  run(inputs, out) {
    const values = { ...this.constants, ...inputs };
    for (const node of this.nodes) {
      values[node.out] = this.apply(node, node.in.map((name) => values[name]));
    }
    return values[out];
  }

  apply(node, operands) {
    const [x, w, b] = operands;
    switch (node.op) {
      case 'Gemm': return this.gemm(node, x, w, b);
      case 'Conv': return this.conv(node, x, w, b);
      case 'ConvTranspose': return this.convTranspose(node, x, w, b);
      case 'LeakyRelu': return { shape: x.shape, data: x.data.map((v) => (v < 0 ? node.alpha * v : v)) };
      case 'Reshape': return { shape: reshaped(x, w.data), data: x.data };
      case 'Concat': return concat(node.axis, operands);
      case 'Transpose': return transpose(node.perm, x);
      case 'ReduceMean': return reduceMean(node.axes, x);
    }
    if (unary[node.op]) return { shape: x.shape, data: x.data.map(unary[node.op]) };
    return broadcast(binary[node.op], x, w);
  }

  // gemm is x·Wᵀ + b, W being out×in.
  gemm(node, x, w, b) {
    const [out, depth] = w.shape;
    const n = x.shape[0];
    const m = this.matrices;
    let right = this.kept.get(node);
    if (!right) this.kept.set(node, (right = m.keep(depth, out, (i, j) => w.data[j * depth + i])));
    const rows = up(n, 4);
    const columns = right.columns;
    m.reserve(up(rows * depth, 4) + rows * columns);
    const at = m.used;
    const to = at + up(rows * depth, 4);
    m.floats.fill(0, at, to);
    m.floats.set(x.data, at);
    m.multiply(rows, columns, depth, at, right.at, to);
    const y = new Float32Array(n * out);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < out; j++) y[i * out + j] = m.floats[to + i * columns + j] + (b ? b.data[j % b.data.length] : 0);
    return { shape: [n, out], data: y };
  }

  // conv lays the patches of each image side by side (im2col) and multiplies.
  conv(node, x, w, b) {
    const [n, c, h, width] = x.shape;
    const [features, , kh, kw] = w.shape;
    const { strides: [sh, sw], pads: [top, left, bottom, right], dilations: [dh, dw] } = node;
    const oh = Math.floor((h + top + bottom - dh * (kh - 1) - 1) / sh) + 1;
    const ow = Math.floor((width + left + right - dw * (kw - 1) - 1) / sw) + 1;
    const m = this.matrices;
    const depth = c * kh * kw;
    let a = this.kept.get(node);
    if (!a) this.kept.set(node, (a = m.keepLeft(features, depth, (i, j) => w.data[i * depth + j])));
    const columns = up(oh * ow, 8);
    m.reserve(depth * columns + a.rows * columns);
    const at = m.used;
    const to = at + depth * columns;
    const y = new Float32Array(n * features * oh * ow);
    for (let i = 0; i < n; i++) {
      m.floats.fill(0, at, to);
      for (let ch = 0, row = at; ch < c; ch++)
        for (let ky = 0; ky < kh; ky++)
          for (let kx = 0; kx < kw; kx++, row += columns)
            for (let oy = 0; oy < oh; oy++) {
              const iy = oy * sh - top + ky * dh;
              if (iy < 0 || iy >= h) continue;
              const line = ((i * c + ch) * h + iy) * width;
              for (let ox = 0; ox < ow; ox++) {
                const ix = ox * sw - left + kx * dw;
                if (ix >= 0 && ix < width) m.floats[row + oy * ow + ox] = x.data[line + ix];
              }
            }
      m.multiply(a.rows, columns, depth, a.at, at, to);
      for (let f = 0; f < features; f++)
        for (let p = 0; p < oh * ow; p++) y[(i * features + f) * oh * ow + p] = m.floats[to + f * columns + p] + (b ? b.data[f] : 0);
    }
    return { shape: [n, features, oh, ow], data: y };
  }

  // convTranspose multiplies first and adds the patches into the image (col2im).
  convTranspose(node, x, w, b) {
    const [n, c, h, width] = x.shape;
    const [, features, kh, kw] = w.shape;
    const { strides: [sh, sw], pads: [top, left, bottom, right], dilations: [dh, dw], output_padding: [extraH, extraW] } = node;
    const oh = (h - 1) * sh + dh * (kh - 1) + 1 + extraH - top - bottom;
    const ow = (width - 1) * sw + dw * (kw - 1) + 1 + extraW - left - right;
    const m = this.matrices;
    const patch = features * kh * kw;
    let a = this.kept.get(node);
    if (!a) this.kept.set(node, (a = m.keepLeft(patch, c, (i, j) => w.data[j * patch + i])));
    const area = h * width;
    const columns = up(area, 8);
    m.reserve(c * columns + a.rows * columns);
    const at = m.used;
    const to = at + c * columns;
    const y = new Float32Array(n * features * oh * ow);
    for (let i = 0; i < n; i++) {
      m.floats.fill(0, at, to);
      for (let ch = 0; ch < c; ch++) m.floats.set(x.data.subarray((i * c + ch) * area, (i * c + ch + 1) * area), at + ch * columns);
      m.multiply(a.rows, columns, c, a.at, at, to);
      for (let f = 0, row = to; f < features; f++) {
        const plane = (i * features + f) * oh * ow;
        if (b) y.fill(b.data[f], plane, plane + oh * ow);
        for (let ky = 0; ky < kh; ky++)
          for (let kx = 0; kx < kw; kx++, row += columns)
            for (let iy = 0; iy < h; iy++) {
              const oy = iy * sh - top + ky * dh;
              if (oy < 0 || oy >= oh) continue;
              for (let ix = 0; ix < width; ix++) {
                const ox = ix * sw - left + kx * dw;
                if (ox >= 0 && ox < ow) y[plane + oy * ow + ox] += m.floats[row + iy * width + ix];
              }
            }
      }
    }
    return { shape: [n, features, oh, ow], data: y };
  }
}

// floatsOf reads a tensor of the blob: float32, or float16 widened.
function floatsOf(blob, { at, dims, type }) {
  const count = size(dims);
  if (type === 'float32') return new Float32Array(blob.slice(at, at + 4 * count));
  const view = new DataView(blob, at);
  const out = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const h = view.getUint16(2 * i, true);
    const exponent = (h >> 10) & 31;
    const v = exponent ? (1024 + (h & 1023)) * 2 ** (exponent - 25) : (h & 1023) * 2 ** -24;
    out[i] = h >> 15 ? -v : v;
  }
  return out;
}

function reshaped(x, target) {
  const shape = Array.from(target, (d, i) => (d === 0 ? x.shape[i] : d));
  const open = shape.indexOf(-1);
  if (open >= 0) shape[open] = -x.data.length / size(shape); // the product has the −1 in it
  return shape;
}

function concat(axis, list) {
  const shape = list[0].shape.slice();
  shape[axis] = list.reduce((sum, p) => sum + p.shape[axis], 0);
  const outer = size(shape.slice(0, axis));
  const data = new Float32Array(size(shape));
  for (let i = 0, at = 0; i < outer; i++)
    for (const p of list) {
      const width = p.data.length / outer;
      data.set(p.data.subarray(i * width, (i + 1) * width), at);
      at += width;
    }
  return { shape, data };
}

function strides(shape) {
  const s = shape.slice();
  for (let i = shape.length - 1, step = 1; i >= 0; i--) {
    s[i] = step;
    step *= shape[i];
  }
  return s;
}

// gathered fills a shape from places that each axis steps through by `steps`.
function gathered(shape, data, steps) {
  const out = new Float32Array(size(shape));
  const to = strides(shape);
  for (let i = 0; i < out.length; i++) {
    let at = 0;
    for (let axis = 0; axis < shape.length; axis++) at += (Math.floor(i / to[axis]) % shape[axis]) * steps[axis];
    out[i] = data[at];
  }
  return out;
}

function transpose(perm, x) {
  const from = strides(x.shape);
  const shape = perm.map((p) => x.shape[p]);
  return { shape, data: gathered(shape, x.data, perm.map((p) => from[p])) };
}

function broadcast(f, a, b) {
  const rank = Math.max(a.shape.length, b.shape.length);
  const extents = (v) => [...Array(rank - v.shape.length).fill(1), ...v.shape];
  const [sa, sb] = [extents(a), extents(b)];
  const shape = sa.map((d, i) => Math.max(d, sb[i]));
  const spread = (v, s) => {
    const steps = strides(s);
    return size(s) === size(shape) ? v.data : gathered(shape, v.data, s.map((d, i) => (d === 1 ? 0 : steps[i])));
  };
  const [x, y] = [spread(a, sa), spread(b, sb)];
  return { shape, data: Float32Array.from(x, (v, i) => f(v, y[i])) };
}

function reduceMean(axes, x) {
  const shape = x.shape.map((d, i) => (axes.includes(i) ? 1 : d));
  const data = new Float32Array(size(shape));
  const [from, to] = [strides(x.shape), strides(shape)];
  const share = data.length / x.data.length;
  for (let i = 0; i < x.data.length; i++) {
    let at = 0;
    for (let axis = 0; axis < shape.length; axis++) if (shape[axis] > 1) at += (Math.floor(i / from[axis]) % x.shape[axis]) * to[axis];
    data[at] += x.data[i] * share;
  }
  return { shape, data };
}
