import type { Answer } from '../client/contract-types'
import type { Client } from './client-types'

/** A public key of an application. */
export type Key = Answer<'listClientCredentials'>[number]

/** The most keys of the contract: in use at a time, and in all. */
export const enabled_keys_max = 2
export const keys_max = 10

/** The ids of the keys that an application authenticates with; undefined where it authenticates with its secret. */
export const keysInUse = ({ client_authentication_methods: methods }: Client): string[] | undefined =>
  methods?.private_key_jwt.credentials.map(({ id }) => id)
