import { Buffer } from 'node:buffer'
import {
  cpuMs,
  longest_verification_ms,
  passwordCandidates,
  type Argon2Type,
  type Attempt,
  type Charset,
  type DigestName,
  type Normalization,
  type Primitives,
} from './formats/index.ts'

type CallName = Exclude<keyof Primitives, 'load'>
type Parameter = string | number

/** Equal calls of a primitive, by the parameters that their duration depends on. */
type Calls = { name: CallName; parameters: Parameter[]; count: number }

/**
 * What the verification of a stored hash computes for one spelling of a password, for each hash that the stored text may be, with what
 * decides how many spellings there are. It holds lengths and costs, but neither a hash nor a password.
 */
export type Work = { calls: Calls[]; normalization: Normalization; charset: Charset | undefined }[]

/** The work for an unknown user of a connection where no hash was verified yet: bcrypt of cost 10, the most frequent one. */
export const default_work: Work = [
  { calls: [{ name: 'bcrypt', parameters: [10, 10], count: 1 }], normalization: {}, charset: undefined },
]

const zeros = (length: Parameter | undefined): Uint8Array => Buffer.alloc(Number(length))
const digestOf = (name: Parameter | undefined): DigestName => name as DigestName

const repeat: Record<CallName, (primitives: Primitives, parameters: Parameter[]) => unknown> = {
  digest: ({ digest }, [name, length]) => digest(digestOf(name), zeros(length)),
  hmac: ({ hmac }, [name, key, length]) => hmac(digestOf(name), zeros(key), zeros(length)),
  pbkdf2: (primitives, [name, password, salt, rounds, length]) =>
    primitives.pbkdf2(digestOf(name), zeros(password), zeros(salt), Number(rounds), Number(length)),
  scrypt: ({ scrypt }, [password, salt, cost, block_size, parallelization, length]) =>
    scrypt({
      password: zeros(password),
      salt: zeros(salt),
      cost: Number(cost),
      block_size: Number(block_size),
      parallelization: Number(parallelization),
      length: Number(length),
    }),
  bcrypt: ({ bcrypt }, [password, cost]) => bcrypt(zeros(password), zeros(16), Number(cost)),
  argon2: ({ argon2 }, [type, version, password, salt, memory_kib, passes, parallelism, length]) =>
    argon2({
      type: type as Argon2Type,
      version: Number(version),
      password: zeros(password),
      salt: zeros(salt),
      memory_kib: Number(memory_kib),
      passes: Number(passes),
      parallelism: Number(parallelism),
      length: Number(length),
    }),
  desCrypt: ({ desCrypt }, [password]) => desCrypt(zeros(password), '..'),
  aes256Ctr: ({ aes256Ctr }, [length]) => aes256Ctr(zeros(32), zeros(length)),
}

// Microseconds of a call, roughly: they only tell which work is the costlier one.
const cost_us: Record<CallName, (parameters: number[]) => number> = {
  digest: ([, bytes = 0]) => 4 + bytes * 0.005,
  hmac: ([, key = 0, bytes = 0]) => 10 + (key + bytes) * 0.005,
  pbkdf2: ([, , , rounds = 0, length = 0]) => rounds * Math.ceil(length / 32) * 0.5,
  scrypt: ([, , cost = 0, block_size = 0, parallelization = 0]) => cost * block_size * parallelization * 0.3,
  bcrypt: ([, cost = 0]) => 2 ** cost * 45,
  argon2: ([, , , , memory_kib = 0, passes = 0]) => memory_kib * passes * 0.6,
  desCrypt: () => 2000,
  aes256Ctr: () => 5,
}

/** What the work costs for one spelling of a password, to compare it with other work. */
export function costOf(work: Work): number {
  const calls = work.flatMap((part) => part.calls)
  return calls.reduce((sum, { name, parameters, count }) => sum + count * cost_us[name](parameters.map(Number)), 0)
}

/** Whether work costs clearly less than other work: passwords of several lengths make small differences. */
export const isCheaper = (cost: number, other: number): boolean => cost < other * 0.8

/** Computes until this thread has taken so much CPU time since `started`, at most that of the longest verification. */
export async function fillUp(started: number, cpu_ms: number, primitives: Primitives): Promise<void> {
  const ends_at = started + Math.min(cpu_ms, longest_verification_ms)
  while (cpuMs() < ends_at) await primitives.pbkdf2('sha256', zeros(8), zeros(8), 500, 32)
}

/** Counts calls by their parameters. */
function createCounter() {
  const counted = new Map<string, Calls>()
  let last: Calls | undefined
  return {
    calls: () => [...counted.values()],
    add(name: CallName, ...parameters: Parameter[]): void {
      const is_same = last?.name === name && parameters.every((value, at) => value === last?.parameters[at])
      if (!is_same) {
        const key = `${name} ${parameters.join(' ')}`
        last = counted.get(key) ?? { name, parameters, count: 0 }
        counted.set(key, last)
      }
      if (last) last.count += 1
    },
  }
}

/** Wraps primitives so that their calls are counted. `onAttempt` is that of `createVerify`; `work` is what was computed. */
export function recordWork(primitives: Primitives): {
  primitives: Primitives
  onAttempt(attempt: Attempt): void
  work(): Work
} {
  const attempts: { attempt: Attempt; counter: ReturnType<typeof createCounter> }[] = []
  // The calls for further spellings are not recorded: they are the same.
  let counter = createCounter()
  const add = (name: CallName, ...parameters: Parameter[]): void => counter.add(name, ...parameters)
  const recording: Primitives = {
    load: (names) => primitives.load(names),
    digest(name, data) {
      add('digest', name, data.length)
      return primitives.digest(name, data)
    },
    hmac(name, key, data) {
      add('hmac', name, key.length, data.length)
      return primitives.hmac(name, key, data)
    },
    pbkdf2(name, password, salt, rounds, length) {
      add('pbkdf2', name, password.length, salt.length, rounds, length)
      return primitives.pbkdf2(name, password, salt, rounds, length)
    },
    scrypt(input) {
      const { password, salt, cost, block_size, parallelization, length } = input
      add('scrypt', password.length, salt.length, cost, block_size, parallelization, length)
      return primitives.scrypt(input)
    },
    bcrypt(password, salt, cost) {
      add('bcrypt', password.length, cost)
      return primitives.bcrypt(password, salt, cost)
    },
    argon2(input) {
      const { type, version, password, salt, memory_kib, passes, parallelism, length } = input
      add('argon2', type, version, password.length, salt.length, memory_kib, passes, parallelism, length)
      return primitives.argon2(input)
    },
    desCrypt(password, salt) {
      add('desCrypt', password.length)
      return primitives.desCrypt(password, salt)
    },
    aes256Ctr(key, data) {
      add('aes256Ctr', data.length)
      return primitives.aes256Ctr(key, data)
    },
  }
  return {
    primitives: recording,
    onAttempt(attempt) {
      counter = createCounter()
      if (attempt.spelling === 0) attempts.push({ attempt, counter })
    },
    work: () =>
      attempts.map(({ attempt: { hash, recipe }, counter: recorded }) => {
        const { trim, lower_case, escape_html, max_bytes, charset } = recipe
        const normalization = { trim, lower_case, escape_html, max_bytes, charset } as Normalization
        return { calls: recorded.calls(), normalization, charset: hash.charset }
      }),
  }
}

/** Computes what a verification of this password would, with zeros instead of its values. Its result is of no use. */
export async function repeatWork(work: Work, password: string, primitives: Primitives): Promise<void> {
  const started = cpuMs()
  for (const { calls, normalization, charset } of work) {
    const digests = calls.flatMap(({ name, parameters }) =>
      name === 'digest' || name === 'hmac' ? [digestOf(parameters[0])] : [],
    )
    await primitives.load(digests)
    const spellings = passwordCandidates(password, normalization, charset).length
    for (let spelling = 0; spelling < spellings; spelling++) {
      if (cpuMs() - started > longest_verification_ms) return
      for (const { name, parameters, count } of calls) {
        for (let call = 0; call < count; call++) {
          if (call % 1024 === 1023 && cpuMs() - started > longest_verification_ms) return
          await repeat[name](primitives, parameters)
        }
      }
    }
  }
}
