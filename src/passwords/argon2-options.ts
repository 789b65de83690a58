/** The options of new hashes: OWASP's first choice for argon2id (algorithm 2): 19 MiB, two passes, one lane. */
export const argon2_options = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 }
