import { Text } from '@mantine/core'
import type { ReactElement } from 'react'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { Permitted } from '../shell/permitted'
import { RoutePending } from '../shell/route-states'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'
import { AddressLimits } from './address-limits'
import { AttackProtectionFrame } from './attack-protection-frame'
import { LoginLimit } from './login-limit'

/** The limits of failed logins and sign-ups, with what each of them does. */
export function LimitsPage(): ReactElement {
  return (
    <Permitted needs="getBruteForceProtection">
      <AttackProtectionFrame>
        <Limits />
      </AttackProtectionFrame>
    </Permitted>
  )
}

function Limits(): ReactElement {
  const t = useMessages().attackProtection
  const of_login = useRead('getBruteForceProtection')
  const of_address = useRead('getSuspiciousIpThrottling')
  const failed = [of_login, of_address].find(({ error, data }) => error !== null && !data)
  if (failed) return <Problem error={failed.error} onRetry={() => void failed.refetch()} />
  if (!of_login.data || !of_address.data) return <RoutePending />
  return (
    <>
      <LoginLimit settings={of_login.data} />
      <AddressLimits settings={of_address.data} />
      <Section title={t.breached}>
        <Text size="sm">{t.breachedText}</Text>
      </Section>
    </>
  )
}
