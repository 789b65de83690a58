// One argon2id verification and one RS256 signature, in a process that does nothing else.
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import { serveMetrics } from '../measure/serve-metrics.ts'
import { hashOptions } from '../servers/bench-users.ts'

const password = 'correct horse battery staple'
const password_hash = await hash(password, hashOptions(password))
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})
const key = createPrivateKey(privateKey)
const text = Buffer.alloc(600, 'a')

serveMetrics({
  verify: () => verify(password_hash, password),
  sign: async () => sign('sha256', text, key),
})
