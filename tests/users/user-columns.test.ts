// One definition of a user's columns: that it covers the table and the contract, and that what is written is what is read.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { User } from '../../src/contract/user.ts'
import { openStore } from '../../src/store/open-store.ts'
import { openSearches } from '../../src/store/searches.ts'
import type { Db } from '../../src/store/tables.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import { findCredential } from '../../src/users/find-credential.ts'
import { insertUser } from '../../src/users/insert-user.ts'
import { listUsers } from '../../src/users/list-users.ts'
import { userFields } from '../../src/users/search-fields.ts'
import { completeProfile } from '../../src/users/user-attributes.ts'
import { user_columns } from '../../src/users/user-columns.ts'
import { userById } from '../../src/users/user.ts'
import { newCredential } from '../../src/users/write-credential.ts'
import { user_shapes } from '../store/user-shapes.ts'

const in_memory = { engine: 'sqlite', folder: ':memory:' } as const
const names = [...user_columns.keys()]

describe('the columns of a user', () => {
  it('are those of the table, but for keys, canonical forms, further attributes and sealed second factors', () => {
    const other = [
      'tenant_id',
      'connection_id',
      'extra',
      'email_lower',
      'email_domain',
      'username_lower',
      'name_lower',
      'nickname_lower',
      'given_name_lower',
      'family_name_lower',
      'linked_to',
      'second_factors',
    ]
    assert.deepEqual([...names, ...other].toSorted(), Object.keys(user_shapes.users).toSorted())
  })

  it('are the members of the contract, but for identities', () => {
    assert.deepEqual([...names, 'identities'].toSorted(), Object.keys(User.properties).toSorted())
  })

  it('can all be searched', () => {
    assert.deepEqual(
      names.filter((name) => !userFields('ten_a').field(name)),
      [],
    )
  })
})

describe('a user who is inserted', () => {
  let db: Db
  const tenant_id = 'ten_a'
  const connection_id = 'con_a'

  before(async () => {
    db = await openStore(in_memory)
  })
  after(() => db.destroy())

  it('is answered as a later read answers it', async () => {
    const profile = {
      email: 'Ada@example.com',
      phone_verified: true,
      user_metadata: { colour: 'red\0' },
    }
    const inserted = await inTransaction(db, (trx) =>
      insertUser(trx, {
        ...completeProfile(profile),
        extra: { shoe_size: 38 },
        tenant_id,
        connection_id,
        strategy: 'auth0',
        identity_user_id: '7',
        at: 1_700_000_000_000,
        last_password_reset: null,
        identifiers: [{ kind: 'email', value: 'ada@example.com' }],
        credential: newCredential({ format: 'argon2id', hash: '$argon2id$x' }, 'signup'),
      }),
    )
    assert.deepEqual(inserted, await userById(db, tenant_id, 'auth0|7'))
    assert.deepEqual(
      inserted,
      (
        await listUsers({ db, searches: openSearches(db, in_memory) }, tenant_id, {
          page: { kind: 'offset', page: 0, per_page: 1 },
          include_total: false,
        })
      ).items[0],
    )
    const found = await findCredential(db, tenant_id, connection_id, 'ada@example.com')
    assert.deepEqual(found?.user(), inserted)
    assert.match(found?.credential?.credential_id ?? '', /^crd_[A-Za-z0-9]{16}$/)
    assert.equal(found?.credential?.hash, '$argon2id$x')
  })
})
