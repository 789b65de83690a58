import type { Chapter } from '../chapter.ts'
import { legacy_password, legacyOptions } from '../legacy-scripts.ts'
import { loginRequest, type PasswordLogin } from '../tour-recorder.ts'

const ip = '192.0.2.9'
const flooding_ip = '192.0.2.77'
const identifier = 'dora@legacy.example'

/** Failed attempts in a row: locks of an identifier and of an address, and what an administrator sees of them. */
export const locks: Chapter = {
  name: 'locks',
  async run(tour) {
    const client = await tour.createClient()
    const connection_id = await tour.createConnection('legacy', legacyOptions(), [client])
    await tour.createConnection('local', {}, [client])
    const ledger = { connection_id, identifier }
    const login: PasswordLogin = { client, realm: 'legacy', username: identifier, password: legacy_password, ip }
    const wrong = (times: number): Promise<void> => {
      const attempts = Array.from({ length: times }, (_, index) => ({ ...login, password: `wrong password ${index}` }))
      return tour.unrecorded(...attempts.map(loginRequest))
    }

    await tour.login('a legacy user is moved', login)
    await tour.login('the first wrong password', { ...login, password: 'a wrong password' }, { ledger })
    await wrong(8)
    await tour.login('the tenth wrong password', { ...login, password: 'a wrong password' }, { ledger })
    await tour.login('the identifier is locked for the address', login, { ledger })
    await tour.login('another address is not locked', { ...login, ip: '192.0.2.10' })
    await tour.manage('locks by identifier', 'GET', `user-blocks?identifier=${identifier}`)
    await tour.manage('locks of the user', 'GET', 'user-blocks/auth0%7Cdora')
    await tour.manage('locks of an unknown user', 'GET', 'user-blocks/auth0%7Cunknown')
    await tour.manage('unlock by identifier', 'DELETE', `user-blocks?identifier=${identifier}`)
    await tour.login('the identifier is unlocked', login)
    await wrong(10)
    await tour.manage('locks of the user, again', 'GET', 'user-blocks/auth0%7Cdora')
    await tour.manage('unlock the user', 'DELETE', 'user-blocks/auth0%7Cdora')
    await tour.login('the user is unlocked', login)

    await tour.manage('an address that is not locked', 'GET', `anomaly/blocks/ips/${flooding_ip}`)
    // One hundred failures of one address, five for each of twenty names.
    const flood = Array.from({ length: 100 }, (_, index) =>
      loginRequest({ ...login, realm: 'local', username: `user${index % 20}@local.example`, ip: flooding_ip }),
    )
    await tour.unrecorded(...flood)
    await tour.manage('locked addresses', 'GET', 'anomaly/blocks/ips')
    await tour.manage('a locked address', 'GET', `anomaly/blocks/ips/${flooding_ip}`)
    await tour.login('a login from a locked address', { ...login, ip: flooding_ip })
    await tour.manage('unlock the address', 'DELETE', `anomaly/blocks/ips/${flooding_ip}`)
    await tour.manage('the address is unlocked', 'GET', `anomaly/blocks/ips/${flooding_ip}`)
  },
}
