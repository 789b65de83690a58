import { rolesByName, type Role } from './column-names.ts'
import type { Column, ColumnKind, Table } from './schema.ts'

/** How many sampled values of a column have each form, see `formOf` in `script-templates/parts/inspect.js`. */
export type Forms = Record<string, number>

/** A column that was chosen for a role. */
export type ChosenColumn = {
  role: Role
  column: Column
  /** From 50 (it might be) to 100 (it is). */
  score: number
  reason: string
}

type Fit = {
  kinds: readonly ColumnKind[]
  /** The form that its values have, and whether it is required where there are values. */
  form?: string
  required?: boolean
  /** The points of the form alone, without a name that fits. */
  alone?: number
}

const texts = ['text', 'bytes', 'other'] as const
const flags = ['flag', 'number', 'text', 'time', 'bytes', 'other'] as const
const times = ['time', 'number', 'text', 'bytes'] as const

const fits: Record<Role, Fit> = {
  id: { kinds: ['number', 'uuid', 'text', 'bytes'] },
  email: { kinds: texts, form: 'address', required: true, alone: 55 },
  username: { kinds: texts },
  phone: { kinds: ['text', 'number'] },
  password: { kinds: texts, form: 'hash', alone: 52 },
  salt: { kinds: texts },
  blocked: { kinds: flags },
  active: { kinds: flags },
  email_verified: { kinds: flags },
  name: { kinds: ['text', 'bytes'] },
  given_name: { kinds: ['text', 'bytes'] },
  family_name: { kinds: ['text', 'bytes'] },
  nickname: { kinds: ['text', 'bytes'] },
  picture: { kinds: ['text'] },
  last_login: { kinds: times },
  created_at: { kinds: times },
  updated_at: { kinds: times },
  status: { kinds: ['text', 'number', 'other'] },
}
const roles = Object.keys(fits) as Role[]
const threshold = 50

function shareOf(forms: Forms, form: string): { of: number; share: number } {
  const filled = Object.entries(forms).reduce((sum, [name, count]) => (name === 'empty' ? sum : sum + count), 0)
  return { of: filled, share: filled === 0 ? 0 : (forms[form] ?? 0) / filled }
}

function describe(column: Column, named: number, seen: string | undefined): string {
  const by_name = named >= 58 ? 'its name is usual' : named > 0 ? 'its name contains a usual one' : undefined
  return [by_name, column.is_key ? 'it is a key' : undefined, seen].filter((part) => part !== undefined).join('; ')
}

/**
 * A candidate for a role, or undefined where the column cannot have it.
 *
 * @param named the points of the roles by the name of the column
 */
function candidate(
  column: Column,
  role: Role,
  { forms, named: by_name }: { forms: Forms; named: Map<Role, number> },
): ChosenColumn | undefined {
  const { kinds, form, required, alone = 0 } = fits[role]
  if (!kinds.includes(column.kind)) return undefined
  const named = by_name.get(role) ?? 0
  const { of, share } = form === undefined ? { of: 0, share: 0 } : shareOf(forms, form)
  if (required === true && of >= 3 && share < 0.3) return undefined
  // Most texts of a column of names are no hashes: a column called `pass` of flags is no password.
  if (role === 'password' && named === 0 && share < 0.8) return undefined
  if (role === 'password' && of >= 3 && share === 0 && ((forms['flag'] ?? 0) + (forms['time'] ?? 0)) / of > 0.5) {
    return undefined
  }
  if (role === 'username' && of === 0 && (forms['address'] ?? 0) > 0 && named < 58) return undefined
  const by_values = share >= 0.8 ? Math.max(alone, 20) : share > 0 ? 10 : 0
  const base = named > 0 ? named + Math.min(by_values, 20) : share >= 0.8 ? alone : 0
  const key_points = column.is_key && (role === 'id' || role === 'username' || role === 'email') ? 15 : 0
  const type_points = role === 'id' || form !== undefined ? 5 : 10
  if (base === 0 && !(role === 'id' && column.is_key && (column.kind === 'number' || column.kind === 'uuid'))) {
    return undefined
  }
  const score = Math.min(100, (base === 0 ? 40 : base) + key_points + type_points)
  const seen =
    form !== undefined && of > 0 ? `${forms[form] ?? 0} of ${of} sampled values are ${plural[form]}` : undefined
  return { role, column, score, reason: describe(column, named, seen) }
}

const plural: Record<string, string> = { address: 'e-mail addresses', hash: 'like hashes' }

/**
 * Chooses the columns of a users table: each role gets the column with most points, each column one role.
 *
 * @param forms the forms of a sample, by column; empty where none was read
 */
export function chooseColumns(table: Table, forms: Record<string, Forms>): ChosenColumn[] {
  const candidates = table.columns
    .flatMap((column) => {
      const of_column = { forms: forms[column.name] ?? {}, named: rolesByName(column.name, table.bare_name) }
      return roles.map((role) => candidate(column, role, of_column))
    })
    .filter((each) => each !== undefined)
    .toSorted((one, other) => other.score - one.score)
  const chosen = new Map<Role, ChosenColumn>()
  const used = new Set<string>()
  for (const each of candidates) {
    if (each.score < threshold || chosen.has(each.role) || used.has(each.column.name)) continue
    chosen.set(each.role, each)
    used.add(each.column.name)
  }
  return nameParts([...chosen.values()]).toSorted((one, other) => roles.indexOf(one.role) - roles.indexOf(other.role))
}

/** `vorname` and `name`, and `nombre` and `apellidos`, are the two parts of a name. */
function nameParts(chosen: ChosenColumn[]): ChosenColumn[] {
  const has = (role: Role): boolean => chosen.some((each) => each.role === role)
  return chosen.map((each) => {
    if (each.role !== 'name') return each
    const missing =
      has('given_name') !== has('family_name') ? (has('given_name') ? 'family_name' : 'given_name') : undefined
    if (missing === undefined || /full|display|real|complet|anzeige/i.test(each.column.name)) return each
    return { ...each, role: missing, reason: `${each.reason}; the other part of the name has a column of its own` }
  })
}
