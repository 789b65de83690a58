import type { Answer } from '../client/contract-types'
import { valueUses } from '../scripting/value-uses'

/** The names of parameters that the recipes of stored hashes read. */
export function namesInRecipe(recipe: unknown): string[] {
  if (typeof recipe !== 'object' || recipe === null) return []
  const members = Object.entries(recipe)
  const [only] = members
  if (members.length === 1 && only?.[0] === 'configuration' && typeof only[1] === 'string') return [only[1]]
  return members.flatMap(([, member]) => namesInRecipe(member))
}

/** The names of the parameters that the saved scripts and recipes of a connection read and that are not set. */
export function missingParameters(
  connection: Answer<'getConnection'>,
  { scripts }: Answer<'listScripts'>,
  { values }: Answer<'listConfiguration'>,
): string[] {
  const sources = scripts.flatMap(({ script, source }) => (source === null ? [] : [{ script, source }]))
  const used = [
    ...valueUses('configuration', sources).uses.map(({ name }) => name),
    ...namesInRecipe(connection.options.password_recipe),
  ]
  return [...new Set(used)].filter((name) => !values.some((value) => value.name === name)).toSorted()
}
