import type { Chapter } from '../chapter.ts'
import { objects, textMember } from '../json.ts'
import { legacy_password, legacyOptions } from '../legacy-scripts.ts'
import { loginRequest } from '../tour-recorder.ts'

/** What operators read: the log, the scripts' log, the ledger. */
export const logs: Chapter = {
  name: 'logs',
  async run(tour) {
    const { manage } = tour
    const client = await tour.createClient()
    const connection_id = await tour.createConnection('legacy', legacyOptions(), [client])
    const login = { client, realm: 'legacy', password: legacy_password }
    const names = ['ada', 'dora', 'denied', 'unknown', 'broken']
    await tour.unrecorded(...names.map((name) => loginRequest({ ...login, username: `${name}@legacy.example` })))

    const logins = encodeURIComponent('type:(s OR f OR fu)')
    const listed = await manage('a search of the log', 'GET', `logs?q=${logins}&sort=date:1`)
    await manage('the log with totals', 'GET', `logs?q=${logins}&include_totals=true&per_page=1&sort=date:1`)
    await manage('a search that cannot be read', 'GET', `logs?q=${encodeURIComponent('type:(')}`)
    await manage('chosen properties', 'GET', `logs?q=${logins}&sort=date:1&fields=type,description,user_name`)
    const log_id = textMember(objects(listed.json)[0], 'log_id')
    await manage('the log from a checkpoint', 'GET', `logs?from=${log_id}&take=2`)
    await manage('a log event', 'GET', `logs/${log_id}`)
    await manage('an unknown log event', 'GET', 'logs/unknown')
    await manage('the log events of a user', 'GET', 'users/auth0%7Cada/logs?sort=date:1')

    const scripts = `connections/${connection_id}/script-logs`
    await manage("the scripts' log", 'GET', scripts, undefined, {
      until: ({ json }) => objects(json, 'script_logs').length >= 10,
    })
    await manage("a part of the scripts' log", 'GET', `${scripts}?take=2&script=login`)
    await manage("the scripts' log of an unknown connection", 'GET', 'connections/con_unknown/script-logs')

    await manage('the migration', 'GET', `migrations/${connection_id}`)
    await manage('the migration of an unknown connection', 'GET', 'migrations/con_unknown')
    const records = `migrations/${connection_id}/records`
    await manage('the ledger', 'GET', records, undefined, { unordered: ['records'] })
    await manage('the ledger by state', 'GET', `${records}?state=refused`)
    await manage('the ledger by outcome', 'GET', `${records}?outcome=moved`, undefined, { unordered: ['records'] })
    const found = await manage('the ledger by identifier', 'GET', `${records}?q=ada@legacy`)
    await manage('a record', 'GET', `${records}/${textMember(objects(found.json, 'records')[0], 'record_id')}`)
    await manage('an unknown record', 'GET', `${records}/mrc_unknown`)
    await manage('a tombstone of an unknown record', 'DELETE', `${records}/mrc_unknown/tombstone`)
  },
}
