import { suggestName } from '../base/suggest-name.ts'
import type { TemplateAnswers } from './generate-script.ts'
import { standardPort } from './template-drivers.ts'

/** What an answer is: an address, a name of SQL or of an attribute, one of `values`, a whole number, or any text. */
export type TemplateSettingKind = 'url' | 'column' | 'attribute' | 'table' | 'prefix' | 'choice' | 'number' | 'text'

/** One question of a template. The scripts read the answers to secret ones and to addresses from `configuration`; others are written into them. */
export type TemplateSetting = {
  key: string
  kind: TemplateSettingKind
  description: string
  required?: boolean
  /** Used when there is no answer. */
  default?: string
  /** The answers of a choice. */
  values?: string[]
  /** The limits of a number. */
  minimum?: number
  maximum?: number
  /** The schemes of an address. */
  schemes?: string[]
  /** Whether a form should hide what is typed. */
  secret?: boolean
  /** Whether an empty answer means that there is none, instead of the default. */
  optional?: boolean
}

/** A template refuses an answer; `key` names the setting, and no message contains the answer. */
export class ScriptTemplateSettingError extends Error {
  readonly key: string
  constructor(key: string, message: string) {
    super(`${key} ${message}`)
    this.name = 'ScriptTemplateSettingError'
    this.key = key
  }
}

// Names of tables and columns cannot be query parameters: no quotation mark of any dialect, and nothing that ends a template literal.
const name_form = /^[\p{L}_][\p{L}\p{N}_$ -]{0,127}$/u

/** Whether templates can write this name of a table or column. */
export function isNameOfSql(name: string): boolean {
  return name_form.test(name)
}

function nameProblem({ kind }: TemplateSetting, value: string): string | undefined {
  if (kind === 'column' && !name_form.test(value)) return 'is not the name of a column'
  // An attribute of LDAP, or the path of a field of a document, with places of lists.
  if (kind === 'attribute' && !/^[A-Za-z_][\w-]*(\.[A-Za-z0-9_][\w-]*)*$/.test(value))
    return 'is not the name of an attribute'
  if (kind === 'prefix' && !/^[A-Za-z_][A-Za-z0-9_]{0,40}$/.test(value))
    return 'is not the start of the name of a table'
  if (kind !== 'table') return undefined
  const parts = value.split('.')
  return parts.length <= 3 && parts.every((part) => name_form.test(part)) ? undefined : 'is not the name of a table'
}

function problemOf(setting: TemplateSetting, value: string): string | undefined {
  const { kind, values, minimum = 1, maximum = 1_000_000, schemes = [] } = setting
  if (kind === 'choice') return values?.includes(value) === true ? undefined : `must be one of ${values?.join(', ')}`
  if (kind === 'number') {
    const number = Number(value)
    if (/^\d{1,9}$/.test(value) && number >= minimum && number <= maximum) return undefined
    return `must be a whole number from ${minimum} to ${maximum}`
  }
  if (kind !== 'url') return nameProblem(setting, value)
  const starts = schemes.map((scheme) => `${scheme}://`)
  if (!starts.some((start) => value.toLowerCase().startsWith(start))) return `must begin with ${starts.join(' or ')}`
  return undefined
}

/**
 * The answers to all questions: those that were given, checked, and the defaults of the others.
 *
 * @throws ScriptTemplateSettingError when a required answer is missing, an answer is not of its kind, or a key is unknown
 */
export function checkAnswers(settings: TemplateSetting[], given: Record<string, string>): TemplateAnswers {
  const known = settings.map(({ key }) => key)
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue
    const meant = suggestName(key, known)
    const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`
    throw new ScriptTemplateSettingError(key, `is not a setting of this template${hint}`)
  }
  const answers: TemplateAnswers = {}
  for (const setting of settings) {
    const { key } = setting
    // An empty prefix is an answer, too: the tables have none.
    const may_be_empty = setting.optional === true || setting.kind === 'prefix'
    const value = given[key] === '' && !may_be_empty ? undefined : given[key]
    if (value === undefined && setting.required === true) throw new ScriptTemplateSettingError(key, 'is required')
    const problem = value === undefined || value === '' ? undefined : problemOf(setting, value)
    if (problem !== undefined) throw new ScriptTemplateSettingError(key, problem)
    answers[key] = value ?? setting.default ?? ''
  }
  return answers
}

/**
 * The `host:port` of each server that an address names; an address of MongoDB or LDAP may name several, with commas.
 *
 * @throws ScriptTemplateSettingError when it names no host
 */
export function serversOf(key: string, address: string): string[] {
  const [, scheme = '', authority = ''] = /^(\w+):\/\/([^/?#]*)/.exec(address) ?? []
  const hosts = authority.slice(authority.lastIndexOf('@') + 1).split(',')
  return hosts.map((host) => {
    // URL knows the form of a host in this scheme, and leaves out its port 80.
    const text = `http://${host}`
    const url = URL.canParse(text) ? new URL(text) : undefined
    if (!url || url.hostname === '') throw new ScriptTemplateSettingError(key, 'is not an address with a host')
    const port = /:(\d+)$/.exec(host)?.[1] ?? standardPort(scheme)
    if (port === undefined) throw new ScriptTemplateSettingError(key, 'is not an address with a port')
    return `${url.hostname}:${port}`
  })
}
