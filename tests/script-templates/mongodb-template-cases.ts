import { ObjectId } from 'bson'
import { startMongoServer } from '../support/mongodb/server.ts'
import { bcrypt_of_password } from './sql-fixture.ts'
import type { OpenedStore, TemplateCase } from './template-tests.ts'

const ada_id = '5f9d88b2c1d2e3f4a5b6c7d8'

async function open(
  collection: string,
  people: Record<string, unknown>[],
  settings: Record<string, string>,
): Promise<OpenedStore> {
  const server = await startMongoServer()
  server.documents(collection).push(...people)
  return {
    settings: { DATABASE_URL: server.url, COLLECTION: collection, ...settings },
    snapshot: async () => server.snapshot(),
    async stop() {
      await server.stop()
      if (server.refused.length > 0) throw new Error(`the server refused: ${server.refused.join(', ')}`)
    },
  }
}

// A published bcrypt of the SHA-256 of `hashcat`.
const meteor_hash = '$2b$10$FxDtpTNaL303lLcWtd6LFO2U6Gc63VJ07qycHcfqbQQ71GhO/qSzu'

/** The template of MongoDB, on a server that speaks its protocol. */
export const mongodb_template_cases: TemplateCase[] = [
  {
    title: 'mongodb on a protocol server',
    template: 'mongodb',
    open: () =>
      open(
        'people',
        [
          {
            _id: new ObjectId(ada_id),
            email: 'Ada@example.org',
            login: 'ada',
            password: bcrypt_of_password,
            verified: true,
            profile: { name: 'Ada L' },
            blocked: false,
          },
          { _id: new ObjectId(), email: 'eve@example.org', login: 'eve', password: bcrypt_of_password, blocked: true },
        ],
        {
          USERNAME_FIELD: 'login',
          EMAIL_VERIFIED_FIELD: 'verified',
          NAME_FIELD: 'profile.name',
          BLOCKED_FIELD: 'blocked',
        },
      ),
    password: 'password',
    username: 'ada',
    profile: {
      user_id: ada_id,
      email: 'Ada@example.org',
      email_verified: true,
      username: 'ada',
      name: 'Ada L',
    },
  },
  {
    title: 'mongodb with the documents of Meteor, on a protocol server',
    template: 'mongodb',
    open: () => {
      const person = (_id: string, name: string) => ({
        _id,
        username: name,
        emails: [{ address: `${name}@example.org`, verified: true }, { address: `${name}@work.example.org` }],
        services: { password: { bcrypt: meteor_hash } },
      })
      return open('users', [person('xKqv2bW9nTz4sLd7R', 'ada'), person('a3JmP8vYc5hNq6tBe', 'eve')], {
        EMAIL_FIELD: 'emails.0.address',
        USERNAME_FIELD: 'username',
        PASSWORD_FIELD: 'services.password.bcrypt',
        EMAIL_VERIFIED_FIELD: 'emails.0.verified',
        PASSWORD_HASH: 'bcrypt-sha256',
      })
    },
    password: 'hashcat',
    username: 'ada',
    without: ['blocked'],
    profile: {
      user_id: 'xKqv2bW9nTz4sLd7R',
      email: 'ada@example.org',
      email_verified: true,
      username: 'ada',
    },
  },
]
