// The hours of the shop before the pictures.
import { waitUntil } from '../wait-until.ts'
import { namesake } from './customers.ts'
import { logIn, type Shop } from './shop.ts'

const minute_ms = 60_000

/** Runs what happens in the hours before the pictures: moves, wrong passwords, an outage, and a lock. */
export async function liveThroughToday(shop: Shop): Promise<void> {
  const { dashboard, moveTo, legacy } = shop
  const { server } = dashboard
  const ago = (minutes: number): void => moveTo(minutes * minute_ms)
  ago(200)
  for (let attempt = 0; attempt < 22; attempt += 1) {
    const unknown = `guess${attempt + 1}@mail.example`
    await server.login(shop.shop_client, 'customers', unknown, 'password1', {}, '203.0.113.66')
  }
  ago(190)
  await logIn(shop, 'Edmond Dantès')
  ago(170)
  await logIn(shop, 'Sophia Croft')
  ago(140)
  for (let attempt = 0; attempt < 11; attempt += 1) await logIn(shop, 'Estella Havisham', 'email', `satis-${attempt}`)
  ago(110)
  await legacy.server.switchOff()
  for (const name of ['Ned Land', 'Phileas Fogg', 'Agnes Wickfield', 'Ned Land'] as const) await logIn(shop, name)
  await logIn(shop, 'Jim Hawkins')
  await legacy.server.switchOn()
  ago(80)
  await waitUntil(async () => (await logIn(shop, 'Phileas Fogg')).status === 200)
  ago(55)
  await logIn(shop, 'Wilkins Micawber', 'email', 'nothing-turned-up')
  ago(40)
  await logIn(shop, 'Dorothea Brooke')
  ago(30)
  await logIn(shop, 'Martin Eden', 'email', 'wrong-one')
  await logIn(shop, 'Martin Eden')
  ago(18)
  await logIn(shop, namesake)
  ago(12)
  await logIn(shop, 'Charles Hayter')
  ago(4)
  await logIn(shop, 'Jane Eyre')
  ago(2)
  await logIn(shop, 'Elizabeth Bennet')
}
