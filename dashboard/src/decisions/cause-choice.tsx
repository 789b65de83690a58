import { Select, Text } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { causeKey, useCauseName } from '../migration/cause-name'
import type { DecisionCause } from './decisions-page'

const route = getRouteApi('/t/$tenant_id/migration/$connection_id/decisions')

/** Chooses the cause whose people are shown; it is in the address. */
export function CauseChoice({
  causes,
  shown,
}: {
  causes: readonly DecisionCause[]
  shown: DecisionCause
}): ReactElement {
  const t = useMessages()
  const navigate = route.useNavigate()
  const nameOf = useCauseName()
  return (
    <>
      <Select
        label={t.decisions.cause}
        maw={480}
        data={causes.map((cause) => ({
          value: causeKey(cause),
          label: `${nameOf(cause)} (${t.ui.number(cause.people)})`,
        }))}
        value={causeKey(shown)}
        allowDeselect={false}
        onChange={(cause) => void navigate({ search: { cause: cause ?? undefined }, resetScroll: false })}
      />
      <Text size="sm" c="dimmed">
        {t.decisions.ofThem(shown.people, shown.decided)}
      </Text>
    </>
  )
}
