import { Type, type Static } from 'typebox'
import { patterns } from './patterns.ts'
import { IdParams, NoContent, Strict, Text, Timestamp, type Route } from './route.ts'

/** A login that is locked after too many failures. */
export const UserBlock = Type.Object({
  identifier: Type.Optional(Type.String()),
  ip: Type.Optional(
    Type.String({ description: 'The address that is locked; absent when the identifier is locked for every address.' }),
  ),
  connection: Type.Optional(Type.String()),
})
export type UserBlock = Static<typeof UserBlock>

const Blocks = Type.Object({ blocked_for: Type.Array(UserBlock) })

/** An address that is locked after too many failures of any users. */
export const AddressBlock = Type.Object({
  ip: Type.String({ description: 'The address; of IPv6 the network, such as `2001:db8:0:1::/64`.' }),
  expires_at: Timestamp('When the lock ends.'),
})
export type AddressBlock = Static<typeof AddressBlock>

const AddressBlocks = Type.Object({ blocked_ips: Type.Array(AddressBlock) })
const consider = {
  consider_brute_force_enablement: Type.Optional(
    Type.Boolean({ description: 'Leave out connections without brute-force protection' }),
  ),
}
const byIdentifier = { identifier: Text(1024, 'E-mail address, username or user id') }
const IpParams = Strict({
  ip: Type.String({ pattern: patterns.ip_address.pattern, description: 'IPv4 or IPv6 address' }),
})

/** Operations on locked logins and addresses. */
export const userBlockRoutes = {
  listBlocksByIdentifier: {
    method: 'GET',
    url: '/api/v2/user-blocks',
    scopes: ['read:users'],
    tag: 'user-blocks',
    summary: 'List locked logins by identifier',
    description:
      'A login is also refused (`address_locked` in the log) while the address of the caller is locked for everybody: see /api/v2/anomaly/blocks/ips.',
    status: 200,
    query: Strict({ ...byIdentifier, ...consider }),
    response: Blocks,
  },
  liftBlocksByIdentifier: {
    method: 'DELETE',
    url: '/api/v2/user-blocks',
    scopes: ['update:users'],
    tag: 'user-blocks',
    summary: 'Unlock logins by identifier',
    status: 204,
    query: Strict({ ...byIdentifier }),
    response: NoContent,
  },
  listBlocksOfUser: {
    method: 'GET',
    url: '/api/v2/user-blocks/:id',
    scopes: ['read:users'],
    tag: 'user-blocks',
    summary: 'List the locked logins of a user',
    status: 200,
    params: IdParams,
    query: Strict({ ...consider }),
    response: Blocks,
  },
  liftBlocksOfUser: {
    method: 'DELETE',
    url: '/api/v2/user-blocks/:id',
    scopes: ['update:users'],
    tag: 'user-blocks',
    summary: 'Unlock a user',
    status: 204,
    params: IdParams,
    response: NoContent,
  },
  listAddressBlocks: {
    method: 'GET',
    url: '/api/v2/anomaly/blocks/ips',
    scopes: ['read:anomaly_blocks'],
    tag: 'anomaly',
    summary: 'List locked addresses',
    description:
      'The addresses from which no user can log in with a password: at most 1,000, those whose locks end last first.',
    status: 200,
    response: AddressBlocks,
  },
  getAddressBlock: {
    method: 'GET',
    url: '/api/v2/anomaly/blocks/ips/:ip',
    scopes: ['read:anomaly_blocks'],
    tag: 'anomaly',
    summary: 'Check whether an address is locked',
    status: 200,
    params: IpParams,
    response: Type.Null({ description: 'The address is locked. One that is not locked is answered with 404.' }),
  },
  liftAddressBlock: {
    method: 'DELETE',
    url: '/api/v2/anomaly/blocks/ips/:ip',
    scopes: ['delete:anomaly_blocks'],
    tag: 'anomaly',
    summary: 'Unlock an address',
    status: 204,
    params: IpParams,
    response: NoContent,
  },
} satisfies Record<string, Route>
