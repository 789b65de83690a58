import { outcomes } from 'virtual:contract'
import { Button, Code, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { DataTable } from '../ui/data-table'
import { StateBadge } from '../ui/state-badge'
import type { StepProps } from './connect-assistant'

const accepted = ['moved', 'found', 'legacy_success', 'moved_before']

/** Shows the forms of the stored hashes, and proves them with one user whose password the admin knows. */
export function PasswordsStep({ found, asked, inspect, is_busy, next }: StepProps): ReactElement {
  const t = useMessages()
  const texts = t.assistant
  const [identifier, setIdentifier] = useState('')
  const [password, setPassword] = useState('')
  const { forms, sampled, may_be, recipe } = found.hashes
  const login = found.tried.find(({ script }) => script === 'login')
  const is_proven = login !== undefined && accepted.includes(login.outcome)
  return (
    <form
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault()
        void inspect({ ...asked, known_user: { identifier: identifier.trim(), password } })
      }}
    >
      <Stack>
        {forms.length === 0 ? (
          <Text>{texts.noHashes}</Text>
        ) : (
          <DataTable
            label={texts.forms(sampled)}
            head={[texts.form, texts.users, texts.verifiable]}
            rows={forms.map(({ form, count, verifiable }) => [
              form,
              t.ui.number(count),
              <StateBadge key="verifiable" tone={verifiable ? 'good' : 'warning'}>
                {verifiable ? texts.isVerifiable : texts.needsRecipe}
              </StateBadge>,
            ])}
          />
        )}
        {may_be.length > 0 && <Text size="sm">{texts.mayBe(may_be.join(', '))}</Text>}
        {recipe !== undefined && (
          <div>
            <Text size="sm">{texts.recipe}</Text>
            <Code block>{JSON.stringify(recipe, null, 2)}</Code>
          </div>
        )}
        <Text>{texts.prove}</Text>
        <TextInput
          label={texts.identifier}
          value={identifier}
          maxLength={254}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setIdentifier(event.currentTarget.value)}
        />
        <PasswordInput
          label={texts.password}
          description={texts.passwordHint}
          value={password}
          maxLength={1024}
          autoComplete="new-password"
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Group>
          <Button
            type="submit"
            variant="default"
            loading={is_busy}
            disabled={identifier.trim() === '' || password === ''}
          >
            {texts.proveIt}
          </Button>
          {login && (
            <Group role="status" gap="xs">
              <StateBadge tone={is_proven ? 'good' : 'bad'}>{is_proven ? texts.proven : texts.notProven}</StateBadge>
              <Text size="sm">
                {is_proven ? texts.provenText : (outcomes[login.outcome]?.meaning ?? login.outcome)}
              </Text>
            </Group>
          )}
        </Group>
        <Group justify="flex-end">
          <Button variant={is_proven ? 'filled' : 'default'} disabled={is_busy} onClick={next}>
            {is_proven ? texts.next : texts.nextUnproven}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
