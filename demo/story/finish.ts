import { at, listAt, textAt } from '../ask.ts'
import { counted } from '../teller.ts'
import { logIn, manage, person, tableDigest, type World } from '../world.ts'
import { tellLogin } from './crossing.ts'

const no_op_scripts = {
  login: 'function login(email, password, callback) { callback(null, null) }',
  get_user: 'function getUser(email, callback) { callback(null, null) }',
}

async function setScripts(world: World, customScripts: unknown) {
  const options = { ...(world.options as Record<string, unknown>), customScripts }
  return await manage(world, `connections/${world.connection_id}`, { method: 'PATCH', json: { options } })
}

/** The migration is finished: the scripts become no-ops, and the legacy store is never asked again. */
export async function finish(world: World): Promise<void> {
  const { tell } = world
  tell.chapter('The finish')
  tell.say(
    'When everybody who matters has moved, both scripts are replaced by ones that say "nobody". The connection now works ' +
      'like a plain one; the legacy store can be shut down for good.',
  )
  const changed = await setScripts(world, no_op_scripts)
  tell.step({
    who: 'PATCH /api/v2/connections/…',
    what: 'no-op scripts',
    answer: String(changed.status),
    ms: changed.ms,
    expected: { status: { got: changed.status, wanted: 200 } },
  })
  const [moved, unmoved] = [person(world, 2), person(world, 8)]
  tellLogin(world, moved, 'has moved', await logIn(world, moved, moved.password), [200, 'success', 0])
  tellLogin(world, unmoved, 'has not moved', await logIn(world, unmoved, unmoved.password), [403, 'unknown_user', 0])
  tell.say(
    'Who has not moved is a stranger now, with the right password too. That is why one looks at the ledger first; ' +
      'putting the old scripts back lets these people move again:',
  )
  const back = await setScripts(world, at(world.options, 'customScripts'))
  tell.step({
    who: 'PATCH /api/v2/connections/…',
    what: 'old scripts',
    answer: String(back.status),
    ms: back.ms,
    expected: { status: { got: back.status, wanted: 200 } },
  })
  tellLogin(world, unmoved, 'moves', await logIn(world, unmoved, unmoved.password), [200, 'moved', 1])
}

function clock(moment: string): string {
  return moment.slice(11, 23)
}

async function rowOf(world: World, record: unknown): Promise<string[]> {
  const { body } = await manage(world, `migrations/${world.connection_id}/records/${textAt(record, 'record_id')}`)
  const steps = listAt(body, 'history').map((event) => {
    const outcome = textAt(event, 'outcome')
    return outcome === '' ? textAt(event, 'to_state') : outcome
  })
  return [
    textAt(record, 'email'),
    clock(textAt(record, 'migrated_at')),
    textAt(record, 'migrated_through'),
    steps.join(' → '),
  ]
}

/** Who has moved, when and how, as the ledger tells it. */
export async function ledger(world: World): Promise<void> {
  const { tell, store, connection_id } = world
  tell.chapter('Who has moved, when and how')
  const listed = await manage(world, `migrations/${connection_id}/records`, {
    query: { state: 'migrated', take: '100' },
  })
  const records = listAt(listed.body, 'records').toSorted((one, other) =>
    textAt(one, 'migrated_at').localeCompare(textAt(other, 'migrated_at')),
  )
  const rows = await Promise.all(records.map(async (record) => await rowOf(world, record)))
  tell.table([['person', 'moved (UTC)', 'through', 'history'], ...rows])
  const { body } = await manage(world, `migrations/${connection_id}`)
  const migrated = at(body, 'states', 'migrated')
  const wanted = [1, 2, 3, 4, 5, 6, 7, 8].map((id) => person(world, id).email)
  tell.step({
    who: 'GET /api/v2/migrations/…',
    what: 'the ledger',
    answer: `${String(migrated)} moved, ${String(at(body, 'users'))} users`,
    expected: {
      'people who moved': { got: rows.map(([email = '']) => email).toSorted(), wanted: wanted.toSorted() },
      'records in the state migrated': { got: migrated, wanted: 8 },
      users: { got: at(body, 'users'), wanted: 8 },
    },
  })
  const asked = store.queriesSince(world.queries_before)
  const digest = await tableDigest(store)
  tell.step({
    who: 'the legacy table',
    what: digest === world.table_digest ? 'unchanged' : 'changed',
    answer: `asked ${counted(asked, 'time', 'times')}`,
    expected: { 'digest of the table': { got: digest, wanted: world.table_digest } },
  })
  tell.say(
    `${rows.length} of ${store.people().length.toLocaleString('en')} people have moved. The others will, at their next ` +
      'login, whenever that is. Nobody had to be told.',
  )
}
