import { Button, FileButton, Group, List, Text } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { download } from '../client/download'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { useTenant } from '../session/use-session'
import { notifyProblem } from '../ui/notices'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'

type Loaded = Answer<'loadDecisions'>

/**
 * All decisions at once: downloads the people who need one as CSV, and loads the file with the decisions filled in. Once none can be made, only
 * those that were made can be downloaded.
 */
export function DecisionFiles({
  connection_id,
  can_decide,
}: {
  connection_id: string
  can_decide: boolean
}): ReactElement {
  const t = useMessages().decisions
  const { tenant_id } = useTenant()
  const load = useCall('loadDecisions')
  const [busy, setBusy] = useState<'open' | 'decided'>()
  const save = (which: 'open' | 'decided'): void => {
    setBusy(which)
    download(tenant_id, 'exportDecisions', { connection_id, decided: which === 'decided' })
      .catch((error: unknown) => notifyProblem(t.notDownloaded, error))
      .finally(() => setBusy(undefined))
  }
  const send = (file: File | null): void => {
    if (!file) return
    const form = new FormData()
    form.append('file', file)
    load.mutate({ connection_id, form })
  }
  return (
    <Section title={can_decide ? t.files : t.decidedFile} {...(can_decide ? { hint: t.filesHint } : {})}>
      <Group>
        {can_decide && (
          <Button variant="default" loading={busy === 'open'} onClick={() => save('open')}>
            {t.downloadOpen}
          </Button>
        )}
        <Button variant="default" loading={busy === 'decided'} onClick={() => save('decided')}>
          {t.downloadDecided}
        </Button>
        {/* The key empties the field, so that the corrected file can be chosen again. */}
        {can_decide && (
          <FileButton key={load.submittedAt} onChange={send} accept=".csv,text/csv">
            {(props) => (
              <Permission call="loadDecisions">
                <Button {...props} loading={load.isPending}>
                  {t.load}
                </Button>
              </Permission>
            )}
          </FileButton>
        )}
      </Group>
      {load.error && <Problem error={load.error} title={t.notLoaded} />}
      {load.data && <Result loaded={load.data} />}
    </Section>
  )
}

function Result({ loaded: { rows, decided, left_open } }: { loaded: Loaded }): ReactElement {
  const t = useMessages()
  const kinds = (Object.keys(decided) as (keyof typeof decided)[]).filter((kind) => decided[kind] > 0)
  return (
    <div role="status">
      <Text>{t.decisions.loaded(rows, left_open)}</Text>
      <List size="sm">
        {kinds.map((kind) => (
          <List.Item key={kind}>
            {t.migration.kinds[kind]}: {t.ui.number(decided[kind])}
          </List.Item>
        ))}
      </List>
    </div>
  )
}
