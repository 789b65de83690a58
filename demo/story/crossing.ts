import { at, listAt, textAt } from '../ask.ts'
import type { LegacyPerson } from '../legacy-store/people.ts'
import {
  idTokenClaims,
  logIn,
  manage,
  outcomesOf,
  person,
  postPassword,
  recordOf,
  type Login,
  type World,
} from '../world.ts'

/** One login as a step of the story; `wanted` is its status, its outcome and its legacy queries. */
export function tellLogin(
  world: World,
  who: LegacyPerson,
  what: string,
  login: Login,
  wanted: [number, string, number],
): void {
  const [status, outcome, legacy_queries] = wanted
  world.tell.step({
    who: who.email,
    what,
    answer: `${login.status} ${login.outcome}`,
    ms: login.ms,
    legacy_queries: login.legacy_queries,
    expected: {
      status: { got: login.status, wanted: status },
      outcome: { got: login.outcome, wanted: outcome },
      'legacy queries': { got: login.legacy_queries, wanted: legacy_queries },
    },
  })
}

/** Three people, one per hash format, log in for the first time and move. */
export async function firstLogins(world: World): Promise<void> {
  world.tell.chapter('Three people log in, and have moved')
  world.tell.say(
    'They type the password they have always had, and nothing tells them that anything is new. Wherry does not know ' +
      'them, so it runs the login script, which asks the legacy store with one query. The answer is yes: in one ' +
      'transaction Wherry keeps the user, an argon2id hash of what was typed, and a line in the migration ledger. (The ' +
      'first login also starts the sandbox that the script runs in.)',
  )
  for (const id of [1, 2, 3]) {
    const who = person(world, id)
    const login = await logIn(world, who, who.password)
    tellLogin(world, who, who.format, login, [200, 'moved', 1])
    if (id > 1) continue
    const user_id = textAt(idTokenClaims(login), 'sub')
    world.tell.step({
      who: '',
      what: 'ID token',
      answer: `sub: ${user_id}`,
      expected: { user_id: { got: user_id, wanted: `auth0|customers|${who.id}` } },
    })
  }
}

/** The same three log in again, without the legacy store. */
export async function secondLogins(world: World): Promise<void> {
  world.tell.chapter('They log in again, and the legacy store hears nothing of it')
  world.tell.say(
    'From now on Wherry checks their passwords itself. Queries are counted at the legacy database, on its wire.',
  )
  for (const id of [1, 2, 3]) {
    const who = person(world, id)
    tellLogin(world, who, 'again', await logIn(world, who, who.password), [200, 'success', 0])
  }
}

/** A wrong password, before and after moving. */
export async function wrongPassword(world: World): Promise<void> {
  const { tell } = world
  tell.chapter('A wrong password')
  tell.say(
    'Before the move the legacy store says no; after it, Wherry does. Both answers are the same to the byte. Ten wrong ' +
      'ones in a row would lock this address out, whichever side refused.',
  )
  const who = person(world, 5)
  const before = await logIn(world, who, 'not-the-password')
  tellLogin(world, who, 'wrong', before, [403, 'wrong_password', 1])
  tellLogin(world, who, 'right', await logIn(world, who, who.password), [200, 'moved', 1])
  const after = await logIn(world, who, 'not-the-password')
  tellLogin(world, who, 'wrong again', after, [403, 'wrong_password', 0])
  const failed = await manage(world, 'logs', { query: { q: `user_name:"${who.email}" AND type:fp` } })
  const events = listAt(failed.body).length
  tell.step({
    who: `both: ${textAt(after.body, 'error')}`,
    what: `${events} log events`,
    answer: `"${textAt(after.body, 'error_description')}"`,
    expected: { answer: { got: after.text, wanted: before.text }, 'log events': { got: events, wanted: 2 } },
  })
}

/** One person on two devices in the same moment: one script call, one user. */
export async function twoDevices(world: World): Promise<void> {
  const { tell, store } = world
  tell.chapter('Two devices at once')
  tell.say(
    'Phone and laptop send the same first login in the same moment. One of them moves the person, the other one waits ' +
      'for it: one script call, one user, one record.',
  )
  const who = person(world, 6)
  const mark = store.queries()
  const answers = await Promise.all([
    postPassword(world, who.email, who.password),
    postPassword(world, who.email, who.password),
  ])
  const legacy_queries = store.queriesSince(mark)
  const outcomes = await outcomesOf(world, who.email, 2)
  const found = await manage(world, 'users-by-email', { query: { email: who.email } })
  const users = listAt(found.body).length
  const record = await recordOf(world, who.email)
  tell.step({
    who: who.email,
    what: 'twice',
    answer: `${answers.map(({ status }) => status).join(' and ')}, ${users} user`,
    ms: Math.max(...answers.map(({ ms }) => ms)),
    legacy_queries,
    expected: {
      statuses: { got: answers.map(({ status }) => status), wanted: [200, 200] },
      'users with this address': { got: users, wanted: 1 },
      'legacy queries': { got: legacy_queries, wanted: 1 },
      outcomes: { got: outcomes.toSorted(), wanted: ['moved', 'success'] },
      state: { got: at(record, 'state'), wanted: 'migrated' },
    },
  })
}
