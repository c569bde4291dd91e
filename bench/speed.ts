/** What the machine gives at this moment. A virtual machine's model says little: what others on its host use changes both figures severalfold. */
export interface Speed {
  /** Cycles a second (10⁹) of a core, derived from the usual latency of a multiplication. */
  gigahertz: number;
  /** The mean time of a read from anywhere in 8 MiB, in ns: from a core's cache, if others leave it room there, or from memory. */
  readNs: number;
}

/** The cycles until the next instruction can use the product of two integers, on today's server processors. */
const latency = 3;
const steps = 20_000_000;
const reads = 500_000;
const entries = 2 ** 21;

/** Measures this machine for less than half a second. The figures are rounded, because they vary by more within minutes. */
export function speed(): Speed {
  multiply(steps / 10);
  const multiplying = lasts(() => multiply(steps));
  const ring = ringOf(entries);
  follow(ring, reads / 10);
  const reading = lasts(() => follow(ring, reads));
  const gigahertz = (latency * steps) / (multiplying * 1e6);
  return { gigahertz: Math.round(gigahertz * 10) / 10, readNs: Math.round((reading * 1e6) / reads) };
}

/** As text, such as "about 3.4 GHz, 25 ns a read". */
export const speedInWords = ({ gigahertz, readNs }: Speed): string =>
  `about ${gigahertz.toFixed(1)} GHz, ${readNs.toFixed(0)} ns a read`;

function lasts(work: () => void): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

/** Each product is a factor of the next, so a core cannot work at two at a time. */
function multiply(times: number): number {
  let product = 1;
  for (let step = 0; step < times; step++) product = Math.imul(product, 0x2c1b_3c6d);
  return product;
}

/** Each entry is the place of the next, in an order that cannot be foreseen, with every entry in one ring (Sattolo's algorithm). */
export function ringOf(length: number): Int32Array {
  const ring = Int32Array.from({ length }, (_, place) => place);
  let chance = 1;
  for (let last = length - 1; last > 0; last--) {
    chance = (Math.imul(chance, 1_103_515_245) + 12_345) >>> 0;
    const other = Math.floor((chance / 2 ** 32) * last);
    [ring[last], ring[other]] = [ring[other] ?? 0, ring[last] ?? 0];
  }
  return ring;
}

function follow(ring: Int32Array, times: number): number {
  let place = 0;
  for (let read = 0; read < times; read++) place = ring[place] ?? 0;
  return place;
}
