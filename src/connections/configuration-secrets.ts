import { isJsonObject } from '../base/json.ts'
import { isSecretName } from '../base/is-secret-name.ts'
import type { Secret } from './secret-mask.ts'

// user:password@ of a URL. A password with an unencoded / is valid for some drivers: the second form reads up to the last @.
const url_credentials = [/^[a-z][\w+.-]*:\/\/([^:/?#@\s]*):([^/?#\s]*)@/i, /^[a-z][\w+.-]*:\/\/([^:/?#@\s]*):(.*)@/i]
// The name of name=value in a connection string or in a URL's query. One class of characters: `\s*` beside it would make the time cubic.
const pair_name = /(?:^|[?&;])([\w\s.-]+)=/g
const pair_end = /[;&]|$/g
const private_key = /-----BEGIN [A-Z ]*PRIVATE KEY-----/

const random_length_min = 16
const changes_min = 0.2

/** Whether a text looks random: its letters, digits and cases alternate more often than in words. */
function looksRandom(text: string): boolean {
  if (text.length < random_length_min || !/^[\w+/=.~-]+$/.test(text)) return false
  const changes = text.match(/(?<=[a-z])[A-Z]|(?<=[a-zA-Z])\d|(?<=\d)[a-zA-Z]/g) ?? []
  return changes.length / text.length >= changes_min
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function inUrl(text: string): string[] {
  return url_credentials.flatMap((form) => {
    const [, user = '', password = ''] = form.exec(text) ?? []
    return password === '' ? [] : [password, decoded(password), `${decoded(user)}:${decoded(password)}`]
  })
}

function inPairs(text: string): string[] {
  const found: string[] = []
  let end = 0
  for (const { index, 0: match, 1: name = '' } of text.matchAll(pair_name)) {
    if (index < end || !isSecretName(name)) continue
    const start = index + match.length
    pair_end.lastIndex = start
    end = pair_end.exec(text)?.index ?? text.length
    const value = text.slice(start, end).trim()
    if (value !== '') found.push(value, decoded(value))
  }
  return found
}

function inJson(text: string): string[] {
  if (!text.trimStart().startsWith('{')) return []
  try {
    const value: unknown = JSON.parse(text)
    if (!isJsonObject(value)) return []
    return Object.entries(value).flatMap(([name, member]) =>
      typeof member === 'string' ? secretsIn(name, member) : [],
    )
  } catch {
    return []
  }
}

/** The secrets of a configuration, each with the name that replaces it in texts. */
export function configurationSecrets(configuration: Record<string, string>): Secret[] {
  return Object.entries(configuration).flatMap(([key, value]) =>
    secretsIn(key, value).map((text) => ({ name: `configuration.${key}`, text })),
  )
}

const value_length_min = 6
// Settings that say nothing, and would be found in many messages.
const common_value =
  /^(?:[\d.,:+-]+|true|false|enabled|disabled|required?|prefer|optional|default|public|private|localhost|production|development|staging|testing|legacy|postgres|mariadb|mongodb|sqlserver|accounts?|customers?|members?|people|persons?|connection|password|username|user_?id|e-?mail|identifier)$/i

/**
 * What a failure does not show of a configuration: its secrets, and each whole value of at least 6 characters that is no number and no common
 * word. Support and viewers read failures, and no settings; who reads one learns the name of the setting.
 */
export function configurationValues(configuration: Record<string, string>): Secret[] {
  const values = Object.entries(configuration)
    .map(([key, value]) => ({ name: `configuration.${key}`, text: value.trim() }))
    .filter(({ text }) => text.length >= value_length_min && !common_value.test(text))
  return [...configurationSecrets(configuration), ...values]
}

/**
 * The secret texts in one value of a configuration: the whole value under the name of a secret or when it is a private key, credentials
 * inside a URL, values under names of secrets in a connection string or JSON, and long random words. Names of tables, hosts and
 * columns are none.
 */
export function secretsIn(name: string, text: string): string[] {
  if (isSecretName(name) || /key$/i.test(name) || private_key.test(text)) return [text]
  const random = text.split(/\s+/).filter(looksRandom)
  return [...new Set([...inUrl(text), ...inPairs(text), ...inJson(text), ...random])]
}
