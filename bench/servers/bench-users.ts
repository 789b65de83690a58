// The users that the scenarios log in, and what their password hashes cost.
import { argon2_options } from '../../src/passwords/argon2-options.ts'

/** A user of the benchmark. */
export type BenchUser = { email: string; password: string }

/** How many users there are of each kind. */
export const user_count = 32

/** One of the users whose hash has the product's parameters. */
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
  return isCheap(password) ? { ...argon2_options, memoryCost: 8, timeCost: 1 } : argon2_options
}
