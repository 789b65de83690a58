import type { Inspection } from '../../contract/assistant.ts'
import { invalidBody } from '../../contract/refusal.ts'
import { listScriptTemplates } from '../script-templates.ts'
import { templateDriver } from '../template-drivers.ts'
import type { ChosenColumn } from './choose-columns.ts'
import { rankSampled, rankTables, sampleSteps, type RankedTable } from './choose-table.ts'
import { isForSecondFactor } from './column-names.ts'
import { countSteps, hashCountStep, hashSteps, identifierStep, knownHashStep, type UsersTable } from './count-steps.ts'
import type { Engine } from './dialects.ts'
import { filledHashes, readHashes } from './hash-findings.ts'
import { knownSchemas, type KnownSchema } from './known-schemas.ts'
import { proposeTemplate, roleOfSetting } from './propose-template.ts'
import { readCounts, spellingsAreCut, spelling_rows } from './read-counts.ts'
import { openInspection, type InspectedStore, type PlanResults, type RunPlanDeps, type Step } from './run-plan.ts'
import { readSchema, schemaSteps, type Schema, type Table } from './schema.ts'

/** What is known before an inspection. */
export type InspectionInput = InspectedStore & {
  /** The name of the connection. */
  name: string
  /** The namespace of its ids. */
  id_namespace: string
  settings: Record<string, string>
  known_user?: { identifier: string; password: string } | undefined
}

/** An inspection without the runs of its scripts, and identifiers of a few users to run them with, which are in no answer. */
export type InspectedUsers = { inspection: Omit<Inspection, 'tried'>; identifiers: string[] }

const engines: Engine[] = ['postgresql', 'mysql', 'sql-server']

/** The engine of an address. @throws {Refusal} `invalid_body` */
export function engineOfAddress(address: string | undefined): Engine {
  const scheme = /^(\w+):\/\//.exec((address ?? '').toLowerCase())?.[1] ?? ''
  const engine = engines.find((name) => scheme in templateDriver(name).schemes)
  if (engine !== undefined) return engine
  const known = engines.flatMap((name) => Object.keys(templateDriver(name).schemes)).map((each) => `${each}://`)
  throw invalidBody(
    `Give the address of the database, which begins with ${known.join(', ')}`,
    'configuration.DATABASE_URL',
  )
}

/** The columns that were given by settings replace those that were found. */
function withGiven(table: Table, columns: ChosenColumn[], settings: Record<string, string>): ChosenColumn[] {
  const given = Object.entries(settings).flatMap(([key, name]) => {
    const role = roleOfSetting(key)
    if (role === undefined) return []
    const column = table.columns.find((each) => each.name === name)
    if (column === undefined && name !== '') {
      throw invalidBody(`The table ${table.name} has no column ${name}`, `settings.${key}`)
    }
    return [{ role, column }]
  })
  const named = given.flatMap(({ role, column }) =>
    column === undefined ? [] : [{ role, column, score: 100, reason: 'it was given' }],
  )
  const taken = new Set(named.map(({ column }) => column.name))
  const kept = columns.filter(
    ({ role, column }) => !given.some((each) => each.role === role) && !taken.has(column.name),
  )
  return [...kept, ...named]
}

/** Settings are answered; secrets belong into the configuration. @throws {Refusal} `invalid_body` */
async function refuseSecretSettings(settings: Record<string, string>): Promise<void> {
  const known = (await listScriptTemplates()).flatMap((template) => template.settings)
  const secret = known.find(({ key, secret: is_secret }) => is_secret === true && key in settings)
  if (secret !== undefined) throw invalidBody('It is a secret: give it in configuration', `settings.${secret.key}`)
}

type Found = { ranked: RankedTable[]; known: KnownSchema | undefined; users: UsersTable | undefined }

/** The users table: the given one, that of a software that is known, or the one with most points. */
function chooseUsers(engine: Engine, schema: Schema, ranked: RankedTable[], settings: Record<string, string>): Found {
  const given = settings['TABLE']
  const [known] = given === undefined ? knownSchemas(schema.tables, engine) : []
  if (known !== undefined) {
    return { ranked, known, users: { engine, table: known.users, columns: known.columns, where: known.where } }
  }
  const [best] = ranked
  if (best === undefined || (given === undefined && best.score < 30)) return { ranked, known, users: undefined }
  return { ranked, known, users: { engine, table: best.table, columns: withGiven(best.table, best.columns, settings) } }
}

function tablesToSample(schema: Schema, given: string | undefined): Table[] {
  if (given === undefined) return rankTables(schema.tables).map(({ table }) => table)
  const table = schema.tables.find(
    ({ name, schema: of, bare_name }) => name === given || `${of}.${bare_name}` === given,
  )
  if (table !== undefined) return [table]
  throw invalidBody(`There is no table ${given} that the database user can read`, 'settings.TABLE')
}

const shown = ({ table, score, reason }: RankedTable) => ({ table: table.name, kind: table.kind, score, reason })

function warningsOf(schema: Schema, { users, ranked }: Found, results: PlanResults): string[] {
  const warnings: string[] = []
  if (schema.tables.length === 0) warnings.push('The database user can read no table.')
  if (schema.is_cut) warnings.push('There are more than 20,000 columns: the tables after them were not read.')
  if (schema.unusable_names > 0) {
    warnings.push(
      `Columns that were left out: ${schema.unusable_names}. A template cannot write their names or those of their tables. Use a view.`,
    )
  }
  if (users === undefined) {
    warnings.push('No table looks like one of users: give settings.TABLE and the settings of its columns.')
    return warnings
  }
  const has = (role: string): boolean => users.columns.some((each) => each.role === role)
  const elsewhere = ranked.filter(
    ({ table, columns }) => table !== users.table && columns.some(({ role }) => role === 'password'),
  )
  if (!has('password')) {
    const where =
      elsewhere.length === 0 ? '' : ` Hashes may be in: ${elsewhere.map(({ table }) => table.name).join(', ')}.`
    warnings.push(
      `The table ${users.table.name} has no column of password hashes.${where} Create a view that joins them, and give it as settings.TABLE.`,
    )
  }
  if (!has('id'))
    warnings.push(`The table ${users.table.name} has no column that looks like an id: give settings.ID_COLUMN.`)
  const status = users.columns.find(({ role }) => role === 'status')
  if (status !== undefined && !has('blocked') && !has('active')) {
    warnings.push(
      `Ask what the values of ${status.column.name} mean: some may be those of blocked users, whom the template would let in.`,
    )
  }
  if (spellingsAreCut(results)) {
    warnings.push(
      `More than ${spelling_rows} identifiers have characters outside of ASCII: only so many were compared, and counts of shared or invalid ones may be too small.`,
    )
  }
  return warnings
}

function identifiersOf(results: PlanResults): string[] {
  const result = results.get('identifiers')
  const found = result !== undefined && 'found' in result && Array.isArray(result.found) ? result.found : []
  return found.filter((text) => typeof text === 'string')
}

/** Counts users and reads hashes. The counts come first: reading hashes takes time of the processor. */
async function readUsers(
  run: (steps: Step[]) => Promise<PlanResults>,
  users: UsersTable,
  id_namespace: string,
  known_step: Step[],
): Promise<PlanResults> {
  const counted = await run([...identifierStep(users), ...countSteps(users, id_namespace), ...hashCountStep(users)])
  return new Map([...counted, ...(await run([...hashSteps(users, filledHashes(counted)), ...known_step]))])
}

/**
 * Inspects a legacy store: chooses the users table, its columns and a template, and counts what will be a problem when users move. Reads
 * only, in a sandbox process of its own, within `inspection_bounds`.
 *
 * @throws {Refusal} `invalid_body` for an address of another kind, and for a table or column that does not exist
 * @throws {InspectionFailed} where the legacy store cannot be reached
 */
export async function inspectStore(deps: RunPlanDeps, input: InspectionInput): Promise<InspectedUsers> {
  const { configuration, settings, known_user } = input
  await refuseSecretSettings(settings)
  const engine = engineOfAddress(configuration['DATABASE_URL'])
  const { run, end } = await openInspection(deps, input)
  try {
    const schema = readSchema(engine, await run(schemaSteps(engine)))
    const sampled = tablesToSample(schema, settings['TABLE'])
    const ranked = rankSampled(sampled, await run(sampleSteps(engine, sampled)))
    const found = chooseUsers(engine, schema, ranked, settings)
    const { users, known } = found
    const known_step =
      users === undefined || known_user === undefined
        ? []
        : knownHashStep(users, known_user.identifier, known_user.password)
    const results =
      users === undefined ? (new Map() as PlanResults) : await readUsers(run, users, input.id_namespace, known_step)
    const hashes = readHashes(results)
    const { proposal, warnings } =
      users === undefined
        ? { proposal: null, warnings: [] }
        : await proposeTemplate({ name: input.name, users, schema, known, hashes, given: settings, configuration })
    const of_users = ranked.find(({ table }) => table === users?.table)
    const inspection = {
      engine,
      server_version: schema.server_version,
      tables_read: schema.tables.length,
      users_table:
        users === undefined
          ? null
          : known !== undefined
            ? { table: users.table.name, kind: users.table.kind, score: 100, reason: known.reason }
            : {
                table: users.table.name,
                kind: users.table.kind,
                score: of_users?.score ?? 100,
                reason: of_users?.reason ?? 'it was given',
              },
      other_tables: ranked.filter(({ table }) => table !== users?.table).map(shown),
      columns: (users?.columns ?? []).map(({ role, column, score, reason }) => ({
        role,
        column: column.name,
        type: column.type,
        score,
        reason,
      })),
      unused_columns: (users?.table.columns ?? [])
        .filter((column) => !users?.columns.some((each) => each.column === column))
        .map(({ name, type }) => ({ column: name, type })),
      second_factors: schema.tables.filter(({ bare_name }) => isForSecondFactor(bare_name)).map(({ name }) => name),
      hashes: hashes.hashes,
      counts: users === undefined ? [] : [...readCounts(users, results), ...hashes.counts],
      proposal,
      warnings: [...warningsOf(schema, found, results), ...warnings],
    }
    return { inspection, identifiers: identifiersOf(results) }
  } finally {
    end()
  }
}
