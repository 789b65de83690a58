import { readFileSync } from 'node:fs'
import type { Recipes, Stored } from '../../src/passwords/formats/index.ts'

/** A password with the hash that its system publishes for it, and where. */
export type Vector = { name: string; password: string; stored: Stored; recipe?: Recipes; source: string }

const file = new URL('vectors.json', import.meta.url)

/** Published test vectors, and hashes that their passwords must not match. */
export const { vectors, other_vectors } = JSON.parse(readFileSync(file, 'utf8')) as Record<
  'vectors' | 'other_vectors',
  Vector[]
>
