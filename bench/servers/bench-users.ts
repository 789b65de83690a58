// The users that the scenarios log in, and what their password hashes cost.

/** A user of the benchmark. */
export type BenchUser = { email: string; password: string }

/** How many users there are of each kind. */
export const user_count = 32

/** One of the users whose hashes cost what the product's cost. */
export function benchUser(index: number): BenchUser {
  return { email: `user-${index}@bench.example`, password: `secret ${index}` }
}

const cheap_prefix = 'cheap secret '

/**
 * One of the users whose hashes cost next to nothing: for warm-up and for tens of thousands of logins, where the hash is not
 * what is measured.
 */
export function cheapUser(index: number): BenchUser {
  return { email: `cheap-${index}@bench.example`, password: `${cheap_prefix}${index}` }
}

/** Whether the password is one of a cheap user. */
export function isCheap(password: string): boolean {
  return password.startsWith(cheap_prefix)
}

/** Options of argon2id for a password of the benchmark: the product's, or the least that argon2 takes for cheap users. */
export function hashOptions(password: string) {
  const cost = isCheap(password) ? { memoryCost: 8, timeCost: 1 } : { memoryCost: 19_456, timeCost: 2 }
  return { algorithm: 2, parallelism: 1, ...cost }
}
