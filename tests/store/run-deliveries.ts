import type { TestClient } from '../support/requests.ts'
import type { TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'

const attributes = { email: { identifier: { active: true } }, phone_number: { identifier: { active: true } } }

/** Configures a mail service, a mail template and a log stream, and waits until each has had something to deliver; sends a code as a text. */
export async function runDeliveries(server: TestServer, client: TestClient): Promise<void> {
  const credentials = { smtp_host: 'mail.invalid', smtp_port: 587 }
  await server.must('POST', 'emails/provider', { name: 'smtp', credentials })
  await server.must('POST', 'email-templates', { template: 'reset_email', subject: 'Hi {{ user.name }}' })
  const sink = { httpEndpoint: 'https://siem.invalid/' }
  await server.must('POST', 'log-streams', { name: 'siem', type: 'http', sink, filters: [] })
  await server.must('POST', 'users', {
    connection: 'legacy',
    email: 'mailed@local.example',
    password: 'Chosen-Pass-1',
  })
  const [{ id }] = await server.must('GET', 'log-streams')
  await waitUntil(async () => (await server.must('GET', `log-streams/${id}`)).delivery.attempts > 0)
  await server.createConnection('phones', { attributes }, [client])
  const phone_number = '+491719990001'
  await server.createUser('phones', { phone_number, phone_verified: true, password: 'Chosen-Pass-1' })
  await server.post('/dbconnections/change_password', { ...client, connection: 'phones', phone_number })
  await server.settle()
}
