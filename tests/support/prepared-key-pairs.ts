// Generating an RSA key takes 65 ms of a core, and each tenant has two: the servers of tests take turns with a few. `kid` stays random.
import { webcrypto } from 'node:crypto'

const { subtle } = webcrypto
const generate = subtle.generateKey.bind(subtle)
const prepared: Promise<webcrypto.CryptoKeyPair>[] = []
const prepared_max = 12
let handed_out = prepared_max

/** From here on the next servers of this process get the keys that an earlier one got. The keys of one server differ from each other. */
export function handOutPreparedKeyPairs(): void {
  handed_out = 0
}

const generateKey = async (
  algorithm: webcrypto.AlgorithmIdentifier,
  ...rest: [boolean, webcrypto.KeyUsage[]]
): Promise<unknown> => {
  const is_of_tenant = typeof algorithm === 'object' && algorithm.name === 'RSASSA-PKCS1-v1_5'
  if (!is_of_tenant || handed_out === prepared_max) return generate(algorithm, ...rest)
  return (prepared[handed_out++] ??= generate(algorithm, ...rest) as Promise<webcrypto.CryptoKeyPair>)
}

Object.defineProperty(subtle, 'generateKey', { value: generateKey })
