import { Accordion, Stack, Text } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import { useRead } from '../client/use-client'
import { SettingField, type Setting } from '../connections/start-from-template'
import { useMessages } from '../messages/use-messages'
import { DataTable } from '../ui/data-table'
import { Problem } from '../ui/problem'
import { StateBadge } from '../ui/state-badge'
import type { StepProps } from './connect-assistant'
import { StepForm } from './step-form'

const certain = 80

/** Shows what each column is for; a setting of the template that was not recognised can be given, which inspects again. */
export function ColumnsStep({ found, asked, inspect, is_busy, next }: StepProps): ReactElement {
  const t = useMessages().assistant
  const { columns, unused_columns, proposal } = found
  const names = [...columns, ...unused_columns].map(({ column }) => column)
  const templates = useRead('listScriptTemplates')
  const [given, setGiven] = useState<Record<string, string>>(asked.settings ?? {})
  const template = templates.data?.templates.find(({ id }) => id === proposal?.template)
  const settings = (template?.settings ?? []).filter(
    ({ kind, secret, key }) => isOpen({ kind, secret }) && key !== 'TABLE',
  )
  const is_changed = JSON.stringify(given) !== JSON.stringify(asked.settings ?? {})
  const set = (key: string, value: string): void =>
    setGiven(({ [key]: _before, ...others }) => (value === '' ? others : { ...others, [key]: value }))
  const submit = async (): Promise<void> => {
    if (!is_changed) return next()
    await inspect({ ...asked, settings: given })
  }
  return (
    <StepForm onSubmit={submit} label={is_changed ? t.inspectAgain : t.next} is_busy={is_busy}>
      {columns.length > 0 && (
        <DataTable
          label={t.questions.columns}
          head={[t.role, t.column, t.certaintyHead]}
          rows={columns.map(({ role, column, type, score, reason }) => [
            t.roles[role] ?? role,
            `${column} (${type})`,
            <StateBadgeOf key="score" score={score} reason={reason} />,
          ])}
        />
      )}
      {unused_columns.length > 0 && (
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {t.unused(unused_columns.map(({ column }) => column).join(', '))}
        </Text>
      )}
      {templates.error && <Problem error={templates.error} onRetry={() => void templates.refetch()} />}
      {settings.length > 0 && (
        <Accordion variant="contained">
          <Accordion.Item value="settings">
            <Accordion.Control>{t.otherColumns}</Accordion.Control>
            <Accordion.Panel>
              <Stack>
                {settings.map((setting) => (
                  <SettingField
                    key={setting.key}
                    setting={{
                      ...setting,
                      ...(setting.key.endsWith('_COLUMN') ? { kind: 'choice' as const, values: names } : {}),
                      default: proposal?.settings[setting.key] ?? setting.default ?? '',
                      required: false,
                    }}
                    value={given[setting.key] ?? ''}
                    onChange={set}
                  />
                ))}
              </Stack>
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
      )}
    </StepForm>
  )
}

const isOpen = ({ kind, secret }: Pick<Setting, 'kind' | 'secret'>): boolean => kind !== 'url' && secret !== true

function StateBadgeOf({ score, reason }: { score: number; reason: string }): ReactElement {
  const t = useMessages().assistant
  return (
    <>
      <StateBadge tone={score >= certain ? 'good' : 'warning'}>{t.percent(score)}</StateBadge> {reason}
    </>
  )
}
