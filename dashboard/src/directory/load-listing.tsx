import { Button, Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState, type ReactElement } from 'react'
import { useCall, useCan, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { notify } from '../ui/notices'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'
import { GoneLimit, goneLimitOf } from './gone-limit'

/** Loads the directory by the script list_users of the connection, or says that it does not have it. */
export function LoadListing({ connection_id }: { connection_id: string }): ReactElement {
  const t = useMessages().directory
  const [limit, setLimit] = useState<number | string>('')
  const load = useCall('loadDirectory', { also: ['jobs'] })
  const { data } = useRead('listScripts', { id: connection_id }, { enabled: useCan('listScripts') })
  const is_missing = data?.scripts.some(({ script, source }) => script === 'list_users' && source === null) === true
  return (
    <Section title={t.byScript} hint={t.byScriptHint}>
      {is_missing && (
        <Text size="sm">
          {t.scriptMissing}{' '}
          <Link from="/t/$tenant_id" to="./connections/$connection_id/custom-database" params={{ connection_id }}>
            {t.addScript}
          </Link>
        </Text>
      )}
      <Text size="sm">{t.byScriptText}</Text>
      <GoneLimit value={limit} onChange={setLimit} />
      {load.error && <Problem error={load.error} title={t.notLoaded} />}
      <Group>
        <Permission call="loadDirectory">
          <Button
            variant="default"
            disabled={is_missing}
            loading={load.isPending}
            onClick={() =>
              load.mutate(
                { connection_id, body: { source: 'list_users', ...goneLimitOf(limit) } },
                { onSuccess: () => notify(t.started) },
              )
            }
          >
            {t.loadByScript}
          </Button>
        </Permission>
      </Group>
    </Section>
  )
}
