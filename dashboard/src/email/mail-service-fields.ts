import type { EmailProviderName } from '../../../src/contract/email-provider.ts'
import type { Answer, Input } from '../client/contract-types'

type Service = NonNullable<Answer<'getEmailProvider'>>
type Body = Input<'createEmailProvider'>['body']

/** The fields of a mail service. Secrets are empty: they are never shown. */
export type ServiceFields = {
  name: EmailProviderName
  enabled: boolean
  default_from_address: string
  smtp_host: string
  smtp_port: number | string
  smtp_user: string
  smtp_pass: string
  api_key: string
  accessKeyId: string
  secretAccessKey: string
  region: string
}

/** A member of the credentials of a service. */
export type Credential = keyof Body['credentials'] & keyof ServiceFields

const by_api_key: readonly Credential[] = ['api_key']

/** The credentials that each service has; those after `smtp_port` of an SMTP server are optional. */
export const credentials_of: Readonly<Record<EmailProviderName, readonly Credential[]>> = {
  smtp: ['smtp_host', 'smtp_port', 'smtp_user', 'smtp_pass'],
  sendgrid: by_api_key,
  mandrill: by_api_key,
  sparkpost: ['api_key', 'region'],
  resend: by_api_key,
  ses: ['accessKeyId', 'secretAccessKey', 'region'],
}

/** The names of the services. */
export const service_names = Object.keys(credentials_of) as EmailProviderName[]

/** The credentials that are never shown. */
export const secret_credentials: ReadonlySet<Credential> = new Set([
  'smtp_pass',
  'api_key',
  'accessKeyId',
  'secretAccessKey',
])

const default_port = 587

/** The fields of a service, or of one to configure. */
export function fieldsOf(service: Service | undefined): ServiceFields {
  const { smtp_host, smtp_port, smtp_user, region } = service?.credentials ?? {}
  return {
    name: service_names.find((name) => name === service?.name) ?? 'smtp',
    enabled: service?.enabled ?? true,
    default_from_address: service?.default_from_address ?? '',
    smtp_host: smtp_host ?? '',
    smtp_port: smtp_port ?? default_port,
    smtp_user: smtp_user ?? '',
    smtp_pass: '',
    api_key: '',
    accessKeyId: '',
    secretAccessKey: '',
    region: region ?? '',
  }
}

/** The credentials of the chosen service; what is empty is left out. */
export function credentialsOf(values: ServiceFields): Body['credentials'] {
  const given = credentials_of[values.name].map((name) => [name, values[name]] as const)
  return Object.fromEntries(given.filter(([, value]) => value !== ''))
}

/** Whether a change replaces the credentials, secrets included. */
export const replacesCredentials = (changed: Partial<ServiceFields>): boolean =>
  Object.keys(changed).some((name) => name !== 'enabled' && name !== 'default_from_address')

/** The body that saves the changed fields: the credentials as a whole, where one of them has changed. */
export function changeOf(changed: Partial<ServiceFields>, values: ServiceFields): Input<'updateEmailProvider'>['body'] {
  const { name, enabled, default_from_address } = changed
  return {
    ...(name === undefined ? {} : { name }),
    ...(enabled === undefined ? {} : { enabled }),
    ...(default_from_address === undefined ? {} : { default_from_address }),
    ...(replacesCredentials(changed) ? { credentials: credentialsOf(values) } : {}),
  }
}
