import type { Chapter } from '../chapter.ts'
import { send } from '../http-request.ts'
import { textMember, type JsonObject } from '../json.ts'
import { prepareTokens } from './tokens.ts'

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` })

/** The userinfo endpoint, discovery and the published keys. */
export const userinfo: Chapter = {
  name: 'userinfo',
  async run(tour) {
    const { client } = await prepareTokens(tour)
    const login = async (more: JsonObject): Promise<string> => {
      const user = {
        grant_type: 'password',
        realm: 'users',
        username: 'ada@users.example',
        password: 'Correct-horse-7',
      }
      const answer = await send(tour.server.port, { path: '/oauth/token', json: { ...client, ...user, ...more } })
      await tour.forget()
      return textMember(answer.json, 'access_token')
    }
    const opaque = await login({ scope: 'openid profile email' })
    const signed = await login({ scope: 'openid email', audience: 'https://api.tour.example' })
    const without_openid = await login({ scope: 'read:things', audience: 'https://api.tour.example' })
    for (const [name, token] of Object.entries({
      'opaque token': opaque,
      'signed token': signed,
      'token without openid': without_openid,
    })) {
      tour.placeholders.name(token, name)
    }

    await tour.step('an opaque token', { path: '/userinfo', headers: bearer(opaque) })
    await tour.step('a signed token', { path: '/userinfo', headers: bearer(signed) })
    await tour.step('a token without openid', { path: '/userinfo', headers: bearer(without_openid) })
    await tour.step('a form', { path: '/userinfo', form: { access_token: opaque } })
    await tour.step('JSON', { path: '/userinfo', json: { access_token: opaque } })
    await tour.step('the query string', { path: `/userinfo?access_token=${opaque}` })
    await tour.step('no token', { path: '/userinfo' })
    await tour.step('an unknown token', { path: '/userinfo', headers: bearer('unknown') })
    await tour.step('an altered token', { path: '/userinfo', headers: bearer(`${signed.slice(0, -8)}AAAAAAAA`) })
    await tour.step('a management token', { path: '/userinfo', headers: tour.api.requestOf('GET', '').headers ?? {} })
    await tour.step('a preflight of userinfo', { method: 'OPTIONS', path: '/userinfo' })
    await tour.manage('the user is blocked', 'PATCH', 'users/auth0%7Cada', { blocked: true })
    await tour.step('the token of a blocked user', { path: '/userinfo', headers: bearer(opaque) })

    for (const path of ['openid-configuration', 'oauth-authorization-server', 'jwks.json']) {
      await tour.step(path, { path: `/.well-known/${path}` })
      await tour.step(`a preflight of ${path}`, { method: 'OPTIONS', path: `/.well-known/${path}` })
    }
  },
}
