// The yardsticks: one argon2id verification and one RS256 signature, in a process that does nothing else.
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import { answerQuestions } from '../measure/answer-questions.ts'

const password = 'correct horse battery staple'
const phc = await hash(password, { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 })
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})
const key = createPrivateKey(privateKey)
const text = Buffer.alloc(600, 'a')

answerQuestions(null, {
  verify: () => verify(phc, password),
  sign: async () => sign('sha256', text, key),
})
