import { Alert, Button, Group, List, Stack, Text } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import type { Generated } from '../connections/start-from-template'
import { NeededChangesAlert } from '../connections/needed-changes'
import { useSaveNeeds, type NeededChanges } from '../connections/use-save-needs'
import { useMessages } from '../messages/use-messages'
import { DataTable } from '../ui/data-table'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { WithCode } from '../ui/with-code'
import type { StepProps } from './connect-assistant'

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
  const { changesOf, save } = useSaveNeeds(connection)
  const [error, setError] = useState<unknown>(null)
  const counted = counts.filter(({ value }) => value !== 0)
  const nameOf = (outcome: string): string => (t.migration.outcomes as Record<string, string>)[outcome] ?? outcome
  const looked_up = tried.filter(({ script }) => script === 'get_user')
  const { configuration = {}, allow = [] } = asked
  const needs = proposal ? { configuration, egress: allow, options: proposal.options } : undefined
  // While they are saved, what is there already is no longer new.
  const [saving, setSaving] = useState<NeededChanges>()
  const changes = saving ?? (needs && changesOf?.(needs))
  const load = async (): Promise<void> => {
    if (!proposal || !needs) return
    setSaving(changes)
    setError(null)
    try {
      const undo = await save(needs)
      onLoad({ scripts: proposal.scripts, label: texts.title, undo })
    } catch (failure) {
      setError(failure)
      setSaving(undefined)
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
      {looked_up.map(({ outcome, times, fields, message }) => (
        <Text key={outcome} size="sm" style={{ overflowWrap: 'anywhere' }}>
          {texts.lookedUp(times, nameOf(outcome), fields.join(', '), message)}
        </Text>
      ))}
      {warnings.length > 0 && (
        <Alert color="yellow" variant="light" title={texts.warnings}>
          <List size="sm">
            {warnings.map((warning) => (
              <List.Item key={warning}>
                <WithCode text={warning} />
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      {proposal ? (
        <>
          <Text>{texts.proposal(proposal.template, proposal.reason)}</Text>
          {proposal.open_settings.length > 0 && <Text size="sm">{texts.check(proposal.open_settings.join(', '))}</Text>}
          <Text size="sm" c="dimmed">
            {texts.loadText(Object.keys(proposal.scripts).join(', '))}
          </Text>
          {changes && <NeededChangesAlert changes={changes} />}
        </>
      ) : (
        <Alert color="red" variant="light" role="alert" title={texts.noProposal}>
          {texts.noProposalText}
        </Alert>
      )}
      {error !== null && <Problem error={error} title={t.ui.notSaved} />}
      <Group justify="flex-end">
        <Permission call="updateConfiguration">
          <Button disabled={!proposal || !changes} loading={saving !== undefined} onClick={() => void load()}>
            {texts.load}
          </Button>
        </Permission>
      </Group>
    </Stack>
  )
}
