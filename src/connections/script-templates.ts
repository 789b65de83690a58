/**
 * Script templates: action scripts for a kind of legacy store, generated from the files under `script-templates/` and the answers to
 * a template's questions. This folder's files read them and answer a connection's options; they store nothing and run no script.
 */
import { readdir, readFile } from 'node:fs/promises'
import { defined } from '../base/defined.ts'
import { scriptNames, type ScriptName } from '../contract/action-scripts.ts'
import type { StoredOptions } from './connection.ts'
import { generateScript, holds } from './generate-script.ts'
import { templateDriver } from './template-drivers.ts'
import { checkAnswers, serversOf, type TemplateSetting } from './template-settings.ts'

/** A script template without its sources. */
export type ScriptTemplateSummary = {
  id: string
  label: string
  description: string
  /** Which users of the store cannot move by a login with these scripts, and why. */
  cannot_move?: string[]
  /** The drivers of `script-templates/parts/drivers`; the scheme of DATABASE_URL chooses among several. */
  drivers: string[]
  /** The habits of the store in comparing passwords. */
  password_normalization?: PasswordHabit[]
  settings: TemplateSetting[]
}

/** A part of the option `password_normalization`: always, or on a condition of settings. `max_bytes` may be the key of a number. */
type PasswordHabit = { if?: string; trim?: boolean; lower_case?: boolean; max_bytes?: number | string }

/** What `template.json` contains: settings of its own, or the keys of shared ones in `parts/settings.json`. */
type TemplateFile = Omit<ScriptTemplateSummary, 'settings'> & {
  /** Files of `parts`, without `.js`, from the most special to the most general. */
  parts?: string[]
  settings: (string | (Partial<TemplateSetting> & { key: string }))[]
}

/** A script template with the sources that its scripts are generated from. */
export type ScriptTemplate = ScriptTemplateSummary & {
  /** The sources of scripts by name; `check` inspects the legacy store, read-only. */
  sources: Partial<Record<ScriptName | 'check', string>>
  /** The functions that scripts use: the template's own first, then those of the driver, the common ones last. */
  parts: (driver: string) => string[]
}

/** How a connection uses a template: in import mode it has only the scripts that read. */
export type TemplateMode = 'import' | 'legacy'

type PasswordNormalization = NonNullable<StoredOptions['password_normalization']>

/** The options that a template gives to a connection. */
export type ScriptTemplateOptions = {
  enabledDatabaseCustomization: boolean
  import_mode: boolean
  id_namespace: string
  /** What the store does to a password before it hashes it; import mode copies it to the credential of a user who moves. */
  password_normalization?: PasswordNormalization
  egress: { mode: 'allow_list'; allow: string[] }
  customScripts: Partial<Record<ScriptName, string>>
  configuration: Record<string, string>
}

/** What a template generates from answers. */
export type GeneratedTemplate = {
  options: ScriptTemplateOptions
  /** All scripts that the template has, also those that the mode does not run. */
  scripts: Partial<Record<ScriptName, string>>
  /** Inspects the legacy store with all answers as its configuration; where there is none, `get_user` is run. */
  check?: string
  answers: Record<string, string>
}

const folder = new URL('../../script-templates/', import.meta.url)
const generated_names = [...scriptNames, 'check'] as const

async function templateIds(): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory() && entry.name !== 'parts').map((entry) => entry.name)
}

/** All templates, in the order of their ids, without their sources. */
export async function listScriptTemplates(): Promise<ScriptTemplateSummary[]> {
  const summaries = await Promise.all((await templateIds()).map(async (id) => (await readDescription(id)).summary))
  return summaries.toSorted((one, other) => one.id.localeCompare(other.id, 'en'))
}

/** The template with this id and its sources, or undefined. */
export async function readScriptTemplate(id: string): Promise<ScriptTemplate | undefined> {
  // Only ids that the folder lists are read, so that an id cannot name another file.
  if (!(await templateIds()).includes(id)) return undefined
  const { summary, parts } = await readDescription(id)
  const own = await readSource(`${id}/store`)
  const shared = await Promise.all(parts.map(readPart))
  const drivers = new Map(
    await Promise.all(summary.drivers.map(async (name) => [name, await readPart(`drivers/${name}`)] as const)),
  )
  const common = await readPart('common')
  const sources = await Promise.all(
    generated_names.map(async (name) => {
      const source = (await readSource(`${id}/${name}`)) ?? (await readSource(`parts/scripts/${name}`))
      return [name, source] as const
    }),
  )
  return {
    ...summary,
    sources: Object.fromEntries(sources.filter(([, source]) => source !== undefined)),
    parts: (driver) => [...(own === undefined ? [] : [own]), ...shared, drivers.get(driver) ?? '', common],
  }
}

/**
 * The options that a template gives to the connection of this name. `configuration` contains the answers that the scripts read there:
 * addresses and secrets. Egress allows the host and port of the legacy store only.
 *
 * @throws ScriptTemplateSettingError when a required answer is missing, an answer is not of its kind, a key is unknown to the
 * template, or an address has another scheme or no host.
 */
export function generateTemplate(
  template: ScriptTemplate,
  connection_name: string,
  given: Record<string, string>,
  mode: TemplateMode = 'import',
): GeneratedTemplate {
  const answers = checkAnswers(template.settings, given)
  const driver = driverOf(template, answers)
  const scripts = Object.fromEntries(
    generated_names.flatMap((name) => {
      const source = template.sources[name]
      const script = source === undefined ? undefined : scriptOf({ template, driver, answers }, name, source)
      return script === undefined ? [] : [[name, script]]
    }),
  ) as Partial<Record<(typeof generated_names)[number], string>>
  const { check, ...actions } = scripts
  const { login, get_user, list_users } = actions
  const customScripts = mode === 'import' ? defined({ login, get_user, list_users }) : actions
  const read = Object.values(actions).join('\n')
  return {
    answers,
    scripts: actions,
    ...defined({ check }),
    options: {
      enabledDatabaseCustomization: true,
      import_mode: mode === 'import',
      // Ids of two stores never collide.
      id_namespace: connection_name.slice(0, 64),
      ...(mode === 'import' && passwordNormalization(template, answers)),
      egress: { mode: 'allow_list', allow: addressesOf(template, answers) },
      customScripts,
      configuration: Object.fromEntries(
        Object.entries(answers).filter(
          ([key, value]) => value !== '' && new RegExp(`configuration\\.${key}\\b`).test(read),
        ),
      ),
    },
  }
}

function passwordNormalization(
  { password_normalization = [] }: ScriptTemplate,
  answers: Record<string, string>,
): { password_normalization?: PasswordNormalization } {
  const merged: PasswordNormalization = {}
  for (const { if: condition, max_bytes, ...flags } of password_normalization) {
    if (condition !== undefined && !holds(condition, answers)) continue
    Object.assign(merged, flags)
    if (max_bytes !== undefined) merged.max_bytes = Number(answers[max_bytes] ?? max_bytes)
  }
  return Object.keys(merged).length === 0 ? {} : { password_normalization: merged }
}

type Scripted = { template: ScriptTemplate; driver: string; answers: Record<string, string> }

function scriptOf({ template, driver, answers }: Scripted, script: string, source: string): string | undefined {
  const kinds = new Map(template.settings.map(({ key, kind }) => [key, kind]))
  const { dialect } = templateDriver(driver)
  return generateScript(source, template.parts(driver), {
    answers: { ...answers, template: template.id, driver, script },
    dialect,
    isNumber: (key) => kinds.get(key) === 'number',
    nameOf(key, suffix) {
      const value = answers[key] ?? ''
      if (dialect === undefined || (value === '' && kinds.get(key) !== 'prefix')) return undefined
      const parts = kinds.get(key) === 'table' ? value.split('.') : [`${value}${suffix ?? ''}`]
      return parts.map(dialect.quote).join('.')
    },
  })
}

function driverOf({ drivers }: ScriptTemplate, answers: Record<string, string>): string {
  const scheme = /^\w+/.exec((answers['DATABASE_URL'] ?? '').toLowerCase())?.[0] ?? ''
  return drivers.find((driver) => scheme in templateDriver(driver).schemes) ?? drivers[0] ?? 'none'
}

function addressesOf({ settings }: ScriptTemplate, answers: Record<string, string>): string[] {
  const addresses = settings.flatMap(({ key, kind }) => {
    const address = kind === 'url' ? (answers[key] ?? '') : ''
    return address === '' ? [] : serversOf(key, address)
  })
  return [...new Set(addresses)]
}

type Shared = {
  settings: Record<string, Omit<TemplateSetting, 'key'>>
  of_driver: Record<string, string[] | undefined>
}

async function readDescription(id: string): Promise<{ summary: ScriptTemplateSummary; parts: string[] }> {
  const [own, shared] = await Promise.all(
    [`${id}/template.json`, 'parts/settings.json'].map((name) => readFile(new URL(name, folder), 'utf8')),
  )
  const { parts = [], settings: listed, ...rest } = JSON.parse(own ?? '') as TemplateFile
  const { settings: known, of_driver } = JSON.parse(shared ?? '') as Shared
  const keys = new Set(rest.drivers.flatMap((driver) => of_driver[driver] ?? []))
  const own_keys = new Set(listed.map((item) => (typeof item === 'string' ? item : item.key)))
  const settings = [...[...keys].filter((key) => !own_keys.has(key)), ...listed].map((item): TemplateSetting => {
    const given = typeof item === 'string' ? { key: item } : item
    const setting = { kind: 'text' as const, description: '', ...known[given.key], ...given }
    return setting.kind === 'url' ? withSchemes(setting, rest.drivers) : setting
  })
  return { summary: { ...rest, settings }, parts }
}

function withSchemes(setting: TemplateSetting, names: string[]): TemplateSetting {
  const drivers = names.map(templateDriver)
  const example = drivers.map((driver) => driver.example).join(' or ')
  const schemes = setting.schemes ?? drivers.flatMap((driver) => Object.keys(driver.schemes))
  return { ...setting, schemes, description: setting.description.replace('{example}', example) }
}

function readSource(name: string): Promise<string | undefined> {
  return readFile(new URL(`${name}.js`, folder), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}

async function readPart(name: string): Promise<string> {
  const source = await readSource(`parts/${name}`)
  if (source === undefined) throw new Error(`script-templates/parts/${name}.js is missing`)
  return source
}
