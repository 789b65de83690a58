import { defined } from '../../base/defined.ts'
import type { Inspection } from '../../contract/assistant.ts'
import { generateTemplate, readScriptTemplate } from '../script-templates.ts'
import { ScriptTemplateSettingError, type TemplateSetting } from '../template-settings.ts'
import type { Role } from './column-names.ts'
import { columnOf, type UsersTable } from './count-steps.ts'
import { frameworkOf } from './frameworks.ts'
import { hashSettings, type HashFindings } from './hash-findings.ts'
import type { KnownSchema } from './known-schemas.ts'
import type { Schema } from './schema.ts'

/** What a proposal is made from. */
export type ProposalInput = {
  name: string
  users: UsersTable
  schema: Schema
  known: KnownSchema | undefined
  hashes: HashFindings
  /** Settings that were given: they precede what was found. */
  given: Record<string, string>
  configuration: Record<string, string>
}

/** A proposed template with what it generates, and warnings about it. */
export type Proposal = { proposal: Inspection['proposal']; warnings: string[] }

const role_of_setting: Record<string, Role> = {
  ID_COLUMN: 'id',
  EMAIL_COLUMN: 'email',
  USERNAME_COLUMN: 'username',
  PASSWORD_COLUMN: 'password',
  EMAIL_VERIFIED_COLUMN: 'email_verified',
  NAME_COLUMN: 'name',
  GIVEN_NAME_COLUMN: 'given_name',
  FAMILY_NAME_COLUMN: 'family_name',
  NICKNAME_COLUMN: 'nickname',
  PICTURE_COLUMN: 'picture',
  BLOCKED_COLUMN: 'blocked',
  ACTIVE_COLUMN: 'active',
  CREATED_AT_COLUMN: 'created_at',
  UPDATED_AT_COLUMN: 'updated_at',
}

/** The role of a setting that names a column. */
export function roleOfSetting(key: string): Role | undefined {
  return key === 'SALT_COLUMN' ? 'salt' : role_of_setting[key]
}

/** The settings of a template for one table whose names can be chosen. */
function tableSettings({ users, hashes }: ProposalInput, settings: TemplateSetting[]): Record<string, string> {
  const columns = settings.flatMap(({ key, optional }): [string, string][] => {
    const role = role_of_setting[key]
    const column = role && columnOf(users, role)
    if (column !== undefined) return [[key, column.name]]
    return role !== undefined && optional === true ? [[key, '']] : []
  })
  const keys = new Map(settings.map((setting) => [setting.key, setting]))
  const { settings: of_hashes, needs_salt } = hashSettings(hashes, new Set(keys.keys()))
  const salt = columnOf(users, 'salt')
  const verified = columnOf(users, 'email_verified')
  const email = columnOf(users, 'email')
  const found: Record<string, string> = {
    TABLE: users.table.name,
    ...Object.fromEntries(columns),
    ...of_hashes,
    ...(columnOf(users, 'id')?.kind === 'bytes' ? { ID_FORM: 'binary' } : {}),
    ...(verified === undefined ? {} : { EMAIL_VERIFIED_FORM: verified.kind === 'time' ? 'time' : 'flag' }),
    ...(needs_salt && salt !== undefined ? { SALT_COLUMN: salt.name } : {}),
    ...(users.engine === 'postgresql' || email === undefined
      ? {}
      : { IDENTIFIER_MATCH: email.folds_case ? 'collation' : 'ignore_case' }),
  }
  return Object.fromEntries(
    Object.entries(found).filter(([key, value]) => {
      const setting = keys.get(key)
      return setting !== undefined && (setting.kind !== 'choice' || setting.values?.includes(value) === true)
    }),
  )
}

type Chosen = { template: string; reason: string; settings: Record<string, string>; open_settings: string[] }

function chosenTemplate({ users, schema, known }: ProposalInput): Chosen {
  if (known !== undefined) return known
  const generic = {
    template: users.engine,
    reason: 'one table, of no software that is known',
    settings: {},
    open_settings: [],
  }
  return frameworkOf(users.table, schema.tables) ?? generic
}

// Which version wrote the hashes: it decides the form of new ones only.
function versionOf(
  template: string,
  { hashes }: HashFindings,
  settings: Record<string, string>,
): Record<string, string> {
  const has = (name: string): boolean => hashes.forms.some(({ form }) => form.startsWith(name))
  if (template === 'wordpress') return { VERSION: has('wordpress') ? '6.8' : 'earlier' }
  if (template === 'drupal' && settings['VERSION'] !== '7') return { VERSION: has('bcrypt') ? '10.1' : '8' }
  return {}
}

/** The template for a users table, with its settings and scripts. The settings of `configuration` are not repeated. */
export async function proposeTemplate(input: ProposalInput): Promise<Proposal> {
  const { users, known, hashes, given, configuration } = input
  const chosen = chosenTemplate(input)
  const template = await readScriptTemplate(chosen.template)
  if (template === undefined) {
    return { proposal: null, warnings: [`There is no script template for ${chosen.template}.`] }
  }
  const found = known === undefined ? tableSettings(input, template.settings) : {}
  const keys = new Set(template.settings.map(({ key }) => key))
  const proposed = Object.fromEntries(
    Object.entries({
      ...found,
      ...chosen.settings,
      ...versionOf(chosen.template, hashes, chosen.settings),
      ...given,
    }).filter(([key]) => keys.has(key) && !(key in configuration)),
  )
  const standard = new Map(template.settings.map((setting) => [setting.key, setting.default ?? '']))
  const settings = Object.fromEntries(Object.entries(proposed).filter(([key, value]) => standard.get(key) !== value))
  const open =
    known === undefined && columnOf(users, 'email') === undefined && keys.has('EMAIL_COLUMN') ? ['EMAIL_COLUMN'] : []
  const open_settings = [...chosen.open_settings, ...open].filter((key) => !(key in given) && !(key in configuration))
  const { template: id, reason } = chosen
  const warnings = [
    ...(known === undefined ? hashSettings(hashes, keys).warnings : []),
    ...Object.keys(given)
      .filter((key) => !keys.has(key))
      .map((key) => `The template ${id} has no setting ${key}: it was ignored.`),
  ]
  try {
    const all = Object.fromEntries(Object.entries({ ...configuration, ...settings }).filter(([key]) => keys.has(key)))
    const { customScripts, id_namespace, password_normalization } = generateTemplate(template, input.name, all).options
    const scripts = Object.fromEntries(
      Object.entries(customScripts).flatMap(([name, source]) => (source === undefined ? [] : [[name, source]])),
    )
    return {
      proposal: {
        template: id,
        reason,
        settings,
        open_settings,
        scripts,
        options: { id_namespace, ...defined({ password_normalization }) },
      },
      warnings,
    }
  } catch (error) {
    if (!(error instanceof ScriptTemplateSettingError)) throw error
    return { proposal: null, warnings: [`The template ${id} cannot be used: ${error.message}.`] }
  }
}
