import type { Connection } from '../connections/connection.ts'
import { openPasswordRecipes } from '../connections/password-recipe.ts'
import type { Sealer } from '../keys/sealer.ts'
import { formatOf, HashError, type Stored } from '../passwords/formats/index.ts'
import type { ForeignHash } from '../passwords/foreign-hashes.ts'

/**
 * A stored hash that `get_user` returned with what its verification needs, and the name of its format. Nothing is computed.
 *
 * @throws HashError where it cannot be verified, or is a plain password that no recipe names
 */
export function readStoredHash(
  deps: { sealer: Sealer },
  connection: Connection,
  stored: Stored,
): { format: string; foreign: ForeignHash } {
  const recipes = openPasswordRecipes(deps.sealer, connection)
  const format = formatOf(stored, recipes)
  if (format === 'plain' && recipes?.some((recipe) => recipe.format === 'plain') !== true) {
    throw new HashError('ambiguous', 'it is a plain password: name it by options.password_recipe {"format": "plain"}')
  }
  return { format, foreign: { stored, recipes, normalization: connection.options.password_normalization } }
}
