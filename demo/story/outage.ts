import { textAt } from '../ask.ts'
import { logIn, person, recordOf, type World } from '../world.ts'
import { tellLogin } from './crossing.ts'

/** The legacy store goes away and comes back. */
export async function outage(world: World): Promise<void> {
  const { tell, store } = world
  const [moved, unmoved] = [person(world, 1), person(world, 7)]
  tell.chapter('The legacy store is switched off')
  tell.say(
    'Whoever has moved notices nothing. Whoever has not is told the truth: not "wrong password", but that the password ' +
      'could not be checked, and when to try again. Nothing is counted against anybody.',
  )
  await store.switchOff()
  tellLogin(world, moved, 'has moved', await logIn(world, moved, moved.password), [200, 'success', 0])
  const refused = await logIn(world, unmoved, unmoved.password)
  tellLogin(world, unmoved, 'has not moved', refused, [503, 'legacy_unreachable', 0])
  const retry_after = refused.headers.get('retry-after') ?? ''
  tell.step({
    who: '',
    what: 'Retry-After',
    answer: `${retry_after} s`,
    expected: {
      'Retry-After': { got: Number(retry_after) > 0, wanted: true },
      error: { got: textAt(refused.body, 'error'), wanted: 'temporarily_unavailable' },
      'migration record': { got: (await recordOf(world, unmoved.email)) === undefined, wanted: true },
    },
  })
  tell.say(`"${textAt(refused.body, 'error_description')}"`)
  await store.switchOn()
  tell.say('It is switched on again; the same person tries once more:')
  tellLogin(world, unmoved, 'moves', await logIn(world, unmoved, unmoved.password), [200, 'moved', 1])
}
