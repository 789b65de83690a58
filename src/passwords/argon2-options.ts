/** The algorithm and the costs of a hash by argon2: the memory in KiB, the passes over it and the lanes. */
export type Argon2Options = { algorithm: number; memoryCost: number; timeCost: number; parallelism: number }

/** The options of new hashes: OWASP's first choice for argon2id (algorithm 2): 19 MiB, two passes, one lane. */
export const argon2_options: Argon2Options = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 }
