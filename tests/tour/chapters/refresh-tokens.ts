import type { Chapter } from '../chapter.ts'
import { member, textMember, type JsonObject } from '../json.ts'
import type { TourClient } from '../tour-recorder.ts'
import { audience, password, prepareTokens, tokenRequests } from './tokens.ts'

const scope = 'openid profile email read:things offline_access'

/** Refresh tokens: rotation, reuse, narrowing, revocation. */
export const refreshTokens: Chapter = {
  name: 'refresh-tokens',
  async run(tour) {
    const { client, page } = await prepareTokens(tour)
    const token = tokenRequests(tour, client)
    const pageToken = tokenRequests(tour, { client_id: page.client_id } as TourClient)
    const user = { grant_type: 'password', realm: 'users', username: 'ada@users.example', password, audience, scope }
    const refreshOf = (answer: { json: unknown }): JsonObject => ({
      grant_type: 'refresh_token',
      refresh_token: String(member(answer.json as JsonObject, 'refresh_token')),
    })

    const first = refreshOf(await token('a login', user))
    const second = refreshOf(await token('a refresh', first))
    const third = refreshOf(await token('a refresh with a narrower scope', { ...second, scope: 'openid read:things' }))
    await token('a refresh with a wider scope', { ...third, scope: 'openid write:things' })
    await token('a refresh token that was used before', first)
    await token('the refresh token of a family that was revoked', third)
    await token('no refresh token', { grant_type: 'refresh_token' })
    await token('an unknown refresh token', { grant_type: 'refresh_token', refresh_token: 'unknown' })

    const kept = refreshOf(await pageToken('a login of a client without rotation', user))
    await pageToken('a refresh without rotation', kept)
    await pageToken('another refresh without rotation', kept)
    await token("another client's refresh token", kept)
    await tour.manage('the user is blocked', 'PATCH', 'users/auth0%7Cada', { blocked: true })
    await pageToken('a refresh for a blocked user', kept)
    await tour.manage('the user is unblocked', 'PATCH', 'users/auth0%7Cada', { blocked: false })
    await pageToken('a refresh for an unblocked user', kept)

    const revoked = refreshOf(await token('another login', user))
    const { refresh_token } = revoked
    const revoke = (step: string, json: JsonObject): Promise<unknown> =>
      tour.step(step, { path: '/oauth/revoke', json })
    await revoke('revoke without a token', { ...client })
    await revoke('revoke with a wrong secret', {
      ...client,
      client_secret: 'wrong',
      token: textMember(revoked, 'refresh_token'),
    })
    await revoke('revoke an unknown token', { ...client, token: 'unknown' })
    await revoke("revoke another client's token", {
      client_id: page.client_id,
      token: textMember(revoked, 'refresh_token'),
    })
    await revoke('revoke', { ...client, token: refresh_token ?? null })
    await token('a refresh with a revoked token', revoked)
    await tour.step('a preflight of revoke', { method: 'OPTIONS', path: '/oauth/revoke' })

    await tour.manage('a new password revokes refresh tokens', 'PATCH', 'users/auth0%7Cada', {
      password: 'Other-horse-8',
    })
    await pageToken('a refresh after the password was changed', kept)
    const last = refreshOf(await pageToken('a login with the new password', { ...user, password: 'Other-horse-8' }))
    await tour.manage('the user is deleted', 'DELETE', 'users/auth0%7Cada')
    await pageToken('a refresh for a deleted user', last)
  },
}
