// The days of the shop before today: who moves, who cannot, what admins do.
import { Client } from 'pg'
import type { JsonObject } from '../../../src/base/json.ts'
import { owner_email } from '../dashboard.ts'
import { endedJob, loadDirectory } from '../load-directory.ts'
import { bearer, objects } from '../requests.ts'
import { waitUntil } from '../wait-until.ts'
import { customer, customers, namesake, type CustomerName } from './customers.ts'
import { logIn, type Shop } from './shop.ts'

const hour_ms = 3_600_000
const day_ms = 24 * hour_ms

// Who moves on each day before the pictures.
const movers: Readonly<Record<number, readonly CustomerName[]>> = {
  8: ['Jim Hawkins'],
  7: ['Anne Elliot', 'Ham Peggotty', 'Philip Pirrip'],
  6: ['Pierre Aronnax', 'Martin Eden', 'Frederick Wentworth', 'David Livesey', 'Sophia Croft'],
  5: ['Tommy Traddles', 'Mary Musgrove', 'Joe Gargery', 'Cyrus Smith'],
  4: ['Maud Brewster', 'Louisa Musgrove'],
  3: ['Betsey Trotwood', 'Gideon Spilett', 'Peter Coffin', 'Elizabeth Bennet', 'Jacques Paganel', 'Israel Hands'],
  2: ['Henrietta Musgrove', 'Biddy Gargery', 'Harding Pencroft', 'Ruth Morse', 'Alexander Smollett'],
  1: ['James Benwick', 'John Wemmick', 'Jean Passepartout', 'Lucy Snowe'],
}

/** Runs what happens on the days before today. */
export async function liveThroughDays(shop: Shop): Promise<void> {
  const { dashboard, moveTo, asOwner, connection_id } = shop
  const { server } = dashboard
  const moved: CustomerName[] = []
  for (let day = 8; day >= 1; day -= 1) {
    const at = (hours: number): void => moveTo(day * day_ms - hours * hour_ms)
    const happenings = happeningsOf[day]
    at(1)
    await happenings?.morning?.(shop)
    for (const [nth, name] of (movers[day] ?? []).entries()) {
      at(2 + nth * 1.5)
      const { status, text } = await logIn(shop, name)
      if (status !== 200) throw new Error(`${name} did not move: ${status} ${text}`)
      const again = moved[(day * 5 + nth * 3) % Math.max(1, moved.length)]
      at(2.4 + nth * 1.5)
      if (again) await logIn(shop, again)
      moved.push(name)
    }
    at(12)
    await happenings?.evening?.(shop)
  }
  await server.settle()
  await asOwner('GET', `migrations/${connection_id}`)
}

type Happenings = { morning?: (shop: Shop) => Promise<void>; evening?: (shop: Shop) => Promise<void> }

/** What else happens: days before the pictures. */
const happeningsOf: Readonly<Record<number, Happenings>> = {
  8: {
    morning: async ({ dashboard, connection_id }) => {
      const rows = customers.map(({ id, email, username, name, is_active, last_login_days }) =>
        [id, email, username, name, is_active, new Date(Date.now() - last_login_days * day_ms).toISOString()].join(','),
      )
      const file = ['id,email,username,name,active,last_login', ...rows].join('\n')
      await loadDirectory(dashboard.server, connection_id, file)
    },
  },
  7: {
    morning: async ({ dashboard, asOwner, connection_id }) => {
      const started = await asOwner('POST', `migrations/${connection_id}/rehearsals`, { calls_per_second: 200 })
      await endedJob(dashboard.server, started.job_id)
    },
    evening: async (shop) => {
      await logIn(shop, 'Daniel Peggotty', 'username')
      await logIn(shop, 'Wilkins Micawber', 'email', 'something-will-turn-up')
    },
  },
  6: { morning: watchOtherPrograms },
  5: {
    evening: async (shop) => {
      await logIn(shop, namesake)
      await logIn(shop, 'Uriah Heep')
    },
  },
  4: {
    morning: importStaff,
    evening: async (shop) => {
      await logIn(shop, 'Clara Peggotty', 'username')
      await logIn(shop, 'Wilkins Micawber', 'email', 'something-turned-up')
    },
  },
  3: { evening: async ({ asOwner }) => void (await asOwner('POST', 'keys/signing/rotate')) },
  2: {
    evening: async ({ dashboard, asOwner }) => {
      const { email } = customer('Israel Hands')
      const [user] = objects(await dashboard.server.must('GET', `users-by-email?email=${email}`))
      await asOwner('DELETE', `users/${encodeURIComponent(String(user?.['user_id']))}`)
    },
  },
  1: {
    evening: async ({ dashboard, shop_client, asOwner, connection_id }) => {
      for (const name of ['Herbert Pocket', 'Anne Elliot', 'Robert Grant'] as const) {
        const { client_id } = shop_client
        await dashboard.server.post('/dbconnections/change_password', {
          client_id,
          connection: 'customers',
          email: customer(name).email,
        })
      }
      const records = await dashboard.server.records(connection_id)
      const record = records.find((each) => each['email'] === customer('Uriah Heep').email)
      await asOwner('PUT', `migrations/${connection_id}/records/${String(record?.['record_id'])}/decision`, {
        kind: 'exclude',
        message: 'Please call the office.',
      })
    },
  },
}

/** Samples for an hour which programs use the legacy store, while one of them sends its bills. */
async function watchOtherPrograms({ dashboard, legacy, asOwner, connection_id, moveTo }: Shop): Promise<void> {
  const billing = new Client({ connectionString: legacy.billing_url, application_name: 'invoice-run' })
  await billing.connect()
  await billing.query('select 1')
  const { job_id } = await asOwner('POST', `migrations/${connection_id}/legacy-activity`, { duration_s: 600 })
  await waitUntil(async () => {
    const { samples } = await dashboard.server.must('GET', `migrations/${connection_id}/legacy-activity`)
    return Number(samples) > 0
  })
  await billing.end()
  moveTo(6 * day_ms - 1.5 * hour_ms)
  await endedJob(dashboard.server, job_id)
}

/** Imports the staff from a file with a row that is refused, and exports the users. */
async function importStaff({ dashboard, asOwner }: Shop): Promise<void> {
  const { server, admins } = dashboard
  const { client_id } = await asOwner('POST', 'clients', { name: 'Back office', app_type: 'regular_web' })
  const connection = { name: 'staff', strategy: 'auth0', enabled_clients: [client_id] }
  const { id } = (await asOwner('POST', 'connections', connection)) as { id: string }
  const names = ['wolf.larsen', 'tom.starbuck', 'jacob.marley', 'nan.lobster', 'barnaby.brine', 'old.weller']
  const users: JsonObject[] = names.map((name) => ({ email: `${name}@harbour.example`, email_verified: true }))
  users.splice(3, 0, { email: 'front desk', name: 'Front desk' })
  const form = new FormData()
  form.append('connection_id', id)
  form.append('external_id', 'staff of the harbour')
  form.append('users', new Blob([JSON.stringify(users)]), 'staff.json')
  const request = new Request('http://wherry.test', { method: 'POST', body: form })
  const answer = await admins.send(`/t/${dashboard.tenant_id}/api/v2/jobs/users-imports`, {
    method: 'POST',
    headers: {
      ...bearer(await admins.accessToken(owner_email)),
      'content-type': request.headers.get('content-type') ?? '',
    },
    body: Buffer.from(await request.arrayBuffer()),
  })
  if (answer.status !== 202) throw new Error(`The import answers ${answer.status}: ${answer.text}`)
  await endedJob(server, answer.json.id)
  const exported = await asOwner('POST', 'jobs/users-exports', { connection_id: id, format: 'csv' })
  await endedJob(server, exported.id)
}
