import { Button, Code, Group, Input, NumberInput, Stack, Switch, Text, TextInput } from '@mantine/core'
import type { ReactElement } from 'react'
import type { RouteName } from '../client/contract-types'
import type { RefusedProperty } from '../client/problem-error'
import { useMessages } from '../messages/use-messages'
import { CodeEditor } from '../ui/code-editor'
import { FormActions, type ChangeForm, type SaveCall } from '../ui/form'
import type { LineError } from '../ui/code-mirror'
import type { TemplateFields } from './template-fields'

const lifetime_max_hours = 720
const editor_rows = 18

const variables = [
  'url',
  'user.email',
  'user.name',
  'user.given_name',
  'user.family_name',
  'user.user_metadata',
  'application.name',
  'application.callback_domain',
  'connection.name',
  'friendly_name',
  'support_email',
  'support_url',
  'request_language',
] as const

const completions = variables.map((name) => ({ label: `{{ ${name} }}`, detail: 'Liquid' }))

/** The line that a mistake in Liquid names. */
function lineErrorOf(mistake: RefusedProperty | undefined): LineError | undefined {
  if (mistake?.property !== 'body') return undefined
  const line = Number(/line:(\d+)/.exec(mistake.text)?.[1] ?? 1)
  return { line, message: mistake.text }
}

/** The form of a template. */
export function TemplateForm({
  changes,
  is_disabled,
  call,
  saves,
  mistake,
  onSave,
}: {
  changes: ChangeForm<TemplateFields>
  is_disabled: boolean
  /** The call that saves. */
  call: SaveCall
  /** Its operation. */
  saves: RouteName
  /** What is wrong with what is typed, and where. */
  mistake: RefusedProperty | undefined
  onSave: () => void
}): ReactElement {
  const t = useMessages().email
  const { form } = changes
  const text = (name: 'subject' | 'from' | 'resultUrl') => ({
    disabled: is_disabled,
    ...form.getInputProps(name),
    ...(mistake?.property === name ? { error: mistake.text } : {}),
  })
  return (
    <form onSubmit={form.onSubmit(onSave)}>
      <Stack>
        <Switch
          label={t.templateEnabled}
          description={t.templateEnabledHint}
          disabled={is_disabled}
          {...form.getInputProps('enabled', { type: 'checkbox' })}
        />
        <TextInput label={t.subject} description={t.emptyIsDefault} {...text('subject')} />
        <div>
          <Group justify="space-between">
            <Input.Label component="div">{t.body}</Input.Label>
            {form.values.body !== '' && !is_disabled && (
              <Button size="compact-sm" variant="subtle" onClick={() => form.setFieldValue('body', '')}>
                {t.useServerText}
              </Button>
            )}
          </Group>
          <Text size="xs" c="dimmed">
            {t.bodyHint}
          </Text>
          <CodeEditor
            label={t.body}
            language="html"
            rows={editor_rows}
            value={form.values.body}
            is_read_only={is_disabled}
            onChange={(value) => form.setFieldValue('body', value)}
            completions={completions}
            error={lineErrorOf(mistake)}
          />
          <Group gap={4} mt={4}>
            <Text size="xs" c="dimmed">
              {t.variables}
            </Text>
            {variables.map((name) => (
              <Code key={name}>{name}</Code>
            ))}
          </Group>
        </div>
        <TextInput label={t.templateFrom} description={t.templateFromHint} {...text('from')} />
        <NumberInput
          label={t.lifetime}
          description={t.lifetimeHint}
          min={0.02}
          max={lifetime_max_hours}
          decimalScale={2}
          disabled={is_disabled}
          {...form.getInputProps('lifetime_hours')}
        />
        <TextInput label={t.resultUrl} description={t.resultUrlHint} {...text('resultUrl')} />
        <Switch
          label={t.includeEmail}
          disabled={is_disabled}
          {...form.getInputProps('includeEmailInRedirect', { type: 'checkbox' })}
        />
        <FormActions changes={changes} call={call} saves={saves} />
      </Stack>
    </form>
  )
}
