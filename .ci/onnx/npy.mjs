// Reads the .npy files that zoo writes: float32, and int64 for labels.
import { readFileSync } from 'node:fs';

export function readNpy(path) {
  const file = readFileSync(path);
  if (file.toString('latin1', 0, 6) !== '\x93NUMPY') throw new Error(`${path} is no .npy file`);
  const wide = file[6] > 1; // from version 2 on the header's length has 32 bits
  const start = wide ? 12 : 10;
  const end = start + (wide ? file.readUInt32LE(8) : file.readUInt16LE(8));
  const header = file.toString('latin1', start, end);
  const Data = header.includes("'<f4'") ? Float32Array : header.includes("'<i8'") ? BigInt64Array : null;
  if (!Data || !header.includes("'fortran_order': False")) {
    throw new Error(`${path} is not float32 or int64 in row-major order: ${header}`);
  }
  const shape = header.match(/'shape': \(([^)]*)\)/)[1].split(',').filter((d) => d.trim()).map(Number);
  const bytes = new Uint8Array(file.subarray(end)); // a copy, so that it is aligned
  return { shape, data: new Data(bytes.buffer, 0, bytes.length / Data.BYTES_PER_ELEMENT) };
}

// head keeps the first n examples.
export function head({ shape, data }, n) {
  return { shape: [n, ...shape.slice(1)], data: data.subarray(0, (data.length / shape[0]) * n) };
}
