import { Text } from '@mantine/core'
import type { ReactElement } from 'react'
import { useCan, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'

/** Whether no mail server sends the mail of the tenant, so that it stays in the outbox. */
function useIsKept(): boolean {
  return useRead('getMailDelivery', {}, { enabled: useCan('getMailDelivery') }).data?.sender === 'none'
}

/** What is said once a mail was written: `sent`, or that it stays in the outbox. */
export function useMailNotice(): (sent: string) => string {
  const is_kept = useIsKept()
  const { keptInstead } = useMessages().email
  return (sent) => (is_kept ? keptInstead : sent)
}

/** Says before a mail is written that it will stay in the outbox; nothing where a mail server sends it. */
export function KeptMail(): ReactElement | null {
  const is_kept = useIsKept()
  const { kept } = useMessages().email
  return is_kept ? <Text size="sm">{kept}</Text> : null
}
