import { writeFileSync } from 'node:fs'
import { defined } from '../base/defined.ts'
import { connectionByRealm, type Connection } from '../connections/connection.ts'
import { ScriptTemplateSettingError, serversOf } from '../connections/template-settings.ts'
import type { Inspection } from '../contract/assistant.ts'
import { Refusal } from '../contract/refusal.ts'
import { inspectLegacyStore } from '../login/inspect-legacy-store.ts'
import type { TryScriptDeps } from '../login/try-script.ts'
import type { Tenant } from '../tenants/tenant.ts'

/** The input of `templates propose`, read where the command is typed. */
export type ProposeChoice = {
  settings: Record<string, string>
  known_user?: { identifier: string; password: string }
}

// Settings that the scripts read from `configuration`; the others are answered.
const configured = new Set(['DATABASE_URL', 'DATABASE_CA', 'PEPPER'])

// A command has no network address: its failures count as those of this machine.
const caller = { ip: '127.0.0.1' }

/** A connection that is not saved: its scripts may reach the server of the address, as those that `templates apply` saves. */
function unsavedConnection({ tenant_id }: Tenant, name: string, address: string | undefined): Connection {
  if (address === undefined) {
    const message = `There is no connection "${name}" yet: give --settings with the DATABASE_URL of the legacy store.`
    throw new Refusal('inexistent_connection', { message })
  }
  try {
    const allow = serversOf('DATABASE_URL', address)
    return {
      tenant_id,
      connection_id: '',
      name,
      strategy: 'auth0',
      options: { egress: { mode: 'allow_list', allow }, brute_force_protection: false },
      mode: 'import',
      configuration_sealed: {},
      configuration_origins: {},
      scripts_sealed: {},
      data: {},
      version: 0,
      has_foreign_hashes: false,
      finish_step: null,
      has_decisions: false,
      created_at: 0,
      updated_at: 0,
    }
  } catch (error) {
    if (!(error instanceof ScriptTemplateSettingError)) throw error
    throw new Refusal('invalid_request', { message: `${error.message}.` })
  }
}

/**
 * Inspects the legacy store of the connection of a name, which may not exist yet, and answers the inspection.
 *
 * @throws {Refusal} those of `inspectLegacyStore`; `inexistent_connection` without the address of a database
 */
export async function proposeChoice(
  deps: TryScriptDeps,
  tenant: Tenant,
  name: string,
  { settings: given, known_user }: ProposeChoice,
): Promise<Inspection> {
  const isConfigured = ([key]: [string, string]): boolean => configured.has(key)
  const configuration = Object.fromEntries(Object.entries(given).filter(isConfigured))
  const settings = Object.fromEntries(Object.entries(given).filter((entry) => !isConfigured(entry)))
  const saved = await connectionByRealm(deps.db, tenant.tenant_id, name)
  const connection = saved ?? unsavedConnection(tenant, name, configuration['DATABASE_URL'])
  return await inspectLegacyStore(deps, {
    connection,
    configuration,
    settings,
    allow: [],
    caller,
    ...defined({ known_user }),
  })
}

/**
 * Writes given and proposed settings to a new file, readable by its owner only. Returns what was written, or why nothing was.
 *
 * @throws {Refusal} where the file exists or cannot be written
 */
export function writeProposal(file: string, given: Record<string, string>, { proposal }: Inspection): string {
  if (proposal === null) return `Nothing was written to ${file}: there is no proposal.`
  try {
    const text = JSON.stringify({ ...given, ...proposal.settings }, null, 2)
    writeFileSync(file, `${text}\n`, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unwritable'
    throw new Refusal('invalid_request', { message: `--write ${file} cannot be written (${code}).` })
  }
  const secrets = Object.keys(given).filter((key) => configured.has(key))
  const with_secrets =
    secrets.length === 0 ? '' : ` It holds ${secrets.join(' and ')} as given: delete it when the template is applied.`
  return `Written: ${file}, with ${Object.keys(proposal.settings).length} proposed settings; only you can read it.${with_secrets}`
}

/** Rows of texts in columns. */
function columns(rows: (string | number)[][]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => String(row[at] ?? '').length)))
  return rows.map((row) => `  ${row.map((cell, at) => String(cell).padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd())
}

function section(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines]
}

function describeCounts({ counts }: Inspection): string[] {
  const [none, others] = [counts.filter(({ value }) => value === 0), counts.filter(({ value }) => value !== 0)]
  const rows = others.map(({ count, column, value, failed, sampled, meaning }) => [
    column === undefined ? count : `${count} (${column})`,
    value === null ? 'not counted' : value,
    `${meaning}${value === null ? ` Reason: ${failed ?? 'unknown'}.` : ''}${sampled === undefined ? '' : ` In ${sampled} rows.`}`,
  ])
  const listed = none.map(({ count, column }) => (column === undefined ? count : `${count} (${column})`))
  return [...columns(rows), ...(listed.length === 0 ? [] : [`  None: ${listed.join(', ')}`])]
}

/** Describes an inspection as text. `apply` is the command that applies the proposal. */
export function describeInspection(inspection: Inspection, apply: string): string {
  const { engine, server_version, tables_read, users_table, other_tables, hashes, proposal, tried, warnings } =
    inspection
  const shown = [...(users_table === null ? [] : [users_table]), ...other_tables]
  const settings = Object.entries(proposal?.settings ?? {}).map(([key, value]) => [
    key,
    value === '' ? '(none)' : value,
  ])
  const runs = tried.map(({ script, outcome, times, fields, message }) => [
    script,
    outcome,
    times,
    message ?? (fields.length === 0 ? '' : `not stored as it is: ${fields.join(', ')}`),
  ])
  return [
    `${server_version} (${engine}): ${tables_read} tables and views`,
    ...section(
      'Tables (the first has the users)',
      columns(shown.map(({ table, kind, score, reason }) => [table, kind, score, reason])),
    ),
    ...section(
      'Columns',
      columns(inspection.columns.map(({ role, column, type, score, reason }) => [role, column, type, score, reason])),
    ),
    ...section(
      'Tables for second factors',
      inspection.second_factors.map((name) => `  ${name}`),
    ),
    ...section(
      `Password hashes, in ${hashes.sampled} rows`,
      columns(
        hashes.forms.map(({ form, count, verifiable }) => [
          form,
          count,
          verifiable ? '' : 'not verifiable without a recipe',
        ]),
      ),
    ),
    ...(hashes.recipe === undefined ? [] : [`  Recipe: ${JSON.stringify(hashes.recipe)}`]),
    ...section('Counts (of all rows, unless rows are named)', describeCounts(inspection)),
    ...section('Runs of the proposed scripts', columns(runs)),
    ...section(
      'Warnings',
      warnings.map((warning) => `  ${warning}`),
    ),
    ...(proposal === null
      ? ['', 'No proposal.']
      : [
          ...section(`Proposal: template ${proposal.template} (${proposal.reason})`, columns(settings)),
          ...(proposal.open_settings.length === 0 ? [] : [`  Check also: ${proposal.open_settings.join(', ')}`]),
          '',
          `Next: ${apply.replace('{template}', proposal.template)}`,
        ]),
  ].join('\n')
}
