import { ask, at, listAt, textAt } from '../ask.ts'
import { connection_name, eventually, logIn, manage, person, recordOf, type World } from '../world.ts'
import { tellLogin } from './crossing.ts'

const new_password = 'Ferry-over-the-river-9'

/** Somebody who forgot the password gets a new one by mail before ever logging in, and moves by it. */
export async function forgottenPassword(world: World): Promise<void> {
  const { tell, store, wherry } = world
  tell.chapter('One who forgot the password, before ever logging in')
  tell.say(
    'Wherry does not know this person either. It answers at once what it answers everybody, then asks the legacy store ' +
      'with the get_user script, and mails a link only to the address that the legacy store has.',
  )
  const who = person(world, 4)
  const mark = store.queries()
  const asked = await ask(`${wherry.issuer}dbconnections/change_password`, {
    method: 'POST',
    json: { client_id: world.client_id, connection: connection_name, email: who.email },
  })
  tell.step({
    who: who.email,
    what: 'asks for a link',
    answer: String(asked.status),
    ms: asked.ms,
    expected: { status: { got: asked.status, wanted: 200 } },
  })
  const mail = await eventually('the mail with the link', async () => {
    const { body } = await manage(world, 'outbox')
    return listAt(body).find((message) => at(message, 'to') === who.email)
  })
  const link = /https?:\/\/\S+\/u\/reset-verify\?ticket=[\w-]+/.exec(textAt(mail, 'text'))?.[0] ?? ''
  tell.step({
    who: 'GET /api/v2/outbox',
    what: 'mail',
    answer: `"${textAt(mail, 'subject')}"`,
    expected: { 'a link in the mail': { got: link !== '', wanted: true } },
  })
  const page = await ask(link)
  tell.step({
    who: 'GET /u/reset-verify',
    what: 'the page',
    answer: `${page.status} ${/<h1>([^<]*)/.exec(page.text)?.[1] ?? ''}`,
    ms: page.ms,
    expected: { status: { got: page.status, wanted: 200 } },
  })
  const ticket = new URL(link).searchParams.get('ticket') ?? ''
  const done = await ask(`${wherry.issuer}u/reset-password`, {
    method: 'POST',
    form: { ticket, password: new_password, password_repeat: new_password },
  })
  const record = await recordOf(world, who.email)
  tell.step({
    who: 'POST /u/reset-password',
    what: 'the form',
    answer: `${done.status}, ledger: ${textAt(record, 'state')}`,
    ms: done.ms,
    legacy_queries: store.queriesSince(mark),
    expected: {
      status: { got: done.status, wanted: 200 },
      state: { got: at(record, 'state'), wanted: 'migrated' },
      'moved through': { got: at(record, 'migrated_through'), wanted: 'reset_confirm' },
      // One for the request, one when the form came: the person must still be the same one.
      'legacy queries': { got: store.queriesSince(mark), wanted: 2 },
    },
  })
  tellLogin(world, who, 'new password', await logIn(world, who, new_password), [200, 'success', 0])
  tellLogin(world, who, 'old password', await logIn(world, who, who.password), [403, 'wrong_password', 0])
}
