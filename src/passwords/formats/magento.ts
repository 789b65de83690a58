import { Buffer } from 'node:buffer'
import { decodeHash } from './digest-recipe.ts'
import { concat, equalBytes, groupsOf, hexOf, utf8 } from './encodings.ts'
import { requireArgon2, requireArgon2Work } from './limits.ts'
import { HashError, type Format, type Primitives } from './types.ts'

type Step = {
  /** Memory times passes, where the step is argon2. */
  argon2_bytes?: number
  result(password: Uint8Array, primitives: Primitives): Promise<Uint8Array>
}

/** libsodium's argon2id13: the salt is filled up or cut to 16 bytes, one lane. */
function argon2Step(salt_text: string, length: number, passes: number, memory_bytes: number): Step {
  const salt = Buffer.alloc(16, salt_text || ' ')
  const input = {
    type: 'argon2id',
    version: 19,
    salt,
    memory_kib: Math.floor(memory_bytes / 1024),
    passes,
    parallelism: 1,
    length,
  } as const
  requireArgon2('magento', input)
  return {
    argon2_bytes: input.memory_kib * 1024 * passes,
    result: async (password, primitives) => primitives.argon2({ ...input, password }),
  }
}

function stepOf(version: string, salt: string): Step {
  if (version === '0' || version === '1') {
    const name = version === '0' ? 'md5' : 'sha256'
    return { result: async (password, { digest }) => digest(name, concat(utf8(salt), password)) }
  }
  if (version === '2') return argon2Step(salt, 32, 2, 67_108_864)
  const parts = groupsOf(/^3_(\d{1,3})_(\d{1,3})_(\d{1,12})$/, version)
  if (!parts) throw new HashError('malformed', 'magento: the version of the hash is unknown', 'magento')
  return argon2Step(salt, Number(parts[0]), Number(parts[1]), Number(parts[2]))
}

/** Magento 2: `hash:salt:version`. Several versions: each one hashed the printed result of the one before. */
export const magento: Format = {
  name: 'magento',
  read(text) {
    const parts = groupsOf(/^([0-9a-f]{32,256}):([^:]*):([0-3](?:_\d+)*(?::[0-3](?:_\d+)*){0,3})$/, text)
    if (!parts) return undefined
    const [hash, salt, versions] = parts
    const steps = versions.split(':').map((version) => stepOf(version, salt))
    requireArgon2Work(
      'magento',
      steps.reduce((sum, step) => sum + (step.argon2_bytes ?? 0), 0),
    )
    const expected = decodeHash('magento', hash, hash.length / 2, 'hex')
    return {
      format: 'magento',
      async matches(password, primitives) {
        let [input, result] = [password, password]
        for (const step of steps) {
          result = await step.result(input, primitives)
          input = utf8(hexOf(result))
        }
        return equalBytes(result, expected)
      },
    }
  },
}
