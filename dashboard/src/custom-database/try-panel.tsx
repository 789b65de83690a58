import { Button, Checkbox, Group, PasswordInput, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { script_arguments, writing_scripts } from 'virtual:contract'
import { useState, type FormEvent, type ReactElement } from 'react'
import type { ScriptName } from '../../../src/contract/action-scripts.ts'
import type { Answer } from '../client/contract-types'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { readJsonObject } from '../ui/read-json-object'
import type { Script } from './scripts'
import type { ScriptDraft } from './script-drafts'
import type { ScriptMark } from './script-editor'
import { isAnswer, TryResult } from './try-result'

type ArgumentName = (typeof script_arguments)[ScriptName][number]

/** A result with the text that was run. */
type Tried = { source: string; answer: Answer<'tryScript'> }

/** What is typed for each argument, as text; a flag is `true` or empty. */
type Typed = Partial<Record<ArgumentName, string>>

function valueOf(name: ArgumentName, text: string): unknown {
  if (name === 'user') return readJsonObject(text)
  if (name === 'verified') return text === 'true'
  return name === 'cursor' && text === '' ? null : text
}

/** Runs the text in the editor once, and shows what it would do. What is typed here is kept nowhere. */
export function TryPanel({
  connection_id,
  script,
  draft,
  onMark,
}: {
  connection_id: string
  script: Script
  draft: ScriptDraft | undefined
  onMark: (mark: ScriptMark | undefined) => void
}): ReactElement {
  const t = useMessages().custom_database
  const [typed, setTyped] = useState<Typed>({})
  const [writes, setWrites] = useState(false)
  const [tried, setTried] = useState<Tried>()
  const run = useCall('tryScript')
  const names: readonly ArgumentName[] = script_arguments[script.script]
  const does_write = writing_scripts.includes(script.script)
  const source = draft?.source ?? script.source ?? ''
  const bad_user = names.includes('user') && readJsonObject(typed.user ?? '') === undefined
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const values = names.map((name) => valueOf(name, typed[name] ?? ''))
    const body = { arguments: values, source, ...(does_write ? { allow_writes: writes } : {}) }
    onMark(undefined)
    run.mutate(
      { id: connection_id, script: script.script, body },
      {
        onSuccess: (answer) => {
          setTried({ source, answer })
          const { error, outcome } = answer
          if (error?.line !== undefined && !isAnswer(outcome))
            onMark({ script: script.script, source, line: error.line, message: error.message })
        },
      },
    )
  }
  return (
    <Stack>
      <form onSubmit={submit} autoComplete="off">
        <Stack gap="sm" maw={560}>
          <Text size="sm" c="dimmed">
            {t.tryHint} {script.script === 'login' ? t.tryCounts : ''}
          </Text>
          {names.map((name) => (
            <Argument
              key={name}
              name={name}
              value={typed[name] ?? ''}
              onChange={(text) => setTyped((before) => ({ ...before, [name]: text }))}
            />
          ))}
          {does_write && (
            <Checkbox label={t.writes} checked={writes} onChange={(event) => setWrites(event.currentTarget.checked)} />
          )}
          <Group>
            <Permission call="tryScript">
              <Button
                type="submit"
                variant="default"
                loading={run.isPending}
                disabled={source === '' || bad_user || (does_write && !writes)}
              >
                {t.run}
              </Button>
            </Permission>
          </Group>
        </Stack>
      </form>
      {run.error && <Problem error={run.error} title={t.tryFailed} />}
      {tried && !run.error && (
        <TryResult
          connection_id={connection_id}
          script={script.script}
          source={tried.source}
          answer={tried.answer}
          is_stale={tried.source !== source}
        />
      )}
    </Stack>
  )
}

function Argument({
  name,
  value,
  onChange,
}: {
  name: ArgumentName
  value: string
  onChange: (text: string) => void
}): ReactElement {
  const t = useMessages().custom_database
  const label = t.arguments[name]
  if (name === 'verified')
    return (
      <Checkbox
        label={label}
        checked={value === 'true'}
        onChange={(event) => onChange(event.currentTarget.checked ? 'true' : '')}
      />
    )
  const props = {
    label,
    value,
    autoComplete: 'off',
    onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  }
  if (name === 'password' || name === 'new_password') return <PasswordInput {...props} autoComplete="new-password" />
  if (name !== 'user') return <TextInput {...props} />
  const is_bad = value !== '' && readJsonObject(value) === undefined
  return (
    <Textarea
      {...props}
      autosize
      minRows={3}
      placeholder={'{"email": "ada@example.com"}'}
      error={is_bad ? t.notJson : null}
    />
  )
}
