import type { Answer, Input } from '../client/contract-types'

type Change = Input<'updateEmailTemplate'>['body']

/** The fields of a template. What is empty has its default. */
export type TemplateFields = {
  enabled: boolean
  subject: string
  from: string
  body: string
  resultUrl: string
  lifetime_hours: number | string
  includeEmailInRedirect: boolean
}

const hour_s = 3600

/** The fields of a template; undefined: of one that is not stored. */
export function fieldsOf(template: Answer<'getEmailTemplate'> | undefined): TemplateFields {
  const { enabled, subject, from, body, resultUrl, urlLifetimeInSeconds, includeEmailInRedirect } = template ?? {}
  return {
    enabled: enabled !== false,
    subject: subject ?? '',
    from: from ?? '',
    body: body ?? '',
    resultUrl: resultUrl ?? '',
    lifetime_hours:
      urlLifetimeInSeconds === undefined || urlLifetimeInSeconds === null ? '' : urlLifetimeInSeconds / hour_s,
    includeEmailInRedirect: includeEmailInRedirect !== false,
  }
}

/** The members of a template for the changed fields, and nothing else: null removes one, which then has its default. */
export function templateBody(changed: Partial<TemplateFields>): Change {
  const { lifetime_hours, enabled, includeEmailInRedirect, ...texts } = changed
  const seconds = typeof lifetime_hours === 'number' ? Math.round(lifetime_hours * hour_s) : null
  return {
    ...Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text === '' ? null : text])),
    ...(enabled === undefined ? {} : { enabled }),
    ...(includeEmailInRedirect === undefined ? {} : { includeEmailInRedirect }),
    ...(lifetime_hours === undefined ? {} : { urlLifetimeInSeconds: seconds }),
  }
}
