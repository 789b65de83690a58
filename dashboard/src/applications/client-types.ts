import type { Answer, Input, Item } from '../client/contract-types'

/** An application. */
export type Client = Answer<'getClient'>

/** An application in a list. */
export type ListedClient = Item<'listClients'>

/** The types of applications that can be created and chosen here. */
export const client_types = ['regular_web', 'spa', 'native', 'non_interactive'] as const

/** A type of application. */
export type ClientType = (typeof client_types)[number]

/** Whether a type is one that can be chosen here. Imported applications may have others. */
export const isClientType = (type: unknown): type is ClientType => client_types.some((one) => one === type)

type NewClient = Input<'createClient'>['body']

/** The settings of a new application by its type: the grants that it needs, and no outdated ones. */
export const new_client_settings: Readonly<Record<ClientType, Omit<NewClient, 'name'>>> = {
  regular_web: {
    app_type: 'regular_web',
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'client_secret_post',
  },
  spa: {
    app_type: 'spa',
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
  },
  native: {
    app_type: 'native',
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
  },
  non_interactive: {
    app_type: 'non_interactive',
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'client_secret_post',
  },
}

/** How an application authenticates at the token endpoint. */
export function authenticationOf(client: Client): 'none' | 'secret' | 'keys' {
  const { client_authentication_methods, token_endpoint_auth_method, app_type } = client
  if (client_authentication_methods) return 'keys'
  const is_public =
    token_endpoint_auth_method === undefined
      ? app_type === 'spa' || app_type === 'native'
      : token_endpoint_auth_method === 'none'
  return is_public ? 'none' : 'secret'
}
