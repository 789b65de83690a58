import { Type, type Static } from 'typebox'
import { ListedRecord, MigrationEvent } from './migration-record.ts'
import { AnyObject, NoContent, Strict, Text, Timestamp, type Route } from './route.ts'
import { UserBlock } from './user-block.ts'

/** A user of Wherry, as the help desk sees one. */
const PersonUser = Type.Object({
  user_id: Type.String(),
  email: Type.Optional(Type.String()),
  email_verified: Type.Boolean(),
  username: Type.Optional(Type.String()),
  phone_number: Type.Optional(Type.String()),
  name: Type.Optional(Type.String()),
  blocked: Type.Boolean({ description: 'Blocked here, or by the legacy store.' }),
  created_at: Timestamp('When the user was created here.'),
  last_login: Type.Optional(Timestamp('The last login here.')),
  logins_count: Type.Integer(),
  arrived_through: Type.Optional(Type.String({ description: 'How the user came here: `login`, `import`, …' })),
})

/** An attempt to log in, to sign up or to set a password. */
export const Attempt = Type.Object({
  log_id: Type.String({ description: 'Id of its log event.' }),
  at: Timestamp('Time of the attempt.'),
  type: Type.String({ description: 'Type of its log event.' }),
  outcome: Type.Optional(Type.String({ description: 'How it ended; see the outcomes.' })),
  description: Type.Optional(Type.String({ description: 'What the log says of it, for admins.' })),
  shown_text: Type.Optional(
    Type.String({
      description:
        'The text that the person read after a failure: that of the page, in the first language of the tenant, or that of the answer to the application.',
    }),
  ),
  reference: Type.Optional(Type.String({ description: 'The reference code that a page showed.' })),
  user_name: Type.Optional(Type.String({ description: 'What was typed.' })),
  client_name: Type.Optional(Type.String()),
  ip: Type.Optional(Type.String()),
})
export type Attempt = Static<typeof Attempt>

/** One person, on both sides. */
export const Person = Type.Object({
  record: Type.Optional(
    Type.Intersect([
      ListedRecord,
      Type.Object({ history: Type.Array(MigrationEvent, { description: 'Oldest first; the newest 500.' }) }),
    ]),
  ),
  user: Type.Optional(PersonUser),
  attempts: Type.Array(Attempt, { description: 'The last 20, the newest first.' }),
  locks: Type.Array(UserBlock, { description: 'Locks after failed attempts.' }),
  link_address: Type.Optional(
    Type.String({ description: 'The address that `POST …/people/send-link` would mail a link to.' }),
  ),
})
export type Person = Static<typeof Person>

const LegacyAnswer = Type.Object(
  {
    identifier: Type.String({ description: 'What `get_user` was called with.' }),
    outcome: Type.String({
      description: '`found`, `excluded` by a decision, `not_found`, `profile_refused`, or how the call failed.',
    }),
    message: Type.Optional(Type.String({ description: 'Why the profile is refused, or the call failed.' })),
    profile: Type.Optional(AnyObject('The profile as it would be stored, without secrets.')),
  },
  { description: 'What the legacy store says of the person at this moment.' },
)
/** What a legacy store says of a person. */
export type LegacyAnswer = Static<typeof LegacyAnswer>

const ConnectionParams = Strict({ connection_id: Text(64, 'Id of the connection') })
const PersonKey = Strict({
  record_id: Type.Optional(Text(64, 'The migration record of the person')),
  user_id: Type.Optional(Text(1024, 'The user, where the person has no record')),
})
/** Names a person: by the record, or by the user. */
export type PersonKey = Static<typeof PersonKey>

/** Operations of a help desk on one person. */
export const peopleRoutes = {
  findPeople: {
    method: 'GET',
    url: '/api/v2/migrations/:connection_id/people',
    scopes: ['read:people'],
    tag: 'migrations',
    summary: 'Find a person, here and in the legacy store',
    description:
      'By e-mail address, username, phone number, legacy id, user id, record id, or the reference code of a failure page. With `include_legacy_profile`, `get_user` runs once for the person, and the read is logged.',
    status: 200,
    logged_with: 'include_legacy_profile',
    params: ConnectionParams,
    query: Strict({
      // A user id is a legacy id of 255 characters behind a namespace.
      q: Text(320, 'What the person is known by'),
      include_legacy_profile: Type.Optional(
        Type.Boolean({ description: 'Whether to answer what the legacy store says of the person' }),
      ),
    }),
    response: Type.Object({
      people: Type.Array(Person, { description: 'At most 20.' }),
      legacy: Type.Optional(LegacyAnswer),
    }),
  },
  unlockPerson: {
    method: 'POST',
    url: '/api/v2/migrations/:connection_id/people/unlock',
    scopes: ['update:people'],
    tag: 'migrations',
    summary: 'Unlock the logins of a person',
    status: 204,
    params: ConnectionParams,
    body: PersonKey,
    response: NoContent,
  },
  sendLinkToPerson: {
    method: 'POST',
    url: '/api/v2/migrations/:connection_id/people/send-link',
    scopes: ['update:people'],
    tag: 'migrations',
    summary: 'Mail a link for a new password to a person',
    description:
      'It goes to the address on record: that of the user, or that of the record of a person who has not moved, where `get_user` still confirms it. At most 10 links per address and hour.',
    status: 202,
    params: ConnectionParams,
    body: PersonKey,
    response: Type.Object({ sent_to: Type.String({ description: 'The address.' }) }),
  },
} satisfies Record<string, Route>
