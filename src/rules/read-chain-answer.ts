import { defined } from '../base/defined.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../base/json.ts'
import type { ScriptResult } from '../sandbox/script-types.ts'
import { claims_max, customClaims } from './custom-claims.ts'
import { describeFailedCall } from './describe-failed-call.ts'
import type { TokenChanges } from './post-login.ts'

/** Metadata of a user that a rule changes. */
export type MetadataChange = { user_id: string; member: 'user_metadata' | 'app_metadata'; change: JsonObject }

/** How the rules of a login ended. `step`: the rule or action that ended it. `refused_claims`: names that it may not set. */
export type ChainAnswer = { step?: string } & (
  | { kind: 'allow'; changes: TokenChanges; refused_claims: string[] }
  | { kind: 'redirect'; url: string; resume_with?: string }
  | { kind: 'deny' | 'error' | 'not_run'; message: string; line?: number }
)

const metadata_max = 10
const scopes_max = 200
const scope_form = /^[\u0021\u0023-\u005b\u005d-\u007e]{1,280}$/

const objectOf = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {})
const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '')

/** A line that the process in the sandbox names; undefined where it is none. */
export const lineOf = (value: JsonValue | undefined): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined

/** Why the rules cannot be obeyed; undefined where they can. */
function unsupported({ multifactor, links_users, redirect }: JsonObject): string | undefined {
  if (multifactor === true) return 'A rule or action demands a second factor, which this server does not have.'
  if (links_users === true) return 'A rule or action sets the primary user, but this server does not link users.'
  if (redirect === null || redirect === undefined) return undefined
  const url = URL.canParse(textOf(redirect)) ? new URL(textOf(redirect)) : undefined
  const is_web = url?.protocol === 'https:' || url?.protocol === 'http:'
  return is_web && textOf(redirect).length <= 2048
    ? undefined
    : 'A rule or action redirects to what is no http or https URL of at most 2,048 characters.'
}

function readAllowed({ id_token, access_token, scope }: JsonObject): ChainAnswer {
  const tokens = { id_token: customClaims(objectOf(id_token)), access_token: customClaims(objectOf(access_token)) }
  for (const [token, { claims }] of Object.entries(tokens)) {
    const { length } = JSON.stringify(claims)
    if (length > claims_max) {
      const message = `The rules add ${length} characters of claims to the ${token}; it may have ${claims_max}.`
      return { kind: 'error', message }
    }
  }
  const scopes = Array.isArray(scope)
    ? scope.filter((value) => typeof value === 'string' && scope_form.test(value)).slice(0, scopes_max)
    : undefined
  const changes: TokenChanges = {
    id_token: tokens.id_token.claims,
    access_token: tokens.access_token.claims,
    ...(scopes === undefined ? {} : { scope: [...new Set(scopes as string[])] }),
  }
  const refused_claims = [...new Set([...tokens.id_token.refused, ...tokens.access_token.refused])]
  return { kind: 'allow', changes, refused_claims }
}

function readFailure(failed: JsonObject): ChainAnswer {
  const step = textOf(failed['step'])
  const { name, message, line: given_line } = objectOf(failed['error'])
  const line = lineOf(given_line)
  if (name === 'UnauthorizedError') return { kind: 'deny', step, message: textOf(message), ...defined({ line }) }
  const where = line === undefined ? '' : `, line ${line}`
  const kind = failed['kind'] === 'action' ? 'action' : 'rule'
  const text = `The ${kind} "${step}"${where}: ${textOf(name)}: ${textOf(message)}`
  return { kind: 'error', step, message: text, ...defined({ line }) }
}

/** The metadata that the rules change, whatever their end: at most 10 changes. The process that answered is not trusted. */
export function readMetadataChanges(result: ScriptResult): MetadataChange[] {
  const { metadata } = result.kind === 'returned' ? objectOf(result.values[0]) : {}
  if (!Array.isArray(metadata)) return []
  return metadata
    .filter(isJsonObject)
    .flatMap(({ user_id, user_metadata, app_metadata }): MetadataChange[] => {
      if (typeof user_id !== 'string') return []
      if (isJsonObject(user_metadata)) return [{ user_id, member: 'user_metadata', change: user_metadata }]
      return isJsonObject(app_metadata) ? [{ user_id, member: 'app_metadata', change: app_metadata }] : []
    })
    .slice(0, metadata_max)
}

/** Reads the answer of a call of the rules. The process that answered is not trusted: each member is checked. */
export function readChainAnswer(result: ScriptResult): ChainAnswer {
  const error = (message: string): ChainAnswer => ({ kind: 'error', message })
  if (result.kind !== 'returned') {
    const message = describeFailedCall(result, 'The rules')
    return result.kind === 'saturated' ? { kind: 'not_run', message } : error(message)
  }
  const answer = objectOf(result.values[0])
  if (isJsonObject(answer['failed'])) return readFailure(answer['failed'])
  const problem = unsupported(answer)
  if (problem !== undefined) return error(problem)
  const url = textOf(answer['redirect'])
  if (url === '') return readAllowed(answer)
  const resume_with = textOf(answer['redirected_by']).slice(0, 64)
  return { kind: 'redirect', url, ...(resume_with === '' ? {} : { resume_with }) }
}
