import type { Primitives } from './formats/index.ts'

/** The memory that all threads may compute hashes with at once, in KiB: one hash at the limit, or several smaller ones. */
export const hash_memory_kib = 256 * 1024

/** What all threads use, and what one thread uses of it, in KiB. The main thread gives back what a thread that ended used. */
export type HashMemory = { used: Int32Array; own: Int32Array }

/** Gives back the memory that a thread used. */
export function giveBack({ used, own }: HashMemory): void {
  Atomics.sub(used, 0, Atomics.exchange(own, 0, 0))
  Atomics.notify(used, 0)
}

/** Waits in this thread until the memory is free, and takes it. */
function take({ used, own }: HashMemory, kib: number): void {
  for (;;) {
    const now = Atomics.load(used, 0)
    if (now > 0 && now + kib > hash_memory_kib) Atomics.wait(used, 0, now)
    else if (Atomics.compareExchange(used, 0, now, now + kib) === now) break
  }
  Atomics.store(own, 0, kib)
}

/** Primitives of a thread, which wait for the memory that argon2 and scrypt need: all threads together have one budget. */
export function withinMemory(primitives: Primitives, memory: HashMemory): Primitives {
  const within = async (kib: number, compute: () => Uint8Array | Promise<Uint8Array>): Promise<Uint8Array> => {
    take(memory, Math.ceil(kib))
    try {
      return await compute()
    } finally {
      giveBack(memory)
    }
  }
  return {
    ...primitives,
    argon2: (input) => within(input.memory_kib, () => primitives.argon2(input)),
    scrypt: (input) => within((input.cost * input.block_size) / 8, () => primitives.scrypt(input)),
  }
}
