import { canonicalIdentifier } from '../base/canonical.ts'
import type { JsonObject } from '../base/json.ts'
import type { Connection } from '../connections/connection.ts'
import type { Outcome } from '../contract/outcomes.ts'
import { recordEvent, type NewLogEvent } from '../logs/record-event.ts'
import { fingerprintProfile } from '../migration/fingerprints.ts'
import type { LegacyResult } from '../migration/legacy-store.ts'
import { moveUser } from '../migration/move-user.ts'
import { requirePlan, type Tenant } from '../tenants/tenant.ts'
import { findCredential, findCredentialByIdentity, type FoundCredential } from '../users/find-credential.ts'
import type { User } from '../users/user.ts'
import { cacheLegacyUser } from './cache-legacy-user.ts'
import { noteAnswer } from './note-answer.ts'
import type { LoginParts } from './login-parts.ts'
import { clearAttempts, type ShieldSubject } from './shield.ts'

/** An attempt as it is verified: `typed` is trimmed, `identifier` canonical. */
export type Attempt = {
  tenant: Tenant
  connection: Connection
  typed: string
  identifier: string
  password: string
  subject: ShieldSubject
  /** The log event of a success, to be written in the transaction that moves. */
  successEvent(user_id: string, outcome: Outcome, detail: JsonObject): NewLogEvent
}

/** How an attempt ended. `completed`: login count, log event and shield are written already. */
export type Verdict =
  | {
      kind: 'accepted'
      outcome: 'success' | 'moved' | 'legacy_success'
      user_id: string
      /** The user and the credential that the password matched, where they were read. */
      user?: User
      credential_id?: string
      completed: boolean
      detail: JsonObject
    }
  | { kind: 'refused'; outcome: Outcome; user_id?: string; message?: string; code?: string; detail: JsonObject }

async function verifyHere(parts: LoginParts, found: FoundCredential, password: string): Promise<Verdict> {
  const { user_id, credential } = found
  const right =
    credential === null
      ? await parts.passwords.verifyDummy(password)
      : await parts.passwords.verify(credential, password)
  if (!right) return { kind: 'refused', outcome: 'wrong_password', user_id, detail: {} }
  if (found.blocked) return { kind: 'refused', outcome: 'blocked', user_id, detail: {} }
  const by = credential === null ? {} : { credential_id: credential.credential_id }
  return { kind: 'accepted', outcome: 'success', user_id, user: found.user(), ...by, completed: false, detail: {} }
}

function refusedAnswer(answer: Exclude<LegacyResult, { kind: 'found' }>, detail: JsonObject): Verdict {
  switch (answer.kind) {
    case 'not_found':
      return { kind: 'refused', outcome: 'unknown_user', detail }
    case 'invalid_profile': {
      const { field, message } = answer.problem
      return {
        kind: 'refused',
        outcome: 'profile_refused',
        message: `The profile's ${field} ${message}.`,
        detail: { ...detail, field },
      }
    }
    case 'failed':
      return { kind: 'refused', outcome: answer.outcome, message: answer.message, detail }
    case 'refused':
      return {
        kind: 'refused',
        outcome: answer.outcome,
        message: answer.message,
        detail,
        ...(answer.code === undefined ? {} : { code: answer.code }),
        ...(answer.legacy_id === undefined ? {} : { user_id: `auth0|${answer.legacy_id}` }),
      }
  }
}

async function askAndMove(parts: LoginParts, attempt: Attempt): Promise<Verdict> {
  const { connection, typed, password } = attempt
  // The hash is the work that a known name costs; it runs beside the script, whatever the script answers.
  const hashing = parts.passwords.hash(password)
  const [answer, hashed] = await Promise.all([
    parts.legacy.runLogin(connection, typed, password),
    hashing.then(
      (password_hash) => ({ password_hash }),
      (error: unknown) => ({ error }),
    ),
  ])
  const detail: JsonObject = { script: 'login', ms: Math.round(answer.duration_ms), connection: connection.name }
  if (answer.kind !== 'found') {
    const verdict = refusedAnswer(answer, detail)
    await noteAnswer(parts, connection, { typed, answer, source: 'login', through: 'login', verdict })
    return verdict
  }
  const { profile } = answer
  if (profile.blocked) {
    const message = 'The legacy store says that this user is blocked.'
    const verdict: Verdict = {
      kind: 'refused',
      outcome: 'blocked',
      message,
      user_id: `auth0|${profile.legacy_id}`,
      detail,
    }
    await noteAnswer(parts, connection, { typed, answer, source: 'login', through: 'login', verdict })
    return verdict
  }
  if ('error' in hashed) throw hashed.error
  if (profile.dropped.length > 0) detail['dropped_fields'] = profile.dropped
  const moved = await moveUser(parts, {
    connection,
    profile,
    identifier: typed,
    password_hash: hashed.password_hash,
    through: 'login',
    ip: attempt.subject.ip,
    detail: { ms: Math.round(answer.duration_ms) },
    async also(trx, user_id) {
      await recordEvent(
        trx,
        attempt.tenant.tenant_id,
        parts.clock.now(),
        attempt.successEvent(user_id, 'moved', detail),
      )
      await clearAttempts(trx, attempt.subject)
    },
  })
  switch (moved.kind) {
    case 'moved':
      return { kind: 'accepted', outcome: 'moved', user_id: moved.user_id, completed: true, detail }
    case 'alias': {
      const found = await findCredentialByIdentity(
        parts.db,
        connection.tenant_id,
        connection.connection_id,
        profile.legacy_id,
      )
      if (!found) return { kind: 'refused', outcome: 'unknown_user', detail }
      const verdict = await verifyHere(parts, found, password)
      return { ...verdict, detail: { ...verdict.detail, ...detail, alias: true } }
    }
    case 'tombstoned':
      return { kind: 'refused', outcome: 'tombstoned', message: 'This legacy user was deleted here.', detail }
    case 'collision': {
      const verdict: Verdict = { kind: 'refused', outcome: 'collision', message: moved.message, detail }
      await noteAnswer(parts, connection, { typed, answer, source: 'login', through: 'login', verdict })
      return verdict
    }
  }
}

async function askEachTime(parts: LoginParts, attempt: Attempt): Promise<Verdict> {
  const { connection, typed, password } = attempt
  const answer = await parts.legacy.runLogin(connection, typed, password)
  const detail: JsonObject = { script: 'login', ms: Math.round(answer.duration_ms), connection: connection.name }
  if (answer.kind !== 'found') {
    const verdict = refusedAnswer(answer, detail)
    await noteAnswer(parts, connection, { typed, answer, source: 'login', through: 'login', verdict })
    return verdict
  }
  const cached = await cacheLegacyUser(parts, connection, answer.profile, typed, {
    source: 'login',
    fields: fingerprintProfile(parts.sealer, connection.connection_id, answer.profile),
  })
  if (cached.kind === 'collision') {
    const verdict: Verdict = { kind: 'refused', outcome: 'collision', message: cached.message, detail }
    await noteAnswer(parts, connection, { typed, answer, source: 'login', through: 'login', verdict })
    return verdict
  }
  if (cached.blocked) return { kind: 'refused', outcome: 'blocked', user_id: cached.user_id, detail }
  return { kind: 'accepted', outcome: 'legacy_success', user_id: cached.user_id, completed: false, detail }
}

/**
 * Decides one attempt. Here first, and that is final; the legacy store only for people unknown here (import
 * mode), or for everybody (legacy mode). The work done here is the same whether the name is known or not: one
 * hash.
 */
export async function authenticate(parts: LoginParts, attempt: Attempt): Promise<Verdict> {
  const { tenant, connection, identifier, password } = attempt
  const find = () => findCredential(parts.db, connection.tenant_id, connection.connection_id, identifier)
  if (connection.mode === 'legacy') {
    requirePlan(tenant, 'legacy_mode')
    return await askEachTime(parts, attempt)
  }
  const found = await find()
  if (found) return await verifyHere(parts, found, password)
  if (connection.mode === 'local') {
    await parts.passwords.verifyDummy(password)
    return { kind: 'refused', outcome: 'unknown_user', detail: {} }
  }
  requirePlan(tenant, 'import_mode')
  const key = `${connection.tenant_id}/${connection.connection_id}/${connection.version}/${identifier}`
  const ask = async (): Promise<Verdict> => {
    // Whoever waited for another question may find the person moved by now.
    const meanwhile = await find()
    return meanwhile ? await verifyHere(parts, meanwhile, password) : await askAndMove(parts, attempt)
  }
  const { result, shared } = await parts.questions.share(key, password, ask, attempt.subject.counted_ip)
  if (!shared || result.kind === 'refused') return result
  // The same password was accepted for the same identifier a moment ago: a login of its own, not a second move.
  return {
    ...result,
    outcome: result.outcome === 'moved' ? 'success' : result.outcome,
    completed: false,
    detail: { shared: true },
  }
}

/** What the shield and the flights tell attempts apart by. */
export function attemptKey(connection: Connection, typed: string, ip: string): { identifier: string; key: string } {
  const identifier = canonicalIdentifier(typed)
  return { identifier, key: `${connection.tenant_id}/${connection.connection_id}/${ip}/${identifier}` }
}
