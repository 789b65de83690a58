import { Alert, Button, Group, List, Stack, Text } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import type { Generated } from '../connections/start-from-template'
import { useSaveNeeds } from '../connections/use-save-needs'
import { useMessages } from '../messages/use-messages'
import { DataTable } from '../ui/data-table'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import type { StepProps } from './connect-assistant'
import { serverOf } from './server-of'

/** Shows what will be a problem when users move, and loads the proposed scripts. */
export function LoadStep({
  connection,
  found,
  asked,
  onLoad,
}: StepProps & { onLoad: (generated: Generated) => void }): ReactElement {
  const t = useMessages()
  const texts = t.assistant
  const { counts, warnings, proposal, tried } = found
  const save = useSaveNeeds(connection)
  const [is_busy, setIsBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const counted = counts.filter(({ value }) => value !== 0)
  const looked_up = tried.filter(({ script }) => script === 'get_user')
  const load = async (): Promise<void> => {
    if (!proposal) return
    setIsBusy(true)
    setError(null)
    try {
      const { configuration = {} } = asked
      const server = serverOf(configuration['DATABASE_URL'] ?? '')
      await save({ configuration, egress: server === undefined ? [] : [server], options: proposal.options })
      onLoad({ scripts: proposal.scripts, label: texts.title })
    } catch (failure) {
      setError(failure)
      setIsBusy(false)
    }
  }
  return (
    <Stack>
      {counted.length > 0 && (
        <DataTable
          label={texts.questions.load}
          head={[texts.users, texts.meaning]}
          rows={counted.map(({ value, failed, column, sampled, meaning }) => [
            value === null ? texts.notCounted(failed ?? '') : t.ui.number(value),
            texts.ofColumn(meaning, column, sampled),
          ])}
        />
      )}
      {looked_up.map(({ outcome, times, fields }) => (
        <Text key={outcome} size="sm">
          {texts.lookedUp(times, outcome, fields.join(', '))}
        </Text>
      ))}
      {warnings.length > 0 && (
        <Alert color="yellow" variant="light" title={texts.warnings}>
          <List size="sm">
            {warnings.map((warning) => (
              <List.Item key={warning}>{warning}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      {proposal ? (
        <>
          <Text>{texts.proposal(proposal.template, proposal.reason)}</Text>
          {proposal.open_settings.length > 0 && <Text size="sm">{texts.check(proposal.open_settings.join(', '))}</Text>}
          <Text size="sm" c="dimmed">
            {texts.loadText}
          </Text>
        </>
      ) : (
        <Alert color="red" variant="light" role="alert" title={texts.noProposal}>
          {texts.noProposalText}
        </Alert>
      )}
      {error !== null && <Problem error={error} title={t.ui.notSaved} />}
      <Group justify="flex-end">
        <Permission call="updateConfiguration">
          <Button disabled={!proposal} loading={is_busy} onClick={() => void load()}>
            {texts.load}
          </Button>
        </Permission>
      </Group>
    </Stack>
  )
}
