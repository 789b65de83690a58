import { Alert } from '@mantine/core'
import type { ReactElement } from 'react'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { Problem } from '../ui/problem'
import { EmailFrame } from './email-frame'
import { MailServiceForm } from './mail-service-form'
import { RemoveMailService } from './remove-mail-service'
import { TestMail } from './test-mail'

/** The mail service of the tenant: what sends its mail, a test of it, and its removal. */
export function MailServicePage(): ReactElement {
  return (
    <EmailFrame>
      <MailService />
    </EmailFrame>
  )
}

function MailService(): ReactElement {
  const t = useMessages().email
  const { data, error, refetch } = useRead('getEmailProvider', { allow_missing: true })
  const delivery = useRead('getMailDelivery')
  if (error && data === undefined) return <Problem error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <RoutePending />
  if (data === null)
    return (
      <>
        <Alert variant="light" title={t.noService}>
          {delivery.data && t.noServiceHint(delivery.data.sender !== 'none')}
        </Alert>
        <MailServiceForm service={undefined} />
      </>
    )
  return (
    <>
      <MailServiceForm service={data} />
      <TestMail />
      <RemoveMailService name={data.name} />
    </>
  )
}
